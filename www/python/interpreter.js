// A worker with Python in it. It boots, waits until the kernel says which process it is, is that
// process until its end, and is never used again.

import { HOME, boot } from "./boot.js";
import { descriptors } from "./descriptors.js";
import { mount } from "./disk.js";
import { HOME_FOLDER, TEMPORARY_FOLDER } from "./files.js";
import * as held from "./held.js";
import * as mailbox from "./mailbox.js";
import { close_doors } from "./sandbox.js";
import * as signals from "./signals.js";
import * as suspend from "./suspend.js";
import { Threads, can_switch_stacks } from "./threads.js";

// Taken along before the doors are closed.
const post = postMessage.bind(self);
const later = setTimeout.bind(self);
const now = performance.now.bind(performance);

// After so much output it waits until the kernel has heard of it: so many bytes, and each time that
// something is written counts as some more, so that short lines do not pile up either.
const BREATH = 64 * 1024;
const EACH = 256;
// Of devices that have a number already none has this one.
const ANSWERS_MAJOR = 81;

// The worker's side of each way to stand still.
const WAYS = { a: mailbox, b: suspend, c: held };

let python;
let way;
let kernel; // what makes system calls
let flags; // its signals

// What the kernel hears of, and does not answer.
const tell = (op, args) => post({ kind: "tell", op, args });

// A call from within the file system, through which no exception reaches Python. Of a Ctrl+C it
// gets a number there (EINTR), and finds out among its signals what it was.
function asked_by_files(op, args, data) {
  const { head, data: bytes } = kernel.ask(op, JSON.stringify(args), data);
  const reply = { ...JSON.parse(head), data: bytes };
  if (reply.error === "KeyboardInterrupt") signals.send(flags, signals.SIGINT);
  return reply;
}

// What is written goes out at once, as bytes; the page puts letters together.
function printer(fd) {
  let unheard = 0;
  return (bytes) => {
    // First of all: a call may break off what made it (suspend.js).
    if (unheard > BREATH) asked_by_files("console.flow", {});
    unheard = (unheard > BREATH ? 0 : unheard) + bytes.length + EACH;
    post({ kind: "out", fd, bytes: bytes.slice() });
    return bytes.length;
  };
}

const REQUESTS = {
  async boot({ line, signals: own, ...asked }) {
    ({ way } = asked);
    kernel = new WAYS[way].Receiver(line, post);
    flags = own;
    const imports = (all) => kernel.suspending?.(all) ?? all;
    python = await boot({ ...asked, imports }, (kind, bytes) => post({ kind, bytes }));
    close_doors(python);
    post({ kind: "ready" });
  },

  async start(spec) {
    const own = descriptors(python, { ask: asked_by_files, tell, printer });
    own.inherit(spec.fds ?? {});
    // Python's bytes come as a proxy, and leave as a copy.
    const asked = (op, args, data) => {
      const view = data?.getBuffer("u8");
      const bytes = view?.data.slice();
      view?.release();
      return kernel.call(op, args, bytes);
    };
    // Who has the interpreter is asked for through shared memory.
    const interrupted = () => signals.take(flags);
    const threads = way === "a" && can_switch_stacks() ? new Threads({ interrupted, later, now }) : undefined;
    // Python asks for its signals once it can take one.
    const listen = () => python.setInterruptBuffer(signals.heard_by_python(flags));
    const { pipe, describe } = own;
    const answers = kernel.file?.(python.FS, python.FS.makedev(ANSWERS_MAJOR, 0));
    python.registerJsModule("_lab_kernel", { call: asked, answers, pipe, describe, threads, listen });
    mount(python, asked_by_files, HOME, HOME_FOLDER);
    mount(python, asked_by_files, "/tmp", TEMPORARY_FOLDER);
    // What is to become of it goes in as text: no proxy has to live on.
    const { target, ...told } = spec;
    if (target) python.FS.writeFile("/lib/lab/.target", target);
    const become = python.pyimport("_lab.process").become;
    const text = JSON.stringify(told);
    kernel.begin?.();
    const code = threads || way === "b" ? await become.callPromising(text) : become(text);
    post({ kind: "exit", code });
  },
};

addEventListener("message", async ({ data }) => {
  if (data.answer) return kernel.answer(data.answer);
  const [[request, spec]] = Object.entries(data);
  try {
    await REQUESTS[request](spec);
  } catch (error) {
    post({ kind: "fault", text: String(error?.message ?? error) });
  }
});

// All of its files are there.
post({ kind: "here" });

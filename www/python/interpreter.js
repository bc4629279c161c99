// A worker with Python in it. It boots, waits until the kernel says which process it is, is that
// process until its end, and is never used again.

import { HOME, boot } from "./boot.js";
import { descriptors } from "./descriptors.js";
import { mount } from "./disk.js";
import { receive, unpacked } from "./mailbox.js";
import { close_doors } from "./sandbox.js";
import { Threads, can_switch_stacks } from "./threads.js";

// Taken along before the doors are closed.
const post = postMessage.bind(self);
const later = setTimeout.bind(self);
const now = performance.now.bind(performance);

// After so many bytes of output it waits until the kernel has heard of them.
const BREATH = 64 * 1024;

let python;
let mailbox;
let signals;

// A system call: the worker stands still until the kernel answers.
function call(op, args, data) {
  post({ kind: "call", op, args, data });
  return unpacked(receive(mailbox, () => post({ kind: "more" })));
}

// What is written goes out at once, as bytes; the page puts letters together.
function printer(fd) {
  let unheard = 0;
  return (bytes) => {
    post({ kind: "out", fd, bytes: bytes.slice() });
    unheard += bytes.length;
    if (unheard > BREATH) {
      unheard = 0;
      call("console.flow", "{}");
    }
    return bytes.length;
  };
}

// Whether Ctrl+C came, once.
function interrupted() {
  const SIGINT = 2;
  return Atomics.compareExchange(signals, 0, SIGINT, 0) === SIGINT;
}

const REQUESTS = {
  async boot({ mailbox: box, signals: flags, ...asked }) {
    mailbox = box;
    signals = flags;
    python = await boot(asked, (kind, bytes) => post({ kind, bytes }));
    python.setInterruptBuffer(signals);
    close_doors(python);
    post({ kind: "ready" });
  },

  async start(spec) {
    const own = descriptors(python, call, printer);
    own.inherit(spec.fds ?? {});
    // Python's bytes come as a proxy, and leave as a copy.
    const asked = (op, args, data) => {
      const view = data?.getBuffer("u8");
      const bytes = view?.data.slice();
      view?.release();
      return call(op, args, bytes);
    };
    const threads = can_switch_stacks() ? new Threads({ interrupted, later, now }) : undefined;
    python.registerJsModule("_lab_kernel", { call: asked, pipe: own.pipe, describe: own.describe, threads });
    mount(python, call, HOME);
    // What is to become of it goes in as text: no proxy has to live on.
    const { target, ...told } = spec;
    if (target) python.FS.writeFile("/lib/lab/.target", target);
    const become = python.pyimport("_lab.process").become;
    const text = JSON.stringify(told);
    const code = threads ? await become.callPromising(text) : become(text);
    post({ kind: "exit", code });
  },
};

addEventListener("message", async ({ data }) => {
  const [[request, spec]] = Object.entries(data);
  try {
    await REQUESTS[request](spec);
  } catch (error) {
    post({ kind: "fault", text: String(error?.message ?? error) });
  }
});

// The second way to stand still (ways.js), where no memory is shared: the browser sets the stack
// of the interpreter aside until a promise is kept (JavaScript Promise Integration). The worker
// is free meanwhile, so the answer comes as a message. What is set aside is always a system call
// for a file, so Python asks the kernel through a file of its own.

import { gate } from "./gate.js";
import { unpacked } from "./mailbox.js";

// What system calls for files are called among the imports of the module.
const FILES = /^(__syscall_|fd_)/;
// Where Python reads the kernel's answers.
const ANSWERS = "/dev/answers";
// What a system call is broken off with; its `errno` tells those in between that it is meant.
const UNANSWERED = { name: "Unanswered", errno: 0 };

// The kernel's side.
export class Sender {
  constructor({ worker }) {
    this.worker = worker;
  }

  send(whole) {
    this.worker.postMessage({ answer: whole }, [whole.buffer]);
  }
}

// The worker's side.
export class Receiver {
  constructor(line, post) {
    this.post = post;
    this.answered = undefined; // what keeps the promise of the call that is under way
    this.question = null; // what Python asks the kernel next
    this.rest = new Uint8Array(); // of its answer what is still to be read
    this.told = []; // what the kernel has answered to the system call that is under way
    this.next = 0; // the first of these that it has not asked for yet
    this.pending = null; // the promise of an answer for which it was broken off
  }

  // Python reads the answer from the file of that kind.
  call(op, args, data) {
    this.question = { op, args, data };
  }

  // The file with the answers: reading it waits.
  file(FS, device) {
    const read = (stream, buffer, offset, length) => {
      if (this.question) {
        const { op, args, data } = this.question;
        this.rest = this.#asked(op, args, data);
        this.question = null;
      }
      const piece = this.rest.subarray(0, length);
      buffer.set(piece, offset);
      this.rest = this.rest.subarray(piece.length);
      return piece.length;
    };
    FS.registerDevice(device, { open: (stream) => { stream.seekable = false; }, read });
    FS.mkdev(ANSWERS, 0o400, device);
    return FS.open(ANSWERS, "r").fd;
  }

  #promise(op, args, data) {
    this.post({ kind: "call", op, args, data });
    return new Promise((resolve) => { this.answered = resolve; });
  }

  answer(whole) {
    this.answered(whole);
  }

  // From within the file system there is no waiting: its functions lie between the stack of the
  // interpreter and the browser. They are broken off, and called again once there is an answer.
  ask(op, args, data) {
    return unpacked(this.#asked(op, args, data));
  }

  #asked(op, args, data) {
    // Some go on as if that had been a refusal: nothing they ask then counts.
    if (this.pending) throw UNANSWERED;
    const question = `${op} ${args}`;
    // It may remember something from the last time, and ask less.
    const known = this.told.findIndex((told, at) => at >= this.next && told.question === question);
    if (known >= 0) {
      this.next = known + 1;
      return this.told[known].answer;
    }
    this.pending = this.#promise(op, args, data).then((answer) => ({ question, answer }));
    throw UNANSWERED;
  }

  // The imports of the module, with its system calls for files as such that may wait once the
  // process has begun.
  suspending(imports) {
    // All functions stand under both names.
    const plain = imports.env;
    const names = Object.keys(plain).filter((name) => FILES.test(name) && plain[name].sig);
    const each = (make) => Object.fromEntries(names.map((name) => [name, make(plain[name])]));
    const waiting = each((call) => new WebAssembly.Suspending(this.repeated(call)));
    const { open, functions } = gate(each((call) => call.sig), plain, waiting);
    this.open = open;
    const env = { ...plain, ...functions };
    return { ...imports, env, wasi_snapshot_preview1: env };
  }

  // The process begins; from here on its stack can be set aside.
  begin() {
    this.open.value = 1;
  }

  // A system call that is called again after each answer, with all answers so far.
  repeated(call) {
    return (...args) => {
      const told = [];
      const attempt = () => {
        Object.assign(this, { told, next: 0, pending: null });
        let result;
        let failure = null;
        try {
          result = call(...args);
        } catch (error) {
          failure = { error };
        }
        const { pending } = this;
        this.told = [];
        if (pending) return pending.then((answer) => {
          told.push(answer);
          return attempt();
        });
        if (failure) throw failure.error;
        return result;
      };
      return attempt();
    };
  }
}

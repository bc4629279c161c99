// Brings Python's files, compiles them once, and boots interpreters: workers that wait to become
// a process. All share the compiled module, and a snapshot of one that has started.

import * as held from "./held.js";
import * as mailbox from "./mailbox.js";
import { in_time, unless } from "./patience.js";
import { Shelf } from "./shelf.js";
import * as signals from "./signals.js";
import * as suspend from "./suspend.js";

// The kernel's side of each way to stand still.
const WAYS = { a: mailbox, b: suspend, c: held };

const FILES = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide.asm.mjs", "pyodide.mjs"];

export class Machine {
  // `cpython` and `own` are the folders of Python's files and of the lab's; `way` is how a
  // process stands still, and `scope` what the service worker serves.
  constructor({ cpython, own, sizes, way, scope }, tell) {
    Object.assign(this, { cpython, own, way, scope });
    this.total = sizes;
    this.received = 0;
    this.tell = tell;
    this.snapshot = null;
    this.warmed = undefined; // when the code that all share is fast
    const kind = { cpython, own, way, browser: navigator.userAgent };
    this.shelf = new Shelf(scope, kind);
    this.booting = new Set();
  }

  // Loads everything, once; what failed can be asked for again.
  load() {
    this.loaded ??= this.#load().catch((error) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  async #load() {
    this.received = 0;
    const packages = in_time("packages.json", fetch(new URL("packages.json", this.own)).then((response) => {
      if (!response.ok) throw new Error(`packages.json answered ${response.status}`);
      return response.json();
    }));
    const [files, read] = await Promise.all([Promise.all(FILES.map((name) => this.#file(name))), packages]);
    this.tell({ phase: "compiling Python" });
    this.module = await WebAssembly.compile(files[0]);
    this.stdlib = this.#once_for_all(files[1]);
    this.packages = read;
    const kept = await this.shelf.take();
    this.tell({ phase: kept ? "starting Python from where the last visit came to" : "starting Python" });
    if (kept) return this.#start_from(kept);
    // Taking a snapshot is no part of Pyodide's public interface: without one every
    // interpreter starts from nothing, which takes longer.
    await this.#make_snapshot().catch((error) => {
      if (error.is_absent) throw error;
      this.snapshot = null;
    });
  }

  // What can be shared is not copied for each worker.
  #once_for_all(bytes) {
    if (this.way !== "a") return bytes;
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  }

  async #file(name) {
    const response = await in_time(name, fetch(new URL(name, this.cpython)));
    if (!response.ok) throw new Error(`${name} answered ${response.status}`);
    const chunks = [];
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await in_time(name, reader.read());
      if (done) break;
      chunks.push(value);
      this.received += value.length;
      this.tell({ received: this.received, total: this.total });
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  // The first interpreter starts from nothing, and what its memory holds then is where all
  // others start, now and at the next visit.
  async #make_snapshot() {
    const first = this.boot({ makes_snapshot: true, warms: true });
    const snapshot = await first.snapshot;
    this.snapshot = this.#once_for_all(snapshot);
    this.warmed = this.#warm(first);
    await this.warmed;
    this.shelf.put(snapshot);
  }

  #start_from(kept) {
    this.snapshot = this.#once_for_all(kept);
    this.warmed = this.#warm(this.boot({ warms: true })).catch(() => this.distrust_snapshot());
  }

  // Before it goes the first one computes for a moment: a browser replaces slow code by fast only
  // where it is entered anew, and the fast code belongs to the module that all share.
  async #warm(first) {
    await first.warm;
    first.end();
  }

  // Nothing could be started from it.
  distrust_snapshot() {
    this.snapshot = null;
    return this.shelf.drop();
  }

  boot({ makes_snapshot = false, warms = false } = {}) {
    const interpreter = new Interpreter(this, { makes_snapshot, warms });
    this.booting.add(interpreter);
    interpreter.ready.catch(() => {}).then(() => this.booting.delete(interpreter));
    return interpreter;
  }
}

// A worker with Python in it.
class Interpreter {
  constructor(machine, asked) {
    this.worker = new Worker(new URL("interpreter.js", machine.own), { type: "module" });
    this.sender = new WAYS[machine.way].Sender({ worker: this.worker, scope: machine.scope });
    // Without shared memory the kernel alone sees them: when the process calls it next.
    this.signals = signals.word(machine.way === "a");
    this.heard = new Map();
    this.ready = this.#hears("ready");
    this.snapshot = this.#hears("snapshot");
    this.warm = this.#hears("warm");
    this.receive = null; // what hears the messages of the process that it becomes
    const came = unless(() => {
      this.fail("a file of the lab's part of Python has not come", { is_absent: true });
      this.end();
    });
    this.worker.onmessage = ({ data }) => {
      came();
      const waiting = this.heard.get(data.kind);
      if (waiting) waiting.resolve(data.bytes);
      else if (data.kind === "fault") this.fail(data.text);
      else this.receive?.(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      came();
      this.fail(event.message ?? "its worker could not be started");
    };
    const { cpython, module, stdlib, snapshot, packages, way } = machine;
    const { line } = this.sender;
    this.worker.postMessage({
      boot: { cpython, module, stdlib, snapshot, packages, ...asked, way, line, signals: this.signals },
    });
  }

  #hears(kind) {
    const promise = new Promise((resolve, reject) => this.heard.set(kind, { resolve, reject }));
    promise.catch(() => {}); // who waits for it hears of it
    return promise;
  }

  fail(text, why = {}) {
    const error = Object.assign(new Error(text), why);
    for (const { reject } of this.heard.values()) reject(error);
    this.receive?.({ kind: "fault", text });
  }

  end() {
    this.worker.terminate();
    this.sender.end?.();
    this.worker.onmessage = null;
  }
}

// Threads of one interpreter: each has a stack of its own, which the browser can set aside while
// the thread waits for something (JavaScript Promise Integration). One runs at a time. Who may
// is decided here; when a thread is asked to make room, CPython itself looks, between bytecodes.

const MAIN = 0;
// The keyboard's Ctrl+C reaches threads that all sleep within this time.
const LOOK_MS = 100;

export const can_switch_stacks = () => typeof WebAssembly.Suspending === "function";

export class Threads {
  // `interrupted()` says whether Ctrl+C was pressed, once; the clocks are passed in, since the
  // worker's own are out of reach of a program.
  constructor({ interrupted, later, now }) {
    this.interrupted = interrupted;
    this.later = later;
    this.now = now;
    this.line = []; // threads that may run, the first first
    this.parked = new Map(); // thread → what lets it go on
    this.awake = new Set(); // woken before they were parked
    this.due = new Map(); // sleepers → when they wake up
    this.running = MAIN;
  }

  // A thread that will run when its turn comes; `body` is entered on a stack of its own.
  start(thread, body) {
    this.line.push(thread);
    this.parked.set(thread, () => body.callPromising(thread).finally(() => this.next()));
  }

  // The running thread waits, for so many seconds at most where they are said. The promise
  // tells it why it goes on: "woken", "late", "deadlock" or "interrupt".
  park(thread, seconds) {
    if (this.awake.delete(thread)) return Promise.resolve("woken");
    if (seconds !== undefined) this.due.set(thread, this.now() + seconds * 1000);
    return this.#waits(thread);
  }

  // The running thread makes room, and goes on when it is its turn again.
  give_way(thread) {
    this.line.push(thread);
    return this.#waits(thread);
  }

  // Whether anybody else wants to run.
  is_wanted() {
    this.#wake_sleepers();
    return this.line.length > 0;
  }

  wake(thread, why = "woken") {
    if (!this.parked.has(thread) || this.line.includes(thread)) this.awake.add(thread);
    else this.#ready(thread, why);
  }

  // Ctrl+C, which another thread has heard: says whether the main one is told of it, where it waits.
  interrupt() {
    if (!this.parked.has(MAIN) || this.line.includes(MAIN)) return false;
    this.#ready(MAIN, "interrupt");
    return true;
  }

  #waits(thread) {
    const promise = new Promise((resolve) => this.parked.set(thread, resolve));
    // After this the running stack is set aside, and the next one may go on.
    Promise.resolve().then(() => this.next());
    return promise;
  }

  #ready(thread, why) {
    this.due.delete(thread);
    const go_on = this.parked.get(thread);
    this.parked.set(thread, () => go_on(why));
    this.line.push(thread);
  }

  #wake_sleepers() {
    const now = this.now();
    const up = [...this.due].filter(([, due]) => due <= now).sort(([, a], [, b]) => a - b);
    for (const [thread] of up) this.#ready(thread, "late");
  }

  next() {
    this.#wake_sleepers();
    if (this.line.length === 0) return this.#nobody();
    const thread = this.line.shift();
    const go_on = this.parked.get(thread);
    this.parked.delete(thread);
    this.running = thread;
    go_on("turn");
  }

  #nobody() {
    if (this.parked.has(MAIN) && this.interrupted()) this.#ready(MAIN, "interrupt");
    else if (this.due.size > 0) {
      const soonest = Math.min(...this.due.values()) - this.now();
      return void this.later(() => this.next(), Math.max(0, Math.min(soonest, LOOK_MS)));
    } else {
      for (const thread of [...this.parked.keys()]) this.#ready(thread, "deadlock");
    }
    if (this.line.length > 0) this.next();
  }
}

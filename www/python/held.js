// The third way to stand still (ways.js), where memory is not shared and stacks are not set aside:
// a request that the service worker holds until the kernel has brought the answer there. Neither
// is held longer than ten seconds; then who made it is told to come again, so that no service
// worker is ever ended for being busy, and one that was started anew forgets nothing.

import { unpacked } from "./mailbox.js";

// What the service worker says to who has to come again.
const AGAIN = 202;
// So often in a row it may fail before the call is given up.
const MOST_FAILURES = 20;
const PAUSE_MS = 50;

// Where the service worker holds requests, below the scope that it serves.
const HOLDS = "python-wait/";

// The kernel's side.
export class Sender {
  constructor({ scope }) {
    // Nobody else can guess where this process waits.
    this.line = new URL(`${HOLDS}${crypto.randomUUID()}/`, scope).href;
    this.number = 0;
    this.ended = new AbortController();
  }

  send(whole) {
    this.number += 1;
    this.#bring(whole, `${this.line}${this.number}`);
  }

  async #bring(body, address) {
    const { signal } = this.ended;
    for (let failures = 0; failures < MOST_FAILURES && !signal.aborted;) {
      try {
        const { status } = await fetch(address, { method: "POST", body, signal });
        if (status === 200) return;
        if (status !== AGAIN) failures += 1;
      } catch {
        failures += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  end() {
    this.ended.abort();
  }
}

// Taken along before it is out of a program's reach.
const { XMLHttpRequest } = self;

// The worker's side.
export class Receiver {
  constructor(line, post) {
    this.line = line;
    this.post = post;
    this.number = 0;
  }

  call(op, args, data) {
    this.number += 1;
    this.post({ kind: "call", op, args, data });
    const address = `${this.line}${this.number}`;
    for (let failures = 0; failures < MOST_FAILURES;) {
      const request = new XMLHttpRequest();
      request.open("GET", address, false);
      request.responseType = "arraybuffer";
      try {
        request.send();
      } catch { /* it was broken off */ }
      if (request.status === 200) return unpacked(new Uint8Array(request.response));
      if (request.status !== AGAIN) failures += 1;
    }
    throw new Error("the service worker that held its calls is gone");
  }

  ask(op, args, data) {
    return this.call(op, args, data);
  }
}

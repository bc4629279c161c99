// The first way to stand still (ways.js): a worker waits in memory that it shares with the kernel.
// An answer is a head (JSON) and bytes; what is larger than the box comes in pieces.

const STATE = 0; // 0: nothing there, 1: a piece lies in the box
const PIECE = 1; // its length
const REST = 2; // so much is still to come
const CONTROL = 64;
const ROOM = 1 << 20;

// Head and bytes as one array.
export function packed({ data, ...head }) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = data ?? new Uint8Array();
  const whole = new Uint8Array(4 + text.length + bytes.length);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(bytes, 4 + text.length);
  return whole;
}

// The head as text, since Python reads it, and the bytes.
export function unpacked(whole) {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  const head = new TextDecoder().decode(whole.subarray(4, 4 + length));
  return { head, data: whole.subarray(4 + length) };
}

// Arrays of bytes as one.
export function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// The kernel's side: it never waits.
export class Sender {
  constructor() {
    // What the worker has to be told.
    this.line = new SharedArrayBuffer(CONTROL + ROOM);
    this.control = new Int32Array(this.line, 0, CONTROL / 4);
    this.room = new Uint8Array(this.line, CONTROL);
    this.rest = new Uint8Array();
  }

  send(whole) {
    this.rest = whole;
    this.more();
  }

  // The next piece: at first, and whenever the receiver has taken one.
  more() {
    const piece = this.rest.subarray(0, ROOM);
    this.rest = this.rest.subarray(piece.length);
    this.room.set(piece);
    this.control[PIECE] = piece.length;
    this.control[REST] = this.rest.length;
    Atomics.store(this.control, STATE, 1);
    Atomics.notify(this.control, STATE);
  }
}

// The worker's side.
export class Receiver {
  constructor(mailbox, post) {
    this.control = new Int32Array(mailbox, 0, CONTROL / 4);
    this.room = new Uint8Array(mailbox, CONTROL);
    this.post = post;
  }

  // A system call: the worker stands still until the kernel answers.
  call(op, args, data) {
    this.post({ kind: "call", op, args, data });
    return unpacked(this.#receive());
  }

  // The same from within the file system.
  ask(op, args, data) {
    return this.call(op, args, data);
  }

  #receive() {
    const pieces = [];
    for (;;) {
      while (Atomics.load(this.control, STATE) === 0) Atomics.wait(this.control, STATE, 0);
      pieces.push(this.room.slice(0, this.control[PIECE]));
      const done = this.control[REST] === 0;
      Atomics.store(this.control, STATE, 0);
      if (done) break;
      this.post({ kind: "more" });
    }
    return joined(pieces);
  }
}

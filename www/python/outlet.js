// What processes write, on its way to the page: gathered for a moment, so that a flood of short lines
// is a few messages, which leave the page time for the visitor.

import { joined } from "./mailbox.js";

const GATHER_MS = 50;

export class Outlet {
  constructor(tell) {
    this.tell = tell;
    this.pieces = []; // in the order in which they were written
    this.told_at = -Infinity;
    this.timer = undefined;
  }

  write(pid, fd, bytes) {
    const last = this.pieces.at(-1);
    if (last?.pid === pid && last.fd === fd) last.bytes.push(bytes);
    else this.pieces.push({ pid, fd, bytes: [bytes] });
    const rest = this.told_at + GATHER_MS - performance.now();
    if (rest <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), rest);
  }

  // Whatever else the page is told comes after what was written before.
  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pieces.length === 0) return;
    const out = this.pieces.map((piece) => ({ ...piece, bytes: joined(piece.bytes) }));
    this.pieces = [];
    this.told_at = performance.now();
    this.tell({ out });
  }
}

// The console: a line for each line that a process wrote, with the number of its process, as
// they come. What a process has not ended yet is its line still, whoever writes in between.

import { element } from "./form.js";

// Further back nobody scrolls, and a page with more lines becomes slow.
const MOST_LINES = 5000;

export class Console {
  constructor(place) {
    this.place = place;
    this.clear();
  }

  clear() {
    this.place.replaceChildren();
    this.open = new Map(); // process and descriptor → its unfinished line
    this.decoders = new Map();
    this.names = new Map();
  }

  name({ pid, name }) {
    this.names.set(pid, name ? `${pid} ${name}` : String(pid));
  }

  write(pid, fd, bytes) {
    const key = `${pid}.${fd}`;
    if (!this.decoders.has(key)) this.decoders.set(key, new TextDecoder());
    const text = this.decoders.get(key).decode(bytes, { stream: true });
    const all = text.split("\n");
    // Of more than there is room for, the rest would be gone at once.
    const pieces = all.slice(-MOST_LINES);
    if (pieces.length < all.length) this.open.delete(key);
    const follows = this.at_end();
    pieces.forEach((piece, at) => {
      if (piece !== "") this.append(key, pid, fd, piece);
      if (at < pieces.length - 1) this.finish(key, pid, fd);
    });
    if (follows) this.place.scrollTop = this.place.scrollHeight;
  }

  at_end() {
    const { scrollTop, clientHeight, scrollHeight } = this.place;
    return scrollTop + clientHeight > scrollHeight - 8;
  }

  append(key, pid, fd, text) {
    let line = this.open.get(key);
    if (!line) {
      line = this.line(pid, fd);
      this.open.set(key, line);
    }
    line.lastChild.append(text);
  }

  finish(key, pid, fd) {
    if (!this.open.has(key)) this.line(pid, fd);
    this.open.delete(key);
  }

  line(pid, fd) {
    const line = element(
      "div",
      { "data-pid": pid, class: fd === 2 ? "line wrong" : "line" },
      element("span", { class: "pid" }, this.names.get(pid) ?? String(pid)),
      element("span", { class: "text" }),
    );
    this.add(line);
    return line;
  }

  add(line) {
    this.place.append(line);
    if (this.place.childElementCount > MOST_LINES) this.place.firstElementChild.remove();
  }

  // What was typed, behind the question if there is one.
  echo(text) {
    const question = [...this.open.values()].at(-1);
    if (question) question.lastChild.append(text.trimEnd());
    else this.note(text.trimEnd());
    this.open.clear();
  }

  // What the lab says of the run.
  note(text) {
    this.add(element("div", { class: "line note" }, text));
    this.place.scrollTop = this.place.scrollHeight;
  }

  // How a process ended, where it did not end well.
  end({ pid, code }) {
    if (code === 0) return;
    const name = this.names.get(pid) ?? String(pid);
    const how = code < 0 ? `was ended by signal ${-code}` : `ended with exit code ${code}`;
    this.add(element("div", { class: "line note" }, `process ${name} ${how}`));
  }

  // What the processes have written, line by line.
  lines() {
    return [...this.place.querySelectorAll(".text")].map((text) => text.textContent);
  }

  flush() {
    this.open.clear();
  }
}

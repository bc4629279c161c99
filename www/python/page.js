// The place where Python programs are changed and run: an editor, a console, and what one can
// ask for. The kernel does the rest; it is started by the first press, never by an address.

import { compared } from "./answers.js";
import { Comparison } from "./compare.js";
import { Console } from "./console.js";
import { Editor } from "./editor.js";
import { pack, sentence, unpack } from "./link.js";
import { Sources } from "./sources.js";
import { element, form } from "./form.js";
import { lanes } from "./lanes.js";
import { unless } from "./patience.js";
import { report } from "./report.js";
import { added, end_of } from "./traceback.js";
import { stand_by, way_here } from "./ways.js";

const place = document.querySelector("[data-python]");
const root = document.documentElement;
const { cpython, own, size, bytes, editor } = place.dataset;

// One interpreter stays free for the main program: so many processes compute beside it.
const MOST_CPUS = 7;
const MOST_RANKS = 16;

// What is missing here, as a sentence; nothing if Python can run.
function missing() {
  if (typeof WebAssembly !== "object") return "This browser has no WebAssembly, so Python cannot run here.";
  if (typeof Worker !== "function") return "This browser has no workers, so Python cannot run here.";
  return way_here().why ?? null;
}

class Page {
  constructor(programs) {
    this.parts = form(place, size, programs);
    this.console = new Console(this.parts.console);
    this.editor = new Editor(this.parts, editor && String(new URL(editor, document.baseURI)));
    this.sources = new Sources(this.parts, programs, this.editor);
    this.kernel = null;
    this.running = false;
    this.listen();
    const why = missing();
    if (why) this.say_error(why);
  }

  listen() {
    const { run, stop, interrupt, line, end, typed, link, compare } = this.parts;
    const press = (button, action) =>
      button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && action());
    press(run, () => this.run());
    press(stop, () => this.stop());
    press(interrupt, () => this.kernel?.postMessage({ interrupt: {} }));
    press(end, () => this.type({ ends: true }));
    press(link, () => this.link());
    press(compare, () => this.compare_with_pool());
    addEventListener("hashchange", () => this.open_address());
    // Scripts lay files by an event, and hear what is written by another.
    place.addEventListener("lab-files", ({ detail }) => {
      this.sources.lay(Object.entries(detail.files), detail.program);
      this.cpus = detail.cpus;
    });
    line.addEventListener("submit", (event) => {
      event.preventDefault();
      this.type({ line: `${typed.value}\n` });
    });
  }

  // Shows what the address carries. It runs by a press only, whoever wrote it.
  async open_address() {
    try {
      const carried = await unpack(location.hash);
      if (!carried) return;
      if (this.running) return this.say_error("The address carries a program. Stop the one that runs, then open the address again.");
      this.sources.lay(carried.files, carried.files[0][0]);
      this.parts.arguments.value = carried.words;
      this.parts.ranks.value = carried.ranks;
      this.parts.carried.textContent = "This program came with the address, from whoever made the link. Read it; it runs when you press Run.";
      this.parts.carried.hidden = false;
    } catch (error) {
      this.say_error(sentence(error));
    }
  }

  // Makes an address that shows what stands in the editor, and copies it where that is allowed.
  async link() {
    const { linked, address, address_help } = this.parts;
    try {
      const { files, main } = this.sources.all();
      const ranks = Number(this.parts.ranks.value) || 1;
      const hash = await pack({ files, main, words: this.parts.arguments.value, ranks });
      address.value = new URL(hash, location.href.split(/[?#]/)[0]).href;
    } catch (error) {
      linked.hidden = true;
      return this.say_error(sentence(error));
    }
    linked.hidden = false;
    address.focus();
    address.select();
    const copied = await navigator.clipboard?.writeText(address.value).then(() => true, () => false);
    address_help.textContent = `${copied ? "Copied. " : ""}It holds the program itself; whoever opens it sees the program, and runs it by a press.`;
  }

  run() {
    const why = missing();
    if (why) return this.say_error(why);
    const wanted = this.wanted();
    if (!wanted) return;
    this.editor.mount();
    this.editor.point(null);
    this.asked = this.sources.asked;
    this.parts.compared.hidden = true;
    this.errors = new Map(); // what each process wrote to its standard error
    this.comparison = null;
    this.start(wanted);
  }

  async start(wanted) {
    this.console.clear();
    this.parts.lanes.replaceChildren();
    document.getElementById("report").textContent = "";
    this.parts.error.hidden = this.parts.outcome.hidden = true;
    this.turn(true, "running");
    this.began = new Date();
    if (!this.kernel && !(await this.stands_by())) return;
    this.kernel ??= this.open();
    this.kernel.postMessage({ run: wanted });
  }

  // The measured comparison. What its processes write is data, and nothing for the console.
  compare_with_pool() {
    const why = missing();
    if (why) return this.say_error(why);
    this.editor.point(null);
    this.parts.compared.hidden = true;
    const cpus = this.cpus ?? Math.min(navigator.hardwareConcurrency || 1, MOST_CPUS);
    const run = ({ source, files, processes }) =>
      this.start({ files: { "program.py": source, ...files }, argv: ["program.py"], ranks: 1, cpus, processes });
    const done = ({ sentence, report: found, markup, kept }) => {
      this.comparison = null;
      if (sentence) {
        this.turn(false, "error");
        return this.say_error(sentence);
      }
      this.parts.outcome.innerHTML = markup;
      this.parts.outcome.append(element("p", {}, kept));
      this.parts.outcome.hidden = false;
      document.getElementById("report").textContent = JSON.stringify(found);
      this.turn(false, "done");
      return this.say("measured");
    };
    this.comparison = new Comparison({ cpus, run, say: (words) => this.say(words), done });
    this.comparison.start();
  }

  // Whether what lets a process stand still is there; Stop may come before it is.
  async stands_by() {
    const { began } = this;
    const is_awaited = () => this.running && this.began === began;
    try {
      await stand_by(way_here().way);
      return is_awaited();
    } catch (error) {
      if (is_awaited()) this.hear_failed(`Python cannot run yet: ${error.message}. Reload the page to try again.`);
      return false;
    }
  }

  // What is to run, or nothing and a sentence.
  wanted() {
    const ranks = Number(this.parts.ranks.value);
    if (!Number.isInteger(ranks) || ranks < 1 || ranks > MOST_RANKS) {
      return this.say_error(`Ranks are a whole number from 1 to ${MOST_RANKS}.`);
    }
    const words = this.parts.arguments.value.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    const argv = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
    const cpus = this.cpus ?? Math.min(navigator.hardwareConcurrency || 1, MOST_CPUS);
    const { files, main } = this.sources.all();
    return { files, argv: [main, ...argv], ranks, cpus, processes: Math.max(ranks, likely(files[main], cpus)) };
  }

  open() {
    const folder = (name) => String(new URL(name, document.baseURI));
    const kernel = new Worker(new URL("kernel.js", folder(own)), { type: "module" });
    this.came = unless(() => this.lose_kernel("has not come"));
    this.is_there = false;
    kernel.onmessage = ({ data }) => {
      this.came();
      this.is_there = true;
      for (const [what, told] of Object.entries(data)) this[`hear_${what}`]?.(told, data);
    };
    kernel.onerror = (event) => {
      event.preventDefault();
      this.lose_kernel("could not be loaded");
    };
    const { way } = way_here();
    root.dataset.way = way;
    kernel.postMessage({ open: { cpython: folder(cpython), own: folder(own), sizes: Number(bytes), way, scope: folder("./") } });
    return kernel;
  }

  // The next press starts another one.
  lose_kernel(why) {
    this.end_kernel();
    this.hear_failed(`A file of the lab's part of Python ${why}. Press Run to try again, or reload the page.`);
  }

  end_kernel() {
    this.came?.();
    this.kernel?.terminate();
    this.kernel = null;
  }

  // Ends every process. The kernel never waits, so it answers at once, if it is there.
  stop() {
    if (!this.kernel || !this.is_there) {
      this.end_kernel();
      return this.hear_stopped(null);
    }
    this.kernel.postMessage({ stop: {} });
  }

  type(message) {
    this.parts.typed.value = "";
    this.parts.line.hidden = true;
    if (message.line) this.console.echo(message.line);
    this.kernel.postMessage({ type: message });
  }

  turn(running, state) {
    this.running = running;
    const { run, stop, interrupt, line, progress } = this.parts;
    for (const button of [run, this.parts.compare]) button.setAttribute("aria-disabled", String(running));
    for (const button of [stop, interrupt]) button.setAttribute("aria-disabled", String(!running));
    if (!running) line.hidden = progress.hidden = true;
    root.dataset.lab = state;
  }

  say(words) {
    this.parts.phase.textContent = words;
  }

  say_error(sentence) {
    this.parts.error.textContent = sentence;
    this.parts.error.hidden = false;
    root.dataset.lab = "error";
  }

  // ---- what the kernel tells

  hear_received(received, { total }) {
    const { progress } = this.parts;
    Object.assign(progress, { hidden: false, max: total, value: received });
    const mb = (count) => (count / 1e6).toFixed(1);
    this.say(`loading Python: ${mb(received)} of ${mb(total)} MB, unpacked`);
  }

  hear_phase(phase) {
    this.parts.progress.hidden = true;
    this.say(phase === "running" ? "running" : `${phase} …`);
    if (phase === "running") this.parts.run.textContent = "Run in CPython";
  }

  hear_out(pieces) {
    for (const { pid, fd, bytes: written } of pieces) {
      if (this.comparison) {
        this.comparison.hear({ fd, bytes: written });
        continue;
      }
      this.console.write(pid, fd, written);
      if (fd === 2) this.errors.set(pid, added(this.errors.get(pid) ?? "", new TextDecoder().decode(written)));
      place.dispatchEvent(new CustomEvent("lab-output", { detail: { pid, fd, bytes: written } }));
    }
  }

  hear_process(process) {
    if (process.state === "starts") this.console.name(process);
    else this.console.end(process);
  }

  hear_input(pid) {
    this.parts.line.hidden = false;
    this.parts.line_label.textContent = `Process ${pid} waits for a line`;
    this.parts.typed.focus();
  }

  hear_deadlock({ text }) {
    this.console.note(`Deadlock: ${text}.`);
  }

  hear_note(sentence) {
    this.console.note(sentence);
  }

  hear_done({ code, ms, record }) {
    if (this.comparison) return this.comparison.ended(code);
    this.console.flush();
    this.parts.lanes.replaceChildren(lanes(record, ms));
    document.getElementById("report").textContent = JSON.stringify(report(record, this.began));
    root.dataset.exit = code;
    this.point_at_error();
    this.compare();
    this.turn(false, "done");
    this.say(`ended after ${(ms / 1000).toFixed(2)} s with exit code ${code}`);
  }

  // Marks the line in which the program ended: of the first process that tells of one.
  point_at_error() {
    const ends = [...this.errors.values()].map((text) => end_of(text, this.sources.shown));
    this.editor.point(ends.find((end) => end !== null) ?? null);
  }

  // What the lesson's program should have printed, beside what it has.
  compare() {
    const said = compared(this.asked, this.console.lines());
    this.parts.compared.hidden = said === null;
    this.parts.compared.textContent = said ?? "";
  }

  hear_stopped(why) {
    this.comparison?.close();
    this.comparison = null;
    this.console.flush();
    this.turn(false, "ready");
    this.say("stopped");
    if (why) this.say_error(why);
  }

  hear_failed(sentence) {
    this.comparison?.close();
    this.comparison = null;
    this.turn(false, "error");
    this.say("");
    this.say_error(sentence);
  }
}

// How many processes a program will probably start: their interpreters are made before it runs,
// so that none comes late. If there are more, the kernel makes more.
function likely(source, cpus) {
  if (/\b(Popen|os\.system|subprocess|mpirun)\b/.test(source)) return 8;
  if (/\bProcess\(/.test(source)) return 5;
  return /\b(Pool|ProcessPoolExecutor)\(/.test(source) ? cpus + 1 : 1;
}

const programs = await fetch(new URL(`${own}programs.json`, document.baseURI));
if (programs.ok) await new Page(await programs.json()).open_address();
else place.textContent = "The programs could not be loaded. Reload the page to try again.";

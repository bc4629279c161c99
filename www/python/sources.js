// The programs in the editor: those of the lessons, as they are or as the visitor changed them,
// and the visitor's own files. Changes to a lesson's program are kept on this device.

import { element } from "./form.js";

const MAIN = "program.py";
const MOST_BYTES = 1 << 20;

// Storage may be forbidden; then a change lasts as long as the page.
function kept(name, text) {
  const key = `lab-python-${name}`;
  try {
    if (text === null) localStorage.removeItem(key);
    else if (text !== undefined) localStorage.setItem(key, text);
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

// Words with code between backticks.
function with_code(words) {
  return words.split("`").map((part, at) => (at % 2 ? element("code", { translate: "no" }, part) : part));
}

export class Sources {
  constructor(parts, programs, editor) {
    this.parts = parts;
    this.editor = editor;
    this.programs = new Map(programs.map((program) => [program.name, program]));
    const { program, file, source, open, reset } = parts;
    // An address may say which program is shown; it runs by a press only.
    const asked = new URLSearchParams(location.search).get("program");
    if (this.programs.has(asked)) program.value = asked;
    program.addEventListener("change", () => this.choose(program.value));
    file.addEventListener("change", () => this.show(file.value));
    source.addEventListener("input", () => this.changed());
    open.addEventListener("change", () => this.take([...open.files]));
    reset.addEventListener("click", () => reset.getAttribute("aria-disabled") !== "true" && this.reset());
    this.choose(program.value);
  }

  choose(name) {
    const program = this.programs.get(name);
    this.chosen = name;
    this.original = program.source;
    this.parts.arguments.value = program.arguments;
    this.parts.ranks.value = program.ranks;
    this.parts.task.replaceChildren(...with_code(program.task));
    this.files = new Map([[MAIN, kept(name) ?? this.original]]);
    this.list();
    this.show(MAIN);
  }

  list() {
    const options = [...this.files.keys()].map((name) => new Option(name, name));
    this.parts.file.replaceChildren(...options);
  }

  show(name) {
    this.shown = name;
    this.parts.file.value = name;
    this.editor.show(this.files.get(name), this.chosen && name === MAIN ? this.original : null);
    this.mark();
  }

  changed() {
    const text = this.parts.source.value;
    this.files.set(this.shown, text);
    if (this.chosen && this.shown === MAIN) kept(this.chosen, text === this.original ? null : text);
    this.mark();
  }

  // Whether there is something to go back to.
  mark() {
    const differs = this.chosen && this.files.get(MAIN) !== this.original;
    this.parts.reset.setAttribute("aria-disabled", String(!differs));
  }

  reset() {
    kept(this.chosen, null);
    this.choose(this.chosen);
  }

  async take(files) {
    const fit = files.filter((file) => file.size <= MOST_BYTES);
    const read = await Promise.all(fit.map(async (file) => [file.name, await file.text()]));
    if (read.length > 0) this.lay(read);
  }

  // The first program among own files is run, unless one is called program.py.
  lay(files, program = MAIN) {
    const first = (name) => (name === program ? 0 : name.endsWith(".py") ? 1 : 2);
    const sorted = [...files].sort(([a], [b]) => first(a) - first(b));
    this.chosen = null;
    this.parts.task.replaceChildren();
    this.files = new Map(sorted);
    this.list();
    this.show(sorted[0][0]);
  }

  // What a lesson's program has to print, if it runs with the lesson's arguments.
  get asked() {
    const program = this.programs.get(this.chosen);
    return program && this.parts.arguments.value.trim() === program.arguments ? program : null;
  }

  // Every file by its name, and which one is run.
  all() {
    const [main] = this.files.keys();
    return { files: Object.fromEntries(this.files), main };
  }
}

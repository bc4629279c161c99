// The editor: a labelled text area, which is there first and always holds the text, and
// CodeMirror over it once Python was asked for. Where that cannot be had, the text area stays.

import { differences } from "./differences.js";

const NONE = { changed: new Set(), removed: new Set() };

export class Editor {
  // `bundle` is where CodeMirror is; nothing where the page was built without it.
  constructor(parts, bundle) {
    this.parts = parts;
    this.bundle = bundle;
    this.view = null;
    this.original = null;
    this.wrong = null;
    parts.source.addEventListener("input", () => this.changed());
    parts.source_label.addEventListener("click", () => this.view?.focus());
    parts.wrong_line.addEventListener("click", () => this.go(this.wrong));
  }

  get text() {
    return this.parts.source.value;
  }

  // Shows a text, and what it is compared with, if anything.
  show(text, original = null) {
    this.parts.source.value = text;
    this.original = original;
    this.changed();
  }

  changed() {
    this.point(null);
    this.view?.show(this.text);
    this.mark();
  }

  mark() {
    const differ = this.original === null ? NONE : differences(this.original, this.text);
    this.parts.differs.textContent = this.original === null ? "" : told(differ);
    this.view?.mark({ ...differ, wrong: this.wrong });
  }

  // Says in which line the program ended; nothing takes it back.
  point(end) {
    this.wrong = end?.line ?? null;
    const { wrong, wrong_line, wrong_words } = this.parts;
    wrong.hidden = !end;
    wrong_line.textContent = end ? `Line ${end.line}` : "";
    wrong_words.textContent = end ? `: ${end.words}` : "";
    if (end) this.mark();
  }

  go(line) {
    if (this.view) return this.view.go(line);
    const { source } = this.parts;
    const lines = source.value.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
    source.focus();
    source.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }

  // Puts CodeMirror over the text area, once; on a broken line the text area stays.
  async mount() {
    if (!this.bundle || this.view || this.mounting) return;
    this.mounting = true;
    try {
      const { mount } = await import(this.bundle);
      const { source, place } = this.parts;
      const had_focus = document.activeElement === source;
      const typed = (text) => {
        source.value = text;
        source.dispatchEvent(new Event("input", { bubbles: true }));
      };
      this.view = mount(place, { text: this.text, label: this.parts.source_label.textContent, typed });
      place.hidden = false;
      source.hidden = true;
      this.parts.keys.hidden = false;
      this.mark();
      if (had_focus) this.view.focus();
    } catch {
      this.bundle = null;
    } finally {
      this.mounting = false;
    }
  }
}

function told({ changed, removed, missing = 0 }) {
  if (changed.size === 0 && removed.size === 0) return "";
  const lines = (count) => `${count} ${count === 1 ? "line" : "lines"}`;
  const parts = [];
  if (changed.size > 0) parts.push(`${lines(changed.size)} changed or added (marked +)`);
  if (removed.size > 0) parts.push(`${lines(missing)} of the original left out (marked −)`);
  return `Not the original any more: ${parts.join(", ")}.`;
}

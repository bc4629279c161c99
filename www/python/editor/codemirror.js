// CodeMirror for Python, in a shadow root: there it brings its styles as constructed sheets,
// which the page's policy allows. The build bundles this file with what it imports.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, gutter, GutterMarker, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The page's own colours reach into the shadow, so light and dark need nothing here.
const LOOK = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--quiet)", borderRadius: "6px", maxHeight: "36rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { font: ".88rem/1.5 var(--mono)", minHeight: "12rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "transparent", boxShadow: "inset 0 -1px var(--line)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--size-0) !important" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--accent)" },
  ".cm-changes": { width: "1.2ch" },
  ".cm-changes .cm-gutterElement": { textAlign: "center", fontWeight: "700" },
  ".cm-changed": { backgroundColor: "var(--outside-ground)" },
  ".cm-wrong": { backgroundColor: "var(--wants-ground)", boxShadow: "inset 3px 0 var(--alarm)" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--alarm)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.number], color: "var(--alarm)" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], fontWeight: "600" },
]);

class Sign extends GutterMarker {
  constructor(text, title) {
    super();
    Object.assign(this, { text, title });
  }
  eq(other) {
    return other.text === this.text;
  }
  toDOM() {
    const sign = document.createElement("span");
    Object.assign(sign, { textContent: this.text, title: this.title });
    return sign;
  }
}
const CHANGED = new Sign("+", "not as in the original");
const REMOVED = new Sign("−", "lines of the original are missing here");
const WRONG = new Sign("!", "here the program ended");

// What is marked: lines from 1, `changed` and `removed` as sets, `wrong` one line or nothing.
const marking = StateEffect.define();
const marks = StateField.define({
  create: () => ({ changed: new Set(), removed: new Set(), wrong: null }),
  update: (held, { effects }) => effects.reduce((now, effect) => (effect.is(marking) ? effect.value : now), held),
  provide: (field) => EditorView.decorations.compute([field, "doc"], (state) => {
    const { changed, wrong } = state.field(field);
    const lines = [...new Set([...changed, ...(wrong ? [wrong] : [])])].sort((a, b) => a - b);
    const there = lines.filter((line) => line >= 1 && line <= state.doc.lines);
    const look = (line) => (line === wrong ? "cm-wrong" : "cm-changed");
    return Decoration.set(there.map((line) => Decoration.line({ class: look(line) }).range(state.doc.line(line).from)));
  }),
});

const signs = gutter({
  class: "cm-changes",
  lineMarker: (view, block) => {
    const line = view.state.doc.lineAt(block.from).number;
    const { changed, removed, wrong } = view.state.field(marks);
    if (line === wrong) return WRONG;
    return changed.has(line) ? CHANGED : removed.has(line) ? REMOVED : null;
  },
  lineMarkerChange: (update) => update.startState.field(marks) !== update.state.field(marks),
  initialSpacer: () => CHANGED,
});

// Puts an editor with this text into a place. Tab leaves it, as it leaves any field.
export function mount(place, { text, label, typed }) {
  const root = place.attachShadow({ mode: "open" });
  const state = (doc) => EditorState.create({
    doc,
    extensions: [
      lineNumbers(), signs, marks, history(), drawSelection(), bracketMatching(), indentOnInput(), highlightActiveLine(),
      indentUnit.of("    "), EditorState.tabSize.of(4), python(), syntaxHighlighting(COLOURS), LOOK,
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({ "aria-label": label, translate: "no" }),
      EditorView.updateListener.of((update) => update.docChanged && typed(update.state.doc.toString())),
    ],
  });
  const view = new EditorView({ root, parent: root, state: state(text) });
  return {
    focus: () => view.focus(),
    // Another text has a history of its own.
    show: (other) => {
      if (other !== view.state.doc.toString()) view.setState(state(other));
    },
    mark: (what) => view.dispatch({ effects: marking.of(what) }),
    go: (line) => {
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
  };
}

// What stands in the place for Python: built once, without any markup as text.

// An element with attributes and children; text becomes text.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(attribute, "");
    else if (value !== false) made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

const control = (id, words, field, help) =>
  element("div", { class: "control" }, element("label", { for: id }, words), field, ...(help ? [element("p", { class: "help" }, help)] : []));

const button = (words, attributes) => element("button", { type: "button", ...attributes }, words);

// Fills the place, and returns the parts that change.
export function form(place, size, programs) {
  const parts = {
    program: element("select", { id: "python-program" }, ...programs.map(({ name, title }) => element("option", { value: name }, title))),
    arguments: element("input", { id: "python-arguments", spellcheck: "false", autocomplete: "off" }),
    ranks: element("input", { id: "python-ranks", inputmode: "numeric", value: "1", autocomplete: "off" }),
    file: element("select", { id: "python-file" }),
    open: element("input", { id: "python-open", type: "file", multiple: true, accept: ".py,.txt,.csv,.json,text/*" }),
    source: element("textarea", { id: "python-source", rows: "24", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" }),
    source_label: element("label", { for: "python-source" }, "The program, to change"),
    place: element("div", { class: "codemirror", hidden: true }),
    keys: element("p", { class: "help", hidden: true }, "Tab leaves the editor; Ctrl+] and Ctrl+[ (on a Mac ⌘) indent."),
    differs: element("p", { class: "help differs", role: "status" }),
    wrong_line: button("", { class: "link" }),
    wrong_words: element("span"),
    run: button(`Run in CPython (${size})`, { class: "run" }),
    stop: button("Stop", { class: "stop", "aria-disabled": "true" }),
    interrupt: button("Ctrl+C", { class: "interrupt", "aria-disabled": "true", title: "KeyboardInterrupt in every process" }),
    reset: button("Original", { class: "reset", "aria-disabled": "true" }),
    link: button("Link", { class: "share", title: "An address that shows this program" }),
    address: element("input", { id: "python-address", readonly: true }),
    address_help: element("p", { class: "help", role: "status" }),
    compare: button("Compare serial with Pool", { class: "compare" }),
    outcome: element("div", { class: "outcome", hidden: true }),
    task: element("p", { class: "task" }),
    compared: element("p", { class: "compared", role: "status", hidden: true }),
    carried: element("p", { class: "carried", role: "status", hidden: true }),
    progress: element("progress", { hidden: true, "aria-label": "Loading Python" }),
    phase: element("span", { class: "phase", role: "status" }),
    error: element("p", { class: "error", role: "alert", hidden: true }),
    console: element("div", { class: "console", "data-console": true, role: "log", "aria-label": "Console", tabindex: "0" }),
    lanes: element("div", { class: "lanes" }),
    line_label: element("label", { for: "python-line" }, "A line for the program"),
    typed: element("input", { id: "python-line", autocomplete: "off", spellcheck: "false" }),
    end: button("End of input", { class: "end" }),
  };
  parts.line = element(
    "form",
    { class: "line", hidden: true },
    element("div", { class: "control" }, parts.line_label, parts.typed),
    element("button", { type: "submit" }, "Enter"),
    parts.end,
  );
  parts.wrong = element("p", { class: "ended", hidden: true }, parts.wrong_line, parts.wrong_words);
  parts.linked = element("div", { class: "control linked", hidden: true }, element("label", { for: "python-address" }, "The address of this program"), parts.address, parts.address_help);
  place.replaceChildren(
    parts.carried,
    element(
      "div",
      { class: "controls" },
      control("python-program", "Program", parts.program),
      control("python-arguments", "Arguments", parts.arguments, "as behind python program.py"),
      control("python-ranks", "Ranks", parts.ranks, "more than 1: as by mpirun -n"),
    ),
    element(
      "div",
      { class: "controls beside" },
      control("python-file", "File", parts.file, "the first one is run; the others lie beside it"),
      control("python-open", "Own files", parts.open, "they stay in this page"),
    ),
    parts.task,
    element("div", { class: "control editor" }, parts.source_label, parts.source, parts.place, parts.keys, parts.differs, parts.wrong),
    element("div", { class: "go" }, parts.run, parts.stop, parts.interrupt, parts.reset, parts.link, parts.progress, parts.phase),
    parts.linked,
    element("div", { class: "go" }, parts.compare, element("p", { class: "help" }, "Measures the six fibs 31 to 26 in this page's CPython, one by one and by a pool, in paired blocks: about half a minute.")),
    parts.error,
    parts.outcome,
    parts.compared,
    parts.console,
    parts.line,
    parts.lanes,
  );
  return parts;
}

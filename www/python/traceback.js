// Where a program ended: the line of it that its last traceback names.

const FRAME = /^\s+File "([^"]+)", line (\d+)/;
// A traceback may be long; what ended the program stands at its end.
const MOST_TEXT = 64 * 1024;

// Keeps the end of what a process writes to its standard error.
export function added(text, piece) {
  return (text + piece).slice(-MOST_TEXT);
}

// The innermost line of this file in the last traceback, and the error's own words; nothing if
// there is none.
export function end_of(text, file) {
  const lines = text.split("\n");
  let found = null;
  let indented = false;
  for (const line of lines) {
    const frame = FRAME.exec(line);
    if (frame) {
      if (!indented) found = null; // another traceback begins
      indented = true;
      if (base(frame[1]) === file) found = { line: Number(frame[2]), words: "" };
    } else if (indented && line.trim() !== "" && !line.startsWith(" ")) {
      // The first line that is not indented ends a traceback: it is the error.
      if (found) found.words = line;
      indented = false;
    }
  }
  return found?.words ? found : null;
}

const base = (path) => path.split("/").at(-1);

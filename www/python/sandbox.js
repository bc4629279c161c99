// Closes the ways out of an interpreter's worker. A program sees a small `js` only; should it
// find its way to the worker's own objects all the same, the doors are gone there too.

const DOORS = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport",
  "indexedDB", "caches", "cookieStore", "navigator", "BroadcastChannel",
  "Worker", "SharedWorker", "importScripts", "postMessage", "close", "eval",
  "setInterval", "FileReaderSync", "Notification", "RTCPeerConnection",
];

// From any function one comes to what makes functions out of text.
const MAKERS = [function () {}, async function () {}, function* () {}, async function* () {}];

export function close_doors(python) {
  // Through this module Python would reach the whole of Pyodide.
  python.unregisterJsModule("pyodide_js");
  python.runPython("import sys; [sys.modules.pop(name) for name in list(sys.modules) if name.startswith('pyodide_js')]");
  for (const door of DOORS) {
    // Some stand on the worker itself, some on what it is made after.
    for (let owner = self; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, door)) delete owner[door];
    }
    // What cannot be deleted is covered.
    if (door in self) Object.defineProperty(self, door, { value: undefined });
  }
  for (const maker of MAKERS) {
    Object.defineProperty(Object.getPrototypeOf(maker), "constructor", { value: undefined });
  }
  // A clock that takes no text as a program.
  const { setTimeout } = self;
  self.setTimeout = (work, ms) => (typeof work === "function" ? setTimeout(work, ms) : 0);
  // What asks whether something is a function shall still be told.
  const refuses = () => { throw new TypeError("no function is made out of text here"); };
  self.Function = Object.defineProperty(refuses, "prototype", { value: Function.prototype });
}

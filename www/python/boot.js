// Boots CPython (Pyodide's build) from what the kernel has loaded: the module is compiled
// already, and where there is a snapshot, the interpreter is what it was when that was taken.
// Files of others stay as they are: what has to go another way is led there from outside.

// More memory than this no process gets; Python says MemoryError.
const MOST_MEMORY = 512 << 20;
export const HOME = "/home/lab";
const LIBRARY = "/lib/lab";

// Nothing is ever installed: an empty index, so that none is asked for.
const NO_PACKAGES = JSON.stringify({
  info: { version: "314.0.7", python: "3.14.2", arch: "wasm32", platform: "emscripten_5_0_3", abi_version: "2026_0" },
  packages: {},
});

// What Python sees of JavaScript: nothing that leads out of it.
const JS = { Object, Array, setTimeout: undefined, clearTimeout: undefined, setInterval: undefined, clearInterval: undefined };

export async function boot(asked, tell) {
  const { cpython, packages, makes_snapshot, warms, snapshot } = asked;
  const undo = lead(asked);
  try {
    const { loadPyodide } = await import(new URL("pyodide.mjs", cpython));
    const python = await loadPyodide({
      indexURL: String(cpython),
      lockFileContents: NO_PACKAGES,
      jsglobals: JS,
      env: { HOME, PYTHON_COLORS: "0", PYTHONINSPECT: "" },
      fsInit: async (FS) => lay(FS, packages),
      ...(makes_snapshot && { _makeSnapshot: true }),
      ...(snapshot && { _loadSnapshot: snapshot }),
    });
    if (!snapshot) python.runPython(`import sys; sys.path.insert(0, ${JSON.stringify(LIBRARY)}); import _lab.library`);
    if (makes_snapshot) tell("snapshot", python.makeMemorySnapshot());
    if (warms) {
      python.runPython("import _lab.library; _lab.library.warm_up()");
      tell("warm");
    }
    return python;
  } finally {
    undo();
  }
}

// The lab's own modules, as files that Python can read and show in a traceback.
function lay(FS, packages) {
  for (const [name, text] of Object.entries(packages)) {
    const path = `${LIBRARY}/${name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, text);
  }
}

// Answers from what is there already, as long as Python boots.
function lead({ module, stdlib, imports: changed }) {
  const { fetch, FinalizationRegistry, TextDecoder } = self;
  const { instantiateStreaming } = WebAssembly;
  const { decode } = TextDecoder.prototype;
  const is_shared = (buffer) => typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
  self.fetch = async (address) => {
    if (String(address).endsWith(".wasm")) return new Response("", { headers: { "content-type": "application/wasm" } });
    return new Response(stdlib.slice());
  };
  WebAssembly.instantiateStreaming = async (response, imports) => {
    const { emscripten_resize_heap: resize } = imports.env;
    imports.env.emscripten_resize_heap = (size) => (size >>> 0 > MOST_MEMORY ? 0 : resize(size));
    return { instance: await WebAssembly.instantiate(module, changed(imports)), module };
  };
  // Whatever JavaScript has let go of Pyodide destroys when the browser collects it. Where Python
  // stands still just then, on a stack set aside, that is an error which ends the process. So it
  // is left to the end of the process.
  self.FinalizationRegistry = class {
    register() {}
    unregister() {}
  };
  // A decoder reads no shared memory, and a snapshot lies in it.
  TextDecoder.prototype.decode = function (bytes, ...rest) {
    return decode.call(this, is_shared(bytes?.buffer) ? bytes.slice() : bytes, ...rest);
  };
  return () => {
    self.fetch = fetch;
    self.FinalizationRegistry = FinalizationRegistry;
    WebAssembly.instantiateStreaming = instantiateStreaming;
    TextDecoder.prototype.decode = decode;
  };
}

// Starts the page. Trunk fills in which files; the page itself says the rest.
import { elsewhere } from "./address.js";
import { isolate, keep } from "./isolate.js";

// What first.js offers: it watches until the page stands, and says why if it does not.
const { lab } = self;
const root = document.documentElement;
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;

// A file of which nothing has come for this long is given up.
const PATIENCE_MS = 8_000;
const TICK_MS = 250;

// Loads a module and its wasm. On a slow line that takes long, so it is given up only when
// nothing comes any more.
function load(js, wasm) {
  let quiet_ms = 0;
  const came = () => {
    quiet_ms = 0;
    lab.came();
  };
  const loading = (async () => {
    const program = await import(js);
    came();
    const response = await fetch(wasm);
    if (!response.ok) throw new Error(`${response.status} for ${wasm.pathname}`);
    watch(response.clone().body.getReader(), came);
    await program.default({ module_or_path: response });
    return program;
  })();
  const silence = new Promise((_, reject) => {
    const timer = setInterval(() => {
      quiet_ms += TICK_MS;
      if (quiet_ms >= PATIENCE_MS) reject(new Error(`nothing has come for ${PATIENCE_MS / 1000} s`));
    }, TICK_MS);
    const stop = () => clearInterval(timer);
    loading.then(stop, stop);
  });
  return Promise.race([loading, silence]);
}

// Tells of every piece that comes.
async function watch(reader, came) {
  try {
    while (!(await reader.read()).done) came();
  } catch { /* whoever loads the file hears of it too */ }
}

// What draws reports is a module of its own, in the engines' folder: loaded once, when there
// is a report to be seen. The page's program calls this.
let views;
self.labViews = () => {
  const folder = new URL(document.querySelector("meta[name=engines]").content, document.baseURI);
  views ??= load(new URL("views.js", folder), new URL("views_bg.wasm", folder));
  // What could not be loaded can be asked for again.
  views.catch(() => { views = undefined; });
  return views;
};

lab.came();

// The page on which Python runs has its scripts in a folder of their own.
async function mount_python() {
  const own = document.querySelector("[data-python]")?.dataset.own;
  if (own) await import(new URL(`${own}page.js`, document.baseURI));
}

// In a frame, keys that nothing here uses are for the page around it. It works without, too.
if (parent !== self) import("./slides.js").catch(() => {});

// What the copy for use offline takes of the line is missing to the engines of a first run, so it
// waits for them.
const QUIET_MS = 3_000;
function keep_when_quiet() {
  setTimeout(() => (root.dataset.lab === "running" ? keep_when_quiet() : keep()), QUIET_MS);
}

const page = elsewhere();
if (page) {
  location.replace(new URL(page, document.baseURI));
} else {
  root.dataset.isolation = await isolate();
  lab.came();
  if (root.dataset.isolation !== "reloading") {
    try {
      await mount_python();
      await load(new URL(js, document.baseURI), new URL(wasm, document.baseURI));
      keep_when_quiet();
    } catch (error) {
      lab.fail(error);
    }
  }
}

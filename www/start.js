// Starts the page. Trunk fills in which files; the page itself says the rest.
import { elsewhere } from "./address.js";
import { isolate } from "./isolate.js";

const root = document.documentElement;
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;

// The lessons stay readable, with what the recorded runs found in words; each figure says
// why it cannot run.
function give_up(sentence) {
  const figures = [...document.querySelectorAll("[data-exhibit]")];
  for (const place of figures.length > 0 ? figures : document.querySelectorAll("main")) {
    const note = document.createElement("p");
    note.className = "error";
    note.setAttribute("role", "alert");
    note.textContent = sentence;
    place.prepend(note);
  }
  root.classList.add("unscripted");
  root.dataset.lab = "error";
}

// What draws reports is a module of its own, in the engines' folder: loaded once, when there
// is a report to be seen. The page's program calls this.
let views;
self.labViews = () => {
  const folder = new URL(document.querySelector("meta[name=engines]").content, document.baseURI);
  views ??= import(new URL("views.js", folder)).then(async (module) => {
    await module.default();
    return module;
  });
  // What could not be loaded can be asked for again.
  views.catch(() => { views = undefined; });
  return views;
};

// The page's own program broke down: nothing that it shows can be relied on any more.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    give_up(`The page's program broke down (${error.message}). Reload the page to go on.`);
  }
});

// The page on which Python runs has its scripts in a folder of their own.
async function mount_python() {
  const own = document.querySelector("[data-python]")?.dataset.own;
  if (own) await import(new URL(`${own}page.js`, document.baseURI));
}

const page = elsewhere();
if (page) {
  location.replace(new URL(page, document.baseURI));
} else {
  root.dataset.isolation = await isolate();
  if (typeof WebAssembly !== "object") {
    give_up("This browser has no WebAssembly, so nothing can run here. The text and the recorded results still hold.");
  } else if (root.dataset.isolation !== "reloading") {
    try {
      await mount_python();
      const program = await import(new URL(js, document.baseURI));
      await program.default({ module_or_path: new URL(wasm, document.baseURI) });
    } catch (error) {
      give_up(`The page's program could not be loaded (${error.message}). Reload the page to try again.`);
    }
  }
}

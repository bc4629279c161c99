// Starts the page. Trunk fills in which files; the page itself says the rest.
import { isolate } from "./isolate.js";

const root = document.documentElement;
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;

// The lessons stay readable; each figure says why it cannot run.
function give_up(sentence) {
  for (const figure of document.querySelectorAll("[data-exhibit]")) {
    const note = document.createElement("p");
    note.className = "error";
    note.setAttribute("role", "alert");
    note.textContent = sentence;
    figure.prepend(note);
  }
  root.dataset.lab = "error";
}

root.dataset.isolation = await isolate();
if (typeof WebAssembly !== "object") {
  give_up("This browser has no WebAssembly, so nothing can run here. The text and the recorded results still hold.");
} else if (root.dataset.isolation !== "reloading") {
  try {
    const page = await import(new URL(js, document.baseURI));
    await page.default({ module_or_path: new URL(wasm, document.baseURI) });
  } catch (error) {
    give_up(`The page's program could not be loaded (${error.message}). Reload the page to try again.`);
  }
}

// The figure stands in a frame, perhaps on a slide: arrow keys that no control here uses go on to
// the page around it. Nothing else is said to that page, and nothing at all unless such a key is
// pressed. start.js loads this in frames only.

// What slides call each key (a method of reveal.js), and its old number, which reveal.js reads.
const KEYS = {
  ArrowLeft: ["left", 37],
  ArrowUp: ["up", 38],
  ArrowRight: ["right", 39],
  ArrowDown: ["down", 40],
};

// What uses arrows itself: fields, choices, blocks that are moved, and what scrolls by itself.
// Buttons and links have no use for them.
const USES_ARROWS = "input, select, textarea, [contenteditable], [data-task], [tabindex]:not([tabindex='-1'])";

// Whether the figure itself scrolls that way, and has not come to its end.
function scrolls(key) {
  const { scrollHeight } = document.documentElement;
  if (key === "ArrowUp") return scrollY > 0;
  return key === "ArrowDown" && scrollY + innerHeight < scrollHeight - 1;
}

addEventListener("keydown", (event) => {
  const [method, number] = KEYS[event.key] ?? [];
  if (!method || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest?.(USES_ARROWS) || scrolls(event.key)) return;
  try {
    // On a page of the same origin as if the key had been pressed there.
    const { key, code } = event;
    const { document: around, KeyboardEvent: Key } = parent;
    const pressed = { key, code, keyCode: number, which: number, bubbles: true, cancelable: true };
    around.dispatchEvent(new Key("keydown", pressed));
  } catch {
    // Who that is, is not told; a key is no secret. reveal.js takes this text as it is.
    parent.postMessage(JSON.stringify({ method, args: [], key: event.key }), "*");
  }
});

// How the page looks: colours by choice, large type for a projector, and what print needs.
// What has to be known before the first paint is in first.js; the rest is here, needs nothing
// else, and works without wasm.
{
  const root = document.documentElement;
  // first.js reads it.
  const KEY = "fib-lab/theme";

  // Storage can be forbidden; then a choice lasts as long as the page.
  function keep(theme) {
    try { localStorage.setItem(KEY, theme); } catch { /* it lasts as long as the page */ }
  }

  function paint(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  function present(large) {
    root.classList.toggle("talk", large);
    document.getElementById("talk").setAttribute("aria-pressed", String(large));
    // The charts are drawn at the width that they find.
    dispatchEvent(new Event("resize"));
  }

  function offer() {
    const theme = document.getElementById("theme");
    theme.value = root.dataset.theme ?? "system";
    theme.addEventListener("change", () => {
      paint(theme.value);
      keep(theme.value);
    });
    document.getElementById("talk").addEventListener("click", () => {
      present(!root.classList.contains("talk"));
    });
    document.querySelector(".appearance").hidden = false;
  }

  // The page does not wait for this file, nor this file for the page's program.
  if (document.readyState !== "loading") offer();
  else document.addEventListener("readystatechange", offer, { once: true });

  // A worksheet shows what stands folded below the figures, and the tables beside the charts.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".outcome details:not([open])")];
    for (const folded of opened) folded.open = true;
  });
  addEventListener("afterprint", () => {
    for (const folded of opened) folded.open = false;
  });
}

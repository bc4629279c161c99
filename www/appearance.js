// How the page looks: colours by choice, large type for a projector, and what print needs.
// It stands before the first paint and needs nothing else, so it works without wasm.
{
  const root = document.documentElement;
  const KEY = "fib-lab/theme";

  // Storage can be forbidden; then a choice lasts as long as the page.
  function kept() {
    try { return localStorage.getItem(KEY); } catch { return null; }
  }
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

  // What only works with a script has its room from the first paint on.
  root.classList.add("script");

  // A figure alone, for frames and slides.
  if (new URLSearchParams(location.search).get("only") === "1") root.classList.add("only");

  paint(kept());
  addEventListener("DOMContentLoaded", () => {
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
  });

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

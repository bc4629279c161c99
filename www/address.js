// Leads addresses to the page that they mean. When all exhibits stood on one page, an address
// was ?exhibit=NAME&… or #NAME; by now each has a page of its own, NAME.html.

// The page on which something of this name stands, as the contents know it.
function page_of(name) {
  for (const link of document.querySelectorAll(".bar nav a")) {
    const names = (link.dataset.holds ?? "").split(" ");
    if (link.getAttribute("href") === `${name}.html` || names.includes(name)) return link.getAttribute("href");
  }
  return null;
}

// Where the address of this page really leads, if that is elsewhere.
export function elsewhere() {
  const stated = new URLSearchParams(location.search).get("exhibit");
  const name = stated ?? location.hash.slice(1);
  const id = CSS.escape(name);
  // The race of the front page is not the exhibit that it is a run of.
  if (!name || document.querySelector(`[data-exhibit="${id}"]:not([data-race]), [id="${id}"]`)) return null;
  const page = page_of(name);
  if (!page) return null;
  // On a page of its own an exhibit need not be named. The rest stays as it was typed.
  const own = page === `${name}.html`;
  const rest = location.search.slice(1).split("&").filter((pair) => !own || !pair.startsWith("exhibit="));
  const query = rest.join("&");
  return `${page}${query ? `?${query}` : ""}${own ? "" : `#${name}`}`;
}

// Serves the page from this device, with the headers that make threads available.
// The build fills in the two lines below; every other line is as it stands in the source.
const VERSION = "unbuilt";
const FILES = [];

const CACHE = `fib-lab-${VERSION}`;
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Access-Control-Allow-Origin": "*",
};
// Names with a fingerprint of their content, or with the version of what never changes, never
// need a second look.
const FINGERPRINT = /-[0-9a-f]{16}([./_]|$)|\/py-[0-9.]+\//

const SAME = { ignoreSearch: true, ignoreVary: true };

// Under what a request is kept: pages without their query, which changes with every run.
function key_of(request, url) {
  if (request.mode !== "navigate") return request;
  return url.origin + url.pathname.replace(/\/index\.html$/, "/");
}

function isolated(response) {
  // Errors and redirects that the browser handles itself must pass as they are.
  if (response.status === 0 || response.redirected) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const { status, statusText } = response;
  const empty = status === 204 || status === 304;
  return new Response(empty ? null : response.body, { status, statusText, headers });
}

self.addEventListener("install", (event) => {
  // All files at once: after the first visit the page works offline. Straight from the
  // network, past the browser's own cache, which may still hold an older version.
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  // A new version waits until no page of the old one is open, so its files can go now.
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("fib-lab-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  event.respondWith(answer(request, url));
});

async function answer(request, url) {
  const cache = await caches.open(CACHE);
  const key = key_of(request, url);
  if (FINGERPRINT.test(url.pathname)) {
    const kept = await cache.match(key, SAME);
    if (kept) return isolated(kept);
  }
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) {
      await cache.put(key, response.clone()).catch(() => {}); // a full disk is no reason to fail
    }
    return isolated(response);
  } catch (error) {
    const kept = await cache.match(key, SAME);
    if (kept) return isolated(kept);
    throw error;
  }
}

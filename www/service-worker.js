// Serves the page with the headers that make threads available, and keeps it on this device.
// The build fills in the two lines below; every other line is as it stands in the source.
const VERSION = "unbuilt";
// Every file of the page by its path, and its length in bytes.
const FILES = {};

const SCOPE = new URL(self.registration.scope);
// Several copies of the lab may live on one origin: each knows its own store by its path.
const OWN = `fib-lab ${SCOPE.pathname} `;
const STORE = OWN + VERSION;

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Access-Control-Allow-Origin": "*",
};
// What a file has to come as. Hosts agree on these.
const TYPES = {
  html: /html/, js: /javascript/, mjs: /javascript/, css: /css/, json: /json/, svg: /svg/, wasm: /wasm|octet-stream/,
};
// CPython's own files and the editor for it: kept when they are first asked for, and never beforehand.
const CPYTHON = /^py-[0-9.]+\/[^/]+$|^python-[0-9a-f]{16}\/codemirror\.js$/;
// Names with a fingerprint of their content, or with the version of what never changes, never
// need a second look.
const FINGERPRINT = /-[0-9a-f]{16}([./_]|$)|^py-[0-9.]+\//;
// Where a copy is there, the network has so long to bring the whole file.
const PATIENCE_MS = 2_000;
// After that it is not waited for at all for a while: a page consists of many files.
const SILENCE_MS = 20_000;
// What is kept for later may take longer, and no file waits for another one's silence.
const KEEPING_MS = 30_000;
const AT_ONCE = 3;

// Where a process of Python waits, and the kernel brings what it waits for.
const WAIT = /^python-wait\/[0-9a-f-]{36}\/[0-9]+$/;
// A request is held so long; then whoever made it comes again.
const HOLD_MS = 10_000;

let silent_until = 0;

// Nothing is loaded beforehand: neither the first view nor a new version waits for a file.
// A new version waits until no page of the old one is open.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep_all());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const wait = path_of(request.url)?.match(WAIT)?.[0];
  if (wait) return void event.respondWith(meet(event, wait));
  const name = own_name(request.url);
  // Whatever else lives on this host is not ours, and what is asked past all caches goes past
  // this one too: programs that wait for the network wait for the network.
  const past = request.cache === "no-store" || request.cache === "reload";
  if (request.method !== "GET" || name === null || (past && request.mode !== "navigate")) return;
  event.respondWith(answer(event, request, name));
});

// The path of an address below this page; null if it is another one's.
function path_of(address) {
  const url = new URL(address);
  const is_own = url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname);
  return is_own ? url.pathname.slice(SCOPE.pathname.length) : null;
}

// The file of the page that an address means, whatever its query; null if it is another one.
function own_name(address) {
  const path = path_of(address);
  if (path === null) return null;
  const name = path === "" || path === "index.html" ? "./" : path;
  // Some hosts leave the ending of pages out.
  if (CPYTHON.test(name)) return name;
  return [name, `${name}.html`].find((name) => Object.hasOwn(FILES, name)) ?? null;
}

// Who waits at a place and has not met the other one yet: a process, or the kernel with its answer.
const waiting = new Map();

// A process asks for its answer, the kernel brings it (www/python/held.js). Who is first waits for
// the other one. The place has a name that nobody else can guess, and only workers of this page
// are let in.
async function meet({ request, clientId }, place) {
  // The request says which script asks. Its worker is looked up only where it does not: one that
  // stands still may have no time to be found, and then nobody would ever go on.
  const asks = request.referrer || (await self.clients.get(clientId))?.url;
  const is_own = request.mode !== "navigate" && URL.canParse(asks) && path_of(asks) !== null;
  if (!is_own) return new Response("This is for the page's own workers.", { status: 403 });
  const brings = request.method === "POST";
  const bytes = brings ? await request.arrayBuffer() : undefined;
  const other = waiting.get(place);
  if (other && other.brings !== brings) {
    waiting.delete(place);
    other.go_on(new Response(brings ? bytes : null));
    return new Response(brings ? null : other.bytes);
  }
  return new Promise((resolve) => {
    const own = { brings, bytes };
    own.go_on = (response) => {
      clearTimeout(timer);
      resolve(response);
    };
    const timer = setTimeout(() => {
      if (waiting.get(place) === own) waiting.delete(place);
      resolve(new Response(null, { status: 202 }));
    }, HOLD_MS);
    // Of one that came twice the older is not there any more.
    other?.go_on(new Response(null, { status: 202 }));
    waiting.set(place, own);
  });
}

async function answer(event, request, name) {
  const copy = await copy_of(name);
  if (!copy) {
    const response = await fetch(request);
    if (is_sound(name, response)) event.waitUntil(keep(name, response.clone()));
    return isolated(response);
  }
  if (FINGERPRINT.test(name) || Date.now() < silent_until) return isolated(copy);
  return isolated((await fresh(request, name, copy)) ?? copy);
}

// The file as the host has it now, if it comes whole, in time, and as what it should be.
async function fresh(request, name, copy) {
  const giving_up = new AbortController();
  const timer = setTimeout(() => {
    silent_until = Date.now() + SILENCE_MS;
    giving_up.abort();
  }, PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: giving_up.signal });
    // Redirects that the browser handles itself pass as they are.
    if (response.type === "opaqueredirect") return response;
    if (!is_sound(name, response)) return null;
    const bytes = new Uint8Array(await response.clone().arrayBuffer());
    const known = new Uint8Array(await copy.clone().arrayBuffer());
    const is_cut = bytes.length < known.length && bytes.every((byte, at) => byte === known[at]);
    return is_cut || !is_ours(name, bytes) ? null : response;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

// Whether an answer can be the file at all.
function is_sound(name, response) {
  const ending = name === "./" ? "html" : name.split(".").pop();
  const type = response.headers.get("content-type") ?? "";
  return response.ok && !response.redirected && (TYPES[ending]?.test(type) ?? true);
}

// Whether a page is one of the lab's, and not one that asks who is there, in its place.
function is_ours(name, bytes) {
  if (name !== "./" && !name.endsWith(".html")) return true;
  const text = new TextDecoder().decode(bytes);
  return /<html[^>]* data-lab=/.test(text) && text.includes("</html>");
}

// Keeps an answer, if it is the file of this version, whole. Hosts may put something of their
// own into pages, so of pages another length is fine.
async function keep(name, response) {
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const is_page = name === "./" || name.endsWith(".html");
    const is_whole = is_page || CPYTHON.test(name) || bytes.length === FILES[name];
    if (!is_ours(name, bytes) || !is_whole) return;
    const type = { "content-type": response.headers.get("content-type") ?? "" };
    const store = await caches.open(STORE);
    await store.put(new URL(name, SCOPE), new Response(bytes, { headers: type }));
  } catch { /* a full disk, or a line that broke: there is no copy */ }
}

// Keeps every file that is not kept yet. Each has its time, so that none holds up the others.
async function keep_all() {
  const store = await caches.open(STORE);
  const kept = new Set((await store.keys()).map(({ url }) => own_name(url)));
  const missing = Object.keys(FILES).filter((name) => !kept.has(name));
  const one_by_one = async () => {
    for (let name = missing.shift(); name !== undefined; name = missing.shift()) {
      try {
        const signal = AbortSignal.timeout(KEEPING_MS);
        const fresh = FINGERPRINT.test(name) ? "default" : "no-cache";
        const response = await fetch(new URL(name, SCOPE), { cache: fresh, priority: "low", signal });
        if (is_sound(name, response)) await keep(name, response);
      } catch { /* the next visit tries again */ }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one_by_one));
  // What older versions kept serves until this one is whole.
  const listed = (await store.keys()).filter(({ url }) => Object.hasOwn(FILES, own_name(url) ?? ""));
  if (listed.length < Object.keys(FILES).length) return;
  const old = (await caches.keys()).filter((store) => store.startsWith(OWN) && store !== STORE);
  await Promise.all(old.map((store) => caches.delete(store)));
}

// What is kept of a file: by this version, or else by an older one of this very page.
async function copy_of(name) {
  try {
    const address = new URL(name, SCOPE);
    const own = await (await caches.open(STORE)).match(address);
    if (own) return own;
    for (const store of (await caches.keys()).filter((store) => store.startsWith(OWN))) {
      const old = await (await caches.open(store)).match(address);
      if (old) return old;
    }
  } catch { /* private windows may keep nothing */ }
  return undefined;
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

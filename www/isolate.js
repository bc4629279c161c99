// Makes threads available on hosts that send no headers: a service worker of our own adds
// them, and the page is loaded once more through it. Where the host's headers already do
// the job, or the visitor declined, nothing is installed.

// Remembered for this tab while it reloads: a page that still is not isolated stays as it is.
const RELOADED = "lab-reloaded";
// Remembered on this device: the visitor turned the service worker off.
const DECLINED = "lab-no-service-worker";
// The first view waits so long for the service worker, which has nothing to load.
const PATIENCE_MS = 2_500;

// The browser's service workers; a sandboxed frame may not even ask for them.
function workers() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined;
  }
}

// Storage may be forbidden; then nothing is remembered.
function remember(storage, name, value) {
  try {
    if (value === null) self[storage].removeItem(name);
    if (typeof value === "string") self[storage].setItem(name, value);
    return self[storage].getItem(name);
  } catch {
    return null;
  }
}

// What isolates the page, or why nothing does: headers, worker, declined, unavailable, failed,
// sandboxed, framed, or passed, when the service worker is there but the page was loaded
// without it; or reloading, when the page is about to go.
export async function isolate() {
  // Such a page belongs to no site: it may start no workers, whatever the headers say.
  if (self.origin === "null") return "sandboxed";
  if (self.crossOriginIsolated) {
    // The next reload may do its work again: one past the service worker leads to it.
    remember("sessionStorage", RELOADED, null);
    return workers()?.controller ? "worker" : "headers";
  }
  // What isolates the page around it is decided there.
  if (self.parent !== self) return "framed";
  if (remember("localStorage", DECLINED) === "1") return "declined";
  if (!workers() || !self.isSecureContext) return "unavailable";
  try {
    const active = await within(activated());
    if (workers().controller && remember("sessionStorage", RELOADED) === "1") return "failed";
    // Not in time, or once more past it: the visitor may reload.
    if (!active || remember("sessionStorage", RELOADED) === "1") return "passed";
    // Without this memory a reload could become a loop.
    if (remember("sessionStorage", RELOADED, "1") !== "1") return "failed";
    location.reload();
    return "reloading";
  } catch {
    return "failed";
  }
}

// Installs the service worker and waits until it is active.
async function activated() {
  const address = new URL("service-worker.js", document.baseURI);
  const known = await workers().getRegistration();
  // One that is there is asked for no second time: its host may be silent by now. That of
  // another copy of the lab, above this one, is not meant.
  if (known?.active && known.scope === new URL(".", address).href) return true;
  const registration = await workers().register(address);
  if (registration.active) return true;
  const worker = registration.installing ?? registration.waiting;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === "activated") resolve(true);
      if (worker.state === "redundant") reject(new Error("the service worker was refused"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

// What comes of it in time; false if nothing does.
function within(work) {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, false))]);
}

// What the visit has not asked for is kept as well, for use offline: once the page is there,
// so that nothing of it waits for that.
export function keep() {
  workers()?.controller?.postMessage("keep");
}

// Buttons named data-service-worker="off" or "on" turn it off and on again; "again" loads the
// page through it.
document.addEventListener("click", async ({ target }) => {
  const wish = target.closest?.("[data-service-worker]")?.dataset.serviceWorker;
  if (wish === "off") {
    remember("localStorage", DECLINED, "1");
    const registration = await workers()?.getRegistration();
    // Other copies of the lab on this origin keep what they have.
    const own = registration && `fib-lab ${new URL(registration.scope).pathname} `;
    await registration?.unregister();
    const names = (await self.caches?.keys()) ?? [];
    await Promise.all(names.filter((name) => name.startsWith(own)).map((name) => caches.delete(name)));
  } else if (wish === "on") {
    remember("localStorage", DECLINED, null);
  }
  if (wish) {
    remember("sessionStorage", RELOADED, null);
    location.reload();
  }
});

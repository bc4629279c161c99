// Makes threads available on hosts that send no headers: a service worker of our own adds
// them, and the page is loaded once more through it. Where the host's headers already do
// the job, or the visitor declined, nothing is installed.

// Remembered for this tab: a page that was reloaded and still is not isolated stays as it is.
const RELOADED = "lab-reloaded";
// Remembered on this device: the visitor turned the service worker off.
const DECLINED = "lab-no-service-worker";

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

// What isolates the page, or why nothing does:
// headers, worker, declined, unavailable, failed; or reloading, when the page is about to go.
export async function isolate() {
  const workers = navigator.serviceWorker;
  const controlled = Boolean(workers?.controller);
  if (!self.crossOriginIsolated && remember("localStorage", DECLINED) === "1") return "declined";
  if (self.crossOriginIsolated) return controlled ? "worker" : "headers";
  if (!workers || !self.isSecureContext) return "unavailable";
  // Without this memory a reload could become a loop.
  if (remember("sessionStorage", RELOADED) === "1") return "failed";
  try {
    const registration = await workers.register(new URL("service-worker.js", document.baseURI));
    await activated(registration);
    if (remember("sessionStorage", RELOADED, "1") !== "1") return "failed";
    location.reload();
    return "reloading";
  } catch {
    return "failed";
  }
}

// Waits until the service worker is active, for at most ten seconds.
function activated(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the service worker did not start")), 10_000);
    const look = () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("the service worker was refused"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

// Buttons named data-service-worker="off" or "on" turn it off and on again.
document.addEventListener("click", async ({ target }) => {
  const wish = target.closest?.("[data-service-worker]")?.dataset.serviceWorker;
  if (wish === "off") {
    remember("localStorage", DECLINED, "1");
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.unregister();
    const names = (await self.caches?.keys()) ?? [];
    await Promise.all(names.filter((name) => name.startsWith("fib-lab-")).map((name) => caches.delete(name)));
  } else if (wish === "on") {
    remember("localStorage", DECLINED, null);
  }
  if (wish) {
    remember("sessionStorage", RELOADED, null);
    location.reload();
  }
});

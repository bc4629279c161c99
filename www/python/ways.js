// How a process stands still until the kernel answers. There are three ways, and the first that
// the browser has is taken:
//
// a. memory that it shares with the kernel, and `Atomics.wait` (mailbox.js);
// b. a stack that the browser sets aside (suspend.js);
// c. a request that the service worker holds (held.js).

// The visitor turned the service worker off (isolate.js).
const DECLINED = "lab-no-service-worker";

const WAYS = {
  a: {
    is_there: () => typeof SharedArrayBuffer === "function" && self.crossOriginIsolated,
    what: "memory that workers share",
  },
  b: { is_there: () => typeof WebAssembly.Suspending === "function", what: "stacks that can be set aside" },
  c: { is_there: () => self.isSecureContext && service_workers() !== undefined, what: "a service worker" },
};

// Firefox has the second by name. But programs that stand still in it end there without a word
// (Firefox 153).
const WITHOUT_STACKS = navigator.userAgent.includes("Firefox/");

// So long the service worker may take to be there.
const PATIENCE_MS = 10_000;

// The browser's service workers, unless they are declined; a sandboxed frame may not even ask.
function service_workers() {
  try {
    return localStorage.getItem(DECLINED) === "1" ? undefined : navigator.serviceWorker;
  } catch {
    return undefined;
  }
}

// The way that is taken here, or why there is none. An address may ask for a certain one.
export function way_here(query = location.search) {
  const asked = new URLSearchParams(query).get("ways");
  const names = Object.keys(WAYS);
  if (asked !== null && !names.includes(asked)) {
    return { why: `The address asks for ways=${asked}, but allowed is ${names.slice(0, -1).join(", ")} or ${names.at(-1)}.` };
  }
  const tried = asked === null ? names.filter((name) => !(name === "b" && WITHOUT_STACKS)) : [asked];
  const way = tried.find((name) => WAYS[name].is_there());
  if (way) return { way };
  const missing = tried.map((name) => WAYS[name].what);
  const listed = missing.length > 1 ? `neither ${missing.slice(0, -1).join(" nor ")} nor ${missing.at(-1)}` : `no ${missing[0].replace(/^a /, "")}`;
  return {
    why: `Python cannot run here: a process has to stand still until the kernel answers, and the browser gives this page ${listed}. The front page says why, under “The machine in front of you”.`,
  };
}

// Waits until whatever this way needs is there.
export async function stand_by(way) {
  if (way !== "c") return;
  const workers = service_workers();
  await workers.register(new URL("service-worker.js", document.baseURI));
  if (workers.controller) return;
  const controlled = new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));
  const late = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the service worker is not there in time")), PATIENCE_MS);
  });
  await Promise.race([controlled, late]);
}

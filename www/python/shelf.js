// A started interpreter's memory, kept on the device, so that the next visit starts where this one
// came to. Where nothing can be kept, or the store does not answer, every visit starts from nothing.

const PATIENCE_MS = 1_000;

export class Shelf {
  // One lies on it at a time, and serves only where all of `kind` is as it was.
  constructor(scope, kind) {
    this.name = `fib-lab python ${new URL(scope).pathname}`;
    this.place = new URL(`snapshot?${new URLSearchParams(kind)}`, scope).href;
  }

  // The bytes, or null.
  take() {
    const taken = this.#store(async (store) => {
      const kept = await store.match(this.place);
      if (!kept) return null;
      const bytes = new Uint8Array(await kept.arrayBuffer());
      return bytes.length === Number(kept.headers.get("x-bytes")) ? bytes : null;
    });
    const silence = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
    return Promise.race([taken, silence]);
  }

  put(bytes) {
    return this.#store(async (store) => {
      await this.#clear(store);
      // A store takes no shared memory.
      await store.put(this.place, new Response(bytes.slice(), { headers: { "x-bytes": String(bytes.length) } }));
    });
  }

  drop() {
    return this.#store((store) => this.#clear(store));
  }

  async #clear(store) {
    await Promise.all((await store.keys()).map((request) => store.delete(request)));
  }

  // Storage may be forbidden, or full.
  async #store(work) {
    try {
      return await work(await self.caches.open(this.name));
    } catch {
      return null;
    }
  }
}

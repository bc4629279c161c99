// Serial against Pool in CPython, measured by the lab's protocol: the orders and the arithmetic
// are the views' (Rust), the interpreters carry them out.

// Work that takes a fifth of a second or more: shorter, messages and chance would weigh too much.
const TASKS = [31, 30, 29, 28, 27, 26];
const KERNEL = 29;
// The browser makes better code of the interpreter while it runs, and uses it in what starts
// afterwards. Without this the serial program would run on slower code than the pool.
const WARM_SECONDS = 3;
const WARM = `from _lab.compare import warm\nwarm(${WARM_SECONDS})\n`;
const MEASURE = 'from _lab.compare import measure\nif __name__ == "__main__":\n    measure()\n';

export class Comparison {
  // `run` starts a program; `say` shows a phase; `done` gets what it says, or a sentence.
  constructor({ cpus, run, say, done }) {
    Object.assign(this, { workers: Math.max(2, Math.min(cpus, 4)), run, say, done });
    this.text = "";
    this.errors = "";
    this.decoder = new TextDecoder();
    this.hidden = document.visibilityState !== "visible";
    this.watch = () => { this.hidden ||= document.visibilityState !== "visible"; };
    document.addEventListener("visibilitychange", this.watch);
  }

  // First a process that only warms up, and ends.
  start() {
    this.phase = "warming";
    this.began = new Date();
    this.run({ source: WARM, files: {}, processes: this.workers + 1 });
  }

  hear({ fd, bytes }) {
    const text = this.decoder.decode(bytes, { stream: true });
    if (fd === 2) this.errors += text;
    else this.text += text;
    const blocks = this.text.split("\n").length - 2;
    if (this.phase === "measuring" && blocks > 0) this.say(`measuring: ${blocks} of ${this.orders.length} blocks`);
  }

  async ended(code) {
    try {
      if (code !== 0) throw new Error(`Python ended with exit code ${code}: ${this.errors.trim().split("\n").at(-1)}`);
      if (this.phase === "warming") return await this.measure();
      const [report, markup, kept] = await this.outcome();
      this.close();
      return this.done({ report, markup, kept });
    } catch (error) {
      this.close();
      return this.done({ sentence: typeof error === "string" ? error : error.message });
    }
  }

  async measure() {
    this.views = await self.labViews();
    this.seed = crypto.getRandomValues(new Uint32Array(1))[0];
    this.orders = this.views.cpython_orders(this.seed);
    this.phase = "measuring";
    this.text = "";
    const asked = { tasks: TASKS, workers: this.workers, kernel: KERNEL, orders: this.orders };
    this.run({ source: MEASURE, files: { "comparison.json": JSON.stringify(asked) }, processes: this.workers + 1 });
  }

  outcome() {
    const [first, ...blocks] = this.text.trim().split("\n").map((line) => JSON.parse(line));
    return this.views.cpython_outcome({
      tasks: TASKS, answers: first.answers, workers: this.workers, seed: this.seed, kernel: KERNEL,
      blocks: blocks.map((block) => ({ ...block, start: 0, tainted: this.hidden })),
      started_at: this.began.toISOString(),
      environment: {
        user_agent: navigator.userAgent,
        hardware_concurrency: navigator.hardwareConcurrency ?? 0,
        isolated: self.crossOriginIsolated,
        timer_step_us: 0,
        visible: !this.hidden,
        build: { version: "", profile: "CPython 3.14.2, Pyodide 314.0.7" },
      },
    });
  }

  close() {
    document.removeEventListener("visibilitychange", this.watch);
  }
}

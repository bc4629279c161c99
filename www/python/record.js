// Who did what when: the record of a run, from which its lanes are drawn and its report is made.
// A process that does not wait for the kernel works; so the waits are all there is to write down.

// A run that waits more often than this is recorded up to here.
const MOST_EVENTS = 20_000;
const MOST_LINES = 1000;

// What kind of wait a call is, as the lab's reports name it.
const KINDS = {
  child: { kind: "idle", detail: "idle" },
  keyboard: { kind: "wait", detail: "outside" },
  net: { kind: "wait", detail: "outside" },
  lock: { kind: "lock", detail: "wants" },
  condition: { kind: "lock", detail: "wants" },
  barrier: { kind: "lock", detail: "wants" },
  event: { kind: "lock", detail: "wants" },
};

function kind_of(op, args) {
  const [group] = op.split(".");
  if (op === "child.sleep") return { kind: "wait", detail: "outside" };
  if (op === "rank.receive" || op === "rank.received") return { kind: "message", detail: { "waits-for": { whom: args.source } } };
  return KINDS[group] ?? { kind: "idle", detail: "idle" };
}

export class Record {
  constructor(at) {
    this.at = at;
    this.lanes = []; // one for each process, in the order of their starts
    this.lane_of = new Map();
    this.events = [];
    this.lines = [];
    this.deadlock = null;
  }

  starts({ pid, parent }, name) {
    const lane = { pid, name, parent: parent?.pid, start_ms: this.at(), end_ms: null, code: null, works_from: this.at() };
    this.lane_of.set(pid, this.lanes.push(lane) - 1);
  }

  // A call that could not be answered at once has been answered.
  waited({ pid }, { op, args, since }) {
    const worker = this.lane_of.get(pid);
    const lane = this.lanes[worker];
    this.#add(worker, { kind: "work", detail: "computes" }, lane.works_from, since);
    this.#add(worker, kind_of(op, args), since, this.at());
    lane.works_from = this.at();
  }

  ends({ pid }, code) {
    const worker = this.lane_of.get(pid);
    if (worker === undefined) return; // it never began
    const lane = this.lanes[worker];
    Object.assign(lane, { end_ms: this.at(), code });
    this.#add(worker, { kind: "work", detail: "computes" }, lane.works_from, lane.end_ms);
  }

  prints({ pid }, text) {
    const worker = this.lane_of.get(pid);
    for (const line of text.split("\n")) {
      if (line !== "" && this.lines.length < MOST_LINES) this.lines.push({ worker, at_ms: this.at(), text: line });
    }
  }

  #add(worker, what, start_ms, end_ms) {
    if (this.events.length >= MOST_EVENTS || end_ms <= start_ms) return;
    this.events.push({ id: this.events.length, worker, ...what, start_ms, end_ms });
  }
}

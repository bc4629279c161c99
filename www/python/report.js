// A run as the lab's report (schema 2): what the processes did, as data.

const MOST_TEXT = 1000;
const SCHEMA = 2;

// The rank or process that somebody waits for, by its lane; -1 for one that does not exist.
const lane_of = (record, pid) => record.lanes.findIndex((lane) => lane.pid === pid);

function deadlock(record) {
  const waits = record.deadlock.flatMap(({ pid, whom }) => {
    const others = whom.length > 0 ? whom.map((other) => lane_of(record, other)) : [-1];
    return others.map((other) => ({ who: lane_of(record, pid), whom: other }));
  });
  return { kind: "deadlock", waits };
}

export function report(record, began) {
  const log = record.lines.map(({ text, ...line }) => ({ ...line, kind: "says", text: text.slice(0, MOST_TEXT) }));
  return {
    schema: SCHEMA,
    origin: "measured",
    status: "complete",
    ...(record.deadlock && { outcome: deadlock(record) }),
    started_at: began.toISOString(),
    exhibit: "python",
    environment: {
      user_agent: navigator.userAgent,
      hardware_concurrency: navigator.hardwareConcurrency ?? 0,
      isolated: self.crossOriginIsolated,
      timer_step_us: 0,
      visible: document.visibilityState === "visible",
    },
    trace: record.events,
    log,
  };
}

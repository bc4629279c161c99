// The table of processes: who runs, who waits for whom to end, and how one starts another.

import { newWorld } from "./ranks.js";

const fault = (error, text) => ({ error, text });

// What a parent may ask of a child by number.
const SWITCH = 10;
const SIGNALS = { 2: "SIGINT", 9: "SIGKILL", 15: "SIGTERM" };

export class Process {
  constructor(pid, parent, spec) {
    this.pid = pid;
    this.parent = parent;
    this.spec = spec;
    this.rank = spec.rank;
    this.world = spec.world;
    this.name = this.rank === undefined ? `process ${pid}` : `rank ${this.rank}`;
    this.worker = null; // until there is an interpreter for it
    this.code = null; // until it has ended
    this.interrupted = false; // whether it ever was
    this.ticking = undefined; // what asks its threads to make room
  }

  get lives() {
    return this.code === null;
  }
}

// What the interpreter has to know in order to become this process.
export function told(process) {
  const { spec } = process;
  return {
    ...spec,
    world: undefined,
    size: process.world?.boxes.length,
    pid: process.pid,
    ppid: process.parent?.pid ?? 1,
  };
}

export const child = {
  // Starts a process; the reply is its number. It inherits the ends that it was given, and
  // as a fork all that its parent holds.
  start(kernel, process, spec, data) {
    const refused = kernel.refuses(1);
    if (refused) return refused;
    const started = kernel.start(process, { ...spec, target: data });
    for (const object of kernel.objects.values()) {
      const given = spec.ends?.includes(object.id) || spec.method === "fork";
      if (object.holders?.has(process.pid) && given) object.holders.add(started.pid);
    }
    for (const fd of Object.values(spec.fds ?? {})) {
      if (fd.pipe) kernel.objects.get(fd.pipe).open(fd.end, started.pid);
    }
    return { pid: started.pid };
  },

  // `mpirun -n SIZE`: as many processes, which know one another by rank.
  ranks(kernel, process, { size, ...spec }) {
    const refused = kernel.refuses(size);
    if (refused) return refused;
    const world = newWorld(size);
    for (let rank = 0; rank < size; rank += 1) {
      world.pids.push(kernel.start(process, { ...spec, rank, world }).pid);
    }
    return { pids: world.pids };
  },

  // Waits for one of these processes to end.
  wait(kernel, process, { pids, seconds }) {
    const children = pids.map((pid) => kernel.processes.get(pid)).filter(Boolean);
    if (children.length === 0) return fault("ChildProcessError", "no child processes");
    const attempt = () => {
      const ended = children.find((child) => !child.lives);
      return ended && { pid: ended.pid, code: ended.code };
    };
    const names = children.map((child) => child.name).join(" or ");
    const whom = () => children.filter((child) => child.lives).map((child) => child.pid);
    return { on: children, attempt, seconds, why: `for ${names} to end`, whom, expired: {} };
  },

  lives: (kernel, process, { pid }) => ({ value: kernel.processes.get(pid)?.lives ?? false }),

  // Ends the process that asks; there is nobody to answer.
  exit(kernel, process, { code }) {
    kernel.end(process, code);
    return {};
  },

  kill(kernel, process, { pid, signal }) {
    const child = kernel.processes.get(pid);
    if (!child?.lives) return {};
    if (SIGNALS[signal] === "SIGINT") kernel.interrupt(child);
    else kernel.end(child, -signal);
    return {};
  },

  // Asks the threads of the process to make room, again and again; never for 0.
  tick(kernel, process, { seconds }) {
    clearInterval(process.ticking);
    if (seconds > 0) process.ticking = setInterval(() => kernel.signal(process, SWITCH), seconds * 1000);
    return {};
  },

  sleep(kernel, process, { seconds }) {
    const asleep = { on: [], attempt: () => undefined, seconds, why: "in sleep", asleep: true };
    return { ...asleep, expired: {} };
  },
};

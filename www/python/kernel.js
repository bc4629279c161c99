// The kernel: a worker that never blocks. It holds what processes share, answers their calls, at
// once or when there is an answer, and tells the page what happens.

import { Disk, file } from "./files.js";
import { Machine } from "./machine.js";
import { packed } from "./mailbox.js";
import { net } from "./net.js";
import { Outlet } from "./outlet.js";
import { Keyboard, keyboard, pipe } from "./pipes.js";
import { Process, child, told } from "./processes.js";
import { Record } from "./record.js";
import { Waits } from "./waits.js";
import * as objects from "./objects.js";
import * as ranks from "./ranks.js";
import * as signals from "./signals.js";

// So many processes live at once.
const MOST_PROCESSES = 16;
// So much may be written to the console in one run.
const MOST_OUTPUT = 1 << 20;

// A process that has written much waits until that was heard.
const console = { flow: () => ({}) };

const OPERATIONS = { ...objects, ...ranks, pipe, net, file, keyboard, child, console };

class Kernel {
  constructor(machine, tell) {
    this.machine = machine;
    this.outlet = new Outlet(tell);
    this.tell = (message) => {
      this.outlet.flush();
      tell(message);
    };
    this.idle = []; // interpreters that wait to become a process
    this.reset({});
  }

  reset(files) {
    this.processes = new Map();
    this.objects = new Map();
    this.last = 0; // the number of the newest object
    this.last_pid = 99;
    this.store = new Map();
    this.disk = new Disk(files);
    this.written = 0;
    this.waits = new Waits((process, reply, wait) => this.answer(process, reply, wait));
    this.keyboard = new Keyboard((process) => this.tell({ input: process.pid }));
    this.pending = []; // processes for which there is no interpreter yet
    this.began = performance.now();
    this.record = new Record(() => this.at());
    this.running = false;
  }

  // Makes interpreters until so many are idle.
  async warm(count) {
    await this.machine.load();
    const { snapshot } = this.machine;
    const missing = Math.min(count, MOST_PROCESSES) - this.idle.length;
    const booted = Array.from({ length: Math.max(0, missing) }, () => this.machine.boot());
    const all = await Promise.allSettled(booted.map((interpreter) => interpreter.ready));
    await this.machine.warmed;
    all.forEach(({ status }, at) => status === "fulfilled" && this.idle.push(booted[at]));
    if (this.idle.length === 0 && snapshot) {
      // It may be the snapshot that does not serve.
      await this.machine.distrust_snapshot();
      return this.warm(count);
    }
    if (this.idle.length === 0) throw all.find(({ reason }) => reason)?.reason ?? new Error("no interpreter");
  }

  async run({ argv, files, processes, cpus, ranks: size }) {
    const mine = Symbol("run");
    this.current = mine;
    this.interrupted = false;
    const failure = await this.warm(processes).then(() => null, (error) => error);
    if (this.current !== mine) return; // stopped meanwhile
    if (failure) throw failure;
    this.reset(files);
    this.running = true;
    this.tell({ phase: "running" });
    const spec = { kind: "script", argv, cpus };
    this.main = size > 1 ? child.ranks(this, null, { ...spec, size }).pids : [this.start(null, spec).pid];
    if (this.interrupted) this.interrupt_all();
  }

  // ---- processes

  refuses(more) {
    const living = this.living().length;
    if (living + more <= MOST_PROCESSES) return null;
    const text = `the lab runs at most ${MOST_PROCESSES} processes at once, ${living} are there`;
    return { error: "OSError", text };
  }

  start(parent, spec) {
    this.last_pid += 1;
    const process = new Process(this.last_pid, parent, { cpus: parent?.spec.cpus, ...spec });
    this.processes.set(process.pid, process);
    const interpreter = this.idle.pop();
    if (interpreter) {
      this.becomes(interpreter, process);
    } else {
      this.pending.push(process);
      const late = this.machine.boot();
      late.ready.then(
        () => this.serve(late),
        (error) => this.tell({ failed: `An interpreter could not be started: ${error.message}` }),
      );
    }
    return process;
  }

  // An interpreter that has just been booted.
  serve(interpreter) {
    const process = this.pending.shift();
    if (process?.lives) this.becomes(interpreter, process);
    else this.idle.push(interpreter);
  }

  becomes(interpreter, process) {
    process.interpreter = interpreter;
    if (process.interrupted) signals.send(interpreter.signals, signals.SIGINT);
    interpreter.receive = (message) => this.hear(process, message);
    const { pid, parent, rank, spec } = process;
    const name = spec.name ?? (rank === undefined ? undefined : `rank ${rank}`);
    this.record.starts(process, name ?? (parent ? "child" : "main"));
    this.tell({ process: { pid, parent: parent?.pid, name, state: "starts", at: this.at() } });
    interpreter.worker.postMessage({ start: told(process) });
  }

  // A process has ended, or is made to.
  end(process, code) {
    if (!process.lives) return;
    process.code = code;
    clearInterval(process.ticking);
    process.interpreter?.end();
    this.record.ends(process, code);
    this.waits.forget(process);
    this.tell({ process: { pid: process.pid, state: "ended", code, at: this.at() } });
    for (const object of this.objects.values()) {
      const dropped = object.holders?.delete(process.pid) || object.drop?.(process.pid);
      if (dropped) this.waits.retry(object);
    }
    this.waits.retry(process);
    if (this.living().length === 0) this.finish();
  }

  living() {
    return [...this.processes.values()].filter((process) => process.lives);
  }

  name_of(pid) {
    return this.processes.get(pid)?.name ?? `process ${pid}`;
  }

  at() {
    return performance.now() - this.began;
  }

  finish() {
    if (!this.running) return;
    this.running = false;
    const codes = this.main.map((pid) => this.processes.get(pid).code);
    const { lanes, events, lines, deadlock } = this.record;
    const record = { lanes, events, lines, deadlock };
    this.tell({ done: { code: codes.find((code) => code !== 0) ?? 0, ms: this.at(), record } });
    // What is booted now disturbs no program.
    this.warm(Math.max(2, this.processes.size)).catch(() => {});
  }

  // Ends everything at once.
  stop(why) {
    this.current = undefined;
    const living = this.living();
    this.running = false;
    for (const process of living) this.end(process, -9);
    this.tell({ stopped: why ?? null });
    this.warm(2).catch(() => {});
  }

  // Ctrl+C goes to every process, as in a terminal.
  interrupt_all() {
    this.interrupted = true; // also those that are still to start
    for (const process of this.living()) this.interrupt(process);
  }

  interrupt(process) {
    const wait = this.waits.of.get(process);
    const error = { error: "KeyboardInterrupt" };
    if (wait) return this.waits.end(process, wait.interrupted?.(error) ?? error);
    // Where there is no interpreter for it yet, it hears of it as soon as there is.
    process.interrupted = true;
    if (!process.interpreter) return;
    signals.send(process.interpreter.signals, signals.SIGINT);
    if (this.machine.way !== "a") {
      const note = `${process.name} computes: it hears Ctrl+C when it writes, reads or waits. Stop ends it now.`;
      this.tell({ note });
    }
  }

  signal(process, number) {
    signals.send(process.interpreter.signals, number);
  }

  // ---- calls

  hear(process, message) {
    if (!process.lives) return;
    if (message.kind === "call") this.call(process, message);
    else if (message.kind === "tell") this.operate(process, message);
    else if (message.kind === "more") process.interpreter.sender.more();
    else if (message.kind === "out") this.print(process, message);
    else if (message.kind === "exit") this.end(process, message.code);
    else if (message.kind === "fault") {
      this.outlet.write(process.pid, 2, new TextEncoder().encode(`${message.text}\n`));
      this.end(process, 70);
    }
    this.look_for_deadlock();
  }

  call(process, { op, args, data }) {
    const { signals: flags } = process.interpreter;
    // Without shared memory it hears of Ctrl+C as the answer to what it asks next.
    if (this.machine.way !== "a" && signals.take(flags)) return this.answer(process, { error: "KeyboardInterrupt" });
    const reply = this.operate(process, { op, args, data });
    if (!reply.attempt) return this.answer(process, reply);
    this.waits.begin(process, { ...reply, call: { op, args: JSON.parse(args), since: this.at() } });
    // It came just before the call: who waits does not look for it.
    if (this.waits.of.has(process) && signals.take(flags)) this.interrupt(process);
  }

  operate(process, { op, args, data }) {
    const [group, name] = op.split(".");
    try {
      return OPERATIONS[group][name](this, process, JSON.parse(args), data);
    } catch (error) {
      // What an operation refuses it throws as data.
      return error.error ? error : { error: "SystemError", text: `${op}: ${error.message}` };
    }
  }

  answer(process, reply, wait) {
    if (!process.lives) return;
    if (wait) this.record.waited(process, wait.call);
    if (reply.next) this.waits.begin(process, { ...reply.next, call: { op: "lock.acquire", args: {}, since: this.at() } });
    else process.interpreter?.sender.send(packed(reply));
  }

  print(process, { fd, bytes }) {
    this.written += bytes.length;
    this.record.prints(process, new TextDecoder().decode(bytes));
    this.outlet.write(process.pid, fd, bytes);
    if (this.written > MOST_OUTPUT) this.stop(`It wrote more than ${MOST_OUTPUT >> 20} MiB to the console, and was stopped.`);
  }

  look_for_deadlock() {
    if (this.pending.length > 0) return; // one that is to come may end any wait
    const waits = this.waits.standstill(this.living());
    if (!waits) return;
    const text = (why) => (typeof why === "function" ? why() : why);
    const told = waits.filter((wait) => !wait.idle).map((wait) => ({
      pid: wait.process.pid,
      name: wait.process.name,
      why: text(wait.why),
      whom: wait.whom?.() ?? [],
    }));
    const sentence = told.map(({ name, why }) => `${name} waits ${why}`).join("; ");
    this.record.deadlock = told;
    this.tell({ deadlock: { text: sentence, waits: told } });
    for (const { process, why, idle } of waits) {
      if (idle) this.end(process, -15);
      else this.waits.end(process, { error: "Deadlock", text: `nobody can go on: ${process.name} waits ${text(why)}` });
    }
  }
}

let kernel;

// What the page asks for.
const REQUESTS = {
  open(addresses) {
    const tell = (message) => postMessage(message);
    kernel = new Kernel(new Machine(addresses, tell), tell);
    tell({ phase: "loading Python" });
  },
  run(spec) {
    kernel.run(spec).catch((error) => postMessage({ failed: `Python could not be loaded: ${error.message}.` }));
  },
  stop: () => kernel.stop(),
  interrupt: () => kernel.interrupt_all(),
  type({ line, ends }) {
    if (ends) kernel.keyboard.ended = true;
    else kernel.keyboard.type(line);
    kernel.waits.retry(kernel.keyboard);
  },
};

addEventListener("message", ({ data }) => {
  const [[request, spec]] = Object.entries(data);
  REQUESTS[request](spec);
});

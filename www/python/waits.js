// Calls that cannot be answered yet. A process that made one is blocked; whatever changes an
// object has the calls that wait for it tried again, in the order in which they came.

export class Waits {
  // `answer(process, reply, wait)` lets the process go on; without a wait where it had none.
  constructor(answer) {
    this.answer = answer;
    this.of = new Map(); // process → its wait
    this.on = new Map(); // object → the waits for it
  }

  // `attempt()` gives the reply, or nothing as long as there is none; `on` lists the objects
  // whose change may bring it. After `seconds` the reply is `expired`. `why` completes the
  // sentence "process 101 waits …"; `whom()` lists the processes that could end the wait.
  begin(process, wait) {
    wait.seconds ??= undefined; // Python's None
    const reply = wait.attempt();
    if (reply !== undefined) return this.answer(process, reply);
    if (wait.seconds !== undefined && wait.seconds <= 0) return this.answer(process, wait.expired);
    wait.process = process;
    this.of.set(process, wait);
    for (const object of wait.on) {
      if (!this.on.has(object)) this.on.set(object, new Set());
      this.on.get(object).add(wait);
    }
    if (wait.seconds !== undefined) {
      wait.timer = setTimeout(() => this.end(process, wait.expired), wait.seconds * 1000);
    }
  }

  // Something about these objects is new.
  retry(...objects) {
    for (const object of objects) {
      for (const wait of [...(this.on.get(object) ?? [])]) {
        // One that went on may have changed what the others wait for.
        if (this.of.get(wait.process) !== wait) continue;
        const reply = wait.attempt();
        if (reply !== undefined) this.end(wait.process, reply);
      }
    }
  }

  // Ends the wait of a process with this reply.
  end(process, reply) {
    const wait = this.of.get(process);
    if (this.forget(process)) this.answer(process, reply, wait);
  }

  // Drops the wait of a process that will never hear an answer.
  forget(process) {
    const wait = this.of.get(process);
    if (!wait) return false;
    clearTimeout(wait.timer);
    wait.cancel?.();
    this.of.delete(process);
    for (const object of wait.on) {
      const waits = this.on.get(object);
      waits?.delete(wait);
      if (waits?.size === 0) this.on.delete(object);
    }
    return true;
  }

  // The waits, if no process can ever go on: every one that lives is blocked, and neither a
  // clock nor the keyboard can end any of the waits. The kernel sees every message, lock and
  // process, so this is exact.
  standstill(living) {
    const waits = living.map((process) => this.of.get(process));
    if (waits.length === 0) return null;
    const stuck = waits.every((wait) => wait && wait.seconds === undefined && !wait.keyboard);
    return stuck ? waits : null;
  }
}

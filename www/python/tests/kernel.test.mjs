// The kernel's objects without workers: a process is a name, and an answer is what it was told.
import assert from "node:assert/strict";
import test from "node:test";

import { Disk, file } from "../files.js";
import { gate } from "../gate.js";
import { packed, unpacked } from "../mailbox.js";
import * as objects from "../objects.js";
import { Outlet } from "../outlet.js";
import { pipe } from "../pipes.js";
import { newWorld, rank } from "../ranks.js";
import * as signals from "../signals.js";
import { Receiver } from "../suspend.js";
import { Threads } from "../threads.js";
import { Waits } from "../waits.js";

const OPERATIONS = { ...objects, pipe, rank, file };
const bytes = (...values) => Uint8Array.from(values);

// A kernel with these processes, and what each was answered.
function kernel(...pids) {
  const told = new Map(pids.map((pid) => [pid, []]));
  const answer = (process, reply) => {
    if (reply.next) return it.waits.begin(process, reply.next);
    told.get(process.pid).push(reply);
  };
  const it = {
    objects: new Map(), last: 0, disk: new Disk({}),
    waits: new Waits(answer), name_of: (pid) => `process ${pid}`,
  };
  const processes = new Map(pids.map((pid) => [pid, { pid, name: `process ${pid}` }]));
  const call = (pid, op, args = {}, data) => {
    const [group, name] = op.split(".");
    let reply;
    try {
      reply = OPERATIONS[group][name](it, processes.get(pid), args, data);
    } catch (error) {
      if (!error.error) throw error;
      reply = error;
    }
    if (reply.attempt) it.waits.begin(processes.get(pid), reply);
    else answer(processes.get(pid), reply);
    return told.get(pid).at(-1);
  };
  const all = [...processes.values()];
  const stuck = () => it.waits.standstill(all)?.map(({ why }) => (typeof why === "function" ? why() : why)) ?? null;
  return { call, told, stuck, processes, waits: it.waits };
}

test("a queue gives what was put in, in order, to whoever asked first", () => {
  const { call, told } = kernel(1, 2, 3);
  const { id } = call(1, "queue.new");
  call(2, "queue.get", { id });
  call(3, "queue.get", { id });
  assert.equal(told.get(2).length, 0);
  call(1, "queue.put", { id }, bytes(7));
  call(1, "queue.put", { id }, bytes(8));
  assert.deepEqual(told.get(2), [{ data: bytes(7) }]);
  assert.deepEqual(told.get(3), [{ data: bytes(8) }]);
});

test("a full queue holds its writer until somebody takes something", () => {
  const { call, told } = kernel(1, 2);
  const { id } = call(1, "queue.new", { size: 1 });
  call(1, "queue.put", { id }, bytes(1));
  assert.equal(call(1, "queue.put", { id, seconds: 0 }, bytes(2)).error, "Full");
  call(1, "queue.put", { id }, bytes(3));
  const before = told.get(1).length;
  call(2, "queue.get", { id });
  assert.equal(told.get(1).length, before + 1);
  assert.equal(call(2, "queue.size", { id }).value, 1);
});

test("two locks taken crosswise are a deadlock, and the waits name their holders", () => {
  const { call, stuck } = kernel(1, 2);
  const a = call(1, "lock.new").id;
  const b = call(1, "lock.new").id;
  call(1, "lock.acquire", { id: a });
  call(2, "lock.acquire", { id: b });
  call(1, "lock.acquire", { id: b });
  assert.equal(stuck(), null);
  call(2, "lock.acquire", { id: a });
  assert.deepEqual(stuck(), ["for lock 2, held by process 2", "for lock 1, held by process 1"]);
});

test("a wait with a time, or for the keyboard, is no deadlock", () => {
  const { call, stuck, waits, processes } = kernel(1);
  const { id } = call(1, "queue.new");
  call(1, "queue.get", { id, seconds: 60 });
  assert.equal(stuck(), null);
  waits.forget(processes.get(1));
});

test("a recursive lock counts, and another process cannot let go of it", () => {
  const { call, told } = kernel(1, 2);
  const { id } = call(1, "lock.new", { most: 1, recursive: true });
  call(1, "lock.acquire", { id });
  call(1, "lock.acquire", { id });
  assert.equal(call(2, "lock.release", { id }).error, "AssertionError");
  const before = told.get(2).length;
  call(2, "lock.acquire", { id });
  call(1, "lock.release", { id });
  assert.equal(told.get(2).length, before);
  call(1, "lock.release", { id });
  assert.deepEqual(told.get(2).at(-1), { value: true });
});

test("a condition lets go of its lock, and has it again when it goes on", () => {
  const { call, told } = kernel(1, 2);
  const lock = call(1, "lock.new", { most: 1, recursive: true }).id;
  const { id } = call(1, "condition.new");
  call(1, "lock.acquire", { id: lock });
  const before = told.get(1).length;
  call(1, "condition.wait", { id, lock });
  call(2, "lock.acquire", { id: lock });
  call(2, "condition.notify", { id, n: 1 });
  assert.equal(told.get(1).length, before, "the lock is another's still");
  call(2, "lock.release", { id: lock });
  assert.deepEqual(told.get(1).at(-1), { value: true });
});

test("a wait for a condition that is interrupted goes on with its lock", () => {
  const { call, told, waits, processes } = kernel(1, 2);
  const lock = call(1, "lock.new", { most: 1, recursive: true }).id;
  const { id } = call(1, "condition.new");
  call(1, "lock.acquire", { id: lock });
  call(1, "condition.wait", { id, lock });
  call(2, "lock.acquire", { id: lock });
  const error = { error: "KeyboardInterrupt" };
  const before = told.get(1).length;
  waits.end(processes.get(1), waits.of.get(processes.get(1)).interrupted(error));
  assert.equal(told.get(1).length, before, "the lock is another's still");
  call(2, "lock.release", { id: lock });
  assert.deepEqual(told.get(1).at(-1), error);
  assert.equal(call(1, "lock.value", { id: lock }).mine, 1);
});

test("a semaphore without a limit can be released as often as one likes", () => {
  const { call } = kernel(1);
  const { id } = call(1, "lock.new", { count: 0, most: null });
  assert.deepEqual(call(1, "lock.release", { id }), {});
  assert.deepEqual(call(1, "lock.release", { id }), {});
  assert.deepEqual(call(1, "lock.value", { id }), { value: 2, mine: 0 });
});

test("a connection ends when nobody holds its other end", () => {
  const { call } = kernel(1, 2);
  const [a, b] = [call(1, "end.new").id, call(1, "end.new").id];
  const { id } = call(1, "queue.new");
  call(1, "end.send", { id, peer: b }, bytes(5));
  call(1, "end.close", { id: a });
  assert.deepEqual(call(2, "queue.get", { id, holder: a }), { data: bytes(5) });
  assert.equal(call(2, "queue.get", { id, holder: a }).error, "EOFError");
});

test("a pipe holds 64 KiB, and its writer waits for room", () => {
  const { call, told } = kernel(1);
  const { id } = call(1, "pipe.new");
  call(1, "pipe.write", { id }, new Uint8Array(64 * 1024));
  assert.deepEqual(told.get(1).at(-1), {});
  const before = told.get(1).length;
  call(1, "pipe.write", { id }, bytes(1));
  assert.equal(told.get(1).length, before);
});

test("ranks hear who wrote, and a message to a rank that does not exist is refused", () => {
  const { call, processes, told } = kernel(1, 2);
  const world = newWorld(2);
  world.pids.push(1, 2);
  Object.assign(processes.get(1), { rank: 0, world });
  Object.assign(processes.get(2), { rank: 1, world });
  assert.match(call(1, "rank.send", { to: 2, tag: 0 }, bytes()).text, /ranks are 0 to 1/);
  call(2, "rank.receive", { source: 0, tag: -1 });
  call(1, "rank.send", { to: 1, tag: 4 }, bytes(9));
  assert.deepEqual(told.get(2).at(-1), { source: 0, tag: 4, data: bytes(9) });
});

test("what was asked for first comes first, and a message stays in its context", () => {
  const { call, processes, told } = kernel(1, 2);
  const world = newWorld(2);
  world.pids.push(1, 2);
  processes.forEach((process) => Object.assign(process, { rank: process.pid - 1, world }));
  const asked = [1, 2].map(() => call(2, "rank.ask", { source: 0, tag: -1 }).id);
  call(1, "rank.send", { to: 1, tag: 0, context: "!" }, bytes(0));
  assert.equal(call(2, "rank.received", { id: asked[0], seconds: 0 }).error, "Empty");
  const late = call(1, "rank.send", { to: 1, tag: 5, synchronous: true, later: true }, bytes(1)).id;
  assert.deepEqual(call(1, "rank.sent", { id: late, seconds: 0 }), {});
  call(1, "rank.send", { to: 1, tag: 6 }, bytes(2));
  assert.deepEqual(call(2, "rank.received", { id: asked[1] }).data, bytes(2));
  assert.deepEqual(call(2, "rank.received", { id: asked[0] }).data, bytes(1));
  assert.deepEqual(call(2, "rank.receive", { source: -1, tag: -1, context: "!" }).data, bytes(0));
  const alone = kernel(7);
  alone.call(7, "rank.send", { to: 0, tag: 0 }, bytes(3));
  assert.deepEqual(alone.call(7, "rank.receive", { source: 0, tag: 0 }).data, bytes(3));
  assert.equal(told.get(1).length, 4);
});

test("a file is where it was put, grows, and is gone when it was removed", () => {
  const { call } = kernel(1);
  const { id } = call(1, "file.make", { parent: 1, name: "a", mode: 0o100666 });
  call(1, "file.write", { id, at: 2 }, bytes(1, 2));
  call(1, "file.write", { id }, bytes(3));
  assert.deepEqual([...call(1, "file.read", { id, at: 0, length: 99 }).data], [0, 0, 1, 2, 3]);
  call(1, "file.set", { id, size: 1 });
  assert.equal(call(1, "file.attributes", { id }).size, 1);
  call(1, "file.remove", { parent: 1, name: "a" });
  assert.equal(call(1, "file.lookup", { parent: 1, name: "a" }).error, "FileNotFoundError");
});

test("an answer comes out of its envelope as it went in", () => {
  const { head, data } = unpacked(packed({ value: "é", data: bytes(1, 2, 3) }));
  assert.deepEqual(JSON.parse(head), { value: "é" });
  assert.deepEqual([...data], [1, 2, 3]);
});

test("one thread runs at a time; when none ever can, each is told", async () => {
  const threads = new Threads({ interrupted: () => false, later: setTimeout, now: () => performance.now() });
  const order = [];
  const body = (name) => ({
    async callPromising(number) {
      order.push(`${name} begins`);
      await threads.give_way(number);
      order.push(`${name} ends`);
    },
  });
  threads.start(1, body("a"));
  threads.start(2, body("b"));
  assert.equal(await threads.park(0), "deadlock", "the main thread waits for nobody");
  assert.deepEqual(order, ["a begins", "b begins", "a ends", "b ends"]);
});

test("a Ctrl+C that another thread hears reaches the main one where it waits, once", async () => {
  const threads = new Threads({ interrupted: () => false, later: setTimeout, now: () => performance.now() });
  const heard = [];
  threads.start(1, {
    async callPromising(number) {
      heard.push(threads.running, threads.interrupt(), threads.interrupt());
      await threads.give_way(number);
      heard.push(threads.running, threads.interrupt());
    },
  });
  assert.equal(threads.running, 0);
  assert.equal(await threads.park(0), "interrupt");
  assert.equal(threads.running, 0);
  await threads.give_way(0);
  // The second time it waits for its turn, where it finds out by itself.
  assert.deepEqual(heard, [1, true, false, 1, false]);
});

test("a gate leads to the plain functions until it is opened, then to those that wait", () => {
  const heard = [];
  const hears = (who) => (...args) => (heard.push([who, ...args]), args[0]);
  const signatures = { add: "iij", tell: "vd", none: "i" };
  const all = (who) => ({ add: hears(who), tell: hears(who), none: () => (heard.push([who]), 7) });
  const { open, functions } = gate(signatures, all("plain"), all("waits"));
  assert.equal(functions.add(3, 4n), 3);
  assert.equal(functions.tell(0.5), undefined);
  open.value = 1;
  assert.equal(functions.add(-1, 1n << 40n), -1);
  assert.equal(functions.none(), 7);
  assert.deepEqual(heard, [["plain", 3, 4n], ["plain", 0.5], ["waits", -1, 1n << 40n], ["waits"]]);
});

test("a system call that was broken off is called again with the answers that there are", async () => {
  // As a browser has it, but without stacks: the promise is what the call returns.
  WebAssembly.Suspending ??= function (call) { return call; };
  const asked = [];
  const kernel = new Receiver(undefined, ({ op, args }) => asked.push(`${op} ${args}`));
  // One that takes refusals for answers, and one that remembers what it was told.
  let names;
  const careless = () => {
    try { kernel.ask("file.lookup", "a"); } catch { /* there is none */ }
    names ??= kernel.ask("file.list", "b").head;
    return `${names} ${kernel.ask("file.read", "c").head}`;
  };
  const call = kernel.repeated(careless);
  const result = call();
  for (const head of ["no", "list", "read"]) {
    await new Promise((resolve) => setTimeout(resolve));
    kernel.answer(packed_text(head));
  }
  assert.equal(await result, "list read");
  assert.deepEqual(asked, ["file.lookup a", "file.list b", "file.read c"]);
});

function packed_text(head) {
  const text = new TextEncoder().encode(head);
  return Uint8Array.from([0, 0, 0, text.length, ...text]);
}

test("a signal that comes between Python's reading and its clearing is heard the next time", () => {
  for (const first of [0, 10, signals.SIGINT]) {
    const flags = signals.word(true);
    const own = signals.heard_by_python(flags);
    const hear = (meanwhile = () => {}) => {
      const heard = own[0];
      meanwhile();
      own[0] = 0;
      return heard;
    };
    if (first) signals.send(flags, first);
    const heard = [hear(() => signals.send(flags, signals.SIGINT)), hear(), hear()];
    // Two that are the same are one.
    const expected = first === signals.SIGINT ? [signals.SIGINT, 0, 0] : [first, signals.SIGINT, 0];
    assert.deepEqual(heard, expected);
  }
});

test("nothing writes over Ctrl+C, and it is taken once", () => {
  const flags = signals.word(true);
  signals.send(flags, 10);
  signals.send(flags, signals.SIGINT);
  signals.send(flags, 10);
  assert.equal(signals.take(flags), true);
  assert.equal(signals.take(flags), false);
  signals.send(flags, 10);
  assert.equal(signals.take(flags), false);
  assert.equal(signals.heard_by_python(flags)[0], 10);
});

test("a flood of short lines is a few messages, in the order in which they were written", async () => {
  const told = [];
  const outlet = new Outlet(({ out }) => told.push(out));
  const text = (piece) => `${piece.pid}.${piece.fd} ${new TextDecoder().decode(piece.bytes)}`;
  for (let at = 0; at < 1000; at += 1) outlet.write(100, 1, bytes(65));
  outlet.write(100, 2, bytes(66));
  outlet.write(101, 1, bytes(67));
  outlet.write(100, 1, bytes(68));
  // The first goes out at once.
  assert.deepEqual(told.map((out) => out.map(text)), [["100.1 A"]]);
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual(told.slice(1).flat().map(text), [`100.1 ${"A".repeat(999)}`, "100.2 B", "101.1 C", "100.1 D"]);
  const messages = told.length;
  outlet.write(100, 1, bytes(69));
  outlet.write(100, 1, bytes(70));
  outlet.flush();
  outlet.flush();
  assert.equal(told.slice(messages).flat().map(text).join(), "100.1 E,100.1 F");
});

// Messages between the ranks of `mpirun`, and the store that children report to.

const ANY = -1;
// Up to so many bytes a send is buffered; above, it waits until the receiver has taken it.
const EAGER = 64 * 1024;

const fits = (message, { source, tag, context }) =>
  message.context === context && (source === ANY || message.source === source) && (tag === ANY || message.tag === tag);

function whom_of(kernel, world, ranks) {
  return ranks.map((rank) => world.pids[rank]).filter((pid) => pid !== undefined);
}

// The ranks among which a process is one; by itself it is the only one.
function world_of(process) {
  if (!process.world) {
    Object.assign(process, { world: newWorld(1), rank: 0 });
    process.world.pids.push(process.pid);
  }
  return process.world;
}

// Gives a message to the first that has asked for one like it, or lays it where it can be found.
function deliver(box, message) {
  const asked = box.asked.find((one) => !one.message && fits(message, one));
  if (!asked) return box.messages.push(message);
  asked.message = message;
  message.taken = true;
}

function take(box, wanted, peek) {
  const at = box.messages.findIndex((message) => fits(message, wanted));
  if (at < 0) return undefined;
  const message = box.messages[at];
  if (!peek) {
    box.messages.splice(at, 1);
    message.taken = true;
  }
  return message;
}

const reply = ({ source, tag, data }) => ({ source, tag, data });

// What a wait for a message says of itself.
function awaited(kernel, process, source) {
  const { world } = process;
  if (source !== ANY && !world.boxes[source]) {
    // MPI calls this an error; some implementations wait for ever. The wait is the lesson.
    return { why: `in receive for a message from rank ${source}, which does not exist` };
  }
  const others = source === ANY ? world.boxes.map((_, at) => at).filter((at) => at !== process.rank) : [source];
  const why = `in receive for a message from ${source === ANY ? "any rank" : `rank ${source}`}`;
  return { why, whom: () => whom_of(kernel, world, others), expired: { error: "Empty" } };
}

function kept(kernel, thing) {
  kernel.objects.set(++kernel.last, thing);
  return { id: kernel.last };
}

export const rank = {
  // A message; `context` keeps those of one communicator from those of another. `later`: the
  // reply comes at once, and `sent` tells when it is done.
  send(kernel, process, { to, tag, context = "", synchronous, later }, data) {
    const world = world_of(process);
    const box = world.boxes[to];
    if (!box) return { error: "Exception", text: `there is no rank ${to}: ranks are 0 to ${world.boxes.length - 1}` };
    const message = { source: process.rank, to, tag, context, data, box, taken: false };
    message.buffered = !synchronous && data.length <= EAGER;
    deliver(box, message);
    kernel.waits.retry(box);
    return later ? kept(kernel, message) : rank.sent(kernel, process, { message });
  },

  sent(kernel, process, { id, seconds, message = kernel.objects.get(id) }) {
    const { box, to } = message;
    const attempt = () => (message.taken || message.buffered ? {} : undefined);
    const whom = () => whom_of(kernel, process.world, [to]);
    const why = `in send for rank ${to} to take the message`;
    return { on: [box], attempt, seconds, why, whom, expired: { error: "Empty" } };
  },

  receive(kernel, process, { source, tag, context = "", seconds, peek }) {
    const box = world_of(process).boxes[process.rank];
    const attempt = () => {
      const message = take(box, { source, tag, context }, peek);
      if (message && !peek) kernel.waits.retry(box);
      return message && reply(message);
    };
    return { on: [box], attempt, seconds, ...awaited(kernel, process, source) };
  },

  // Asks for a message that `received` brings; what was asked for first comes first.
  ask(kernel, process, { source, tag, context = "" }) {
    const box = world_of(process).boxes[process.rank];
    const asked = { source, tag, context, message: take(box, { source, tag, context }) };
    box.asked.push(asked);
    kernel.waits.retry(box);
    return kept(kernel, asked);
  },

  received(kernel, process, { id, seconds, peek }) {
    const box = process.world.boxes[process.rank];
    const asked = kernel.objects.get(id);
    const attempt = () => {
      if (!asked.message) return undefined;
      if (!peek) box.asked = box.asked.filter((one) => one !== asked);
      return reply(asked.message);
    };
    return { on: [box], attempt, seconds, ...awaited(kernel, process, asked.source) };
  },

  barrier(kernel, process) {
    const world = world_of(process);
    const round = world.round;
    world.there += 1;
    if (world.there === world.boxes.length) {
      world.there = 0;
      world.round += 1;
      kernel.waits.retry(world);
    }
    const attempt = () => (world.round > round ? {} : undefined);
    return { on: [world], attempt, why: "in barrier for the other ranks" };
  },
};

export const newWorld = (size) => ({
  boxes: Array.from({ length: size }, () => ({ messages: [], asked: [] })),
  pids: [],
  there: 0,
  round: 0,
});

const integer = /^-?\d+$/;

// A store of texts under names: what Redis is to the programs of the lessons.
export const store = {
  set(kernel, process, { key, value }) {
    kernel.store.set(key, value);
    return {};
  },
  get: (kernel, process, { key }) => ({ value: kernel.store.get(key) ?? null }),
  add(kernel, process, { key, by }) {
    const before = kernel.store.get(key) ?? "0";
    if (!integer.test(before)) return { error: "ResponseError", text: "value is not an integer or out of range" };
    const value = Number(before) + by;
    kernel.store.set(key, String(value));
    return { value };
  },
  delete(kernel, process, { keys }) {
    return { value: keys.filter((key) => kernel.store.delete(key)).length };
  },
  exists: (kernel, process, { keys }) => ({ value: keys.filter((key) => kernel.store.has(key)).length }),
  keys: (kernel) => ({ value: [...kernel.store.keys()] }),
};

// Messages between the ranks of `mpirun`, and the store that children report to.

const ANY = -1;
// Up to so many bytes a send is buffered; above, it waits until the receiver has taken it.
const EAGER = 64 * 1024;

const fits = (message, { source, tag }) =>
  (source === ANY || message.source === source) && (tag === ANY || message.tag === tag);

function whom_of(kernel, world, ranks) {
  return ranks.map((rank) => world.pids[rank]).filter((pid) => pid !== undefined);
}

export const rank = {
  send(kernel, process, { to, tag, synchronous }, data) {
    const { world, rank: source } = process;
    const box = world.boxes[to];
    if (!box) return { error: "Exception", text: `there is no rank ${to}: ranks are 0 to ${world.boxes.length - 1}` };
    const message = { source, tag, data, taken: false };
    box.messages.push(message);
    kernel.waits.retry(box);
    if (!synchronous && data.length <= EAGER) return {};
    const attempt = () => (message.taken ? {} : undefined);
    const why = `in send for rank ${to} to take the message`;
    return { on: [box], attempt, why, whom: () => whom_of(kernel, world, [to]) };
  },

  receive(kernel, process, { source, tag, seconds, peek }) {
    const { world } = process;
    const box = world.boxes[process.rank];
    const wanted = { source, tag };
    if (source !== ANY && !world.boxes[source]) {
      // MPI calls this an error; some implementations wait for ever. The wait is the lesson.
      const why = `in receive for a message from rank ${source}, which does not exist`;
      return { on: [box], attempt: () => undefined, why };
    }
    const attempt = () => {
      const at = box.messages.findIndex((message) => fits(message, wanted));
      if (at < 0) return undefined;
      const message = box.messages[at];
      if (!peek) {
        box.messages.splice(at, 1);
        message.taken = true;
        kernel.waits.retry(box);
      }
      return { source: message.source, tag: message.tag, data: message.data };
    };
    const from = source === ANY ? "any rank" : `rank ${source}`;
    const others = source === ANY ? world.boxes.map((_, at) => at).filter((at) => at !== process.rank) : [source];
    const whom = () => whom_of(kernel, world, others);
    return { on: [box], attempt, seconds, why: `in receive for a message from ${from}`, whom, expired: { error: "Empty" } };
  },

  barrier(kernel, process) {
    const { world } = process;
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
  boxes: Array.from({ length: size }, () => ({ messages: [] })),
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

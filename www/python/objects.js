// What processes share: queues, locks, events, conditions, barriers and cells of memory. The
// kernel is one event loop, so each operation is one step that no other process can divide.
//
// Every function takes the kernel, the process that calls, its arguments and bytes, and returns
// a reply, or describes a wait.

// So many bytes lie in a connection without anybody waiting.
const BUFFER = 64 * 1024;

const fault = (error, text) => ({ error, text });

function made(kernel, object) {
  kernel.objects.set(++kernel.last, object);
  object.id = kernel.last;
  return { id: object.id };
}

function known(kernel, id) {
  const object = kernel.objects.get(id);
  if (!object) throw fault("ValueError", "this object belongs to another run");
  return object;
}

// Whether this end of a connection, if it is one, can never be written to again.
const ended = (kernel, holder) => Boolean(holder) && known(kernel, holder).holders.size === 0;

// ---- queues: also the two ways of a connection, and the marks of a joinable queue

export const queue = {
  new: (kernel, process, { size = 0, name }) =>
    made(kernel, { items: [], size, unfinished: 0, name: name ?? `queue ${kernel.last + 1}` }),

  put(kernel, process, { id, seconds }, data) {
    const own = known(kernel, id);
    const attempt = () => {
      if (own.size > 0 && own.items.length >= own.size) return undefined;
      own.items.push(data);
      own.unfinished += 1;
      kernel.waits.retry(own);
      return {};
    };
    const why = `to put something into ${own.name}, which is full`;
    return { on: [own], attempt, seconds, why, expired: fault("Full") };
  },

  // A pool's worker that waits for work is `idle`: nothing is wrong with it. Where nothing comes,
  // the end of one of these processes (`pids`) is told.
  get(kernel, process, { id, seconds, idle, holder, pids = [] }) {
    const own = known(kernel, id);
    const watched = pids.map((pid) => kernel.processes.get(pid)).filter(Boolean);
    const attempt = () => {
      if (own.items.length === 0) {
        const gone = watched.find((one) => !one.lives);
        if (gone) return { ended: gone.pid };
        return ended(kernel, holder) ? fault("EOFError") : undefined;
      }
      const data = own.items.shift();
      kernel.waits.retry(own);
      return { data };
    };
    const why = holder ? "in recv for a message through a pipe" : `for something in ${own.name}`;
    const whom = () => (holder ? [...known(kernel, holder).holders] : []);
    const on = [own, ...(holder ? [known(kernel, holder)] : []), ...watched];
    return { on, attempt, seconds, why, whom, idle, expired: fault("Empty") };
  },

  size: (kernel, process, { id }) => ({ value: known(kernel, id).items.length }),

  // Whether a connection has something to read, or has ended.
  ready(kernel, process, { id, holder, seconds }) {
    const own = known(kernel, id);
    const attempt = () =>
      own.items.length > 0 || ended(kernel, holder) ? { value: true } : undefined;
    const on = holder ? [own, known(kernel, holder)] : [own];
    return { on, attempt, seconds, why: "in poll for a message", expired: { value: false } };
  },

  done(kernel, process, { id }) {
    const own = known(kernel, id);
    if (own.unfinished === 0) return fault("ValueError", "task_done() called too many times");
    own.unfinished -= 1;
    kernel.waits.retry(own);
    return {};
  },

  join(kernel, process, { id }) {
    const own = known(kernel, id);
    const attempt = () => (own.unfinished === 0 ? {} : undefined);
    return { on: [own], attempt, why: `until all tasks of ${own.name} are done` };
  },
};

// ---- the ends of connections: who holds one. An end that nobody holds is closed.

export const end = {
  new: (kernel, process) => made(kernel, { holders: new Set([process.pid]) }),
  hold(kernel, process, { id }) {
    known(kernel, id).holders.add(process.pid);
    return {};
  },
  close(kernel, process, { id }) {
    const own = known(kernel, id);
    own.holders.delete(process.pid);
    kernel.waits.retry(own);
    return {};
  },
};

end.send = (kernel, process, { id, peer }, data) => {
  // As a socket does it: what is small is buffered, what is large waits until it is taken.
  const own = known(kernel, id);
  if (known(kernel, peer).holders.size === 0) return fault("BrokenPipeError", "[Errno 32] Broken pipe");
  own.items.push(data);
  kernel.waits.retry(own);
  const full = () => own.items.includes(data) && own.items.reduce((sum, { length }) => sum + length, 0) > BUFFER;
  const attempt = () => (full() ? undefined : {});
  const whom = () => [...known(kernel, peer).holders];
  return { on: [own], attempt, why: "in send for its message to be taken", whom };
};

// Which of these connections have something to read, or have ended; which of these processes have ended.
end.select = (kernel, process, { asked, seconds }) => {
  const is_ready = ({ pid, inbox, peer }) =>
    pid === undefined ? known(kernel, inbox).items.length > 0 || ended(kernel, peer) : !kernel.processes.get(pid)?.lives;
  const attempt = () => {
    const ready = asked.flatMap((one, at) => (is_ready(one) ? [at] : []));
    return ready.length > 0 ? { ready } : undefined;
  };
  const parts = ({ pid, inbox, peer }) =>
    pid === undefined ? [known(kernel, inbox), known(kernel, peer)] : [kernel.processes.get(pid)];
  const on = asked.flatMap(parts).filter(Boolean);
  return { on, attempt, seconds, why: "for one of several connections or processes", expired: { ready: [] } };
};

// ---- locks: a semaphore counts, a lock counts to one, a recursive one knows its holder

export const lock = {
  new: (kernel, process, { count = 1, most = null, recursive = false, what = "lock" }) =>
    made(kernel, { count, most, recursive, depth: 0, owners: [], name: `${what} ${kernel.last + 1}` }),

  acquire(kernel, process, { id, seconds }) {
    const own = known(kernel, id);
    const attempt = () => (taken(own, process) ? { value: true } : undefined);
    return { on: [own], attempt, seconds, ...waits_for(kernel, own), expired: { value: false } };
  },

  release(kernel, process, { id }) {
    const own = known(kernel, id);
    const wrong = let_go(own, process);
    if (wrong) return wrong;
    kernel.waits.retry(own);
    return {};
  },

  // How often it can be taken, and how often the process that asks has taken it.
  value(kernel, process, { id }) {
    const { count, owners, depth } = known(kernel, id);
    const mine = owners.filter((pid) => pid === process.pid).length;
    return { value: count, mine: mine > 0 ? mine + depth : 0 };
  },
};

function waits_for(kernel, own) {
  const owners = () => own.owners.map((pid) => kernel.name_of(pid)).join(" and ");
  const why = () => (own.owners.length > 0 ? `for ${own.name}, held by ${owners()}` : `for ${own.name}`);
  return { why, whom: () => own.owners };
}

function taken(own, process) {
  if (own.recursive && own.owners.includes(process.pid)) {
    own.depth += 1;
    return true;
  }
  if (own.count === 0) return false;
  own.count -= 1;
  own.owners.push(process.pid);
  return true;
}

function let_go(own, process) {
  const mine = own.owners.indexOf(process.pid);
  if (own.recursive && mine < 0) {
    return fault("AssertionError", "attempt to release recursive lock not owned by thread");
  }
  if (own.recursive && own.depth > 0) {
    own.depth -= 1;
    return null;
  }
  if (own.most !== null && own.count >= own.most) {
    return fault("ValueError", "semaphore or lock released too many times");
  }
  own.count += 1;
  // Anyone may release a lock, also one that somebody else took.
  own.owners.splice(Math.max(mine, 0), 1);
  return null;
}

// ---- events, conditions, barriers

export const event = {
  new: (kernel) => made(kernel, { set: false, name: `event ${kernel.last + 1}` }),
  put(kernel, process, { id, value }) {
    const own = known(kernel, id);
    own.set = value;
    kernel.waits.retry(own);
    return {};
  },
  get: (kernel, process, { id }) => ({ value: known(kernel, id).set }),
  wait(kernel, process, { id, seconds }) {
    const own = known(kernel, id);
    const attempt = () => (own.set ? { value: true } : undefined);
    return { on: [own], attempt, seconds, why: `for ${own.name} to be set`, expired: { value: false } };
  },
};

export const condition = {
  new: (kernel) => made(kernel, { sleepers: [], name: `condition ${kernel.last + 1}` }),

  // Lets go of the lock, and waits until it was woken and has the lock again: one step.
  wait(kernel, process, { id, lock, seconds }) {
    const own = known(kernel, id);
    const guard = known(kernel, lock);
    const mine = { woken: false };
    const { depth } = guard;
    guard.depth = 0;
    const wrong = let_go(guard, process);
    if (wrong) return wrong;
    own.sleepers.push(mine);
    kernel.waits.retry(guard);
    // Whatever ended the wait, the lock is its own again before it goes on.
    const again = (reply) => ({
      next: {
        on: [guard],
        attempt: () => {
          if (!taken(guard, process)) return undefined;
          guard.depth = depth;
          return reply;
        },
        ...waits_for(kernel, guard),
        interrupted: (error) => again(error),
      },
    });
    const attempt = () => (mine.woken ? again({ value: true }) : undefined);
    const cancel = () => {
      own.sleepers = own.sleepers.filter((other) => other !== mine);
    };
    const why = `for ${own.name} to be notified`;
    return { on: [own], attempt, seconds, why, cancel, interrupted: again, expired: again({ value: false }) };
  },

  notify(kernel, process, { id, n }) {
    const own = known(kernel, id);
    for (const sleeper of own.sleepers.splice(0, n ?? own.sleepers.length)) sleeper.woken = true;
    kernel.waits.retry(own);
    return {};
  },
};

export const barrier = {
  new: (kernel, process, { parties }) =>
    made(kernel, { parties, there: 0, round: 0, broken: false, name: `barrier ${kernel.last + 1}` }),

  wait(kernel, process, { id, seconds }) {
    const own = known(kernel, id);
    if (own.broken) return fault("BrokenBarrierError");
    const round = own.round;
    const place = own.there;
    own.there += 1;
    if (own.there === own.parties) {
      own.there = 0;
      own.round += 1;
      kernel.waits.retry(own);
    }
    const attempt = () => {
      if (own.round > round) return { value: place };
      return own.broken ? fault("BrokenBarrierError") : undefined;
    };
    const why = () => `at ${own.name} for ${own.parties - own.there} more`;
    return { on: [own], attempt, seconds, why, expired: fault("BrokenBarrierError") };
  },

  state(kernel, process, { id }) {
    const { there, broken } = known(kernel, id);
    return { waiting: there, broken };
  },

  abort(kernel, process, { id }) {
    const own = known(kernel, id);
    own.broken = true;
    kernel.waits.retry(own);
    return {};
  },

  reset(kernel, process, { id }) {
    const own = known(kernel, id);
    own.broken = own.there > 0;
    kernel.waits.retry(own);
    Object.assign(own, { broken: false, there: 0 });
    return {};
  },
};

// ---- cells: memory that processes share. Reading and writing are two steps, as in a real one.

export const cell = {
  new: (kernel, process, args, data) => made(kernel, { data }),
  read: (kernel, process, { id, at, length }) => ({
    data: known(kernel, id).data.slice(at, at + length),
  }),
  write(kernel, process, { id, at }, data) {
    known(kernel, id).data.set(data, at);
    return {};
  },
};

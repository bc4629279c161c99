// Pipes of bytes, as `os.pipe` makes them, and the keyboard. A pipe holds so much as a real one,
// and then its writer waits; it ends for the reader when nobody can write any more.

const CAPACITY = 64 * 1024;

const fault = (error, text) => ({ error, text });

export class Pipe {
  constructor(id) {
    this.id = id;
    this.bytes = new Uint8Array();
    // Who has an end open: pid → how often.
    this.readers = new Map();
    this.writers = new Map();
  }

  ends(end) {
    return end === "r" ? this.readers : this.writers;
  }

  open(end, pid) {
    this.ends(end).set(pid, (this.ends(end).get(pid) ?? 0) + 1);
  }

  close(end, pid) {
    const left = (this.ends(end).get(pid) ?? 0) - 1;
    if (left > 0) this.ends(end).set(pid, left);
    else this.ends(end).delete(pid);
  }

  drop(pid) {
    return [this.readers.delete(pid), this.writers.delete(pid)].includes(true);
  }

  // Takes up to `most` bytes out.
  take(most) {
    const taken = this.bytes.slice(0, most);
    this.bytes = this.bytes.subarray(taken.length);
    return taken;
  }

  // Puts in what there is room for, and says how much that was.
  put(bytes) {
    const fit = bytes.subarray(0, CAPACITY - this.bytes.length);
    const joined = new Uint8Array(this.bytes.length + fit.length);
    joined.set(this.bytes);
    joined.set(fit, this.bytes.length);
    this.bytes = joined;
    return fit.length;
  }
}

export const pipe = {
  new(kernel, process) {
    const own = new Pipe(++kernel.last);
    kernel.objects.set(own.id, own);
    own.open("r", process.pid);
    own.open("w", process.pid);
    return { id: own.id };
  },

  close(kernel, process, { id, end }) {
    const own = kernel.objects.get(id);
    own?.close(end, process.pid);
    if (own) kernel.waits.retry(own);
    return {};
  },

  read(kernel, process, { id, most, seconds }) {
    const own = kernel.objects.get(id);
    const attempt = () => {
      if (own.bytes.length === 0) return own.writers.size === 0 ? { data: new Uint8Array() } : undefined;
      const data = own.take(most);
      kernel.waits.retry(own);
      return { data };
    };
    const why = "in read for something to come through a pipe";
    return { on: [own], attempt, seconds, why, whom: () => [...own.writers.keys()], expired: fault("Timeout") };
  },

  write(kernel, process, { id }, data) {
    const own = kernel.objects.get(id);
    let left = data;
    const attempt = () => {
      if (own.readers.size === 0) return fault("BrokenPipeError");
      const fit = own.put(left);
      left = left.subarray(fit);
      if (fit > 0) kernel.waits.retry(own);
      return left.length === 0 ? {} : undefined;
    };
    const why = "in write for room in a pipe";
    return { on: [own], attempt, why, whom: () => [...own.readers.keys()] };
  },

  // The first of several that can be read.
  select(kernel, process, { ids, seconds }) {
    const all = ids.map((id) => kernel.objects.get(id));
    const attempt = () => {
      const ready = all.find((own) => own.bytes.length > 0 || own.writers.size === 0);
      return ready && { id: ready.id };
    };
    const whom = () => all.flatMap((own) => [...own.writers.keys()]);
    return { on: all, attempt, seconds, why: "for what a child writes", whom, expired: {} };
  },
};

// What is typed, line by line; whoever asks first gets the next one.
export class Keyboard {
  constructor(ask) {
    this.ask = ask;
    this.bytes = new Uint8Array();
    this.ended = false;
  }

  type(line) {
    const typed = new TextEncoder().encode(line);
    const joined = new Uint8Array(this.bytes.length + typed.length);
    joined.set(this.bytes);
    joined.set(typed, this.bytes.length);
    this.bytes = joined;
  }

  take(most) {
    // One line at a time, as a terminal gives it.
    const end = this.bytes.indexOf(10);
    const taken = this.bytes.slice(0, Math.min(most, end < 0 ? this.bytes.length : end + 1));
    this.bytes = this.bytes.subarray(taken.length);
    return taken;
  }
}

export const keyboard = {
  read(kernel, process, { most }) {
    const own = kernel.keyboard;
    const attempt = () => {
      if (own.bytes.length > 0) return { data: own.take(most) };
      return own.ended ? { data: new Uint8Array() } : undefined;
    };
    if (own.bytes.length === 0 && !own.ended) own.ask(process);
    return { on: [own], attempt, why: "for a line from the keyboard", keyboard: true };
  },
};

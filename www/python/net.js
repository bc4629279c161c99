// Sockets on localhost: a port that a process listens at, and for each connection two pipes.

import { Pipe } from "./pipes.js";

// What is given to those who ask for any port, as Linux counts.
const FIRST_FREE = 32768;

const fault = (error, text) => ({ error, text });

function new_pipe(kernel) {
  const made = new Pipe(++kernel.last);
  kernel.objects.set(made.id, made);
  return made;
}

const listener_at = (kernel, port) =>
  [...kernel.objects.values()].find((object) => object.port === port && object.callers);

export const net = {
  bind(kernel, process, { port }) {
    let free = port;
    if (port === 0) for (free = FIRST_FREE; listener_at(kernel, free);) free += 1;
    if (listener_at(kernel, free)) return fault("OSError", "[Errno 98] Address already in use");
    const own = { id: ++kernel.last, port: free, callers: [], owner: process.pid, listens: false };
    // With its process goes what it listened at.
    own.drop = (pid) => pid === own.owner && kernel.objects.delete(own.id);
    kernel.objects.set(own.id, own);
    return { id: own.id, port: free };
  },

  listen(kernel, process, { id }) {
    kernel.objects.get(id).listens = true;
    return {};
  },

  connect(kernel, process, { port }) {
    const server = listener_at(kernel, port);
    if (!server?.listens) return fault("ConnectionRefusedError", "[Errno 111] Connection refused");
    const [there, back] = [new_pipe(kernel), new_pipe(kernel)];
    there.open("w", process.pid);
    back.open("r", process.pid);
    // The other side holds its ends before it has heard of the caller.
    there.open("r", server.owner);
    back.open("w", server.owner);
    const peer = FIRST_FREE + there.id;
    server.callers.push({ reads: there.id, writes: back.id, port, peer });
    kernel.waits.retry(server);
    return { reads: back.id, writes: there.id, port: peer, peer: port };
  },

  accept(kernel, process, { id, seconds }) {
    const own = kernel.objects.get(id);
    const attempt = () => own.callers.shift();
    return { on: [own], attempt, seconds, why: `in accept at port ${own.port}`, expired: fault("Timeout", "timed out") };
  },

  ready(kernel, process, { id, seconds }) {
    const own = kernel.objects.get(id);
    const attempt = () => (own.callers.length > 0 ? { value: true } : undefined);
    return { on: [own], attempt, seconds, why: `for a caller at port ${own.port}`, expired: { value: false } };
  },

  close(kernel, process, { id }) {
    kernel.objects.delete(id);
    return {};
  },
};

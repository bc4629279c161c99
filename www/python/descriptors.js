// The file descriptors of a process: its console, and pipes to others, which are streams of
// Emscripten's file system whose reads and writes are calls of the kernel.

const EINTR = 27;
const EPIPE = 64;
const EDEADLK = 16;
const ERRORS = { KeyboardInterrupt: EINTR, BrokenPipeError: EPIPE, Deadlock: EDEADLK };
const PIPE_MAJOR = 80;

export function descriptors(python, { ask: call, tell, printer }) {
  const { FS } = python;
  const own = {};
  let minor = 0;

  // A call in the name of a stream: what goes wrong is a number to it.
  function ask(op, args, data) {
    const reply = call(op, args, data);
    if (reply.error) throw new FS.ErrnoError(ERRORS[reply.error] ?? 29);
    return reply.data;
  }

  const reads = (id) => (buffer, most) => {
    const bytes = ask("pipe.read", { id, most });
    buffer.set(bytes);
    return bytes.length;
  };
  const writes = (id) => (bytes) => {
    ask("pipe.write", { id }, bytes.slice());
    return bytes.length;
  };

  // One end of a pipe as a stream; closing its last copy closes the end.
  function stream_of(id, end) {
    const path = `/dev/pipe-${id}-${end}`;
    const device = FS.makedev(PIPE_MAJOR, (minor += 1));
    let copies = 0;
    FS.registerDevice(device, {
      open(stream) {
        stream.seekable = false;
        stream.lab = { pipe: id, end };
        copies += 1;
      },
      close() {
        copies -= 1;
        if (copies === 0) tell("pipe.close", JSON.stringify({ id, end }));
      },
      read: (stream, buffer, offset, length) => reads(id)(buffer.subarray(offset, offset + length), length),
      write: (stream, buffer, offset, length) => writes(id)(buffer.subarray(offset, offset + length)),
    });
    FS.mkdev(path, 0o600, device);
    return FS.open(path, end === "r" ? "r" : "w");
  }

  return {
    // The pipe of this number: what it is read from, and what it is written to.
    pipe: (id) => [stream_of(id, "r").fd, stream_of(id, "w").fd],

    // What a child is to have in the place of this descriptor.
    describe(fd) {
      const stream = FS.getStream(fd);
      if (stream?.lab) return JSON.stringify(stream.lab);
      if (stream?.path === "/dev/null") return JSON.stringify({ null: true });
      if (stream?.node?.lab) return JSON.stringify({ file: stream.node.lab, at: stream.position });
      return JSON.stringify(own[fd] ?? {});
    },

    // Standard input, output and error output, as the parent has set them.
    inherit(fds) {
      for (const [fd, what] of Object.entries(fds)) own[fd] = what;
      python.setStdin(input(own[0]));
      python.setStdout(output(1, own[1]));
      python.setStderr(output(2, own[2]));
    },
  };

  function input(what = {}) {
    if (what.null) return { read: () => 0 };
    if (what.pipe) return { read: (buffer) => reads(what.pipe)(buffer, buffer.length) };
    if (what.file) {
      let { at } = what;
      const read = (buffer) => {
        const bytes = ask("file.read", { id: what.file, at, length: buffer.length });
        buffer.set(bytes);
        at += bytes.length;
        return bytes.length;
      };
      return { read };
    }
    const read = (buffer) => {
      const bytes = ask("keyboard.read", { most: buffer.length });
      buffer.set(bytes);
      return bytes.length;
    };
    return { read, isatty: true };
  }

  function output(fd, what = {}) {
    if (what.null) return { write: (bytes) => bytes.length };
    if (what.pipe) return { write: writes(what.pipe) };
    if (what.file) {
      // At its end: others may write to it as well.
      const write = (bytes) => {
        ask("file.write", { id: what.file }, bytes.slice());
        return bytes.length;
      };
      return { write };
    }
    return { write: printer(what.fd ?? fd), isatty: true };
  }
}

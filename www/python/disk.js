// The run's disk as a file system of Emscripten: every operation is a call of the kernel, and
// nothing is kept here, so that no process ever sees an old state.

const ERRORS = { FileNotFoundError: 44, NotEmpty: 55, DiskFull: 51, KeyboardInterrupt: 27 };
const EIO = 29;
const EINVAL = 28;
const O_APPEND = 0o2000;
const DIRECTORY = 0o040777;
const BLOCK = 4096;

// Mounts at `path` one of the disk's folders: `root` is its number.
export function mount(python, call, path, root) {
  const { FS } = python;

  function ask(op, args, data) {
    const reply = call(op, args, data);
    if (reply.error) throw new FS.ErrnoError(ERRORS[reply.error] ?? EIO);
    return reply;
  }

  // A node that no table of names remembers: it is looked up anew each time.
  function node_of(parent, name, { id, mode }) {
    const node = parent ? new FS.FSNode(parent, name, mode, 0) : FS.createNode(null, name, mode, 0);
    return Object.assign(node, { lab: id, node_ops, stream_ops });
  }

  const node_ops = {
    getattr(node) {
      const { id, mode, size, changed } = ask("file.attributes", { id: node.lab });
      const time = new Date(changed);
      const still = { dev: 1, nlink: 1, uid: 0, gid: 0, rdev: 0, atime: time, mtime: time, ctime: time };
      return { ...still, ino: id, mode, size, blksize: BLOCK, blocks: Math.ceil(size / BLOCK) };
    },
    // What has no time of its own the kernel stamps: a call that is made again asks the same again.
    setattr(node, { size, mtime }) {
      if (size === undefined && mtime === undefined) return;
      ask("file.set", { id: node.lab, size, changed: mtime === undefined ? undefined : Number(mtime) });
    },
    lookup: (parent, name) => node_of(parent, name, ask("file.lookup", { parent: parent.lab, name })),
    mknod: (parent, name, mode) => node_of(parent, name, ask("file.make", { parent: parent.lab, name, mode })),
    rename(node, to, as) {
      ask("file.rename", { parent: node.parent.lab, name: node.name, to: to.lab, as });
      node.name = as;
    },
    unlink: (parent, name) => void ask("file.remove", { parent: parent.lab, name }),
    rmdir: (parent, name) => void ask("file.remove", { parent: parent.lab, name }),
    readdir: (node) => [".", "..", ...ask("file.list", { id: node.lab }).names],
  };

  const stream_ops = {
    read(stream, buffer, offset, length, at) {
      const { data } = ask("file.read", { id: stream.node.lab, at, length });
      buffer.set(data, offset);
      return data.length;
    },
    write(stream, buffer, offset, length, at) {
      const place = stream.flags & O_APPEND ? undefined : at;
      ask("file.write", { id: stream.node.lab, at: place }, buffer.slice(offset, offset + length));
      return length;
    },
    llseek(stream, offset, whence) {
      const starts = [() => 0, () => stream.position, () => node_ops.getattr(stream.node).size];
      const position = starts[whence]() + offset;
      if (position < 0) throw new FS.ErrnoError(EINVAL);
      return position;
    },
  };

  FS.mkdirTree(path);
  FS.mount({ mount: () => node_of(null, "/", { id: root, mode: DIRECTORY }) }, {}, path);
}

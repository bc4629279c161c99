// The files of a run: one disk for all processes, kept by the kernel. What one of them writes,
// the others see at once. When a run begins, the disk holds what the page gave to it.

const DIRECTORY = 0o040777;
const FILE = 0o100666;
// The numbers of its two folders: where programs begin, and where they put what is temporary.
export const HOME_FOLDER = 1;
export const TEMPORARY_FOLDER = 2;
// More than this no disk holds.
const MOST_BYTES = 64 << 20;

export class Disk {
  constructor(files) {
    this.nodes = new Map();
    this.last = 0;
    this.bytes = 0;
    // The two folders, in the order of their numbers.
    this.make(DIRECTORY);
    this.make(DIRECTORY);
    for (const [path, text] of Object.entries(files)) this.lay(path, new TextEncoder().encode(text));
  }

  make(mode) {
    const node = { id: ++this.last, mode, changed: Date.now(), size: 0, data: new Uint8Array() };
    if (mode === DIRECTORY) node.entries = new Map();
    this.nodes.set(node.id, node);
    return node;
  }

  // Puts a file at a path, and folders before it.
  lay(path, data) {
    const steps = path.split("/");
    const name = steps.pop();
    let folder = this.nodes.get(HOME_FOLDER);
    for (const step of steps) {
      if (!folder.entries.has(step)) folder.entries.set(step, this.make(DIRECTORY).id);
      folder = this.nodes.get(folder.entries.get(step));
    }
    const node = this.make(FILE);
    folder.entries.set(name, node.id);
    this.write(node, 0, data);
  }

  // Makes a file so long; what is new is zero. A file grows by doubling.
  resize(node, size) {
    if (this.bytes + size - node.size > MOST_BYTES) return false;
    this.bytes += size - node.size;
    if (size > node.data.length) {
      const grown = new Uint8Array(Math.max(size, 2 * node.data.length));
      grown.set(node.data.subarray(0, node.size));
      node.data = grown;
    } else {
      node.data.fill(0, size, node.size);
    }
    node.size = size;
    node.changed = Date.now();
    return true;
  }

  write(node, at, bytes) {
    if (!this.resize(node, Math.max(node.size, at + bytes.length))) return false;
    node.data.set(bytes, at);
    return true;
  }
}

const told = ({ id, mode, size, changed }) => ({ id, mode, size, changed });
const fault = (error) => ({ error });

// What an operation says of a file that is gone, and of a folder where there is none.
function found(kernel, id) {
  const node = kernel.disk.nodes.get(id);
  if (!node) throw fault("FileNotFoundError");
  return node;
}

export const file = {
  lookup(kernel, process, { parent, name }) {
    const id = found(kernel, parent).entries?.get(name);
    return id === undefined ? fault("FileNotFoundError") : told(found(kernel, id));
  },

  make(kernel, process, { parent, name, mode }) {
    const { entries } = found(kernel, parent);
    const there = entries.get(name);
    if (there !== undefined) return told(found(kernel, there));
    const made = kernel.disk.make((mode & 0o170000) === 0o040000 ? DIRECTORY : FILE);
    entries.set(name, made.id);
    return told(made);
  },

  attributes: (kernel, process, { id }) => told(found(kernel, id)),

  set(kernel, process, { id, size, changed }) {
    const node = found(kernel, id);
    if (size !== undefined && !kernel.disk.resize(node, size)) return fault("DiskFull");
    if (changed !== undefined) node.changed = changed;
    return {};
  },

  read(kernel, process, { id, at, length }) {
    const node = found(kernel, id);
    return { data: node.data.slice(at, Math.min(node.size, at + length)) };
  },

  // Where nothing is said, at the end: two processes that append do not write over one another.
  write(kernel, process, { id, at }, data) {
    const node = found(kernel, id);
    return kernel.disk.write(node, at ?? node.size, data) ? {} : fault("DiskFull");
  },

  list: (kernel, process, { id }) => ({ names: [...found(kernel, id).entries.keys()] }),

  // An open file lives on without its name until the run ends.
  remove(kernel, process, { parent, name }) {
    const { entries } = found(kernel, parent);
    const node = found(kernel, entries.get(name));
    if (node.entries?.size > 0) return fault("NotEmpty");
    entries.delete(name);
    return {};
  },

  rename(kernel, process, { parent, name, to, as }) {
    const from = found(kernel, parent).entries;
    const id = from.get(name);
    if (id === undefined) return fault("FileNotFoundError");
    from.delete(name);
    found(kernel, to).entries.set(as, id);
    return {};
  },
};

"""Pipes: two ends, a queue each way. An end that no process holds any more is closed."""

from _lab import kernel

from . import reduction


class Connection(reduction.Shared):
    def __init__(self, number, peer, inbox, outbox):
        super().__init__(number)
        self._peer, self._inbox, self._outbox = peer, inbox, outbox
        self._open = True

    def __getstate__(self):
        reduction.goes_along(self._id)
        return super().__getstate__()

    def _check(self, able, what):
        if not self._open:
            raise OSError("handle is closed")
        if able is None:
            raise OSError(f"connection is {what}-only")

    def send(self, obj):
        self.send_bytes(reduction.dumps(obj))

    def send_bytes(self, buffer, offset=0, size=None):
        self._check(self._outbox, "read")
        end = None if size is None else offset + size
        kernel.call("end.send", bytes(memoryview(buffer)[offset:end]), id=self._outbox, peer=self._peer)

    def recv(self):
        return reduction.loads(self.recv_bytes())

    def recv_bytes(self, maxlength=None):
        self._check(self._inbox, "write")
        return kernel.call("queue.get", id=self._inbox, holder=self._peer)["data"]

    def poll(self, timeout=0.0):
        self._check(self._inbox, "write")
        return kernel.call("queue.ready", id=self._inbox, holder=self._peer, seconds=timeout)["value"]

    def close(self):
        if self._open:
            self._open = False
            kernel.call("end.close", id=self._id)

    @property
    def closed(self):
        return not self._open

    @property
    def readable(self):
        return self._inbox is not None

    @property
    def writable(self):
        return self._outbox is not None

    def fileno(self):
        raise NotImplementedError("the lab's connections have no file descriptor")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def Pipe(duplex=True):
    a, b = (kernel.call("end.new")["id"] for _ in range(2))
    forth = kernel.call("queue.new")["id"]
    back = kernel.call("queue.new")["id"] if duplex else None
    return Connection(a, b, forth, back), Connection(b, a, back, forth)


def wait(object_list, timeout=None):
    """Those of these connections that have something to read, or have ended."""
    asked = [(one._inbox, one._peer) for one in object_list]
    ready = kernel.call("end.select", asked=asked, seconds=timeout)["ready"]
    return [object_list[at] for at in ready]

"""Pipes: two ends, a queue each way. An end that no process holds any more is closed."""

from _lab import kernel

from . import reduction
from .process import BufferTooShort


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
        view = memoryview(buffer).cast("B")
        if offset < 0:
            raise ValueError("offset is negative")
        if len(view) < offset:
            raise ValueError("buffer length < offset")
        end = len(view) if size is None else offset + size
        if end < offset:
            raise ValueError("size is negative")
        if end > len(view):
            raise ValueError("buffer length < offset + size")
        kernel.call("end.send", bytes(view[offset:end]), id=self._outbox, peer=self._peer)

    def recv(self):
        return reduction.loads(self.recv_bytes())

    def recv_bytes(self, maxlength=None):
        self._check(self._inbox, "write")
        if maxlength is not None and maxlength < 0:
            raise ValueError("negative maxlength")
        data = kernel.call("queue.get", id=self._inbox, holder=self._peer)["data"]
        if maxlength is not None and len(data) > maxlength:
            self.close()
            raise OSError("bad message length")
        return data

    def recv_bytes_into(self, buffer, offset=0):
        """Puts a message into a buffer, and says how long it is."""
        view = memoryview(buffer).cast("B")
        if not 0 <= offset <= len(view):
            raise ValueError("negative offset" if offset < 0 else "offset too large")
        data = self.recv_bytes()
        if len(data) > len(view) - offset:
            raise BufferTooShort(data)
        view[offset:offset + len(data)] = data
        return len(data)

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
    """Those of these that have something to read or have ended: connections, and the sentinels of processes."""
    object_list = list(object_list)
    asked = [{"pid": one} if isinstance(one, int) else {"inbox": one._inbox, "peer": one._peer} for one in object_list]
    ready = kernel.call("end.select", asked=asked, seconds=timeout)["ready"]
    return [object_list[at] for at in ready]

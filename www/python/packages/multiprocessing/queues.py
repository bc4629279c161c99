"""Queues: what is put in is pickled and kept by the kernel until somebody gets it."""

from queue import Empty, Full  # noqa: F401

from _lab import kernel

from . import reduction


class SimpleQueue(reduction.Shared):
    def __init__(self, maxsize=0, *, ctx=None, name=None):
        super().__init__(kernel.call("queue.new", size=max(0, maxsize), name=name)["id"])
        self._maxsize = maxsize

    def put(self, obj):
        kernel.call("queue.put", reduction.dumps(obj), id=self._id)

    def get(self):
        return reduction.loads(kernel.call("queue.get", id=self._id)["data"])

    def empty(self):
        return kernel.call("queue.size", id=self._id)["value"] == 0

    def close(self):
        pass


class Queue(SimpleQueue):
    def put(self, obj, block=True, timeout=None):
        kernel.call("queue.put", reduction.dumps(obj), id=self._id, seconds=_seconds(block, timeout))

    def get(self, block=True, timeout=None):
        return reduction.loads(kernel.call("queue.get", id=self._id, seconds=_seconds(block, timeout))["data"])

    def put_nowait(self, obj):
        self.put(obj, False)

    def get_nowait(self):
        return self.get(False)

    def qsize(self):
        return kernel.call("queue.size", id=self._id)["value"]

    def full(self):
        return 0 < self._maxsize <= self.qsize()

    def join_thread(self):
        pass

    cancel_join_thread = join_thread


class JoinableQueue(Queue):
    def task_done(self):
        kernel.call("queue.done", id=self._id)

    def join(self):
        kernel.call("queue.join", id=self._id)


def _seconds(block, timeout):
    if not block:
        return 0
    return None if timeout is None else max(0, timeout)

"""Queues: what is put in is pickled and kept by the kernel until somebody gets it."""

import traceback
from queue import Empty, Full  # noqa: F401

from _lab import kernel

from . import reduction


class _End:
    """What is left of a pipe's end here: whether its queue was closed."""

    def __init__(self, queue):
        self._queue = queue

    @property
    def closed(self):
        return self._queue._closed


class SimpleQueue(reduction.Shared):
    def __init__(self, maxsize=0, *, ctx=None, name=None):
        super().__init__(kernel.call("queue.new", size=max(0, maxsize), name=name)["id"])
        self._maxsize = maxsize
        self._closed = False
        self._reader = self._writer = _End(self)

    def put(self, obj):
        self._put(reduction.dumps(obj))

    def get(self):
        return reduction.loads(self._get())

    def _put(self, data, seconds=None):
        kernel.call("queue.put", data, id=self._id, seconds=seconds)

    def _get(self, seconds=None):
        return kernel.call("queue.get", id=self._id, seconds=seconds)["data"]

    def empty(self):
        if self._closed:
            raise OSError("Queue is closed")
        return kernel.call("queue.size", id=self._id)["value"] == 0

    def close(self):
        self._closed = True


class Queue(SimpleQueue):
    _used = False

    def put(self, obj, block=True, timeout=None):
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        self._used = True
        try:
            data = reduction.dumps(obj)
        except Exception as error:
            # As in CPython, where a thread of the queue's own pickles: who puts hears nothing of it.
            self._on_queue_feeder_error(error, obj)
        else:
            self._put(data, _seconds(block, timeout))

    def get(self, block=True, timeout=None):
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        return reduction.loads(self._get(_seconds(block, timeout)))

    def put_nowait(self, obj):
        self.put(obj, False)

    def get_nowait(self):
        return self.get(False)

    def qsize(self):
        return kernel.call("queue.size", id=self._id)["value"]

    def empty(self):
        # One that nobody has put anything into here was never opened either.
        if self._closed and self._used:
            raise OSError("Queue is closed")
        return self.qsize() == 0

    def full(self):
        return 0 < self._maxsize <= self.qsize()

    def join_thread(self):
        pass

    cancel_join_thread = join_thread

    @staticmethod
    def _on_queue_feeder_error(error, obj):
        traceback.print_exception(error)


class JoinableQueue(Queue):
    def task_done(self):
        kernel.call("queue.done", id=self._id)

    def join(self):
        kernel.call("queue.join", id=self._id)


def _seconds(block, timeout):
    if not block:
        return 0
    return None if timeout is None else max(0, timeout)

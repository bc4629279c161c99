"""Locks and their siblings, kept by the kernel: it always knows who holds which."""

import threading

from _lab import kernel

from .process import current_process
from .reduction import Shared


class Semaphore(Shared):
    _what = "semaphore"

    def __init__(self, value=1, *, ctx=None, most=None, recursive=False):
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        made = kernel.call("lock.new", count=value, most=most, recursive=recursive, what=self._what)
        super().__init__(made["id"])

    def acquire(self, block=True, timeout=None):
        seconds = 0 if not block else None if timeout is None else max(0, timeout)
        return kernel.call("lock.acquire", id=self._id, seconds=seconds)["value"]

    def release(self):
        kernel.call("lock.release", id=self._id)

    def get_value(self):
        return kernel.call("lock.value", id=self._id)["value"]

    def locked(self):
        return self.get_value() == 0

    def _state(self):
        return kernel.call("lock.value", id=self._id)

    def _owner(self):
        """Who holds a lock, as far as this process can know."""
        state = self._state()
        if state["mine"]:
            thread = threading.current_thread().name
            return current_process().name + ("" if thread == "MainThread" else f"|{thread}")
        return "SomeOtherProcess" if state["value"] == 0 else "None"

    def __repr__(self):
        return f"<{type(self).__name__}(value={self.get_value()})>"

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self.release()


class BoundedSemaphore(Semaphore):
    def __init__(self, value=1, *, ctx=None):
        super().__init__(value, most=value)
        self._most = value

    def __repr__(self):
        return f"<{type(self).__name__}(value={self.get_value()}, maxvalue={self._most})>"


class Lock(Semaphore):
    _what = "lock"

    def __init__(self, *, ctx=None):
        super().__init__(1, most=1)

    def __repr__(self):
        return f"<Lock(owner={self._owner()})>"


class RLock(Semaphore):
    _what = "recursive lock"

    def __init__(self, *, ctx=None):
        super().__init__(1, most=1, recursive=True)

    def __repr__(self):
        owner = self._owner()
        times = {"None": 0, "SomeOtherProcess": "nonzero"}.get(owner, self._state()["mine"])
        return f"<RLock({owner}, {times})>"


class Event(Shared):
    def __init__(self, *, ctx=None):
        super().__init__(kernel.call("event.new")["id"])

    def is_set(self):
        return kernel.call("event.get", id=self._id)["value"]

    def set(self):
        kernel.call("event.put", id=self._id, value=True)

    def clear(self):
        kernel.call("event.put", id=self._id, value=False)

    def wait(self, timeout=None):
        return kernel.call("event.wait", id=self._id, seconds=timeout)["value"]

    def __repr__(self):
        return f"<{type(self).__qualname__} at {id(self):#x} {'set' if self.is_set() else 'unset'}>"


class Condition(Shared):
    def __init__(self, lock=None, *, ctx=None):
        super().__init__(kernel.call("condition.new")["id"])
        self._lock = lock or RLock()
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def wait(self, timeout=None):
        return kernel.call("condition.wait", id=self._id, lock=self._lock._id, seconds=timeout)["value"]

    def wait_for(self, predicate, timeout=None):
        from time import monotonic

        end = None if timeout is None else monotonic() + timeout
        while not (result := predicate()):
            left = None if end is None else end - monotonic()
            if left is not None and left <= 0:
                break
            self.wait(left)
        return result

    def notify(self, n=1):
        kernel.call("condition.notify", id=self._id, n=n)

    def __repr__(self):
        return f"<Condition({self._lock})>"

    def notify_all(self):
        kernel.call("condition.notify", id=self._id)

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *error):
        return self._lock.__exit__(*error)


class Barrier(Shared):
    def __init__(self, parties, action=None, timeout=None, *, ctx=None):
        super().__init__(kernel.call("barrier.new", parties=parties)["id"])
        self.parties, self._action, self._timeout = parties, action, timeout

    def wait(self, timeout=None):
        seconds = self._timeout if timeout is None else timeout
        place = kernel.call("barrier.wait", id=self._id, seconds=seconds)["value"]
        if place == 0 and self._action:
            self._action()
        return place

    def abort(self):
        kernel.call("barrier.abort", id=self._id)

    def reset(self):
        kernel.call("barrier.reset", id=self._id)

    @property
    def n_waiting(self):
        return kernel.call("barrier.state", id=self._id)["waiting"]

    @property
    def broken(self):
        return kernel.call("barrier.state", id=self._id)["broken"]


__all__ = [
    "Barrier", "BoundedSemaphore", "Condition", "Event", "Lock", "RLock", "Semaphore", "current_process",
]

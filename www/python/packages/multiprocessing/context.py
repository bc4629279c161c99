"""Contexts: everything of multiprocessing, with a start method.

Without one, programs that guard their main part by `if __name__ == "__main__"` start processes by
spawn, as CPython's default on Linux has been since 3.14 in effect (its fork server imports the main
program in the same way); those without a guard by fork, as it was before.
"""

import os

METHODS = ("fork", "spawn", "forkserver")
_chosen = None


def get_all_start_methods():
    return list(METHODS)


def get_start_method(allow_none=False):
    if _chosen is None and not allow_none:
        return default_method()
    return _chosen


def set_start_method(method, force=False):
    global _chosen
    if _chosen is not None and not force:
        raise RuntimeError("context has already been set")
    if method is not None and method not in METHODS:
        raise ValueError(f"cannot find context for {method!r}")
    _chosen = method


def get_context(method=None):
    if method is not None and method not in METHODS:
        raise ValueError(f"cannot find context for {method!r}")
    return BaseContext(method)


def default_method():
    from _lab.replay import has_guard

    from .process import main_path

    path = main_path()
    if not path:
        return "spawn"
    with open(path, encoding="utf-8") as file:
        return "spawn" if has_guard(file.read()) else "fork"


class BaseContext:
    OFFERED = (
        "Array", "Barrier", "BoundedSemaphore", "Condition", "Event", "JoinableQueue", "Lock", "Manager",
        "Pipe", "Pool", "Queue", "RLock", "RawArray", "RawValue", "Semaphore", "SimpleQueue", "Value",
        "cpu_count", "freeze_support",
    )

    def __init__(self, method):
        self._method = method

    def get_start_method(self, allow_none=False):
        return self._method or get_start_method(allow_none)

    def get_context(self, method=None):
        return get_context(method or self._method)

    @property
    def Process(self):
        from .process import Process

        method = self._method
        return type("Process", (Process,), {"_start_method": method})

    def cpu_count(self):
        return os.cpu_count()

    def freeze_support(self):
        pass

    def Manager(self):
        raise NotImplementedError(
            "the lab has no Manager: use Queue, Pipe, Value, Array or a lock, which processes share as well"
        )

    def Pool(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None):
        from .pool import Pool

        return Pool(processes, initializer, initargs, maxtasksperchild, context=self)

    def Queue(self, maxsize=0):
        from .queues import Queue

        return Queue(maxsize)

    def JoinableQueue(self, maxsize=0):
        from .queues import JoinableQueue

        return JoinableQueue(maxsize)

    def SimpleQueue(self):
        from .queues import SimpleQueue

        return SimpleQueue()

    def Pipe(self, duplex=True):
        from .connection import Pipe

        return Pipe(duplex)

    def Lock(self):
        from .synchronize import Lock

        return Lock()

    def RLock(self):
        from .synchronize import RLock

        return RLock()

    def Semaphore(self, value=1):
        from .synchronize import Semaphore

        return Semaphore(value)

    def BoundedSemaphore(self, value=1):
        from .synchronize import BoundedSemaphore

        return BoundedSemaphore(value)

    def Condition(self, lock=None):
        from .synchronize import Condition

        return Condition(lock)

    def Event(self):
        from .synchronize import Event

        return Event()

    def Barrier(self, parties, action=None, timeout=None):
        from .synchronize import Barrier

        return Barrier(parties, action, timeout)

    def Value(self, typecode_or_type, *args, lock=True):
        from .sharedctypes import Value

        return Value(typecode_or_type, *args, lock=lock)

    def Array(self, typecode_or_type, size_or_initializer, *, lock=True):
        from .sharedctypes import Array

        return Array(typecode_or_type, size_or_initializer, lock=lock)

    def RawValue(self, typecode_or_type, *args):
        return self.Value(typecode_or_type, *args, lock=False)

    def RawArray(self, typecode_or_type, size_or_initializer):
        return self.Array(typecode_or_type, size_or_initializer, lock=False)

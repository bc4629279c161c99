"""Contexts: everything of multiprocessing, with a start method.

Without one, programs that guard their main part by `if __name__ == "__main__"` start processes by
spawn, as CPython's default on Linux has been since 3.14 in effect (its fork server imports the main
program in the same way); those without a guard by fork, as it was before.
"""

import os

from . import process, reduction  # noqa: F401

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
    if method is None and _chosen is None:
        return _default
    method = method or _chosen
    if method not in METHODS:
        raise ValueError(f"cannot find context for {method!r}")
    return _contexts[method]


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
        "allow_connection_pickling", "cpu_count", "freeze_support", "get_logger", "log_to_stderr",
        "set_executable", "set_forkserver_preload",
    )

    _method = None
    Process = process.Process
    ProcessError, BufferTooShort = process.ProcessError, process.BufferTooShort
    TimeoutError, AuthenticationError = process.TimeoutError, process.AuthenticationError
    current_process = staticmethod(process.current_process)
    parent_process = staticmethod(process.parent_process)
    active_children = staticmethod(process.active_children)
    reducer = reduction

    def get_start_method(self, allow_none=False):
        return self._method or get_start_method(allow_none)

    def set_start_method(self, method, force=False):
        if self._method:
            raise ValueError("cannot set start method of concrete context")
        set_start_method(method, force)

    def get_all_start_methods(self):
        return get_all_start_methods()

    def get_context(self, method=None):
        return self if method is None and self._method else get_context(method)

    def get_logger(self):
        from .util import get_logger

        return get_logger()

    def log_to_stderr(self, level=None):
        from .util import log_to_stderr

        return log_to_stderr(level)

    def set_executable(self, executable):
        """There is one Python only."""

    def allow_connection_pickling(self):
        """It is allowed."""

    def set_forkserver_preload(self, module_names):
        """Every process starts with the same modules in it."""
        if not all(isinstance(name, str) for name in module_names):
            raise TypeError("module_names must be a list of strings")

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
        from .sharedctypes import RawValue

        return RawValue(typecode_or_type, *args)

    def RawArray(self, typecode_or_type, size_or_initializer):
        from .sharedctypes import RawArray

        return RawArray(typecode_or_type, size_or_initializer)


class ForkProcess(process.Process):
    _start_method = "fork"


class SpawnProcess(process.Process):
    _start_method = "spawn"


class ForkServerProcess(process.Process):
    _start_method = "forkserver"


class ForkContext(BaseContext):
    _method = "fork"
    Process = ForkProcess


class SpawnContext(BaseContext):
    _method = "spawn"
    Process = SpawnProcess


class ForkServerContext(BaseContext):
    _method = "forkserver"
    Process = ForkServerProcess


class DefaultContext(BaseContext):
    pass


_default = DefaultContext()
_contexts = {kind._method: kind() for kind in (ForkContext, SpawnContext, ForkServerContext)}


def assert_spawning(thing):
    if reduction._spawning is None:
        kind = type(thing).__name__
        raise RuntimeError(f"{kind} objects should only be shared between processes through inheritance")

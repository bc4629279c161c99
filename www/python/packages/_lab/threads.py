"""Threads under the interpreter's lock: the standard library's `threading`, with another way of
starting, waiting and locking below it.

Each thread has a stack of its own, which the browser sets aside while it waits (threads.js). One
runs at a time. Every switch interval the kernel sets a signal; CPython looks for signals between
bytecodes, where it looks for requests to drop its lock, and the handler below gives way. So two
threads that compute take turns, and whatever a switch can break in CPython can break here.
"""

import _thread
import io
import queue
import signal
import sys
import threading
from asyncio import events
from collections import namedtuple
from itertools import count

import _threading_local
from _lab import kernel

MAIN = 0  # the number of the main thread where stacks are switched
SWITCH = signal.SIGUSR1

_stacks = None  # what switches stacks; None where there is nothing that could
_browsers = None  # the event loop that Pyodide brings
_current = MAIN
_idents = {}  # number → what get_ident() says
_handles = {}  # number → handle, as long as the thread lives
_numbers = count(1)
_still = False  # in a step that no other thread may divide
_interrupted = False  # another thread has heard a Ctrl+C, which is for the main one
_main_ident = _thread.get_ident()
_set_interval = sys.setswitchinterval


def _set_aside(wait, *args):
    """Waits for a promise, of which only the browser's own event loop hears."""
    from pyodide.ffi import run_sync

    own = events._get_running_loop()
    events._set_running_loop(_browsers)
    try:
        return run_sync(wait(*args))
    finally:
        events._set_running_loop(own)


def _park(seconds, why):
    """Sets the running thread aside until it is woken; says whether it was."""
    global _current, _still

    if _stacks is None:
        raise kernel.Deadlock(f"the only thread there is waits {why}")
    me = _current
    _still = True
    reason = _set_aside(_stacks.park, me) if seconds is None else _set_aside(_stacks.park, me, seconds)
    _current, _still = me, False
    if reason == "interrupt":
        raise KeyboardInterrupt
    _pass_on_interrupt()
    if reason == "deadlock":
        name = threading.current_thread().name
        raise kernel.Deadlock(f"nobody can go on: {name} waits {why}")
    return reason != "late"


def _give_way(number, frame):
    """What the signal asks for, unless the running thread is in the middle of something."""
    global _current, _still
    from pyodide.ffi import can_run_sync

    if _still or _stacks is None or not can_run_sync() or not _stacks.is_wanted():
        return
    while frame:
        # Importing holds locks of C, which know nothing of these threads.
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return
        frame = frame.f_back
    me, _still = _current, True
    _set_aside(_stacks.give_way, me)
    _current, _still = me, False
    _pass_on_interrupt()


def _on_interrupt(number, frame):
    """Ctrl+C is for the main thread, whichever looks for signals first."""
    global _interrupted
    if _stacks.running == MAIN:
        raise KeyboardInterrupt
    if not _stacks.interrupt():
        _interrupted = True


def _pass_on_interrupt():
    global _interrupted
    if _current == MAIN and _interrupted:
        _interrupted = False
        raise KeyboardInterrupt


def _check_timeout(blocking, timeout):
    if not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > _thread.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")


class Lock:
    """A lock whose waiters are threads of this interpreter."""

    def __init__(self):
        self._held = False
        self._waiting = []

    def acquire(self, blocking=True, timeout=-1):
        global _still
        if timeout is not None and timeout != -1:
            _check_timeout(blocking, timeout)
        _still = True
        if not self._held:
            self._held = True
            _still = False
            return True
        if not blocking:
            _still = False
            return False
        return self._acquire_later(timeout)

    def _acquire_later(self, timeout):
        global _still
        from time import monotonic

        end = None if timeout is None or timeout < 0 else monotonic() + timeout
        while self._held:
            left = None if end is None else end - monotonic()
            if left is not None and left <= 0:
                _still = False
                return False
            self._waiting.append(_current)
            is_broken_off = True
            try:
                _park(left, "for a lock")
                is_broken_off = False
            finally:
                if _current in self._waiting:
                    self._waiting.remove(_current)
                if is_broken_off and not self._held:
                    # It may have been woken for it.
                    self._wake_one()
            _still = True
        self._held = True
        _still = False
        return True

    def release(self):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False
        self._wake_one()

    def _wake_one(self):
        if self._waiting:
            _stacks.wake(self._waiting.pop(0))

    def locked(self):
        return self._held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self.release()

    def _at_fork_reinit(self):
        self.__init__()

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __repr__(self):
        return f"<{'locked' if self._held else 'unlocked'} lock object at {id(self):#x}>"


_Unraisable = namedtuple("Unraisable", "exc_type exc_value exc_traceback err_msg object")


class _Handle:
    """What `threading` holds of a thread."""

    def __init__(self, ident=None):
        self.ident = ident
        self._done = False
        self._joining = []
        self._daemon = False

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True
        for thread in self._joining:
            _stacks.wake(thread)

    def join(self, timeout=None):
        from time import monotonic

        if self.ident is None:
            raise RuntimeError("thread not started")
        if self.ident == _get_ident() and not self._done:
            raise RuntimeError("Cannot join current thread")
        end = None if timeout is None or timeout < 0 else monotonic() + timeout
        while not self._done:
            left = None if end is None else end - monotonic()
            if left is not None and left <= 0:
                return
            self._joining.append(_current)
            _park(left, "for a thread to end")


class _Writer(io.BufferedWriter):
    """A step that no other thread may divide: within it CPython looks for signals too."""

    def write(self, data):
        return _undivided(super().write, data)

    def flush(self):
        return _undivided(super().flush)


def _undivided(step, *args):
    global _still
    before, _still = _still, True
    try:
        return step(*args)
    finally:
        _still = before


def _guard_streams():
    """Before a second thread prints."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper and type(stream.buffer) is io.BufferedWriter:
            stream.flush()
            raw = io.FileIO(stream.fileno(), "wb", closefd=False)
            kept = {what: getattr(stream, what) for what in ("encoding", "errors", "line_buffering", "write_through")}
            setattr(sys, name, io.TextIOWrapper(_Writer(raw), newline="\n", **kept))


def _start(function, handle=None, daemon=True):
    if _stacks is None:
        raise RuntimeError(
            "can't start new thread: threads need stacks that the browser sets aside (WebAssembly.Suspending), and "
            "memory shared with the kernel, which asks them to take turns. Here is not both"
        )
    from pyodide.ffi import create_proxy

    handle = handle if handle is not None else _Handle()
    if handle.ident is not None:
        raise RuntimeError("thread already started")
    _guard_streams()
    number = next(_numbers)
    handle.ident, handle._daemon = _main_ident + number, daemon
    _idents[number], _handles[number] = handle.ident, handle
    _set_ticks()

    def body(number):
        global _current, _still
        _current, _still = number, False
        try:
            function()
        except SystemExit:
            pass
        finally:
            _still = True
            del _handles[number]
            handle._set_done()
            _set_ticks()

    _stacks.start(number, create_proxy(body))
    return handle


def _start_new(function, args, kwargs={}):
    """`_thread.start_new_thread`: what goes wrong in it is told, and stops nothing else."""

    def run():
        try:
            function(*args, **kwargs)
        except SystemExit:
            raise
        except BaseException as error:
            told = f"Exception ignored in thread started by {function!r}"
            sys.unraisablehook(_Unraisable(type(error), error, error.__traceback__, told, None))

    return _start(run).ident


def _set_ticks():
    """Signals come only while there is somebody to make room for."""
    interval = sys.getswitchinterval() if _handles else 0
    kernel.call("child.tick", seconds=interval)


def _get_ident():
    return _idents.get(_current, _main_ident)


def _setswitchinterval(interval):
    _set_interval(interval)
    if _handles:
        _set_ticks()


def sleeps(seconds):
    """Waits beside other threads, if there are any; says whether it did."""
    if not _handles:
        return False
    _park(seconds, "in sleep")
    return True


def are_there():
    """Whether any thread lives beside the main one."""
    return bool(_handles)


def join_all():
    """At the end of a process: threads that are no daemons are waited for, and none waits for the main one."""
    threading._shutdown()
    for handle in [handle for handle in _handles.values() if not handle._daemon]:
        handle.join()


def connect(stacks):
    global _stacks
    _stacks = stacks
    if stacks is not None:
        signal.signal(SWITCH, _give_way)
        signal.default_int_handler = _on_interrupt
        signal.signal(signal.SIGINT, _on_interrupt)


def install():
    """Puts all this where the standard library looks for it."""
    global _browsers
    _browsers = events._get_event_loop_policy().get_event_loop()
    _thread.allocate_lock = _thread.allocate = threading._allocate_lock = threading.Lock = Lock
    _thread.lock = _thread.LockType = threading._LockType = Lock
    threading._CRLock = None
    threading._active_limbo_lock = threading.RLock()
    _thread.start_joinable_thread = threading._start_joinable_thread = _start
    _thread.start_new_thread = _thread.start_new = _start_new
    _thread._count = lambda: len(_handles)
    _thread._ThreadHandle = _Handle
    _thread.get_ident = threading.get_ident = _get_ident
    threading._ThreadHandle = _Handle
    threading._make_thread_handle = _Handle
    threading._main_thread._os_thread_handle = _Handle(_main_ident)
    threading._main_thread._started = threading.Event()
    threading._main_thread._started.set()
    _thread._local = threading.local = _threading_local.local
    queue.SimpleQueue = queue._PySimpleQueue
    sys.setswitchinterval = _setswitchinterval

"""Processes: started, waited for, ended."""

import contextlib
import itertools
import os
import sys
from weakref import WeakSet

from _lab import children, kernel, replay

from . import reduction


class ProcessError(Exception):
    pass


class BufferTooShort(ProcessError):
    pass


class TimeoutError(ProcessError):
    pass


class AuthenticationError(ProcessError):
    pass


BOOTSTRAPPING = """
        An attempt has been made to start a new process before the
        current process has finished its bootstrapping phase.

        This probably means that you are not using fork to start your
        child processes and you have forgotten to use the proper idiom
        in the main module:

            if __name__ == '__main__':
                freeze_support()
                ...

        The "freeze_support()" line can be omitted if the program
        is not going to be frozen to produce an executable.

        To fix this issue, refer to the "Safe importing of main module"
        section in https://docs.python.org/3/library/multiprocessing.html
        """

_bootstrapping = False
_children = set()
_dangling = WeakSet()  # every process object that somebody still holds


@contextlib.contextmanager
def bootstrapping():
    """Holds while a child runs its parent's main program for its names."""
    global _bootstrapping
    _bootstrapping = True
    try:
        yield
    finally:
        _bootstrapping = False


def main_path():
    """The file of the main program, where there is one."""
    path = getattr(sys.modules.get("__main__"), "__file__", None)
    return path and os.path.abspath(path)


def flush_streams():
    """What was printed goes out; a stream that is closed or was taken away is no mistake."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.flush()


def _search_path():
    """Where a child looks for modules: an empty entry means its parent's folder."""
    return [entry or os.getcwd() for entry in sys.path]


def _logging():
    """The level of multiprocessing's own log and whether it is shown, where there is one."""
    util = sys.modules.get("multiprocessing.util")
    return util and util._logger and [util.get_logger().getEffectiveLevel(), util._log_to_stderr]


class AuthenticationString(bytes):
    """A key that goes from a process to its children only."""

    def __reduce__(self):
        reduction.goes_along_only(self)
        return AuthenticationString, (bytes(self),)


class Process:
    """As CPython's; the process is a worker of the browser."""

    _start_method = None
    _counter = itertools.count(1)

    def __init__(self, group=None, target=None, name=None, args=(), kwargs={}, *, daemon=None):
        if group is not None:
            raise AssertionError("group argument must be None for now")
        number = next(Process._counter)
        self._identity = (*_current._identity, number)
        self._target, self._args, self._kwargs = target, tuple(args), dict(kwargs)
        self._name = name or f"{type(self).__name__}-{':'.join(map(str, self._identity))}"
        self._daemonic = _current.daemon if daemon is None else bool(daemon)
        self._parent_pid = os.getpid()
        self._parent_name = _current.name
        self._authkey = None
        self._config = _current._config.copy()
        self._pid = None
        self._code = None
        self._closed = False
        _dangling.add(self)

    def run(self):
        if self._target:
            self._target(*self._args, **self._kwargs)

    def start(self):
        from .context import get_start_method

        if _bootstrapping:
            raise RuntimeError(BOOTSTRAPPING)
        if self._pid is not None:
            raise AssertionError("cannot start a process twice")
        if _current.daemon:
            raise AssertionError("daemonic processes are not allowed to have children")
        if kernel.told is not None:
            raise replay.Forked
        method = self._start_method or get_start_method()
        self._authkey = self.authkey
        with reduction.spawning() as ends:
            target = reduction.dumps(self)
        flush_streams()
        global _log
        if kernel.log is not None:
            _log, kernel.log = kernel.log, None
        answer = kernel.call(
            "child.start", target, kind="call", method="fork" if method == "fork" else "spawn", argv=sys.argv,
            main=main_path(), name=self.name, ends=ends, log=_log if method == "fork" else None, cwd=os.getcwd(),
            context=method, env={**os.environ}, path=_search_path(), logging=_logging(), fds={fd: children.given(fd) for fd in (1, 2)},
        )
        self._pid = answer["pid"]
        self._target = self._args = self._kwargs = None
        _children.add(self)

    def _bootstrap(self, name):
        """The life of a child: its exit code."""
        global _current
        _current = self
        self._pid = os.getpid()
        Process._counter = itertools.count(1)
        _children.clear()
        try:
            self.run()
        except SystemExit:
            raise
        except BaseException as error:
            flush_streams()
            print(f"Process {self.name}:", file=sys.stderr)
            sys.excepthook(type(error), error, error.__traceback__)
            return 1
        return 0

    def join(self, timeout=None):
        self._checks_parent("join")
        if self._code is None:
            flush_streams()
            timeout = None if timeout is None else max(0, timeout)
            self._code = kernel.call("child.wait", pids=[self._pid], seconds=timeout).get("code")
        if self._code is not None:
            _children.discard(self)

    def is_alive(self):
        self._check_closed()
        if self is _current:
            return True
        if self._pid is None:
            return False
        self.join(0)
        return self._code is None

    def terminate(self):
        self._checks_parent("terminate")
        kernel.call("child.kill", pid=self._pid, signal=15)

    def kill(self):
        self._checks_parent("kill")
        kernel.call("child.kill", pid=self._pid, signal=9)

    def interrupt(self):
        self._checks_parent("interrupt")
        kernel.call("child.kill", pid=self._pid, signal=2)

    def close(self):
        if self._closed:
            return
        if self._pid is not None and self.is_alive():
            raise ValueError(
                "Cannot close a process while it is still running. You should first call join() or terminate()."
            )
        self._closed = True

    def _check_closed(self):
        if self._closed:
            raise ValueError("process object is closed")

    def _checks_parent(self, what):
        self._check_closed()
        if self._pid is None:
            raise AssertionError(f"can only {what} a started process")
        if self._parent_pid != os.getpid():
            raise AssertionError(f"can only {what} a child process")

    @property
    def exitcode(self):
        self._check_closed()
        if self._pid is not None and self is not _current:
            self.join(0)
        return self._code

    @property
    def pid(self):
        self._check_closed()
        return self._pid

    ident = pid

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, name):
        self._name = name

    @property
    def daemon(self):
        return self._daemonic

    @daemon.setter
    def daemon(self, daemonic):
        if self._pid is not None:
            raise AssertionError("process has already started")
        self._daemonic = daemonic

    @property
    def authkey(self):
        return self._authkey or _current.authkey

    @authkey.setter
    def authkey(self, key):
        self._authkey = AuthenticationString(key)

    @property
    def sentinel(self):
        """What connection.wait() takes for the end of this process: its number."""
        self._check_closed()
        if self._pid is None:
            raise ValueError("process not started")
        return self._pid

    def __reduce__(self):
        return _revived, (type(self), self.__dict__)

    def __repr__(self):
        if self._pid is None:
            state = "initial"
        elif self is _current or self.is_alive():
            state = "started"
        else:
            state = f"stopped exitcode={self._code}"
        daemon = " daemon" if self._daemonic else ""
        return f"<{type(self).__name__} name={self.name!r} pid={self._pid} parent={self._parent_pid} {state}{daemon}>"


def _revived(kind, state):
    process = kind.__new__(kind)
    process.__dict__.update(state)
    return process


BaseProcess = Process
_log = None  # what the kernel had answered when the first child was started


class _MainProcess(Process):
    def __init__(self):
        self._identity = ()
        self._name = "MainProcess"
        self._daemonic = False
        self._parent_pid = None
        self._code = None
        self._closed = False
        self._key = None
        self._config = {}  # what the standard library's util keeps for a process and its children

    @property
    def _pid(self):
        return os.getpid()

    @property
    def authkey(self):
        # Drawn when it is asked for first: all processes start from one state.
        self._key = self._key or AuthenticationString(os.urandom(32))
        return self._key

    @authkey.setter
    def authkey(self, key):
        self._key = AuthenticationString(key)


_current = _MainProcess()


def current_process():
    return _current


class _Parent:
    """The parent as a child sees it."""

    def __init__(self, pid, name):
        self.pid = self.ident = pid
        self.name = name

    def is_alive(self):
        return kernel.call("child.lives", pid=self.pid)["value"]

    def join(self, timeout=None):
        kernel.call("child.wait", pids=[self.pid], seconds=timeout)

    def __repr__(self):
        return f"<ParentProcess name={self.name!r} pid={self.pid}>"


def parent_process():
    if isinstance(_current, _MainProcess):
        return None
    return _Parent(_current._parent_pid, _current._parent_name)


def _cleanup():
    """Hears of the children that have ended."""
    for child in list(_children):
        child.is_alive()


def active_children():
    return [child for child in list(_children) if child.is_alive()]


def join_all():
    """At the end of a process: daemons are ended, the others waited for."""
    for child in list(_children):
        if child.daemon and child._code is None:
            child.terminate()
    for child in list(_children):
        child.join()

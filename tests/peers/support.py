"""What the tests of CPython use of their own `test.support`, as far as a page can have it.

It stands in for that package and for each of its modules. What a page cannot have, a test is told in
the way in which CPython says it: by a skip that names the reason.
"""

import contextlib
import functools
import gc
import importlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import types
import unittest
import warnings

verbose = 0
PGO = HAVE_ASAN_FORK_BUG = MS_WINDOWS = Py_GIL_DISABLED = is_apple_mobile = is_android = False
is_emscripten = is_wasi = False  # their builds of CPython have no processes, and this one has
has_fork_support = False  # a fork by replay is none: a copy of the state is what these tests ask for
has_subprocess_support = True
environment_altered = False
SHORT_TIMEOUT, LONG_TIMEOUT, LOOPBACK_TIMEOUT = 30.0, 300.0, 5.0
PIPE_MAX_SIZE, SOCK_MAX_SIZE = 4 * 1024 * 1024 + 1, 16 * 1024 * 1024 + 1
HOST = "localhost"
TESTFN, TESTFN_UNENCODABLE, FS_NONASCII = "@test", None, "\xe6"
unix_shell = "/bin/sh"


# ---- for whom a test is

def _always(*arguments, **named):
    return lambda test: test


requires_resource = requires_subprocess = requires_hashdigest = requires_mac_ver = _always
requires_working_threading = reap_threads_of = _always
requires_fork = functools.partial(unittest.skip, "needs a fork that copies a process")
bigmemtest = functools.partial(lambda **asked: lambda test: functools.wraps(test)(lambda self: test(self, asked["size"])))
has_no_strace = False


def cpython_only(test):
    return test


force_not_colorized = reap_threads = requires_gil_enabled_on = refcount_test = cpython_only


def requires_gil_enabled(why="needs the interpreter's lock"):
    return unittest.skipIf(not sys._is_gil_enabled(), why)


def requires_strace():
    return unittest.skip("needs strace")


def check_sanitizer(**asked):
    return False


def subTests(names, values):
    """Runs a test once for each of these values."""
    names = names.replace(",", " ").split() if isinstance(names, str) else names

    def decorated(test):
        @functools.wraps(test)
        def each(self):
            for value in values:
                named = dict(zip(names, value if len(names) > 1 else (value,)))
                with self.subTest(**named):
                    test(self, **named)

        return each

    return decorated


# ---- modules

def import_module(name, **asked):
    if name == "_multiprocessing":
        return types.ModuleType(name)  # the lab's package needs none; what is asked of it is found missing
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise unittest.SkipTest(str(error)) from error


def import_fresh_module(name, fresh=(), blocked=()):
    away = [name, *fresh, *blocked]
    kept = {one: sys.modules.pop(one) for one in away if one in sys.modules}
    sys.modules.update(dict.fromkeys(blocked))
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
    finally:
        for one in away:
            sys.modules.pop(one, None)
        sys.modules.update(kept)


class DirsOnSysPath:
    def __init__(self, *paths):
        self.paths = paths

    def __enter__(self):
        self.before = sys.path[:]
        sys.path.extend(self.paths)

    def __exit__(self, *error):
        sys.path[:] = self.before


def check__all__(test, module, name_of_module=None, extra=(), not_exported=(), **asked):
    names = {name for name in dir(module) if not name.startswith("_")} - set(not_exported)
    homes = (name_of_module,) if isinstance(name_of_module, str) else name_of_module or (module.__name__,)
    expected = {name for name in names if not isinstance(getattr(module, name), types.ModuleType)
                and getattr(getattr(module, name), "__module__", None) in homes} | set(extra)
    test.assertCountEqual(module.__all__, expected)


# ---- the state of a process

def gc_collect():
    for _ in range(3):
        gc.collect()


def reap_children():
    pass


def print_warning(words):
    print(f"Warning -- {words}", file=sys.stderr)


def setswitchinterval(interval):
    sys.setswitchinterval(interval)


def get_pagesize():
    return 4096


def wait_process(pid, *, exitcode, timeout=SHORT_TIMEOUT):
    ended, status = os.waitpid(pid, 0)
    if ended != pid or os.waitstatus_to_exitcode(status) != exitcode:
        raise AssertionError(f"process {pid} ended with {os.waitstatus_to_exitcode(status)}")


def sleeping_retry(timeout, error=None, **asked):
    end = time.monotonic() + timeout
    while True:
        yield
        if time.monotonic() >= end:
            if error is not False:
                raise AssertionError(error or f"nothing came of it in {timeout} s")
            return
        time.sleep(0.01)


busy_retry = sleeping_retry


@contextlib.contextmanager
def captured_output(name):
    before, stream = getattr(sys, name), io.StringIO()
    setattr(sys, name, stream)
    try:
        yield stream
    finally:
        setattr(sys, name, before)


captured_stderr = functools.partial(captured_output, "stderr")
captured_stdout = functools.partial(captured_output, "stdout")


@contextlib.contextmanager
def swap_attr(thing, name, value):
    before = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield before
    finally:
        setattr(thing, name, before)


@contextlib.contextmanager
def catch_unraisable_exception():
    told = types.SimpleNamespace(unraisable=None)
    with swap_attr(sys, "unraisablehook", lambda unraisable: setattr(told, "unraisable", unraisable)):
        yield told


class SuppressCrashReport(contextlib.nullcontext):
    pass


@contextlib.contextmanager
def check_warnings(*filters, quiet=True):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield types.SimpleNamespace(warnings=caught)


def ignore_warnings(**asked):
    def decorated(test):
        @functools.wraps(test)
        def quietly(*arguments, **named):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", **asked)
                return test(*arguments, **named)

        return quietly

    return decorated


# ---- threads

def threading_setup():
    return ()


def threading_cleanup(*before):
    pass


def join_thread(thread, timeout=SHORT_TIMEOUT):
    thread.join(timeout)
    if thread.is_alive():
        raise AssertionError(f"it did not end in {timeout} s: {thread}")


@contextlib.contextmanager
def start_threads(threads, unlock=None):
    threads = list(threads)
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        if unlock:
            unlock()
        for thread in threads:
            join_thread(thread)


@contextlib.contextmanager
def wait_threads_exit(timeout=None):
    import _thread

    before = _thread._count()
    yield
    for _ in sleeping_retry(timeout or SHORT_TIMEOUT):
        if _thread._count() <= before:
            return


class catch_threading_exception:
    def __enter__(self):
        import threading

        self.before, threading.excepthook = threading.excepthook, self._hear
        self.exc_type = self.exc_value = self.exc_traceback = self.thread = None
        return self

    def _hear(self, told):
        self.exc_type, self.exc_value, self.exc_traceback, self.thread = told

    def __exit__(self, *error):
        import threading

        threading.excepthook = self.before
        self.exc_type = self.exc_value = self.exc_traceback = self.thread = None


# ---- files and folders

class FakePath:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"<FakePath {self.path!r}>"


def unlink(name):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name)


def findfile(name, subdir=None):
    return os.path.join(os.path.dirname(__file__), subdir or "", name)


def fd_count():
    raise unittest.SkipTest("needs a count of descriptors")


@contextlib.contextmanager
def temp_dir(path=None):
    path = tempfile.mkdtemp()
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextlib.contextmanager
def change_cwd(path):
    before = os.getcwd()
    os.chdir(path)
    try:
        yield os.getcwd()
    finally:
        os.chdir(before)


@contextlib.contextmanager
def temp_cwd(name=None):
    with temp_dir() as path, change_cwd(path):
        yield path


# ---- scripts

def _python(words, environment):
    own = {name: value for name, value in environment.items() if not name.startswith("__")}
    done = subprocess.run([sys.executable, *words], capture_output=True, env={**os.environ, **own} if own else None)
    return done.returncode, done.stdout, done.stderr


def assert_python_ok(*words, **environment):
    code, out, err = _python(words, environment)
    if code:
        raise AssertionError(f"exit code {code}: {err.decode()}")
    return code, out, err


def assert_python_failure(*words, **environment):
    code, out, err = _python(words, environment)
    if not code:
        raise AssertionError(f"it did not fail: {out.decode()}")
    return code, out, err


def __getattr__(name):
    if name.startswith(("run_in_subinterp", "import_")):
        raise unittest.SkipTest(f"needs test.support.{name}")
    raise AttributeError(f"tests/peers/support.py has no {name}")


class _Absent(types.ModuleType):
    """A module that the lab has not: what is made of its classes says so."""

    class BaseManager:
        def __init__(self, *arguments, **named):
            raise NotImplementedError("the lab has no Manager")

        @classmethod
        def register(cls, *arguments, **named):
            pass

    SyncManager = BaseProxy = RemoteError = BaseManager


for _name in ("managers", "resource_tracker"):
    _absent = sys.modules[f"multiprocessing.{_name}"] = _Absent(f"multiprocessing.{_name}")
    setattr(importlib.import_module("multiprocessing"), _name, _absent)


def ensure_lazy_imports(module, names):
    """Whether importing this leaves those alone."""
    asked = f"import sys, {module}; print(*{sorted(names)!r} & sys.modules.keys())".replace("*[", "*{").replace("] &", "} &")
    found = assert_python_ok("-c", asked)[1].decode().split()
    if found:
        raise AssertionError(f"{module} imports {', '.join(found)}")


# There is no server of its own that multiprocessing would have to stop after its tests.
importlib.import_module("multiprocessing.util")._cleanup_tests = gc_collect

# What CPython's executor asks of a system, and the lab's has no need to ask.
importlib.import_module("concurrent.futures.process")._check_system_limits = lambda: None

# Each of its modules is this one.
for _part in ("hashlib_helper", "import_helper", "os_helper", "script_helper", "socket_helper", "strace_helper",
              "threading_helper", "warnings_helper"):
    globals()[_part] = sys.modules[f"{__name__}.{_part}"] = sys.modules[__name__]

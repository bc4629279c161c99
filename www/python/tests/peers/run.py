"""Runs tests of CPython's own suite, one by one: python run.py FILE CLASS.method ...

FILE is one of the suite's, as it is (3.11's `_test_multiprocessing.py`, `test_subprocess.py` or
`test_concurrent_futures.py`). Of it the functions and the classes that are wanted are taken over
unchanged into a module of their own; what they need of `test.support` and of the suite's other parts
stands below. Each test says in a line how it ended.
"""

import ast
import importlib
import os
import sys
import time
import traceback
import unittest

COMMON = '''
import array, contextlib, errno, gc, io, itertools, operator, os, pathlib, pickle, queue, random, select, shutil, signal
import struct, subprocess, sys, sysconfig, tempfile, textwrap, threading, time, types, unittest, unittest.mock, warnings, weakref
from unittest import mock


class _Support:
    """What the tests use of test.support."""

    verbose, SHORT_TIMEOUT, LONG_TIMEOUT, MS_WINDOWS, PIPE_MAX_SIZE = 0, 30.0, 300.0, False, 4 * 1024 * 1024 + 1
    requires_subprocess = staticmethod(lambda: lambda test: test)
    requires_resource = staticmethod(lambda resource: lambda test: test)
    cpython_only = staticmethod(lambda test: test)
    reap_children = staticmethod(lambda: None)

    @staticmethod
    def gc_collect():
        for _ in range(3):
            gc.collect()

    @staticmethod
    @contextlib.contextmanager
    def captured_stderr():
        stream, sys.stderr = sys.stderr, io.StringIO()
        try:
            yield sys.stderr
        finally:
            sys.stderr = stream

    @staticmethod
    @contextlib.contextmanager
    def swap_attr(thing, name, value):
        old = getattr(thing, name)
        setattr(thing, name, value)
        try:
            yield old
        finally:
            setattr(thing, name, old)

    @staticmethod
    @contextlib.contextmanager
    def change_cwd(path):
        old = os.getcwd()
        os.chdir(path)
        try:
            yield os.getcwd()
        finally:
            os.chdir(old)

    TESTFN = "testfn"

    class FakePath:
        def __init__(self, path):
            self.path = path

        def __fspath__(self):
            return self.path

    @staticmethod
    @contextlib.contextmanager
    def temp_dir():
        path = tempfile.mkdtemp()
        try:
            yield path
        finally:
            shutil.rmtree(path)

    @staticmethod
    @contextlib.contextmanager
    def temp_cwd():
        with _Support.temp_dir() as path, _Support.change_cwd(path):
            yield path

    @staticmethod
    def join_thread(thread, timeout=30.0):
        thread.join(timeout)
        assert not thread.is_alive()

    threading_setup = staticmethod(lambda: ())
    threading_cleanup = staticmethod(lambda *setup: None)
    reap_threads = staticmethod(lambda test: test)
    requires_working_threading = staticmethod(lambda: lambda test: test)


FakePath = _Support.FakePath
support = os_helper = threading_helper = import_helper = warnings_helper = hashlib_helper = _Support
'''

MULTIPROCESSING = COMMON + '''
import multiprocessing, multiprocessing.connection, multiprocessing.pool, multiprocessing.queues
import queue as pyqueue
from ctypes import Structure, c_double, c_int, c_longlong
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import Value, copy

HAS_SHAREDCTYPES, HAS_REDUCTION, HAS_SHMEM, HAVE_GETVALUE = True, False, False, True
DELTA, CHECK_TIMINGS, WIN32, MAXFD = 0.1, False, False, 256
TIMEOUT1 = TIMEOUT2 = TIMEOUT3 = 0.1
latin = lambda s: s.encode('latin')
SENTINEL = latin('')


class ProcessesMixin:
    """As the suite's, less what the lab has not."""

    TYPE = 'processes'
    Process = multiprocessing.Process
    connection = multiprocessing.connection
    current_process = staticmethod(multiprocessing.current_process)
    parent_process = staticmethod(multiprocessing.parent_process)
    active_children = staticmethod(multiprocessing.active_children)
    for _name in ('Pool', 'Pipe', 'Queue', 'JoinableQueue', 'Lock', 'RLock', 'Semaphore', 'BoundedSemaphore',
                  'Condition', 'Event', 'Barrier', 'Value', 'Array', 'RawValue', 'RawArray'):
        locals()[_name] = staticmethod(getattr(multiprocessing, _name))
'''

SUBPROCESS = COMMON + '''
mswindows = False
NONEXISTING_CMD = ('nonexisting_i_hope',)
NONEXISTING_ERRORS = (FileNotFoundError, NotADirectoryError, PermissionError)
ZERO_RETURN_CMD = (sys.executable, '-c', 'pass')
SETBINARY = ''
fcntl = None
'''

FUTURES = COMMON + '''
import logging
import multiprocessing as mp
from concurrent import futures
from concurrent.futures._base import (
    PENDING, RUNNING, CANCELLED, CANCELLED_AND_NOTIFIED, FINISHED, Future, BrokenExecutor)
from concurrent.futures.process import BrokenProcessPool

_check_system_limits = lambda: None
INITIALIZER_STATUS = 'uninitialized'


def create_future(state=PENDING, exception=None, result=None):
    f = Future()
    f._state, f._exception, f._result = state, exception, result
    return f


PENDING_FUTURE = create_future(state=PENDING)
RUNNING_FUTURE = create_future(state=RUNNING)
CANCELLED_FUTURE = create_future(state=CANCELLED)
CANCELLED_AND_NOTIFIED_FUTURE = create_future(state=CANCELLED_AND_NOTIFIED)
EXCEPTION_FUTURE = create_future(state=FINISHED, exception=OSError())
SUCCESSFUL_FUTURE = create_future(state=FINISHED, result=42)
'''

# For each file what comes first, the classes that others stand on, and what is mixed into a class.
FILES = {
    "_test_multiprocessing.py": (
        MULTIPROCESSING,
        ("TimingWrapper", "BaseTestCase", "DummyCallable", "_UpperCaser", "_DummyList", "Bunch", "AppendTrue",
         "CountedObject", "SayWhenError"),
        ("ProcessesMixin",),
    ),
    "test_subprocess.py": (SUBPROCESS, ("BaseTestCase", "PopenTestException", "PopenExecuteChildRaises"), ()),
    "test_concurrent_futures.py": (
        FUTURES,
        ("BaseTestCase", "ExecutorMixin", "ProcessPoolSpawnMixin", "MyObject", "EventfulGCObj", "ExecutorTest"),
        ("ProcessPoolSpawnMixin",),
    ),
}
MODULE = "peer"
# Functions that put the suite's own test cases together.
OWN_WAY = ("create_executor_tests", "install_tests_in_module_dict", "setUpModule", "tearDownModule")


def taken_over(file, wanted):
    """The module with these classes, as source."""
    prelude, always, mixed = FILES[file]
    with open(file, encoding="utf-8") as source:
        tree = ast.parse(source.read())
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    missing = set(wanted) - set(classes)
    if missing:
        raise SystemExit(f"{file} has no {', '.join(sorted(missing))}")
    kept = {*always, *wanted} & set(classes)
    parts = [prelude]
    for node in tree.body:
        is_wanted = isinstance(node, ast.ClassDef) and node.name in kept
        if is_wanted or isinstance(node, ast.FunctionDef) and node.name not in OWN_WAY:
            for part in ast.walk(node):
                if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                    part.decorator_list = [one for one in part.decorator_list if not _asks_for_system(one)]
            parts.append(ast.unparse(node))
    for name in wanted:
        bases = [name, *mixed]
        if not any(isinstance(base, ast.Name) and base.id == "BaseTestCase" for base in classes[name].bases):
            bases.append("BaseTestCase")
        if mixed == ("ProcessesMixin",) or file == "test_concurrent_futures.py":
            bases = [*dict.fromkeys(bases), "unittest.TestCase"]
            # BaseTestCase of multiprocessing is no test case itself, and stands below the class already.
            bases = [base for base in bases if base != "BaseTestCase" or file == "test_concurrent_futures.py"]
        parts.append(f"class Peer{name}({', '.join(bases)}):\n    pass")
    return "\n\n".join(parts) + "\n"


def _asks_for_system(decorator):
    """Whether a class or function is decorated by a question of the system at hand."""
    return "hashlib_helper" in ast.unparse(decorator)


class Told(unittest.TestResult):
    """Says of each test how it ended."""

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def addSuccess(self, test):
        print(f"ok {_name(test)} {time.monotonic() - self.began:.1f} s", flush=True)

    def addSkip(self, test, reason):
        print(f"skipped {_name(test)}: {reason}", flush=True)

    def addError(self, test, error):
        super().addError(test, error)
        last = self.errors[-1][1].strip().splitlines()
        print(f"FAILED {_name(test)}: {last[-1][:300]}", flush=True)
        if os.environ.get("PEERS") == "verbose":
            print("\n".join(last), flush=True)

    def addFailure(self, test, error):
        self.addError(test, error)

    def addSubTest(self, test, part, error):
        if error is not None:
            self.addError(test, error)


def _name(test):
    return test.id().removeprefix(f"{MODULE}.").replace("Peer", "", 1)


def main():
    file, *names = sys.argv[1:]
    wanted = list(dict.fromkeys(name.split(".")[0] for name in names))
    with open(f"{MODULE}.py", "w", encoding="utf-8") as module:
        module.write(taken_over(file, wanted))
    sys.path.insert(0, os.getcwd())
    module = importlib.import_module(MODULE)
    result = Told()
    tests = [getattr(module, f"Peer{kind}")(method) for kind, method in (name.split(".") for name in names)]
    unittest.TestSuite(tests).run(result)
    print(f"{len(names)} tried, {len(result.errors)} failed")


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        raise SystemExit(1)

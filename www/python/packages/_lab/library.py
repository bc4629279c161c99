"""What is imported before the first process starts, so that none has to do it again.

Nothing here may draw a random number or read a clock: all processes start from this state.
"""

import collections  # noqa: F401
import concurrent.futures  # noqa: F401
import contextlib  # noqa: F401
import functools  # noqa: F401
import itertools  # noqa: F401
import linecache  # noqa: F401
import os  # noqa: F401
import pickle  # noqa: F401
import platform  # noqa: F401
import queue  # noqa: F401
import shlex  # noqa: F401
import socketserver  # noqa: F401
import subprocess  # noqa: F401
import sys
import threading  # noqa: F401
import time
import traceback  # noqa: F401

import multiprocessing  # noqa: F401
import multiprocessing.pool  # noqa: F401
from _lab import executor, loop, process, sockets, threads  # noqa: F401

executor.install(sys.modules)
sockets.install()
threads.install()
loop.install()


def _fib(n):
    return 1 if n <= 2 else _fib(n - 1) + _fib(n - 2)


def warm_up(seconds=0.5):
    """Computes until the browser has made fast code of the interpreter."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        list(map(_fib, [16]))

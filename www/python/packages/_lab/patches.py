"""Puts calls of the kernel where the standard library would ask an operating system."""

import os
import platform
import subprocess
import sys
import time

from _lab import children, kernel, shell, threads

EXECUTABLE = "/usr/bin/python3"

_spec = {}  # what this process is


def sleep(seconds):
    """Waits, and computes nothing meanwhile."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    sys.stdout.flush()
    if threads.sleeps(float(seconds)):
        return
    kernel.call("child.sleep", seconds=float(seconds))


def _exit(code):
    kernel.call("child.exit", code=code)


def _kill(pid, signal):
    kernel.call("child.kill", pid=pid, signal=int(signal))


def _waitpid(pid, options):
    pids = [pid] if pid > 0 else list(children.known)
    ended = kernel.call("child.wait", pids=pids, seconds=0 if options & 1 else None)
    code = ended.get("code", 0)
    return ended.get("pid", 0), code << 8 if code >= 0 else -code


# Each is a function of this module, so that it can be pickled: programs send them to pools.
def _getpid():
    return _spec["pid"]


def _getppid():
    return _spec["ppid"]


def _cpu_count():
    return _spec["cpus"]


def _node():
    return "browser"


def apply(spec):
    """Makes this interpreter the process that is described."""
    global _spec
    _spec = spec
    sys.executable = EXECUTABLE
    time.sleep = sleep
    platform.node = _node
    os.getpid, os.getppid = _getpid, _getppid
    os.cpu_count = os.process_cpu_count = _cpu_count
    os.sched_getaffinity = lambda pid: set(range(_cpu_count()))
    os._exit = _exit
    os.kill = _kill
    os.waitpid = _waitpid
    os.WNOHANG = 1
    os.system = shell.system
    os.pipe = children.pipe
    os.environ.update(spec.get("env") or {})
    children.patch(subprocess)

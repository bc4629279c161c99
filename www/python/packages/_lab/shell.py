"""A shell that knows what the lessons need: Python, mpirun, & and ;."""

import errno
import os
import re
import shlex

from _lab import children, kernel

NOT_FOUND = 127
PYTHON = re.compile(r"(.*/)?python[0-9.]*")


def words(command):
    return shlex.split(command)


def launch(command, fds=None, env=None, cwd=None):
    """Starts a program by its words."""
    name, *arguments = command
    if PYTHON.fullmatch(name):
        while arguments and arguments[0] in ("-u", "-B", "-E", "-s"):
            arguments.pop(0)
        return children.start(arguments, fds, env, cwd)
    raise missing(name)


def missing(name):
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)


def launch_line(line, fds=None, env=None, cwd=None):
    """Starts what a shell would: a program of Python itself, and anything else by a process that is the shell."""
    if not re.search(r"[;&|$]", line):
        step = words(line)
        if step and PYTHON.fullmatch(step[0]):
            return launch(step, fds, env, cwd)
    return children.start(["-c", "import sys\nfrom _lab import shell\nsys.exit(shell.run(sys.argv[1]))", line], fds, env, cwd)


def system(command):
    """Runs a command line as os.system does; with & at its end, in the background."""
    code = run(command)
    return code << 8 if code >= 0 else -code


def run(command):
    """The exit code of a command line."""
    code = 0
    for part, end in re.findall(r"\s*((?:'[^']*'|\"[^\"]*\"|&&|[^;&])+)(;|&|$)", command):
        for step in part.split("&&"):
            code = _step(words(os.path.expandvars(step)), background=end == "&")
            if code:
                break
    return code


def _step(step, background):
    if not step:
        return 0
    name = step[0]
    if name in ("mpirun", "mpiexec"):
        return _ranks(step, background)
    if name == "echo":
        print(*step[1:], flush=True)
        return 0
    if name == "sleep" and not background:
        from time import sleep

        sleep(float(step[1]))
        return 0
    try:
        pid = launch(step)
    except FileNotFoundError:
        print(f"sh: 1: {name}: not found (the lab's shell knows python, mpirun, echo and sleep)", flush=True)
        return NOT_FOUND
    return 0 if background else children.wait(pid)


def _ranks(step, background):
    """mpirun -n 4 python program.py"""
    count = 1
    rest = step[1:]
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in ("-n", "-np", "-c"):
            count = int(rest.pop(0))
    if rest and PYTHON.fullmatch(rest[0]):
        rest.pop(0)
    pids = kernel.call("child.ranks", size=count, kind="script", argv=rest, cwd=os.getcwd())["pids"]
    if background:
        return 0
    codes = [children.wait(pid) for pid in pids]
    return next((code for code in codes if code), 0)

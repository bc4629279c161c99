"""Becoming a process: a script with its arguments, or what a parent wants done."""

import json
import os
import sys
import traceback
import types

from _lab import kernel, loop, patches, replay, threads

LIBRARY = "/lib/lab/"
HOME = "/home/lab"
INTERRUPTED = 130

spec = {}


def become(text):
    """Runs the process that the kernel describes, and returns its exit code."""
    spec.update(json.loads(text))
    kernel.connect()
    threads.connect(kernel.threads())
    patches.apply(spec)
    loop.begin()
    os.chdir(spec.get("cwd") or HOME)
    sys.excepthook = show
    return _finished(_guarded(_work))


def _work():
    # From here on a Ctrl+C is the program's.
    kernel.listen()
    (_call if spec["kind"] == "call" else _script)()


def _guarded(work):
    """The exit code of what is done here."""
    try:
        work()
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return int(end.code or 0)
        print(end.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt as end:
        sys.excepthook(type(end), end, end.__traceback__)
        return INTERRUPTED
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return 1


def _finished(code):
    import atexit

    import multiprocessing.process
    from _lab import executor

    def end():
        threads.join_all()
        executor.finish()
        multiprocessing.process.join_all()
        atexit._run_exitfuncs()
        multiprocessing.process.flush_streams()

    return _guarded(end) or code


def _script():
    name, *arguments = spec["argv"]
    sys.argv = [name, *arguments]
    if name == "-c":
        sys.argv = ["-c", *arguments[1:]]
        sys.path.insert(0, "")
        return _run_source(arguments[0], "<string>", "__main__", is_file=False)
    if name == "-m":
        import runpy

        sys.argv = arguments
        sys.path.insert(0, os.getcwd())
        return runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    path = os.path.join(os.getcwd(), name)
    if not os.path.exists(path):
        raise SystemExit(f"{sys.executable}: can't open file '{path}': [Errno 2] No such file or directory")
    sys.path.insert(0, os.path.dirname(path))
    with open(path, encoding="utf-8") as file:
        _run_source(file.read(), path, "__main__")


def _run_source(source, path, name, is_file=True):
    module = main_module(path, name)
    if not is_file:
        del module.__file__
    exec(compile(source, path, "exec"), module.__dict__)


def main_module(path, name):
    """A fresh main module, known by this name and as `__main__`."""
    module = types.ModuleType(name)
    module.__file__ = path
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = sys.modules[name] = module
    return module


def _call():
    """What a process of multiprocessing does: the main program's names first."""
    import multiprocessing.process
    from multiprocessing import reduction

    sys.argv = spec["argv"]
    path = spec["main"]
    sys.path[:] = spec["path"]
    multiprocessing.set_start_method(spec["context"], force=True)
    if spec["logging"]:
        _log_as_parent(*spec["logging"])
    if path:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        if spec["method"] == "fork":
            replay.run(source, path, spec["log"])
        else:
            with multiprocessing.process.bootstrapping():
                _run_source(source, path, "__mp_main__")
    kernel.log = None
    with open(LIBRARY + ".target", "rb") as file:
        process = reduction.loads(file.read())
    code = process._bootstrap(spec["name"])
    if code:
        raise SystemExit(code)


def _log_as_parent(level, shown):
    from multiprocessing import util

    util.get_logger().setLevel(level)
    if shown:
        util.log_to_stderr(level)


def show(kind, error, trace):
    """Prints a traceback of the program's own lines."""
    told = traceback.TracebackException(kind, error, trace)
    without_own_frames(told, set())
    print("".join(told.format()), end="", file=sys.stderr)
    sys.stderr.flush()


def without_own_frames(told, seen):
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    # Neither the lab's modules nor the JavaScript below them.
    told.stack[:] = [
        frame for frame in told.stack if not frame.filename.startswith(LIBRARY) and "://" not in frame.filename
    ]
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        without_own_frames(other, seen)

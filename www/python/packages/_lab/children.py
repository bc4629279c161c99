"""Children by `subprocess`: the standard library's Popen, with the kernel for a system below it."""

import json
import os
import sys
import time

from _lab import kernel, shell

known = set()


def pipe():
    from _lab_kernel import pipe

    reader, writer = pipe(kernel.call_anew("pipe.new")["id"])
    return reader, writer


def described(fd):
    """What a child is to have in the place of this descriptor."""
    from _lab_kernel import describe

    return json.loads(describe(fd))


def given(fd):
    """What a child is to have there: what this process has, its console by number."""
    what = described(fd)
    return {"fd": what["console"]} if "console" in what else what


def start(words, fds=None, env=None, cwd=None):
    """Starts a Python program in the background, and returns its number."""
    sys.stdout.flush()
    env = {os.fsdecode(key): os.fsdecode(value) for key, value in (os.environ if env is None else env).items()}
    args = {"kind": "script", "argv": words, "env": env, "cwd": cwd or os.getcwd()}
    pid = kernel.call("child.start", fds=fds or {}, **args)["pid"]
    known.add(pid)
    return pid


def wait(pid, seconds=None):
    """The exit code, or nothing if the process still runs after so many seconds."""
    return kernel.call("child.wait", pids=[pid], seconds=seconds).get("code")


def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo,
                   creationflags, use_shell, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, *rest):
    if preexec_fn is not None:
        raise NotImplementedError("preexec_fn runs between a fork and its program: the lab has no such place")
    folder = cwd and os.fsdecode(cwd)
    if folder and not os.path.isdir(folder):
        raise shell.missing(cwd)
    own_ends = {0: p2cread, 1: c2pwrite, 2: errwrite}
    fds = {}
    for fd, own in own_ends.items():
        fds[fd] = given(fd if own == -1 else own)
    words = [os.fsdecode(word) for word in ([args] if isinstance(args, (str, bytes, os.PathLike)) else args)]
    if use_shell:
        self.pid = shell.launch_line(words[0], fds, env, folder)
    else:
        if executable is not None:
            words[0] = os.fsdecode(executable)
        self.pid = shell.launch(words, fds, env, folder)
    self._child_created = True
    devnull = getattr(self, "_devnull", None)
    for fd in {p2cread, c2pwrite, errwrite, devnull} & (self._own_ends | {devnull}) - {None}:
        os.close(fd)


def _own_ends(get_handles):
    """Remembers which descriptors Popen has made itself: only those does it close."""

    def handles(self, stdin, stdout, stderr):
        ends = get_handles(self, stdin, stdout, stderr)
        asked = {one if isinstance(one, int) else one.fileno() for one in (stdin, stdout, stderr) if one is not None}
        self._own_ends = set(ends) - asked - {-1}
        return ends

    return handles


def _internal_poll(self, *rest, **more):
    if self.returncode is None:
        self.returncode = wait(self.pid, 0)
    return self.returncode


def _wait(self, timeout):
    if self.returncode is None:
        self.returncode = wait(self.pid, timeout)
    if self.returncode is None:
        from subprocess import TimeoutExpired

        raise TimeoutExpired(self.args, timeout)
    return self.returncode


def _communicate(self, input, endtime, orig_timeout):
    if self.stdin:
        self._stdin_write(input)
    streams = {name: getattr(self, name) for name in ("stdout", "stderr") if getattr(self, name)}
    read = {name: [] for name in streams}
    pipes = {described(stream.fileno())["pipe"]: name for name, stream in streams.items()}
    while pipes:
        left = None if endtime is None else max(0, endtime - time.monotonic())
        ready = kernel.call("pipe.select", ids=list(pipes), seconds=left).get("id")
        if ready is None:
            self._check_timeout(endtime, orig_timeout, None, None, skip_check_and_raise=True)
        name = pipes[ready]
        chunk = os.read(streams[name].fileno(), 65536)
        read[name].append(chunk)
        if not chunk:
            del pipes[ready]
            streams[name].close()
    self.wait(None if endtime is None else max(0, endtime - time.monotonic()))
    whole = {name: b"".join(chunks) for name, chunks in read.items()}
    if self.text_mode:
        for name, stream in streams.items():
            whole[name] = self._translate_newlines(whole[name], stream.encoding, stream.errors)
    return whole.get("stdout"), whole.get("stderr")


def _send_signal(self, number):
    if self.poll() is None:
        os.kill(self.pid, number)


def patch(subprocess):
    subprocess._can_fork_exec = True
    Popen = subprocess.Popen
    if hasattr(Popen, "_own_ends_patched"):
        return
    Popen._own_ends_patched = True
    Popen._get_handles = _own_ends(Popen._get_handles)
    Popen._execute_child = _execute_child
    Popen._internal_poll = _internal_poll
    Popen._wait = _wait
    Popen._communicate = _communicate
    Popen.send_signal = _send_signal

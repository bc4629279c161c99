"""The event loop of asyncio, on the lab's kernel: with nothing to do it stands still, as any process
does, until a timer is due, a thread wakes it, or a process of a pool has a result.

Pyodide's own loop belongs to the browser's, which a process that stands still would stop.
"""

import asyncio
import time
from asyncio import base_events, events, runners
from queue import Empty

from _lab import executor, kernel, threads

# Beside threads a pool is looked at so often: a call of the kernel stops them all.
LOOK = 0.01

_ELSEWHERE = (
    "add_reader", "add_writer", "connect_read_pipe", "connect_write_pipe", "create_connection",
    "create_datagram_endpoint", "create_server", "create_unix_connection", "create_unix_server", "sock_accept",
    "sock_connect", "sock_recv", "sock_recv_into", "sock_sendall", "subprocess_exec", "subprocess_shell",
)


class _Waiting:
    """Where a loop asks what has come: nothing that has a descriptor ever does."""

    def __init__(self):
        self._woken = threads.Lock()

    def wake(self):
        if self._woken.locked():
            self._woken.release()

    def select(self, timeout):
        seconds = None if timeout is None else max(0, timeout)
        pool = executor.unfinished()
        if pool:
            self._wait_for_result(pool, seconds)
        elif seconds == 0:
            pass
        elif threads.are_there():
            self._wait_for_thread(seconds)
        elif seconds is None:
            raise kernel.Deadlock("nobody can go on: the event loop waits, and no timer, thread or process can wake it")
        else:
            time.sleep(seconds)
        return []

    def _wait_for_result(self, pool, seconds):
        if threads.are_there() and seconds != 0:
            self._wait_for_thread(LOOK if seconds is None else min(LOOK, seconds))
            seconds = 0
        try:
            pool._take_in(seconds)
        except Empty:
            pass

    def _wait_for_thread(self, seconds):
        self._woken.acquire(False)
        self._woken.acquire(True, -1 if seconds is None else seconds)

    def close(self):
        pass


def _elsewhere(name):
    def refuses(self, *args, **more):
        raise NotImplementedError(
            f"the lab's event loop has no {name}: it waits for tasks, timers, threads and processes of a pool"
        )

    refuses.__name__ = name
    return refuses


class EventLoop(base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = _Waiting()

    def _write_to_self(self):
        self._selector.wake()

    def _process_events(self, events):
        pass


for _name in _ELSEWHERE:
    setattr(EventLoop, _name, _elsewhere(_name))


class _Policy(events._BaseDefaultEventLoopPolicy):
    _loop_factory = EventLoop


def begin():
    """No loop runs when a process starts."""
    events._set_running_loop(None)


def install():
    """Puts all this where programs look for it."""
    asyncio.run = runners.run
    asyncio.EventLoop = asyncio.SelectorEventLoop = EventLoop
    events._set_event_loop_policy(_Policy())

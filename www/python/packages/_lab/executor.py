"""concurrent.futures.ProcessPoolExecutor, on the lab's pool.

Whoever waits for a future takes in results meanwhile, until it is done.
"""

import os
import time
from concurrent import futures
from concurrent.futures import _base
from functools import partial
from itertools import batched, chain

from multiprocessing import get_context
from multiprocessing.pool import Pool, RemoteTraceback


class BrokenProcessPool(_base.BrokenExecutor):
    """A process of the pool has ended before its work was done."""


REST = 0.01  # between two looks at futures of which no pool tells

_executors = set()  # those that have been given work, until they are shut down


def unfinished():
    """The pool of a future that is not done yet, where there is one."""
    waiting = (future for own in _executors for future in own._futures if not _base.Future.done(future))
    return next((future._pool for future in waiting), None)


def finish():
    """At the end of a process: what was submitted is done first."""
    for own in list(_executors):
        own.shutdown()


class _Pool(Pool):
    """A pool that is broken when one of its workers ends."""

    broken = None

    def _watched(self):
        return self._pool

    def _on_end(self, pid):
        self.broken = "A process in the process pool was terminated abruptly while the future was running or pending."
        for job in list(self._jobs.values()):
            job._finish(False, BrokenProcessPool(self.broken))
        self.terminate()


class _Future(_base.Future):
    def __init__(self, pool):
        super().__init__()
        self._pool = pool

    def _await(self, timeout):
        self._pool._take_in_until(super().done, timeout)

    def cancel(self):
        # Nobody else would tell those that wait for it.
        was_cancelled = self._state in (_base.CANCELLED, _base.CANCELLED_AND_NOTIFIED)
        if not was_cancelled and super().cancel():
            self.set_running_or_notify_cancel()
        return self.cancelled()

    def done(self):
        self._await(0)
        return super().done()

    def result(self, timeout=None):
        self._await(timeout)
        return super().result(0)

    def exception(self, timeout=None):
        self._await(timeout)
        return super().exception(0)


def _of_chunk(function, chunk):
    return [function(*args) for args in chunk]


class ProcessPoolExecutor(_base.Executor):
    def __init__(self, max_workers=None, mp_context=None, initializer=None, initargs=(), *, max_tasks_per_child=None):
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._mp_context = mp_context or get_context("spawn" if max_tasks_per_child else None)
        self._max_workers = max_workers or os.process_cpu_count() or 1
        self._settings = self._max_workers, initializer, initargs, max_tasks_per_child, self._mp_context
        self._pool = None
        self._futures = []
        self._ended = False

    def submit(self, fn, /, *args, **kwargs):
        if self._ended:
            raise RuntimeError("cannot schedule new futures after shutdown")
        self._pool = self._pool or _Pool(*self._settings)
        if self._broken:
            raise BrokenProcessPool(self._broken)
        future = _Future(self._pool)
        self._futures.append(future)
        _executors.add(self)

        def hand_over(give, value):
            if not future.cancelled():
                give(value)

        self._pool.apply_async(
            fn, args, kwargs, partial(hand_over, future.set_result), partial(hand_over, future.set_exception)
        )
        return future

    @property
    def _processes(self):
        return {one.pid: one for one in (self._pool._pool if self._pool else ())}

    @property
    def _broken(self):
        return self._pool and self._pool.broken

    def map(self, fn, *iterables, timeout=None, chunksize=1, buffersize=None):
        if chunksize < 1:
            raise ValueError("chunksize must be >= 1.")
        chunks = batched(zip(*iterables), chunksize)
        return chain.from_iterable(super().map(partial(_of_chunk, fn), chunks, timeout=timeout))

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._ended = True
        _executors.discard(self)
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if self._pool and wait and not self._broken:
            self._pool.close()
            self._pool.join()


# Of futures of threads the standard library knows how to wait.
_as_completed, _wait = futures.as_completed, futures.wait


def _is_done(future):
    return future._state in (_base.CANCELLED_AND_NOTIFIED, _base.FINISHED)


def _is_ours(fs):
    return any(isinstance(future, _Future) for future in fs)


def as_completed(fs, timeout=None):
    """Futures in the order in which they are done."""
    left = list(dict.fromkeys(fs))
    if not _is_ours(left):
        yield from _as_completed(left, timeout)
        return
    end = None if timeout is None else time.monotonic() + timeout
    count = len(left)
    while left:
        ready = [future for future in left if _is_done(future)]
        for at, future in enumerate(ready):
            left.remove(future)
            ready[at] = None
            yield future
            del future
        if left and not ready:
            _take_in(left, end, count)


def wait(fs, timeout=None, return_when=futures.ALL_COMPLETED):
    fs = set(fs)
    if not _is_ours(fs):
        return _wait(fs, timeout, return_when)
    end = None if timeout is None else time.monotonic() + timeout

    def enough():
        done = {future for future in fs if _is_done(future)}
        failed = any(not future.cancelled() and _base.Future.exception(future, 0) for future in done)
        if return_when == futures.FIRST_COMPLETED:
            return done
        return len(done) == len(fs) or (return_when == futures.FIRST_EXCEPTION and failed)

    try:
        while not enough():
            _take_in(fs, end, len(fs))
    except TimeoutError:
        pass
    done = {future for future in fs if _is_done(future)}
    return _base.DoneAndNotDoneFutures(done, fs - done)


def _take_in(waiting, end, count):
    """Takes in one result of the pool of the first that waits; where none is a pool's, looks again soon."""
    from queue import Empty

    left = None if end is None else max(0, end - time.monotonic())
    unfinished = [future for future in waiting if not _is_done(future)]
    pool = next((future._pool for future in unfinished if isinstance(future, _Future)), None)
    try:
        if pool:
            return pool._take_in(left)
        if left != 0:
            return time.sleep(REST if left is None else min(REST, left))
    except Empty:
        pass
    raise TimeoutError(f"{len(unfinished)} (of {count}) futures unfinished")


def install(modules):
    """Puts all this where programs look for it."""
    import types

    module = types.ModuleType("concurrent.futures.process")
    for thing in (ProcessPoolExecutor, BrokenProcessPool):
        setattr(module, thing.__name__, thing)
    module._RemoteTraceback = RemoteTraceback
    modules["concurrent.futures.process"] = futures.process = module
    futures.ProcessPoolExecutor = ProcessPoolExecutor
    futures.as_completed, futures.wait = as_completed, wait

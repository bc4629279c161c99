"""concurrent.futures.ProcessPoolExecutor, on the lab's pool.

Whoever waits for a future takes in results meanwhile, until it is done.
"""

import os
import time
import weakref
from concurrent import futures
from concurrent.futures import _base
from functools import partial
from itertools import batched, chain

from multiprocessing.pool import Pool, RemoteTraceback


class BrokenProcessPool(_base.BrokenExecutor):
    """A process of the pool has ended before its work was done."""


_executors = weakref.WeakSet()


def unfinished():
    """The pool of a future that is not done yet, where there is one."""
    waiting = (future for own in _executors for future in own._futures if not _base.Future.done(future))
    return next((future._pool for future in waiting), None)


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
        self._max_workers = max_workers or os.process_cpu_count() or 1
        self._settings = self._max_workers, initializer, initargs, max_tasks_per_child, mp_context
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
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if self._pool and wait and not self._broken:
            self._pool.close()
            self._pool.join()


def as_completed(fs, timeout=None):
    """Futures in the order in which they are done."""
    end = None if timeout is None else time.monotonic() + timeout
    left = list(dict.fromkeys(fs))
    while left:
        ready = [future for future in left if _base.Future.done(future)]
        for future in ready:
            left.remove(future)
            yield future
        if left and not ready:
            _take_in(left, end)


def wait(fs, timeout=None, return_when=futures.ALL_COMPLETED):
    end = None if timeout is None else time.monotonic() + timeout
    fs = set(fs)

    def enough():
        done = {future for future in fs if _base.Future.done(future)}
        failed = any(not future.cancelled() and _base.Future.exception(future, 0) for future in done)
        if return_when == futures.FIRST_COMPLETED:
            return done
        return len(done) == len(fs) or (return_when == futures.FIRST_EXCEPTION and failed)

    try:
        while not enough():
            _take_in(fs, end)
    except TimeoutError:
        pass
    done = {future for future in fs if _base.Future.done(future)}
    return _base.DoneAndNotDoneFutures(done, fs - done)


def _take_in(waiting, end):
    """Takes in one result of the pool of the first that waits."""
    from queue import Empty

    pool = next(future._pool for future in waiting if not _base.Future.done(future))
    try:
        pool._take_in(None if end is None else max(0, end - time.monotonic()))
    except Empty:
        raise TimeoutError(f"{len(waiting)} futures unfinished") from None


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

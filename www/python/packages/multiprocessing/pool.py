"""Pools: tasks go into one queue, results come out of another.

CPython hands tasks and results over in threads of the parent. Here the parent takes in results
while it waits for some: callbacks run then.
"""

import itertools
import os
import re
import time
import traceback
import warnings

from .process import Process, TimeoutError
from .queues import Queue, SimpleQueue

RUN, CLOSE, TERMINATE = "RUN", "CLOSE", "TERMINATE"
_GONE = "gone"  # a worker has done as many tasks as it may
_REST = 0.05  # how long a pool of threads is left alone between two looks at it
_ENDED = "ended"  # a worker has ended in the middle of its work


class MaybeEncodingError(Exception):
    """A result that cannot be pickled."""

    def __init__(self, exc, value):
        self.exc, self.value = repr(exc), repr(value)
        super().__init__(self.exc, self.value)

    def __str__(self):
        return f"Error sending result: '{self.value}'. Reason: '{self.exc}'"


class RemoteTraceback(Exception):
    def __init__(self, tb):
        self.tb = tb

    def __str__(self):
        return self.tb


class _WithTraceback:
    """An exception with the traceback of the process in which it was raised, as text."""

    def __init__(self, error):
        from _lab.process import without_own_frames

        told = traceback.TracebackException(type(error), error, error.__traceback__)
        without_own_frames(told, set())
        self.error, self.text = error, f'\n"""\n{"".join(told.format())}"""'

    def __reduce__(self):
        return _rebuilt, (self.error, self.text)


def _rebuilt(error, text):
    error.__cause__ = RemoteTraceback(text)
    return error


class _Results(Queue):
    """A queue of which a worker hears that something cannot be pickled."""

    put = SimpleQueue.put

    def take(self, timeout, processes):
        """What comes next; where nothing does, the number of one of these processes that has ended."""
        from _lab import kernel

        from .reduction import loads

        seconds = None if timeout is None else max(0, timeout)
        got = kernel.call("queue.get", id=self._id, seconds=seconds, pids=[one.pid for one in processes])
        return (_ENDED, got["ended"], None) if "ended" in got else loads(got["data"])


class _Idle(_Results):
    """A queue for whose items a worker may wait for ever: nothing is wrong then."""

    def take(self):
        from _lab import kernel

        from .reduction import loads

        return loads(kernel.call("queue.get", id=self._id, idle=True)["data"])


def worker(tasks, results, initializer, initargs, most):
    if initializer is not None:
        initializer(*initargs)
    for _ in range(most) if most else itertools.count():
        task = tasks.take()
        if task is None:
            return
        job, place, function, args, named = task
        try:
            result = (True, function(*args, **named))
        except Exception as error:
            result = (False, _WithTraceback(error))
        try:
            results.put((job, place, result))
        except Exception as error:
            results.put((job, place, (False, MaybeEncodingError(error, result[1]))))
    results.put((_GONE, os.getpid(), None))


def _mapped(function, chunk):
    return list(map(function, chunk))


def _starmapped(function, chunk):
    return list(itertools.starmap(function, chunk))


class Pool:
    _state = None  # until there is something to close

    def __init__(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None, context=None):
        count = os.process_cpu_count() or 1 if processes is None else processes
        if count < 1:
            raise ValueError("Number of processes must be at least 1")
        if maxtasksperchild is not None and (not isinstance(maxtasksperchild, int) or maxtasksperchild <= 0):
            raise ValueError("maxtasksperchild must be a positive int or None")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._context = context
        self._method = context.get_start_method() if context else None
        self._tasks, self._results = _Idle(), _Results(name="the results of its pool")
        self._setting = initializer, initargs, maxtasksperchild
        self._state = RUN
        self._jobs = {}
        self._numbers = itertools.count()
        self._pool = []
        self._processes = count
        try:
            self._repopulate_pool()
        except Exception:
            # Those that were started already would wait for ever.
            self.terminate()
            raise

    def _repopulate_pool(self):
        while len(self._pool) < self._processes:
            kind = self._context.Process if self._context else Process
            one = kind(target=worker, args=(self._tasks, self._results, *self._setting), daemon=True)
            start = "Fork" if (self._method or "") == "fork" else "Spawn"
            one.name = re.sub(r"\w*Process", f"{start}PoolWorker", one.name)
            one.start()
            self._pool.append(one)

    # ---- giving out tasks

    def _check_running(self):
        if self._state != RUN:
            raise ValueError("Pool not running")

    def apply(self, func, args=(), kwds={}):
        return self.apply_async(func, args, kwds).get()

    def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
        self._check_running()
        result = ApplyResult(self, callback, error_callback)
        self._hand_out(result, None, func, args, kwds)
        return result

    def _hand_out(self, result, place, *task):
        try:
            self._tasks.put((result._job, place, *task))
        except Exception as error:
            # What cannot be pickled: whoever asks for the result hears of it.
            result._set(place, (False, error))

    def map(self, func, iterable, chunksize=None):
        return self.map_async(func, iterable, chunksize).get()

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return self._map_async(_mapped, func, iterable, chunksize, callback, error_callback)

    def starmap(self, func, iterable, chunksize=None):
        return self.starmap_async(func, iterable, chunksize).get()

    def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return self._map_async(_starmapped, func, iterable, chunksize, callback, error_callback)

    def _map_async(self, how, func, iterable, chunksize, callback, error_callback):
        self._check_running()
        items = iterable if hasattr(iterable, "__len__") else list(iterable)
        if chunksize is None:
            # Four chunks for each worker, as CPython does it.
            chunksize, extra = divmod(len(items), len(self._pool) * 4)
            chunksize += bool(extra)
        if items and chunksize < 1:
            raise ValueError(f"Chunksize must be 1+, not {chunksize}")
        result = MapResult(self, len(items), chunksize, callback, error_callback)
        for place, chunk in enumerate(_chunks(items, chunksize)):
            self._hand_out(result, place, how, (func, chunk), {})
        return result

    def imap(self, func, iterable, chunksize=1):
        return self._imap(func, iterable, chunksize, ordered=True)

    def imap_unordered(self, func, iterable, chunksize=1):
        return self._imap(func, iterable, chunksize, ordered=False)

    def _imap(self, func, iterable, chunksize, ordered):
        self._check_running()
        if chunksize < 1:
            raise ValueError(f"Chunksize must be 1+, not {chunksize}")
        result = IMapIterator(self, ordered)
        chunks = _chunks(iterable, chunksize)
        while True:
            try:
                chunk = next(chunks, None)
            except Exception as error:
                # Whoever asks for the next result hears of it, after those that come before.
                result._set(result._length, (False, error))
                result._length += 1
                break
            if chunk is None:
                break
            self._hand_out(result, result._length, _mapped, (func, chunk), {})
            result._length += 1
        return result

    # ---- taking in results

    def _take_in(self, timeout=None):
        """Waits for one result and hands it to its job."""
        job, place, result = self._results.take(timeout, self._watched())
        if job == _ENDED:
            self._on_end(place)
        elif job == _GONE:
            for gone in [one for one in self._pool if one.pid == place]:
                gone.join()
                self._pool.remove(gone)
            if self._state == RUN or self._jobs:
                self._repopulate_pool()
        elif job in self._jobs:
            self._jobs[job]._set(place, result)

    def _watched(self):
        """Whose end is heard of. That of a worker is nobody's business: as in CPython, its task is lost."""
        return ()

    def _take_in_until(self, done, timeout):
        from queue import Empty

        end = None if timeout is None else time.monotonic() + timeout
        while not done():
            left = None if end is None else max(0, end - time.monotonic())
            try:
                self._take_in(left)
            except Empty:
                return

    # ---- the end

    def close(self):
        if self._state == RUN:
            self._state = CLOSE

    def terminate(self):
        self._state = TERMINATE
        for one in self._pool:
            one.terminate()
        for one in self._pool:
            one.join()

    def join(self):
        if self._state == RUN:
            raise ValueError("Pool is still running")
        if self._state == CLOSE:
            self._take_in_until(lambda: all(job._ended() for job in self._jobs.values()), None)
            for _ in self._pool:
                self._tasks.put(None)
        for one in self._pool:
            one.join()

    def __enter__(self):
        self._check_running()
        return self

    def __exit__(self, *error):
        self.terminate()

    def __reduce__(self):
        raise NotImplementedError("pool objects cannot be passed between processes or pickled")

    def __del__(self, warn=warnings.warn):
        if self._state == RUN:
            warn(f"unclosed running multiprocessing pool {self!r}", ResourceWarning, source=self)

    def __repr__(self):
        return f"<multiprocessing.pool.Pool state={self._state} pool_size={len(self._pool)}>"


def _chunks(items, size):
    items = iter(items)
    while chunk := tuple(itertools.islice(items, size)):
        yield chunk


class ApplyResult:
    def __init__(self, pool, callback, error_callback):
        self._pool, self._callback, self._error_callback = pool, callback, error_callback
        self._job = next(pool._numbers)
        self._done = False
        pool._jobs[self._job] = self

    def _ended(self):
        return self._done

    def _set(self, place, result):
        self._finish(*result)

    def _finish(self, success, value):
        self._success, self._value, self._done = success, value, True
        self._pool._jobs.pop(self._job, None)
        callback = self._callback if success else self._error_callback
        if callback:
            callback(value)

    def ready(self):
        self._pool._take_in_until(self._ended, 0)
        return self._done

    def successful(self):
        if not self.ready():
            raise ValueError(f"{self!r} not ready")
        return self._success

    def wait(self, timeout=None):
        self._pool._take_in_until(self._ended, timeout)

    def get(self, timeout=None):
        self.wait(timeout)
        if not self._done:
            raise TimeoutError
        if self._success:
            return self._value
        raise self._value


AsyncResult = ApplyResult


class MapResult(ApplyResult):
    def __init__(self, pool, length, chunksize, callback, error_callback):
        super().__init__(pool, callback, error_callback)
        self._values = [None] * length
        self._size = chunksize
        self._left = -(-length // chunksize) if length else 0
        self._error = None
        if self._left == 0:
            self._finish(True, [])

    def _set(self, place, result):
        success, value = result
        self._left -= 1
        if success:
            self._values[place * self._size:(place + 1) * self._size] = value
        elif self._error is None:
            self._error = value
        if self._left == 0:
            self._finish(self._error is None, self._values if self._error is None else self._error)


class IMapIterator:
    def __init__(self, pool, ordered):
        self._pool, self._ordered = pool, ordered
        self._job = next(pool._numbers)
        self._length = self._next = self._come = 0
        self._arrived = {}
        self._items = iter(())
        pool._jobs[self._job] = self

    def _ended(self):
        return self._come == self._length

    def _set(self, place, result):
        self._arrived[place if self._ordered else self._come] = result
        self._come += 1

    def __iter__(self):
        return self

    def next(self, timeout=None):
        for item in self._items:
            return item
        if self._next == self._length:
            self._pool._jobs.pop(self._job, None)
            raise StopIteration
        self._pool._take_in_until(lambda: self._next in self._arrived, timeout)
        if self._next not in self._arrived:
            raise TimeoutError
        success, value = self._arrived.pop(self._next)
        self._next += 1
        if not success:
            raise value
        self._items = iter(value)
        return self.next(timeout)

    __next__ = next


def __getattr__(name):
    if name != "ThreadPool":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Threads share what they have: the standard library's own pool of them runs here as it is.
    import multiprocessing
    from importlib import machinery, util

    spec = machinery.PathFinder.find_spec(__name__, multiprocessing.__path__[-1:])
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Its workers have no sentinels. To wait for them by the kernel would stop them all.
    module.wait = lambda sentinels, timeout=None: time.sleep(_REST)
    globals()[name] = module.ThreadPool
    return module.ThreadPool

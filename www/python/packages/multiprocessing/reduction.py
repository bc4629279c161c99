"""Pickling: what processes share may go along only when a process is started."""

import contextlib
import pickle

_spawning = None  # the ends of connections that go along, while a process is pickled


class Shared:
    """Something that the kernel keeps under a number."""

    def __init__(self, number):
        self._id = number

    def __getstate__(self):
        if _spawning is None:
            kind = type(self).__name__
            raise RuntimeError(f"{kind} objects should only be shared between processes through inheritance")
        return self.__dict__


@contextlib.contextmanager
def spawning():
    global _spawning
    _spawning = []
    try:
        yield _spawning
    finally:
        _spawning = None


def goes_along(end):
    if _spawning is not None:
        _spawning.append(end)


dumps = pickle.dumps
loads = pickle.loads
ForkingPickler = pickle.Pickler

"""Pickling: what processes share may go along only when a process is started."""

import contextlib
import copyreg
import io
import pickle

HAVE_SEND_HANDLE = False  # a page has no handles that one process could send to another

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


def goes_along_only(thing):
    """Refuses to be pickled other than for a process that is started."""
    if _spawning is None:
        raise TypeError(f"Pickling an {type(thing).__name__} object is disallowed for security reasons")


def goes_along(end):
    if _spawning is not None:
        _spawning.append(end)


class ForkingPickler(pickle.Pickler):
    """What programs tell how a type is pickled for another process, and for that only."""

    _reducers = {}

    def __init__(self, *args):
        super().__init__(*args)
        self.dispatch_table = {**copyreg.dispatch_table, **self._reducers}

    @classmethod
    def register(cls, kind, reduce):
        cls._reducers[kind] = reduce

    @classmethod
    def dumps(cls, obj, protocol=None):
        file = io.BytesIO()
        cls(file, protocol).dump(obj)
        return file.getvalue()

    loads = pickle.loads


register = ForkingPickler.register
dumps = ForkingPickler.dumps
loads = pickle.loads

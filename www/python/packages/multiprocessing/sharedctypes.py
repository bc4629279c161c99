"""Memory that processes share. To read it and to write it are two steps: whoever adds to it without
its lock may lose additions."""

import struct

from _lab import kernel

from .reduction import Shared
from .synchronize import RLock

# What ctypes calls these types.
_CODES = {
    "c_char": "c", "c_byte": "b", "c_ubyte": "B", "c_short": "h", "c_ushort": "H", "c_int": "i", "c_uint": "I",
    "c_long": "l", "c_ulong": "L", "c_longlong": "q", "c_ulonglong": "Q", "c_float": "f", "c_double": "d",
    "c_bool": "?",
}


def _code(typecode_or_type):
    code = typecode_or_type if isinstance(typecode_or_type, str) else _CODES.get(typecode_or_type.__name__)
    if code == "u" or code is None:
        raise TypeError(f"the lab shares numbers, characters and truth values, not {typecode_or_type}")
    return code


class _Memory(Shared):
    def __init__(self, code, values, lock):
        self._format = struct.Struct(f"={code}")
        self._code = code
        data = b"".join(self._format.pack(value) for value in values)
        super().__init__(kernel.call("cell.new", data)["id"])
        self._length = len(values)
        self._lock = RLock() if lock is True else lock or None

    def __getstate__(self):
        return {**super().__getstate__(), "_format": None}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._format = struct.Struct(f"={self._code}")

    def _read(self, at, count=1):
        size = self._format.size
        data = kernel.call("cell.read", id=self._id, at=at * size, length=count * size)["data"]
        return [value for (value,) in self._format.iter_unpack(data)]

    def _write(self, at, values):
        data = b"".join(self._format.pack(value) for value in values)
        kernel.call("cell.write", data, id=self._id, at=at * self._format.size)

    def get_lock(self):
        return self._lock

    def get_obj(self):
        return self

    def acquire(self, *args, **more):
        return self._lock.acquire(*args, **more)

    def release(self):
        self._lock.release()

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *error):
        self._lock.__exit__(*error)


class _Value(_Memory):
    @property
    def value(self):
        return self._read(0)[0]

    @value.setter
    def value(self, value):
        self._write(0, [value])

    def __repr__(self):
        return f"<Value {self.value!r}>"


class _Array(_Memory):
    def __len__(self):
        return self._length

    def __getitem__(self, key):
        if isinstance(key, slice):
            values = self._read(0, self._length)[key]
            return b"".join(values) if self._code == "c" else values
        return self._read(self._place(key))[0]

    def __setitem__(self, key, value):
        if not isinstance(key, slice):
            return self._write(self._place(key), [value])
        places = range(self._length)[key]
        values = [bytes([one]) for one in value] if self._code == "c" else list(value)
        if len(values) != len(places):
            raise ValueError("Can only assign sequence of same size")
        if places.step == 1:
            self._write(places.start, values)
        else:
            for place, one in zip(places, values):
                self._write(place, [one])

    def _place(self, key):
        place = key + self._length if key < 0 else key
        if not 0 <= place < self._length:
            raise IndexError("invalid index")
        return place

    def __iter__(self):
        return iter(self._read(0, self._length))

    def __repr__(self):
        return f"<Array {list(self)!r}>"


def Value(typecode_or_type, *args, lock=True):
    code = _code(typecode_or_type)
    start = b"\0" if code == "c" else False if code == "?" else 0
    return _Value(code, list(args) or [start], lock)


def Array(typecode_or_type, size_or_initializer, *, lock=True):
    code = _code(typecode_or_type)
    if isinstance(size_or_initializer, int):
        values = [b"\0" if code == "c" else 0] * size_or_initializer
    elif code == "c":
        values = [bytes([one]) for one in size_or_initializer]
    else:
        values = list(size_or_initializer)
    return _Array(code, values, lock)

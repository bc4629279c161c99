"""Memory that processes share. To read it and to write it are two steps: whoever adds to it without
its lock may lose additions.

The kernel keeps the bytes; what they mean is a type of ctypes.
"""

import ctypes

from _lab import kernel

from .reduction import Shared
from .synchronize import RLock

_TYPES = {
    "c": ctypes.c_char, "b": ctypes.c_byte, "B": ctypes.c_ubyte, "h": ctypes.c_short, "H": ctypes.c_ushort,
    "i": ctypes.c_int, "I": ctypes.c_uint, "l": ctypes.c_long, "L": ctypes.c_ulong, "q": ctypes.c_longlong,
    "Q": ctypes.c_ulonglong, "f": ctypes.c_float, "d": ctypes.c_double, "u": ctypes.c_wchar, "?": ctypes.c_bool,
}


def _type(typecode_or_type):
    return _TYPES.get(typecode_or_type, typecode_or_type)


class _Memory(Shared):
    """Where the bytes of a thing of ctypes lie; a part of it lies in the same cell."""

    def __init__(self, kind, thing=None, cell=None, at=0):
        super().__init__(kernel.call("cell.new", bytes(thing))["id"] if cell is None else cell)
        self._kind, self._at = kind, at

    def __getstate__(self):
        state = {**super().__getstate__()}
        if issubclass(self._kind, ctypes.Array):
            # A type that was made on the fly: how it was made.
            state["_kind"] = self._kind._type_, self._kind._length_
        return state

    def __setstate__(self, state):
        kind = state["_kind"]
        self.__dict__.update(state, _kind=kind[0] * kind[1] if isinstance(kind, tuple) else kind)

    def _read(self):
        size = ctypes.sizeof(self._kind)
        data = kernel.call("cell.read", id=self._id, at=self._at, length=size)["data"]
        return self._kind.from_buffer_copy(data)

    def _write(self, thing, start=0, size=None):
        data = bytes(thing)[start:None if size is None else start + size]
        kernel.call("cell.write", data, id=self._id, at=self._at + start)


class _Value(_Memory):
    @property
    def value(self):
        return self._read().value

    @value.setter
    def value(self, value):
        self._write(self._kind(value))

    def __repr__(self):
        return f"<Value {self.value!r}>"


class _Structure(_Memory):
    """A structure: each of its fields is read and written for itself."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._read(), name)

    def __setattr__(self, name, value):
        if name.startswith("_"):
            return super().__setattr__(name, value)
        field = getattr(self._kind, name)
        thing = self._read()
        setattr(thing, name, value)
        self._write(thing, field.offset, field.size)


class _Array(_Memory):
    def __len__(self):
        return self._kind._length_

    def __getitem__(self, key):
        if isinstance(key, slice):
            return self._read()[key]
        return self._element(key).value

    def __setitem__(self, key, value):
        if not isinstance(key, slice):
            self._element(key).value = value
            return
        places = range(len(self))[key]
        if places.step != 1:
            for place, one in zip(places, value, strict=True):
                self[place] = one
            return
        thing = self._read()
        thing[key] = type(thing[key])(value)
        size = ctypes.sizeof(self._kind._type_)
        self._write(thing, places.start * size, len(places) * size)

    def _element(self, key):
        place = key + len(self) if key < 0 else key
        if not 0 <= place < len(self):
            raise IndexError("invalid index")
        kind = self._kind._type_
        return _made(kind, cell=self._id, at=self._at + place * ctypes.sizeof(kind))

    def __iter__(self):
        return iter(self._read()[:])

    def __repr__(self):
        return f"<Array {list(self)!r}>"


class _String(_Array):
    """An array of characters is a string too."""

    @property
    def value(self):
        return self._read().value

    @value.setter
    def value(self, value):
        thing = self._read()
        thing.value = value
        self._write(thing)

    @property
    def raw(self):
        return self._read().raw

    @raw.setter
    def raw(self, value):
        self._write(value)


def _made(kind, thing=None, cell=None, at=0):
    if issubclass(kind, ctypes.Array):
        made = _String if kind._type_ in (ctypes.c_char, ctypes.c_wchar) else _Array
    else:
        made = _Structure if issubclass(kind, (ctypes.Structure, ctypes.Union)) else _Value
    return made(kind, thing, cell, at)


class _Synchronized:
    """What is shared, with a lock for it."""

    def __init__(self, shared, lock):
        self.__dict__.update(_shared=shared, _lock=lock)
        self.__dict__.update(acquire=lock.acquire, release=lock.release)

    def get_obj(self):
        return self._shared

    def get_lock(self):
        return self._lock

    def __getattr__(self, name):
        return getattr(self.__dict__["_shared"], name)

    def __setattr__(self, name, value):
        setattr(self._shared, name, value)

    def __reduce__(self):
        return _Synchronized, (self._shared, self._lock)

    def __len__(self):
        return len(self._shared)

    def __getitem__(self, key):
        return self._shared[key]

    def __setitem__(self, key, value):
        self._shared[key] = value

    def __iter__(self):
        return iter(self._shared)

    def __repr__(self):
        return repr(self._shared)

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *error):
        return self._lock.__exit__(*error)


def synchronized(shared, lock=None):
    return _Synchronized(shared, lock or RLock())


def _with(lock, shared):
    if lock is False:
        return shared
    if lock in (True, None):
        lock = RLock()
    if not hasattr(lock, "acquire"):
        raise AttributeError(f"{lock!r} has no method 'acquire'")
    return _Synchronized(shared, lock)


def RawValue(typecode_or_type, *args):
    kind = _type(typecode_or_type)
    return _made(kind, kind(*args))


def RawArray(typecode_or_type, size_or_initializer):
    kind = _type(typecode_or_type)
    if isinstance(size_or_initializer, int):
        thing = (kind * size_or_initializer)()
    else:
        values = list(size_or_initializer)
        thing = (kind * len(values))(*values)
    return _made(type(thing), thing)


def Value(typecode_or_type, *args, lock=True):
    return _with(lock, RawValue(typecode_or_type, *args))


def Array(typecode_or_type, size_or_initializer, *, lock=True):
    return _with(lock, RawArray(typecode_or_type, size_or_initializer))


def copy(obj):
    if isinstance(obj, (_Memory, _Synchronized)):
        obj = (obj._shared if isinstance(obj, _Synchronized) else obj)._read()
    return _made(type(obj), obj)

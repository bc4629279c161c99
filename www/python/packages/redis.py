"""A client of the lab's store, with the calls of redis-py that the lessons need. The store is the
kernel's: it outlives each process of a run, and all see the same."""

from _lab import kernel


class RedisError(Exception):
    pass


class ResponseError(RedisError):
    pass


class ConnectionError(RedisError):
    pass


class Redis:
    def __init__(self, host="localhost", port=6379, db=0, *, decode_responses=False, **more):
        self._decodes = decode_responses

    def _out(self, value):
        return value if value is None or self._decodes else value.encode()

    def ping(self):
        return True

    def set(self, name, value, **more):
        kernel.call("store.set", key=_text(name), value=_text(value))
        return True

    def get(self, name):
        return self._out(kernel.call("store.get", key=_text(name))["value"])

    def incr(self, name, amount=1):
        return kernel.call("store.add", key=_text(name), by=amount)["value"]

    incrby = incr

    def decr(self, name, amount=1):
        return self.incr(name, -amount)

    decrby = decr

    def delete(self, *names):
        return kernel.call("store.delete", keys=[_text(name) for name in names])["value"]

    def exists(self, *names):
        return kernel.call("store.exists", keys=[_text(name) for name in names])["value"]

    def keys(self, pattern="*"):
        from fnmatch import fnmatchcase

        names = kernel.call("store.keys")["value"]
        return [self._out(name) for name in names if fnmatchcase(name, _text(pattern))]

    def flushdb(self):
        self.delete(*self.keys())
        return True

    flushall = flushdb

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name, value):
        self.set(name, value)

    def close(self):
        pass


StrictRedis = Redis


def _text(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(f"Invalid input of type: {type(value).__name__!r}. Convert to a bytes, string, int or float first.")

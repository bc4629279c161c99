"""Sockets between the processes of a run: TCP on localhost, two pipes of the kernel each. There is
no way to any other machine."""

import socket as library
import socketserver

from _lab import kernel

LOCAL = ("", "localhost", "127.0.0.1", "0.0.0.0", "browser")
_real = library.socket


class Socket:
    def __init__(self, family=library.AF_INET, type=library.SOCK_STREAM, proto=0, fileno=None):
        if family not in (-1, library.AF_INET, library.AF_INET6) or type not in (-1, library.SOCK_STREAM):
            raise OSError("the lab has TCP on localhost only")
        self.family, self.type, self.proto = library.AF_INET, library.SOCK_STREAM, 0
        self._listener = self._reads = self._writes = None
        self._port = self._peer = 0
        self._timeout = None
        self._io_refs, self._closed = 0, False

    makefile = _real.makefile
    _decref_socketios = _real._decref_socketios
    __enter__, __exit__ = _real.__enter__, _real.__exit__

    # ---- the side that waits for others

    def bind(self, address):
        _check_local(address[0])
        made = kernel.call("net.bind", port=address[1])
        self._listener, self._port = made["id"], made["port"]

    def listen(self, backlog=5):
        kernel.call("net.listen", id=self._listener)

    def accept(self):
        made = kernel.call("net.accept", id=self._listener, seconds=self._timeout)
        return self._connected(Socket(), made), ("127.0.0.1", made["peer"])

    # ---- the side that comes

    def connect(self, address):
        _check_local(address[0])
        made = kernel.call("net.connect", port=address[1], seconds=self._timeout)
        self._connected(self, made)

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            return error.errno or 1
        return 0

    @staticmethod
    def _connected(one, made):
        one._reads, one._writes = made["reads"], made["writes"]
        one._port, one._peer = made["port"], made["peer"]
        return one

    # ---- both

    def recv(self, size, flags=0):
        return kernel.call("pipe.read", id=self._connection("_reads"), most=size, seconds=self._timeout)["data"]

    def recv_into(self, buffer, nbytes=0, flags=0):
        data = self.recv(nbytes or len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def send(self, data, flags=0):
        kernel.call("pipe.write", bytes(data), id=self._connection("_writes"))
        return len(data)

    def sendall(self, data, flags=0):
        self.send(data)

    def _connection(self, end):
        number = getattr(self, end)
        if number is None:
            raise OSError(107, "Transport endpoint is not connected")
        return number

    def shutdown(self, how):
        ends = {library.SHUT_RD: ["_reads"], library.SHUT_WR: ["_writes"], library.SHUT_RDWR: ["_reads", "_writes"]}
        for end in ends[how]:
            self._drop(end)

    def _drop(self, end):
        number = getattr(self, end)
        if number is not None:
            setattr(self, end, None)
            kernel.call("pipe.close", id=number, end="r" if end == "_reads" else "w")

    def close(self):
        self._closed = True
        if self._io_refs <= 0:
            self._real_close()

    def _real_close(self):
        self._drop("_reads")
        self._drop("_writes")
        if self._listener is not None:
            kernel.call("net.close", id=self._listener)
            self._listener = None

    def detach(self):
        raise OSError("the lab's sockets have no descriptor")

    def fileno(self):
        return -1 if self._closed else 1000 + (self._listener or self._reads or 0)

    def getsockname(self):
        return ("127.0.0.1", self._port)

    def getpeername(self):
        self._connection("_reads")
        return ("127.0.0.1", self._peer)

    def settimeout(self, seconds):
        self._timeout = seconds

    def gettimeout(self):
        return self._timeout

    def setblocking(self, blocks):
        self._timeout = None if blocks else 0

    def setsockopt(self, *options):
        pass

    def getsockopt(self, *options):
        return 0


class Selector:
    """What a server asks: whether somebody has come."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def register(self, server, events):
        self._listener = server.socket._listener

    def select(self, timeout=None):
        ready = kernel.call("net.ready", id=self._listener, seconds=timeout)["value"]
        return [self] if ready else []


def create_connection(address, timeout=None, source_address=None, *, all_errors=False):
    made = Socket()
    made.settimeout(timeout if isinstance(timeout, (int, float)) else None)
    made.connect(address)
    return made


def create_server(address, **options):
    made = Socket()
    made.bind(address)
    made.listen()
    return made


def _check_local(host):
    if host not in LOCAL:
        raise OSError(101, f"Network is unreachable: a page cannot open a connection to {host!r}, only to localhost")


def install():
    library.socket = Socket
    library.create_connection, library.create_server = create_connection, create_server
    library.gethostname = lambda: "browser"
    socketserver._ServerSelector = Selector

"""The calls of mpi4py that send Python objects: those in lower case. Those in upper case send
buffers of arrays, which need numpy, and that is not here."""

import pickle
import platform
import time

from _lab import kernel
from _lab.process import spec

ANY_SOURCE = -1
ANY_TAG = -1
PROC_NULL = -2
COLLECTIVE = 1 << 30  # the tag of what belongs to no single message


class Exception(RuntimeError):
    pass


class Op:
    def __init__(self, function, name):
        self._function, self._name = function, name

    def __call__(self, a, b):
        return self._function(a, b)

    def __repr__(self):
        return f"<mpi4py.MPI.Op {self._name}>"


SUM = Op(lambda a, b: a + b, "SUM")
PROD = Op(lambda a, b: a * b, "PROD")
MAX = Op(max, "MAX")
MIN = Op(min, "MIN")
LAND = Op(lambda a, b: bool(a and b), "LAND")
LOR = Op(lambda a, b: bool(a or b), "LOR")
BAND = Op(lambda a, b: a & b, "BAND")
BOR = Op(lambda a, b: a | b, "BOR")


class Status:
    def __init__(self):
        self.source, self.tag, self.count = ANY_SOURCE, ANY_TAG, 0

    def Get_source(self):
        return self.source

    def Get_tag(self):
        return self.tag

    def Get_count(self, datatype=None):
        return self.count


class Request:
    """A message that is under way: sent already, or taken when it is waited for."""

    def __init__(self, take=None):
        self._take, self._value = take, None

    def wait(self, status=None):
        if self._take:
            take, self._take = self._take, None
            self._value = take(status, None)
        return self._value

    def test(self, status=None):
        import queue

        if self._take:
            try:
                self._value = self._take(status, 0)
            except queue.Empty:
                return False, None
            self._take = None
        return True, self._value

    @staticmethod
    def waitall(requests, statuses=None):
        return [request.wait() for request in requests]


class Comm:
    @property
    def rank(self):
        return spec.get("rank") or 0

    @property
    def size(self):
        return spec.get("size") or 1

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.size

    # ---- from one rank to another

    def send(self, obj, dest, tag=0):
        self._send(obj, dest, tag, False)

    def ssend(self, obj, dest, tag=0):
        self._send(obj, dest, tag, True)

    def isend(self, obj, dest, tag=0):
        self._send(obj, dest, tag, False)
        return Request()

    def _send(self, obj, dest, tag, synchronous):
        if dest == PROC_NULL:
            return
        _world()
        kernel.call("rank.send", pickle.dumps(obj), to=dest, tag=tag, synchronous=synchronous)

    def recv(self, buf=None, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        return self._receive(source, tag, status, None)

    def irecv(self, buf=None, source=ANY_SOURCE, tag=ANY_TAG):
        return Request(lambda status, seconds: self._receive(source, tag, status, seconds))

    def _receive(self, source, tag, status, seconds):
        if source == PROC_NULL:
            return None
        _world()
        got = kernel.call("rank.receive", source=source, tag=tag, seconds=seconds)
        if status is not None:
            status.source, status.tag, status.count = got["source"], got["tag"], len(got["data"])
        return pickle.loads(got["data"])

    def sendrecv(self, sendobj, dest, sendtag=0, recvbuf=None, source=ANY_SOURCE, recvtag=ANY_TAG, status=None):
        self.send(sendobj, dest, sendtag)
        return self.recv(None, source, recvtag, status)

    def probe(self, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        return self._probe(source, tag, status, None)

    def iprobe(self, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        import queue

        try:
            return self._probe(source, tag, status, 0)
        except queue.Empty:
            return False

    def _probe(self, source, tag, status, seconds):
        _world()
        got = kernel.call("rank.receive", source=source, tag=tag, seconds=seconds, peek=True)
        if status is not None:
            status.source, status.tag, status.count = got["source"], got["tag"], len(got["data"])
        return True

    # ---- among all

    def barrier(self):
        if self.size > 1:
            kernel.call("rank.barrier")

    Barrier = barrier

    def bcast(self, obj, root=0):
        if self.rank != root:
            return self.recv(None, root, COLLECTIVE)
        for other in self._others():
            self.send(obj, other, COLLECTIVE)
        return obj

    def scatter(self, sendobj, root=0):
        if self.rank != root:
            return self.recv(None, root, COLLECTIVE)
        parts = list(sendobj)
        if len(parts) != self.size:
            raise ValueError(f"expecting {self.size} items, got {len(parts)}")
        for other in self._others():
            self.send(parts[other], other, COLLECTIVE)
        return parts[root]

    def gather(self, sendobj, root=0):
        if self.rank != root:
            return self.send(sendobj, root, COLLECTIVE)
        return [sendobj if rank == root else self.recv(None, rank, COLLECTIVE) for rank in range(self.size)]

    def allgather(self, sendobj):
        return self.bcast(self.gather(sendobj))

    def alltoall(self, sendobj):
        parts = list(sendobj)
        for other in self._others():
            self.send(parts[other], other, COLLECTIVE)
        return [
            parts[rank] if rank == self.rank else self.recv(None, rank, COLLECTIVE) for rank in range(self.size)
        ]

    def reduce(self, sendobj, op=SUM, root=0):
        from functools import reduce

        parts = self.gather(sendobj, root)
        return None if parts is None else reduce(op, parts)

    def allreduce(self, sendobj, op=SUM):
        return self.bcast(self.reduce(sendobj, op))

    def scan(self, sendobj, op=SUM):
        from functools import reduce

        return reduce(op, self.allgather(sendobj)[: self.rank + 1])

    def Abort(self, errorcode=1):
        raise SystemExit(errorcode)

    def _others(self):
        return [rank for rank in range(self.size) if rank != self.rank]

    def __getattr__(self, name):
        if name[:1].isupper():
            raise NotImplementedError(
                f"{name} sends buffers of arrays, which need numpy: use {name.lower()}, which sends Python objects"
            )
        raise AttributeError(name)


def _world():
    if not spec.get("size"):
        raise Exception("there is one rank only: start the program with mpirun -n 4")


COMM_WORLD = Comm()
Intracomm = Comm
Wtime = time.perf_counter


def Get_processor_name():
    return platform.node()


def Finalize():
    pass


def Is_initialized():
    return True

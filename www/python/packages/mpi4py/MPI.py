"""The calls of mpi4py that send Python objects: those in lower case. Those in upper case send
buffers of arrays, which need numpy, and that is not here."""

import pickle
import platform
import time
import warnings
from functools import reduce
from itertools import count

from _lab import kernel
from _lab.process import spec

from .requests import ANY_SOURCE, ANY_TAG, SUCCESS, UNDEFINED, Request, Status  # noqa: F401

PROC_NULL = -2
COLLECTIVE = 0  # the tag of what all send to one another, in a context of its own
THREAD_SINGLE = THREAD_FUNNELED = THREAD_SERIALIZED = THREAD_MULTIPLE = 0
ERR_ROOT, ERR_RANK = 8, 6


class Exception(RuntimeError):
    def __init__(self, words="", error_class=0):
        super().__init__(words)
        self._error_class = error_class

    def Get_error_class(self):
        return self._error_class


class Op:
    def __init__(self, function, name):
        self._function, self._name = function, name

    def __call__(self, a, b):
        return self._function(a, b)

    def __repr__(self):
        return f"<mpi4py.MPI.Op {self._name}>"


def _with_place(better):
    """Of two pairs of a value and its place the better one; of equal values the first place."""
    return lambda a, b: (a[0], min(a[1], b[1])) if a[0] == b[0] else a if better(a[0], b[0]) == a[0] else b


SUM = Op(lambda a, b: a + b, "SUM")
PROD = Op(lambda a, b: a * b, "PROD")
MAX = Op(max, "MAX")
MIN = Op(min, "MIN")
MAXLOC = Op(_with_place(max), "MAXLOC")
MINLOC = Op(_with_place(min), "MINLOC")
LAND = Op(lambda a, b: bool(a and b), "LAND")
LOR = Op(lambda a, b: bool(a or b), "LOR")
LXOR = Op(lambda a, b: bool(a) != bool(b), "LXOR")
BAND = Op(lambda a, b: a & b, "BAND")
BOR = Op(lambda a, b: a | b, "BOR")
BXOR = Op(lambda a, b: a ^ b, "BXOR")
REPLACE = Op(lambda a, b: b, "REPLACE")
NO_OP = Op(lambda a, b: a, "NO_OP")
OP_NULL = Op(None, "OP_NULL")


class Comm:
    """Ranks that know one another, and hear nothing of what others send among themselves."""

    def __init__(self, name, ranks=None):
        self._name, self._own = name, ranks
        self._made = count(1)

    @property
    def _ranks(self):
        """Its ranks, as the world calls them; looked at late, since the process begins without any."""
        return self._own() if self._own else range(spec.get("size") or 1)

    @property
    def rank(self):
        return self._called(spec.get("rank") or 0)

    @property
    def size(self):
        return len(self._ranks)

    def _called(self, world):
        return list(self._ranks).index(world)

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.size

    def Dup(self, info=None):
        return Comm(f"{self._name}.{next(self._made)}", self._own)

    Clone = Dup

    def Split(self, color=0, key=0):
        """Those of one colour among themselves, in the order of their keys."""
        mine = self.allgather((color, key, self._ranks[self.rank]))
        name = f"{self._name}.{next(self._made)}:{color}"
        if color == UNDEFINED:
            return COMM_NULL
        ranks = [world for _, _, world in sorted((one for one in mine if one[0] == color), key=lambda one: one[1])]
        return Comm(name, lambda: ranks)

    def Free(self):
        """There is nothing to be freed."""

    def __eq__(self, other):
        return isinstance(other, Comm) and self._name == other._name

    def __hash__(self):
        return hash(self._name)

    # ---- from one rank to another

    def send(self, obj, dest, tag=0):
        self._send(obj, dest, tag)

    def ssend(self, obj, dest, tag=0):
        self._send(obj, dest, tag, synchronous=True)

    def bsend(self, obj, dest, tag=0):
        self.isend(obj, dest, tag)

    def isend(self, obj, dest, tag=0):
        return self._sending(obj, dest, tag)

    ibsend = isend

    def issend(self, obj, dest, tag=0):
        return self._sending(obj, dest, tag, synchronous=True)

    def _to(self, dest, tag, context="", **asked):
        if not 0 <= dest < self.size:
            raise Exception(f"there is no rank {dest}: ranks are 0 to {self.size - 1}", ERR_RANK)
        return {"to": self._ranks[dest], "tag": tag, "context": self._name + context, **asked}

    def _send(self, obj, dest, tag, **asked):
        if dest != PROC_NULL:
            kernel.call("rank.send", pickle.dumps(obj), **self._to(dest, tag, **asked))

    def _sending(self, obj, dest, tag, **asked):
        if dest == PROC_NULL:
            return Request()
        return Request.sending(pickle.dumps(obj), **self._to(dest, tag, **asked))

    def recv(self, buf=None, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        if buf is not None:
            warnings.warn("the 'buf' argument is deprecated", UserWarning, stacklevel=2)
        return self._recv(source, tag, status)

    def irecv(self, buf=None, source=ANY_SOURCE, tag=ANY_TAG):
        if source == PROC_NULL:
            return Request()
        return Request.receiving(self._called, **self._from(source, tag))

    def _from(self, source, tag, context=""):
        # One that there is not is waited for: that is a lesson.
        world = self._ranks[source] if 0 <= source < self.size else source
        return {"source": world, "tag": tag, "context": self._name + context}

    def _recv(self, source, tag, status=None, context="", **asked):
        if source == PROC_NULL:
            return None
        got = kernel.call("rank.receive", **self._from(source, tag, context), **asked)
        if status is not None:
            status._is_of(self._called(got["source"]), got["tag"], len(got["data"]))
        return pickle.loads(got["data"])

    def sendrecv(self, sendobj, dest, sendtag=0, recvbuf=None, source=ANY_SOURCE, recvtag=ANY_TAG, status=None):
        sending = self._sending(sendobj, dest, sendtag)
        value = self._recv(source, recvtag, status)
        sending.wait()
        return value

    def probe(self, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        self._recv(source, tag, status, peek=True)
        return True

    def iprobe(self, source=ANY_SOURCE, tag=ANY_TAG, status=None):
        import queue

        try:
            self._recv(source, tag, status, peek=True, seconds=0)
        except queue.Empty:
            return False
        return True

    # ---- among all

    def _give(self, obj, other):
        self._send(obj, other, COLLECTIVE, context="!")

    def _take(self, other):
        return self._recv(other, COLLECTIVE, context="!")

    def _others(self):
        return [rank for rank in range(self.size) if rank != self.rank]

    def _check_root(self, root):
        if not 0 <= root < self.size:
            raise Exception(f"there is no rank {root} to be the root", ERR_ROOT)

    def barrier(self):
        if self is COMM_WORLD:
            kernel.call("rank.barrier")
        else:
            self.allgather(None)

    Barrier = barrier

    def bcast(self, obj, root=0):
        self._check_root(root)
        if self.rank != root:
            return self._take(root)
        for other in self._others():
            self._give(obj, other)
        return obj

    def scatter(self, sendobj, root=0):
        self._check_root(root)
        if self.rank != root:
            return self._take(root)
        parts = self._parts(sendobj)
        for other in self._others():
            self._give(parts[other], other)
        return parts[root]

    def _parts(self, sendobj):
        parts = list(sendobj)
        if len(parts) != self.size:
            raise ValueError(f"expecting {self.size} items, got {len(parts)}")
        return parts

    def gather(self, sendobj, root=0):
        self._check_root(root)
        if self.rank != root:
            return self._give(sendobj, root)
        return [sendobj if rank == root else self._take(rank) for rank in range(self.size)]

    def allgather(self, sendobj):
        return self.bcast(self.gather(sendobj))

    def alltoall(self, sendobj):
        parts = self._parts(sendobj)
        sending = [self._sending(parts[other], other, COLLECTIVE, context="!") for other in self._others()]
        taken = [parts[rank] if rank == self.rank else self._take(rank) for rank in range(self.size)]
        Request.waitall(sending)
        return taken

    def reduce(self, sendobj, op=SUM, root=0):
        parts = self.gather(sendobj, root)
        return None if parts is None else reduce(op, parts)

    def allreduce(self, sendobj, op=SUM):
        return self.bcast(self.reduce(sendobj, op))

    def scan(self, sendobj, op=SUM):
        return reduce(op, self.allgather(sendobj)[: self.rank + 1])

    def exscan(self, sendobj, op=SUM):
        before = self.allgather(sendobj)[: self.rank]
        return reduce(op, before) if before else None

    def Abort(self, errorcode=1):
        raise SystemExit(errorcode)

    def __getattr__(self, name):
        if name[:1].isupper():
            raise NotImplementedError(
                f"{name} sends buffers of arrays, which need numpy: use {name.lower()}, which sends Python objects"
            )
        raise AttributeError(name)


Intracomm = Comm
COMM_WORLD = Comm("")
COMM_SELF = Comm("self", lambda: [spec.get("rank") or 0])
COMM_NULL = None
Wtime = time.perf_counter


def Get_processor_name():
    return platform.node()


def Query_thread():
    """Ranks are processes; a call of one stops its threads."""
    return THREAD_SINGLE


def get_vendor():
    return "Fib Lab", (1, 0, 0)


def Init():
    pass


def Finalize():
    pass


def Is_initialized():
    return True


def Is_finalized():
    return False

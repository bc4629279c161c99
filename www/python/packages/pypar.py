"""PyPar's calls, on the lab's kernel: ranks that send each other whatever can be pickled."""

import pickle
import platform

from _lab import kernel
from _lab.process import spec

any_source = -1
any_tag = -1
default_tag = 1


def rank():
    return spec.get("rank") or 0


def size():
    return spec.get("size") or 1


def get_processor_name():
    return platform.node()


Get_processor_name = get_processor_name


def send(x, destination, use_buffer=False, vanilla=False, tag=default_tag, bypass=False):
    _needs_ranks()
    kernel.call("rank.send", pickle.dumps(x), to=destination, tag=tag)


def receive(source, buffer=None, vanilla=False, tag=any_tag, return_status=False, bypass=False):
    _needs_ranks()
    got = kernel.call("rank.receive", source=source, tag=tag)
    value = pickle.loads(got["data"])
    return (value, Status(got["source"], got["tag"], len(got["data"]))) if return_status else value


def barrier():
    if size() > 1:
        kernel.call("rank.barrier")


def broadcast(x, root=0):
    if rank() == root:
        for other in range(size()):
            if other != root:
                send(x, other)
        return x
    return receive(root)


def finalize():
    pass


def abort():
    raise SystemExit(1)


def _needs_ranks():
    if size() == 1:
        raise RuntimeError("there is one rank only: start the program with mpirun -n 4")


class Status:
    def __init__(self, source, tag, bytes):
        self.source, self.tag, self.bytes = source, tag, bytes

    def __repr__(self):
        return f"Pypar Status Object: source={self.source} tag={self.tag} bytes={self.bytes}"

"""System calls: the process stands still until the kernel answers.

A fork by replay (see replay.py) has no kernel at first: it is told what its parent was told.
"""

import base64
import builtins
import json
import os

PIECE = 1 << 20


class Deadlock(RuntimeError):
    """No process can ever go on: each waits for another."""

    __module__ = "builtins"  # a program catches it by no other name than RuntimeError


_exchange = None  # how a call reaches the kernel
_answers = None  # the file from which its answer is read, where it does not come at once
log = []  # what was answered before the first fork; None after it
told = None  # in a fork, as long as it is a replay: what is still to be answered


def connect():
    global _exchange, _answers
    import _lab_kernel

    _exchange = _lab_kernel.call
    _answers = getattr(_lab_kernel, "answers", None)


def threads():
    """What switches stacks; None where the browser cannot."""
    import _lab_kernel

    return getattr(_lab_kernel, "threads", None)


def listen():
    """From here on Python looks for the signals that the kernel sends."""
    import _lab_kernel

    _lab_kernel.listen()


def call(op, data=None, **args):
    """The answer as a dictionary, with its bytes under "data"."""
    if told is not None:
        head, data = _from_log(op)
    else:
        head, data = _asked(op, data, args)
        if log is not None:
            log.append((op, head, base64.b64encode(data).decode()))
    return _reply(head, data)


def call_anew(op, **args):
    """What a fork by replay asks itself."""
    return _reply(*_asked(op, None, args))


def _asked(op, data, args):
    answer = _exchange(op, json.dumps(args), data)
    return (answer.head, answer.data.to_bytes()) if _answers is None else _read()


def _read():
    """What www/python/mailbox.js packs: the length of the head, the head, the bytes."""
    whole = bytearray()
    while True:
        piece = os.read(_answers, PIECE)
        whole += piece
        if len(piece) < PIECE:
            break
    start = 4 + int.from_bytes(whole[:4])
    return whole[4:start].decode(), bytes(whole[start:])


def _reply(head, data):
    reply = json.loads(head)
    if "error" in reply:
        raise _exception(reply)
    reply["data"] = data
    return reply


def _from_log(op):
    if not told:
        raise RuntimeError(f"a fork by replay went further than its parent: {op}")
    asked, head, data = told.pop(0)
    if asked != op:
        raise RuntimeError(f"a fork by replay asked {op} where its parent asked {asked}")
    return head, base64.b64decode(data)


def _exception(reply):
    name, text = reply["error"], reply.get("text")
    if name == "Deadlock":
        kind = Deadlock
    elif name in ("Empty", "Full"):
        import queue

        kind = getattr(queue, name)
    elif name == "BrokenBarrierError":
        from threading import BrokenBarrierError as kind
    elif name == "ResponseError":
        from redis import ResponseError as kind
    elif name == "Timeout":
        kind = TimeoutError
    else:
        kind = getattr(builtins, name, RuntimeError)
    return kind(text) if text else kind()

"""Four ranks, processes that share nothing, exchange messages through pipes (CPython 3)."""

import sys
from itertools import combinations
from multiprocessing import Pipe, Process
from platform import node

NUMBERS = [20, 19, 18, 17, 16, 15]


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def say(words):
    sys.stdout.write(f"{words}\n")  # one write: no other rank's line gets into it
    sys.stdout.flush()


def rank(r, p, other):
    """What rank r of p does; other[q] is its end of the pipe to rank q."""
    say(f"rank {r} of {p} on node {node()}")
    if r == 0:
        other[1].send("P0")
        say(f"ring {other[p - 1].recv()}")
        for q in other:
            other[q].send(NUMBERS[q::p])  # scatter: every p-th number, from place q on
        answers = [None] * len(NUMBERS)
        answers[0::p] = map(fib, NUMBERS[0::p])
        for q in other:
            answers[q::p] = other[q].recv()  # gather
        say(f"scatter-gather {answers}")
    else:
        other[(r + 1) % p].send(other[r - 1].recv() + f"P{r}")
        other[0].send([fib(n) for n in other[0].recv()])


if __name__ == "__main__":
    p = 4
    ends = [{} for _ in range(p)]
    for a, b in combinations(range(p), 2):
        ends[a][b], ends[b][a] = Pipe()
    ranks = [Process(target=rank, args=(r, p, ends[r])) for r in range(p)]
    for process in ranks:
        process.start()
    for process in ranks:
        process.join()

"""A task that splits itself down to a cut-off, in processes (CPython 3, standard library only).

python3 program.py [N [CUTOFF]]: 27 and N - 5 if nothing is said.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def split(pool, n, cutoff):
    # Without the cut-off there would be a future for every call: each costs a message to
    # another process and back, some tens of microseconds, and most of them would carry a 1.
    # Nor may a task wait inside the pool for its halves: the waiting ones would fill it up. So
    # whoever asks splits, and only what is left whole is submitted.
    if n <= max(cutoff, 2):
        return [pool.submit(fib, n)]
    return split(pool, n - 1, cutoff) + split(pool, n - 2, cutoff)


def timed(program):
    start = perf_counter()
    return program(), perf_counter() - start


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 27
    cutoff = int(sys.argv[2]) if len(sys.argv) > 2 else n - 5
    with ProcessPoolExecutor() as pool:
        list(pool.map(fib, [1] * 64))  # all processes are up before the clock starts
        pieces = []

        def together():
            pieces[:] = split(pool, n, cutoff)
            return sum(piece.result() for piece in pieces)

        answer, split_s = timed(together)
        same, serial_s = timed(lambda: fib(n))
    assert answer == same
    print(answer)
    print(f"{len(pieces)} pieces: serial {serial_s:.3f} s, split {split_s:.3f} s, ratio {serial_s / split_s:.2f}")

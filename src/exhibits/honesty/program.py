"""A program against itself, or against one that does RATIO times its work (CPython 3)."""

import sys
from statistics import median
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def clock(times):
    start = perf_counter()
    for _ in range(times):
        fib(15)
    return perf_counter() - start


if __name__ == "__main__":
    ratio = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    blocks = [(clock(round(40 * ratio)), clock(40)) for _ in range(7)]
    print(f"{median(more / one for more, one in blocks):.2f}")

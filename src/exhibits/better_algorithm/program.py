"""A slow algorithm in several processes, and a better one in one (CPython 3)."""

from multiprocessing import Pool
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def iterating(n):
    low, high = 0, 1
    for _ in range(n):
        low, high = high, low + high
    return low


def pieces(n, depth):
    if depth <= 0 or n <= 2:
        return [n]
    return pieces(n - 1, depth - 1) + pieces(n - 2, depth - 2)


def timed(program):
    start = perf_counter()
    return program(), (perf_counter() - start) * 1e3


if __name__ == "__main__":
    n = 24
    with Pool() as pool:
        runs = [
            timed(lambda: fib(n)),
            timed(lambda: sum(pool.map(fib, pieces(n, 8)))),
            timed(lambda: iterating(n)),
        ]
    print(*(answer for answer, _ in runs))
    print("ms: " + ", ".join(f"{ms:.4f}" for _, ms in runs))

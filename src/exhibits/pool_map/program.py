"""A pool of processes maps fib over a list (CPython 3, standard library only)."""

import sys
from multiprocessing import Pool


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] or [38, 37, 36, 35, 34, 33]
    with Pool() as pool:
        print(pool.map(fib, numbers))

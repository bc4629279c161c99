"""A pool of processes maps fib over a list, against a loop (CPython 3, standard library only).

python3 program.py [N ...]: the list, 38 37 36 35 34 33 if there is none. That takes some seconds.
"""

import sys
from multiprocessing import Pool
from os import cpu_count
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def timed(program):
    start = perf_counter()
    return program(), perf_counter() - start


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] or [38, 37, 36, 35, 34, 33]
    with Pool() as pool:
        pool.map(fib, [1] * 64)  # all processes are up before the clock starts
        answers, pool_s = timed(lambda: pool.map(fib, numbers))
        same, serial_s = timed(lambda: [fib(n) for n in numbers])
    assert answers == same
    print(answers)
    print(f"serial {serial_s:.3f} s, pool of {cpu_count()} {pool_s:.3f} s, ratio {serial_s / pool_s:.2f}")

"""One job, three ways: a loop, threads and a pool of processes (CPython 3, standard library only).

python3 program.py [N ...]: the list, 24 23 22 21 20 19 if there is none. Each way does the same list.
"""

import sys
from multiprocessing import Pool
from threading import Thread
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def loop(numbers):
    return [fib(n) for n in numbers]


def in_threads(numbers):  # only the one that holds the lock runs
    answers = [0] * len(numbers)

    def part(me):
        for at in range(me, len(numbers), 2):
            answers[at] = fib(numbers[at])

    threads = [Thread(target=part, args=(me,)) for me in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] or [24, 23, 22, 21, 20, 19]
    with Pool(2) as pool:
        pool.map(fib, [1] * 16)  # all processes are up before the clock starts
        ways = {"loop": loop, "threads": in_threads, "pool": lambda own: pool.map(fib, own, chunksize=1)}
        found, lines = [], []
        for name, way in ways.items():
            start = perf_counter()
            found.append(way(numbers))
            lines.append((name, perf_counter() - start))
    print(*found[0], "by every way" if found.count(found[0]) == len(ways) else "by one way only")
    for name, seconds in lines:
        print(f"{name}: {seconds:.3f} s, speed-up {lines[0][1] / seconds:.2f}")

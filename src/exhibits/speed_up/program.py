"""Strong and weak scaling of equal work, by multiprocessing (CPython 3)."""

from multiprocessing import Pool, cpu_count
from statistics import median
from sys import argv
from time import perf_counter


def fib(n):
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def timed(pool, tasks):
    start = perf_counter()
    answers = pool.map(fib, tasks, chunksize=1)
    assert set(answers) == {fib(tasks[0])}
    return perf_counter() - start


def curve(n, parts, counts, rounds):
    pools = {p: Pool(p) for p in counts}
    for p, pool in pools.items():
        timed(pool, [n] * p)
    strong = {p: [] for p in counts}
    weak = {p: [] for p in counts}
    # Every number of workers in every round, so that a slow minute meets them all.
    for _ in range(rounds):
        for p, pool in pools.items():
            strong[p].append(timed(pool, [n] * parts))
            weak[p].append(timed(pool, [n] * p))
    for pool in pools.values():
        pool.close()
    return strong, weak


if __name__ == "__main__":
    n, rounds = int(argv[1]) if len(argv) > 1 else 22, 5
    counts = sorted({1, 2, 3, cpu_count()})
    strong, weak = curve(n, 12, counts, rounds)
    for p in counts:
        same = median(a / b for a, b in zip(strong[1], strong[p]))
        more = median(p * a / b for a, b in zip(weak[1], weak[p]))
        print(f"{p} workers: {same:.2f} times as fast, scaled {more:.2f}")
    print(fib(n))

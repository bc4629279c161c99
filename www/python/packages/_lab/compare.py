"""Serial against a pool, in blocks whose orders the lab has drawn: a line of JSON for each.

Each interpreter times its own kernel, since clocks of different processes have different births.
"""

import json
import os
from multiprocessing import Pool
from time import perf_counter

FILE = "comparison.json"


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def clocked(n):
    # Through map, so that each call enters the interpreter anew and finds its best code.
    start = perf_counter()
    list(map(fib, [n]))
    return (perf_counter() - start) * 1e3


def warm(seconds):
    """Computes until the browser has made its best code of the interpreter, in a process that ends."""
    end = perf_counter() + seconds
    while perf_counter() < end:
        list(map(fib, [20]))


def timed(program, answers):
    start = perf_counter()
    given = program()
    ms = (perf_counter() - start) * 1e3
    assert given == answers, f"{given} instead of {answers}"
    return ms


def measure():
    with open(FILE) as file:
        asked = json.load(file)
    os.remove(FILE)
    tasks, workers, kernel = asked["tasks"], asked["workers"], asked["kernel"]
    with Pool(workers) as pool:
        # All processes are up, and have computed, before the clock starts.
        pool.map(clocked, [kernel] * workers, chunksize=1)
        answers = list(map(fib, tasks))

        def together():
            return sum(pool.map(clocked, [kernel] * workers, chunksize=1)) / workers

        arms = {
            "serial": lambda: timed(lambda: list(map(fib, tasks)), answers),
            "parallel": lambda: timed(lambda: pool.map(fib, tasks, chunksize=1), answers),
            "kernel-alone": lambda: pool.map(clocked, [kernel], chunksize=1)[0],
            "kernel-together": together,
        }
        print(json.dumps({"answers": answers}), flush=True)
        for order in asked["orders"]:
            print(json.dumps({"order": order, "ms": {arm: arms[arm]() for arm in order}}), flush=True)

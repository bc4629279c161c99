"""A schedule by hand: each process does its own lane, in its order (CPython 3, standard library only).

python3 program.py [LANES [N ...]]: the lanes, 0.4.5_1.2.3 if there are none, and the list.
"""

import sys
from multiprocessing import Pool
from time import perf_counter


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def do(lane):
    return [(place, fib(n)) for place, n in lane]


if __name__ == "__main__":
    text = sys.argv[1] if len(sys.argv) > 1 else "0.4.5_1.2.3"
    numbers = [int(word) for word in sys.argv[2:]] or [33, 32, 31, 30, 29, 28]
    lanes = [[(int(place), numbers[int(place)]) for place in lane.split(".") if place] for lane in text.split("_")]
    with Pool(len(lanes)) as pool:
        pool.map(fib, [1] * 64)  # all processes are up before the clock starts
        start = perf_counter()
        done = pool.map(do, lanes, chunksize=1)  # a lane is one task of the pool: nobody takes part of it
        makespan_s = perf_counter() - start
    answers = dict(pair for lane in done for pair in lane)
    print([answers[place] for place in range(len(numbers))])
    print(f"makespan {makespan_s:.3f} s in {len(lanes)} lanes")

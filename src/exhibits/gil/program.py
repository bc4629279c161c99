"""Two threads of CPython 3: do they take turns at computing, and at waiting?

Only the thread that holds the global interpreter lock (GIL) runs Python code. After the switch
interval (sys.getswitchinterval(), 0.005 s unless sys.setswitchinterval() changed it) another thread
may ask for the lock. A thread that waits, here in sleep(), does not hold it.
"""

import sys
from threading import Thread
from time import perf_counter, sleep


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def in_turn(works):
    start = perf_counter()
    for work in works:
        work()
    return perf_counter() - start


def in_threads(works):
    threads = [Thread(target=work) for work in works]
    return in_turn([thread.start for thread in threads] + [thread.join for thread in threads])


if __name__ == "__main__":
    answers, lines = [], []
    computing, waiting = [lambda: answers.append(fib(24))] * 2, [lambda: sleep(0.1)] * 2
    for name, works in [("computing", computing), ("waiting", waiting)]:
        rounds = [(in_turn(works), in_threads(works)) for _ in range(3)]
        one, two = map(min, zip(*rounds))  # the best of three
        lines.append(f"{name}: in turn {one:.3f} s, 2 threads {two:.3f} s, ratio {one / two:.2f}")
    print(*answers[-2:])  # those of the last two threads
    print(f"switch interval {sys.getswitchinterval() * 1000:g} ms")
    print(*lines, sep="\n")

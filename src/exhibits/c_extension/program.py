"""Two threads of CPython 3: Python code keeps the interpreter lock, some C code lets go of it.

hashlib is written in C. While it digests more than 2047 bytes in one call, it releases the lock.
"""

import hashlib
from threading import Thread
from time import perf_counter

BUFFER = bytes(range(256)) * 4096  # 1 MiB


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def python_code():
    return [fib(22) for _ in range(8)][-1]


def c_code():
    digest = hashlib.sha256()
    for _ in range(40):
        digest.update(BUFFER)
    return digest.hexdigest()[:16]


def in_turn(works):
    start = perf_counter()
    for work in works:
        work()
    return perf_counter() - start


def in_threads(works):
    threads = [Thread(target=work) for work in works]
    return in_turn([thread.start for thread in threads] + [thread.join for thread in threads])


if __name__ == "__main__":
    lines = []
    for name, code in [("Python", python_code), ("C", c_code)]:
        answers = []
        works = [lambda: answers.append(code())] * 2
        rounds = [(in_turn(works), in_threads(works)) for _ in range(3)]
        one, two = map(min, zip(*rounds))  # the best of three
        print(*answers[-2:])  # those of the last two threads
        lines.append(f"{name}: in turn {one:.3f} s, 2 threads {two:.3f} s, ratio {one / two:.2f}")
    print(*lines, sep="\n")

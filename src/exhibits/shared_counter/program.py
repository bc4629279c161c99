"""Two threads of CPython 3 add to one variable: when are additions lost?

x += 1 is three instructions: load, add, store. Up to CPython 3.9 a thread can be asked for the
global interpreter lock before most instructions. From 3.10 on it looks for such a request only at
backward jumps, at the start of functions, and after calls. Then "x += 1" in a loop loses nothing, as
long as there is a lock: no such place lies between its load and its store. "x += one()" has one.
"""

import dis
import sys
from threading import Lock, Thread

TIMES = 300_000
THREADS = 2
x = 0
lock = Lock()


def one():
    return 1


def plain():
    global x
    for _ in range(TIMES):
        x += 1


def with_call():
    global x
    for _ in range(TIMES):
        x += one()


def locked():
    global x
    for _ in range(TIMES):
        with lock:
            x += one()


def counted(work):
    global x
    x = 0
    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return x


if __name__ == "__main__":
    has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print("Python", sys.version.split()[0], "with" if has_gil else "without", "the lock")
    sys.setswitchinterval(1e-4)  # threads change 50 times as often as usual
    for work in plain, with_call, locked:
        counts = [counted(work) for _ in range(5)]
        print(f"{work.__name__}: {min(counts)} to {max(counts)} of {THREADS * TIMES}")
    for instruction in dis.get_instructions(plain):
        print(instruction.opname, instruction.argrepr)

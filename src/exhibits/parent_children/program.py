"""A parent process starts five children in the background and reads what they print (CPython 3).

All children write into one pipe, each line whole and at once, so the parent reads the lines in the
order in which they were written. The children mostly wait; waiting overlaps.
"""

import os
import sys
from subprocess import Popen
from time import perf_counter, sleep


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def child(number, n):
    def say(words):
        sys.stdout.write(f"child {number}: {words}\n")  # one write: no other line gets into it
        sys.stdout.flush()

    say("starting work")
    for _ in range(5):
        say("work")
        sleep(0.1)
    say(f"answer {fib(n)}")
    say("done working")


def parent(numbers, n):
    reader, writer = os.pipe()
    command = [sys.executable, __file__]
    start = perf_counter()
    children = [Popen([*command, str(i), str(n)], stdout=writer) for i in numbers]
    os.close(writer)  # now the pipe ends when the last child does
    answers, lasted = {}, {}
    with open(reader) as pipe:
        for line in pipe:
            print(line, end="", flush=True)
            name, words = line.split(": ")
            lasted[name] = perf_counter() - start
            if words.startswith("answer"):
                answers[name] = words.split()[1]
    assert all(one.wait() == 0 for one in children)
    print(f"{len(answers)} children, answers", *(answers[f"child {i}"] for i in numbers))
    together, in_turn = perf_counter() - start, sum(lasted.values())
    print(f"together {together:.2f} s, one after the other they would take about {in_turn:.2f} s")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        child(int(sys.argv[1]), int(sys.argv[2]))
    else:
        parent(range(1, 6), 20)

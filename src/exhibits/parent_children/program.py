"""A parent starts five children in the background and asks a store whether they are done (CPython 3).

The store is a server of its own that understands SET, GET and INCR, a line each. All children write
into one pipe, each line whole and at once. The children mostly wait; waiting overlaps.
"""

import os
import socketserver
import sys
from socket import create_connection
from subprocess import PIPE, Popen
from time import perf_counter, sleep

TAU = 0.1  # seconds between two questions


def fib(n):  # fib(1) = fib(2) = 1
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


class Store(socketserver.StreamRequestHandler):
    numbers = {}

    def handle(self):
        for line in self.rfile:
            verb, key, *value = line.decode().split()
            if verb == "SET":
                self.numbers[key] = int(value[0])
            elif verb == "INCR":
                self.numbers[key] = self.numbers.get(key, 0) + 1
            self.wfile.write(b"%d\n" % self.numbers.get(key, 0))


def store():
    with socketserver.TCPServer(("127.0.0.1", 0), Store) as server:
        print(server.server_address[1], flush=True)  # the port, for whoever started it
        server.serve_forever()  # one question after another: INCR needs no lock


def ask(port, question):
    with create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(question.encode() + b"\n")
        return int(connection.makefile().readline())


def child(number, n, port):
    def say(words):
        sys.stdout.write(f"child {number}: {words}\n")  # one write: no other line gets into it
        sys.stdout.flush()

    say("starting work")
    for _ in range(5):
        say("work")
        sleep(0.1)
    say(f"answer {fib(n)}")
    say("done working")
    ask(int(port), "INCR done")


def parent(numbers, n):
    program = [sys.executable, __file__]
    server = Popen([*program, "store"], stdout=PIPE, text=True)
    port = server.stdout.readline().strip()
    reader, writer = os.pipe()
    start = perf_counter()
    children = [Popen([*program, str(i), str(n), port], stdout=writer) for i in numbers]
    os.close(writer)  # now the pipe ends when the last child does
    asked, in_vain = perf_counter(), 0
    while ask(int(port), "GET done") < len(children) and any(one.poll() is None for one in children):
        in_vain += 1
        sleep(max(0, asked + in_vain * TAU - perf_counter()))  # on a grid: answers do not add up
    together, done = perf_counter() - start, ask(int(port), "GET done")
    assert all(one.wait() == 0 for one in children)
    server.terminate()
    answers = {}
    with open(reader) as pipe:
        for line in pipe:
            print(line, end="", flush=True)
            name, words = line.split(": ")
            if words.startswith("answer"):
                answers[name] = words.split()[1]
    print(f"{len(answers)} children, answers", *(answers[f"child {i}"] for i in numbers))
    print(f"the store counts {done}; the parent knew after {together:.2f} s, {in_vain} questions in vain")


if __name__ == "__main__":
    if sys.argv[1:] == ["store"]:
        store()
    elif len(sys.argv) > 3:
        child(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        parent(range(1, 6), 20)

//! What processes of Python share and send each other, as real CPython has it.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::report::read;

use super::python::Python;

const POOL: &str = "
import os
from multiprocessing import Pool

def who(n):
    print('task', n)
    return os.getpid()

pool = Pool(2)
print(len(set(pool.map(who, range(20), chunksize=1))), 'workers', os.getpid())
print(pool.starmap(pow, [(2, 3), (3, 2)]), list(pool.imap(abs, [-1, -2])))
print(sorted(pool.imap_unordered(abs, [-3, -4])), pool.apply_async(abs, (-5,)).get())
try:
    pool.map(len, [1])
except TypeError as error:
    print('cause', type(error.__cause__).__name__, error)
";

const SHARED: &str = "
from multiprocessing import Array, Event, Lock, Process, Queue, Value, current_process

def work(n, queue, value, array, lock, event):
    event.wait()
    for _ in range(20):
        with lock:
            value.value += 1
    array[n] = n * n
    queue.put((n, current_process().name))

if __name__ == '__main__':
    queue, value, array, lock, event = Queue(), Value('i', 0), Array('d', 3), Lock(), Event()
    all = [Process(target=work, args=(n, queue, value, array, lock, event)) for n in range(3)]
    for one in all: one.start()
    event.set()
    for one in all: one.join()
    print(value.value, list(array), sorted(queue.get() for _ in all), [one.exitcode for one in all])
";

const SIBLINGS: &str = r#"
from concurrent.futures import ProcessPoolExecutor, as_completed, wait
from multiprocessing import Pool, JoinableQueue, Process, Condition, RLock, Semaphore, Array, Pipe
import math
def w(q):
    while True:
        x = q.get(); print("item", x); q.task_done()
def reader(c):
    try:
        while True: print(c.recv())
    except EOFError: print("eof")
def waits(c, a):
    with c:
        while a[0] == 0: c.wait()
    print("woken", a[:])
def init(s): print("init", s)
def boom(): raise ValueError("boom")
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as e:
        fs = [e.submit(math.factorial, n) for n in (5, 6, 7)]
        print(sorted(f.result() for f in as_completed(fs)), len(wait(fs).done))
        bad = e.submit(boom)
        print(repr(bad.exception()))
    q = JoinableQueue(); p = Process(target=w, args=(q,), daemon=True); p.start()
    for i in range(3): q.put(i)
    q.join()
    a, b = Pipe(False); p = Process(target=reader, args=(a,)); p.start(); a.close()
    b.send([1, "x"]); b.send(None); b.close(); p.join()
    c, arr = Condition(), Array("i", 2); p = Process(target=waits, args=(c, arr)); p.start()
    with c: arr[0] = 1; c.notify_all()
    p.join()
    with Pool(1, init, ("s",), maxtasksperchild=2) as pool: print(pool.map(abs, range(5), chunksize=1))
    p = Process(target=boom); p.start(); p.join(); print(p.exitcode)
"#;

const FILES: &str = "
import subprocess, sys
open('child.py', 'w').write('import sys; print(sys.argv[1], open(\"data.txt\").read()); open(\"back.txt\", \"w\").write(\"answer\")')
open('data.txt', 'w').write('from the parent')
done = subprocess.run([sys.executable, 'child.py', 'says'], capture_output=True, text=True)
print(repr(done.stdout), done.returncode, open('back.txt').read())
";

/// What CPython's own tests once found here, and others besides.
const DROP_IN: &str = r#"
import _thread, os, subprocess, sys, tempfile, threading, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from multiprocessing import Array, Pool, Process, Semaphore
from multiprocessing.pool import ThreadPool
def note(array, path):
    array[0] += 5
    with open(path, "w") as file: file.write(f"left for the {os.environ['WHOM']}")
def dies(): os._exit(3)
def slow(n): time.sleep(0.02); return n
def talk(name):
    for _ in range(100): print(name * 30, file=sys.stderr)
def wrong():
    yield 1
    raise KeyError("from the iterable")
if sys.argv[1:] == ["child"] and __name__ == "__main__":
    child = Process(target=print, args=("of a child",)); child.start(); child.join()
elif __name__ == "__main__":
    print(subprocess.run([sys.executable, "program.py", "child"], capture_output=True, text=True).stdout.split())
    array, path, os.environ["WHOM"] = Array("i", [1, 2]), tempfile.mktemp(), "parent"
    child = Process(target=note, args=(array, path)); child.start(); child.join()
    print(array[:], open(path).read(), os.listdir("."))
    with ProcessPoolExecutor(1) as executor:
        print(type(executor.submit(dies).exception()).__name__)
    with ThreadPoolExecutor(1) as threads, ProcessPoolExecutor(1) as executor:
        for kinds in [threads], [threads, executor]:
            print(sorted(one.result() for one in as_completed([kind.submit(slow, n) for n, kind in enumerate(kinds)])))
    pool = Pool(2, maxtasksperchild=1)
    results = [pool.apply_async(slow, (n,)) for n in range(5)]
    pool.close(); pool.join()
    print([result.get() for result in results])
    with Pool(1) as pool:
        items = pool.imap(abs, wrong())
        print(next(items))
        try: next(items)
        except KeyError as error: print(error)
    semaphore = Semaphore(0); semaphore.release(); semaphore.release(); print(semaphore)
    threads = [threading.Thread(target=talk, args=(name,)) for name in "ab"]
    for one in threads: one.start()
    for one in threads: one.join()
    with ThreadPool(2) as pool: print(pool.map(abs, [-1, -2]))
    done = threading.Event(); _thread.start_new_thread(done.set, ()); print(done.wait(10))
    print(subprocess.run("echo $LOGNAME; echo two", shell=True, capture_output=True, text=True, env={"LOGNAME": "one"}).stdout.split())
    try: subprocess.run([sys.executable, "-c", ""], cwd="nowhere")
    except FileNotFoundError as error: print(error.filename)
    with tempfile.TemporaryFile("w+") as given, open("taken", "w+") as taken:
        given.write("through files"); given.seek(0)
        subprocess.run([sys.executable, "-c", "print(input())"], stdin=given, stdout=taken)
        print("it went", taken.read().strip())
    ThreadPoolExecutor(1).submit(print, "by a thread at the end")
    ProcessPoolExecutor(1).submit(print, "at the very end")
"#;

const RANKS: &str = r#"
from mpi4py import MPI
world, me = MPI.COMM_WORLD, MPI.COMM_SELF
if world.rank == 0:
    world.bcast("to all")
    world.send("to one", dest=1)
elif world.rank == 1:
    # What is sent to all is not taken for a message to one.
    print(world.recv(), world.bcast(None))
else:
    world.bcast(None)
half = world.Split(world.rank % 2, -world.rank)
print(world.rank, half.allgather(world.rank), me.size)
asked = me.irecv(source=0)
me.ssend([world.rank], 0)
assert asked.wait() == [world.rank]
large = bytes(100_000)
sending = world.isend(large, (world.rank + 1) % world.size)
assert len(world.recv()) == len(large) and sending.wait() is None
"#;

pub async fn what_others_tests_found_is_mended(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(DROP_IN, "", 1).await?;
    let wanted = [
        "['of', 'a', 'child']",
        "[6, 2] left for the parent ['program.py']",
        "BrokenProcessPool",
        "[0]",
        "[0, 1]",
        "it went through files",
        "by a thread at the end",
        "at the very end",
        "[0, 1, 2, 3, 4]",
        "'from the iterable'",
        "<Semaphore(value=2)>",
        "[1, 2]",
        "True",
        "['one', 'two']",
        "nowhere",
    ];
    for line in wanted {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    ensure!(console.lines().filter(|line| line.len() == 30).count() == 200, "{console}");
    let console = python.run(RANKS, "", 4).await?;
    for line in ["to one to all", "0 [2, 0] 1", "1 [3, 1] 1"] {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    ensure!(python.exit().await? == "0", "{console}");
    python.close().await
}

pub async fn processes_are_processes(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    // Without a guard: by a fork.
    let console = python.run(POOL, "", 1).await?;
    for line in ["2 workers 100", "[8, 9] [1, 2]", "[3, 4] 5"] {
        ensure!(console.contains(line), "no {line}: {console}");
    }
    ensure!(
        console.contains("cause RemoteTraceback object of type 'int' has no len()"),
        "{console}"
    );
    ensure!(python.pids().await?.len() == 3, "{console}");
    // The report is one of the lab's: a lane for each process, and what each did.
    let report = read::report(&python.visit.browser.report().await?)?;
    let lanes: BTreeSet<u32> = report.trace.iter().map(|event| event.worker).collect();
    ensure!(report.exhibit == "python" && lanes.len() == 3, "{lanes:?}");
    ensure!(report.log.iter().any(|line| line.text == "2 workers 100"), "{:?}", report.log);
    let console = python.run(SHARED, "", 1).await?;
    let wanted =
        "60 [0.0, 1.0, 4.0] [(0, 'Process-1'), (1, 'Process-2'), (2, 'Process-3')] [0, 0, 0]";
    ensure!(console.contains(wanted), "{console}");
    let console = python.run(SIBLINGS, "", 1).await?;
    let wanted = [
        "[120, 720, 5040] 3",
        "ValueError('boom')",
        "item 2",
        "[1, 'x']",
        "eof",
        "woken [1, 0]",
        "[0, 1, 2, 3, 4]",
        "ValueError: boom",
        "1",
    ];
    for line in wanted {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    // A worker that may do two tasks is followed by another: five tasks take three.
    ensure!(console.matches("init s").count() == 3, "{console}");
    python.close().await
}

pub async fn files_of_one_process_are_seen_by_others(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(FILES, "", 1).await?;
    ensure!(console.contains("'says from the parent\\n' 0 answer"), "{console}");
    python.close().await
}

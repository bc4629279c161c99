//! Python programs on their page: real CPython, an interpreter in each process.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;
use fib_lab::report::read;
use serde_json::{Value, json};

use super::visit::{Visit, plain_host, site};

#[test]
fn the_kernel_keeps_what_processes_share() -> Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/python/tests/kernel.test.mjs");
    let run = Command::new("node").arg("--test").arg(tests).output();
    let run = run.context("node does not start. Type: cargo lab doctor")?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    Ok(())
}

/// The page for Python, with what a person can do there.
struct Python {
    visit: Visit,
}

impl Python {
    async fn open(settings: Settings) -> Result<Python> {
        let visit = Visit::new(settings, site(true)?).await?;
        visit.open("python.html").await?;
        visit.browser.wait_for(&["ready"]).await?;
        let there = visit.script("return document.querySelector('[data-own]') !== null").await?;
        ensure!(there == true, "the page was built without Python: {}", visit.text("main").await?);
        Ok(Python { visit })
    }

    /// Puts a program, its arguments and its number of ranks in.
    async fn write(&self, source: &str, arguments: &str, ranks: u32) -> Result<()> {
        let asked = [json!(source), json!(arguments), json!(ranks.to_string())];
        let script = "
            const put = (id, value) => {
                const field = document.getElementById(id);
                field.value = value;
                field.dispatchEvent(new Event('input', { bubbles: true }));
            };
            put('python-source', arguments[0]);
            put('python-arguments', arguments[1]);
            put('python-ranks', arguments[2]);";
        self.visit.browser.driver()?.execute(script, asked.to_vec()).await?;
        Ok(())
    }

    /// Runs a program until it has ended by itself, and returns what stands in the console.
    async fn run(&self, source: &str, arguments: &str, ranks: u32) -> Result<String> {
        self.write(source, arguments, ranks).await?;
        self.visit.press("run").await?;
        self.ended().await
    }

    async fn ended(&self) -> Result<String> {
        let state = self.visit.browser.wait_for(&["done", "error"]).await?;
        let console = self.console().await?;
        ensure!(state == "done", "{}: {console}", self.visit.text("[role=alert]").await?);
        Ok(console)
    }

    /// The lines of the console, without the numbers in front of them.
    async fn console(&self) -> Result<String> {
        let script = "return [...document.querySelectorAll('[data-console] .line')]
            .map(line => (line.querySelector('.text') ?? line).textContent).join('\\n')";
        Ok(self.visit.script(script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The exit code of the last run.
    async fn exit(&self) -> Result<Value> {
        self.visit.script("return document.documentElement.dataset.exit").await
    }

    /// What the console's lines say they come from.
    async fn pids(&self) -> Result<BTreeSet<String>> {
        let script = "return [...document.querySelectorAll('[data-console] [data-pid]')]
            .map(line => line.dataset.pid)";
        let pids: Vec<String> = serde_json::from_value(self.visit.script(script).await?)?;
        Ok(pids.into_iter().collect())
    }

    async fn close(self) -> Result<()> {
        self.visit.browser.close().await
    }
}

/// The program of an exhibit, as its lesson shows it.
macro_rules! lesson {
    ($folder:ident) => {
        include_str!(concat!("../../src/exhibits/", stringify!($folder), "/program.py"))
    };
}

pub async fn the_lessons_programs_run_with_right_answers(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let wanted = [
        (lesson!(pool_map), "24 23 22", "[46368, 28657, 17711]"),
        (lesson!(parent_children), "", "5 children, answers 6765 6765 6765 6765 6765"),
        (lesson!(message_ring), "", "ring P0P1P2P3"),
        (lesson!(better_algorithm), "", "46368 46368 46368"),
        (lesson!(fork_join), "18", "2584"),
        (lesson!(speed_up), "12", "144"),
        (lesson!(gil), "", "46368 46368"),
    ];
    for (source, arguments, answer) in wanted {
        let console = python.run(source, arguments, 1).await?;
        ensure!(console.lines().any(|line| line == answer), "no {answer}: {console}");
        ensure!(python.exit().await? == "0", "{console}");
    }
    python.close().await
}

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

const CROSSED: &str = "
from multiprocessing import Barrier, Lock, Process

def one(mine, other, both):
    with mine:
        both.wait()
        with other:
            print('never')

if __name__ == '__main__':
    a, b, both = Lock(), Lock(), Barrier(2)
    for locks in (a, b), (b, a):
        Process(target=one, args=(*locks, both)).start()
";

pub async fn a_deadlock_of_processes_is_named(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let ring = "import pypar\nprint(pypar.receive((pypar.rank() - 1) % pypar.size()))\n";
    let console = python.run(ring, "", 3).await?;
    for (rank, other) in [(0, 2), (1, 0), (2, 1)] {
        let sentence = format!("rank {rank} waits in receive for a message from rank {other}");
        ensure!(console.contains(&sentence), "no {sentence}: {console}");
    }
    ensure!(console.contains("line 2, in <module>"), "the waiting line: {console}");
    let console = python.run(CROSSED, "", 1).await?;
    let names = console.contains("held by process 101") && console.contains("held by process 102");
    ensure!(names && console.contains("with other:"), "{console}");
    python.close().await
}

pub async fn a_program_can_be_stopped_interrupted_and_asked(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let endless = "print('begins', flush=True)\nwhile True: pass\n";
    let begins = "document.querySelector('[data-console]').textContent.includes('begins')";
    python.write(endless, "", 1).await?;
    python.visit.press("run").await?;
    python.visit.until(begins).await?;
    python.visit.press("stop").await?;
    python.visit.browser.wait_for(&["ready"]).await?;
    // What comes after it works as if nothing had been.
    python.visit.press("run").await?;
    python.visit.until(begins).await?;
    python.visit.press("interrupt").await?;
    let console = python.ended().await?;
    ensure!(console.contains("KeyboardInterrupt"), "{console}");
    ensure!(python.exit().await? == "130", "{console}");

    python.write("print('Hello', input('Who? '))", "", 1).await?;
    python.visit.press("run").await?;
    python.visit.until("!document.querySelector('form.line').hidden").await?;
    python.visit.fill("python-line", "Ada").await?;
    python.visit.click("form.line [type=submit]").await?;
    let console = python.ended().await?;
    ensure!(console.contains("Hello Ada"), "{console}");
    python.close().await
}

pub async fn what_runs_away_ends_and_the_page_goes_on(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run("def f(): f()\nf()", "", 1).await?;
    ensure!(console.contains("RecursionError"), "{console}");
    let memory = "try:\n    b = [bytearray(1 << 26) for _ in range(64)]\nexcept MemoryError:\n    print('full')";
    let console = python.run(memory, "", 1).await?;
    ensure!(console.contains("full"), "{console}");
    python.write("while True: print('x' * 1000)", "", 1).await?;
    python.visit.press("run").await?;
    python.visit.until("document.documentElement.dataset.lab === 'error'").await?;
    let said = python.visit.text("[role=alert]:not([hidden])").await?;
    ensure!(said.contains("more than 1 MiB"), "{said}");
    let console = python.run("print(6 * 7)", "", 1).await?;
    ensure!(console == "42", "{console}");
    python.close().await
}

const ESCAPES: &str = "
import js
names = 'fetch XMLHttpRequest WebSocket indexedDB caches BroadcastChannel Worker postMessage importScripts eval self globalThis navigator'
print('seen', [name for name in names.split() if hasattr(js, name)])

from pyodide.code import run_js
try:
    run_js('1')
    print('run_js works')
except Exception as error:
    print('no run_js')

import _lab_kernel
maker = getattr(_lab_kernel.call, 'constructor', None)
print('maker', maker)
for owner in js.Object, js.Array, js.Object.keys:
    try:
        made = owner.constructor('return self')()
        print('made', made)
    except Exception as error:
        print('not made')
try:
    import pyodide_js
    print('api', [name for name in ('loadPackage', '_module', '_api') if hasattr(pyodide_js, name)])
except ImportError:
    print('no api')
";

const COUNTER: &str = "
import sys, threading
sys.setswitchinterval(0.001)
x, lock = 0, threading.Lock()

def add(times):
    global x
    for _ in range(times):
        with lock:
            x += 1

threads = [threading.Thread(target=add, args=(20000,)) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(x, threading.active_count())

seen = []
def waits(name):
    for _ in range(3):
        seen.append(name)
        __import__('time').sleep(0.02)
threads = [threading.Thread(target=waits, args=(name,)) for name in 'ab']
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(seen[:2]), len(seen))

turns = []
def computes(name):
    while len(turns) < 2000:
        if turns[-1:] != [name]:
            turns.append(name)
        if len(turns) > 5: break
threads = [threading.Thread(target=computes, args=(name,)) for name in 'ab']
for thread in threads: thread.start()
for thread in threads: thread.join()
print(''.join(turns[:6]) in ('ababab', 'bababa'))
lock.acquire()
try:
    lock.acquire()
except RuntimeError as error:
    print(error)
";

pub async fn threads_take_turns_under_the_lock(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(COUNTER, "", 1).await?;
    let lines: Vec<&str> = console.lines().collect();
    let wanted =
        ["40000 1", "['a', 'b'] 6", "True", "nobody can go on: MainThread waits for a lock"];
    ensure!(lines == wanted, "{console}");
    python.close().await
}

pub async fn a_program_reaches_its_own_process_only(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(ESCAPES, "", 1).await?;
    for line in ["seen []", "no run_js", "maker None", "no api"] {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    ensure!(console.matches("not made").count() == 3, "{console}");
    python.close().await
}

pub async fn files_of_one_process_are_seen_by_others(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(FILES, "", 1).await?;
    ensure!(console.contains("'says from the parent\\n' 0 answer"), "{console}");
    python.close().await
}

pub async fn python_that_cannot_run_says_why(settings: Settings) -> Result<()> {
    // A file of it is missing: said, and asked for again by the next press.
    let site = site(true)?;
    let mishaps = site.mishaps.clone();
    let set = |mishap: Vec<(String, Mishap)>| -> Result<()> {
        *mishaps.lock().map_err(|_| anyhow::anyhow!("the server has broken down"))? = mishap;
        Ok(())
    };
    set(vec![("python_stdlib.zip".to_owned(), Mishap::Missing)])?;
    let visit = Visit::new(settings, site).await?;
    visit.open("python.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.press("run").await?;
    let said = visit.broken().await?;
    ensure!(said.contains("python_stdlib.zip answered 404"), "{said}");
    set(Vec::new())?;
    let python = Python { visit };
    let console = python.run("print(6 * 7)", "", 1).await?;
    ensure!(console == "42", "{console}");
    python.close().await?;

    let visit = Visit::new(settings, plain_host()?).await?;
    visit.open("python.html").await?;
    visit.browser.wait_for(&["ready", "error"]).await?;
    let said = visit.text("[role=alert]:not([hidden])").await?;
    ensure!(said.contains("the browser gives this page none"), "{said}");
    visit.browser.close().await
}

/// An address shows a program; nothing but a press runs it.
pub async fn an_address_runs_no_program(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let asked = site.asked.clone();
    let visit = Visit::new(settings, site).await?;
    visit.open("python.html?run=1").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let started = Instant::now();
    visit.until("document.querySelector('#python-source').value.includes('def ')").await?;
    let asked = asked.lock().map(|asked| asked.clone()).unwrap_or_default();
    let python = asked.iter().find(|path| path.contains("/py-"));
    ensure!(python.is_none(), "after {:?} it had asked for {python:?}", started.elapsed());
    visit.browser.close().await.context("the browser does not end")
}

//! Five programs by each way in which a process can stand still (`www/python/ways.js`), in each
//! browser that has it. All other tests of Python go the first way.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::soak::share::Share;

use super::python::Python;
use super::python_ends::ctrl_c_reaches_what_asks_the_kernel;
use super::python_threads::tasks_wait_together;
use super::visit::{plain_host, site};

const POOL: &str = "
from multiprocessing import Pool

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

print(Pool(2).map(fib, [18, 17, 16]))
";

const BETWEEN: &str = "
from multiprocessing import Pipe, Process, Queue

def work(queue, end):
    while (x := queue.get()) is not None:
        end.send(x * 2)
    end.send(bytes(3_000_000))
    end.close()

if __name__ == '__main__':
    queue, (mine, others) = Queue(), Pipe()
    child = Process(target=work, args=(queue, others))
    child.start()
    others.close()
    for x in 1, 2, 3, None:
        queue.put(x)
    print([mine.recv() for _ in range(3)], len(mine.recv()))
    child.join()
    print('code', child.exitcode)
";

const CHILD: &str = "
import os, subprocess, sys
with open('child.py', 'w') as file:
    file.write('import sys; open(\"back.txt\", \"a\").write(\"line\\\\n\"); print(input()); sys.exit(3)')
with open('given.txt', 'w') as file:
    file.write('from the parent\\n')
done = subprocess.run([sys.executable, 'child.py'], input='typed\\n', capture_output=True, text=True)
print(repr(done.stdout), done.returncode)
print('system', os.system('python -c \"open(\\'back.txt\\', \\'a\\').write(\\'last\\')\"'), open('back.txt').read().split())
os.rename('back.txt', 'kept.txt')
print(sorted(os.listdir('.')))
";

const RING: &str = "
import pypar
rank, size = pypar.rank(), pypar.size()
if rank == 0:
    pypar.send('P0', 1)
    print('ring', pypar.receive(size - 1))
else:
    pypar.send(pypar.receive(rank - 1) + f'P{rank}', (rank + 1) % size)
";

const DEADLOCK: &str = "import pypar\nprint(pypar.receive((pypar.rank() - 1) % pypar.size()))\n";

/// Runs them, and checks that they went this way.
async fn five_programs(python: &Python, way: &str) -> Result<()> {
    let console = python.run(POOL, "", 1).await?;
    ensure!(console.contains("[2584, 1597, 987]"), "{console}");
    let went = python.visit.script("return document.documentElement.dataset.way").await?;
    ensure!(went == way, "it went the way {went}");
    let console = python.run(BETWEEN, "", 1).await?;
    ensure!(console.contains("[2, 4, 6] 3000000") && console.contains("code 0"), "{console}");
    let console = python.run(CHILD, "", 1).await?;
    for line in [
        "'typed\\n' 3",
        "system 0 ['line', 'last']",
        "['child.py', 'given.txt', 'kept.txt', 'program.py']",
    ] {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    let console = python.run(RING, "", 3).await?;
    ensure!(console.contains("ring P0P1P2"), "{console}");
    let console = python.run(DEADLOCK, "", 2).await?;
    let named = console.contains("rank 1 waits in receive for a message from rank 0");
    ensure!(named && console.contains("line 2, in <module>"), "{console}");
    Ok(())
}

pub async fn five_programs_wait_in_shared_memory(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    five_programs(&python, "a").await?;
    python.close().await
}

pub async fn five_programs_wait_on_stacks_set_aside(settings: Settings) -> Result<()> {
    // Nobody asks for this way: it is the first that such a host has.
    let python = Python::at(settings, plain_host()?, "").await?;
    five_programs(&python, "b").await?;
    tasks_wait_together(&python).await?;
    // What computes cannot be interrupted here, what waits can.
    ctrl_c_reaches_what_asks_the_kernel(&python).await?;
    let console =
        python.run("import threading\nthreading.Thread(target=print).start()", "", 1).await?;
    ensure!(console.contains("RuntimeError: can't start new thread: threads need"), "{console}");
    python.close().await
}

pub async fn five_programs_wait_for_the_service_worker(settings: Settings) -> Result<()> {
    let python = Python::at(settings, site(true)?, "?ways=c").await?;
    five_programs(&python, "c").await?;
    python.close().await
}

/// Who asks for no certain way comes to the service worker where there is neither of the others.
pub async fn without_shared_memory_and_stacks_the_service_worker_holds(
    settings: Settings,
) -> Result<()> {
    let python = Python::open(settings).await?;
    five_programs(&python, "c").await?;
    python.close().await
}

/// Waits for longer than a request is held; and nobody but the page's workers is answered.
pub async fn a_wait_may_be_longer_than_a_request_is_held(settings: Settings) -> Result<()> {
    let python = Python::at(settings, site(true)?, "?ways=c").await?;
    waits(&python, 11).await?;
    let place = "python-wait/00000000-0000-4000-8000-000000000000/1";
    python.visit.open(place).await?;
    let said = python.visit.text("body").await?;
    ensure!(said.contains("This is for the page's own workers"), "{said}");
    python.close().await
}

async fn waits(python: &Python, seconds: u64) -> Result<()> {
    let started = Instant::now();
    let program = format!("import time\ntime.sleep({seconds})\nprint('awake')");
    let console = python.run(&program, "", 1).await?;
    ensure!(console == "awake", "{console}");
    ensure!(started.elapsed() >= Duration::from_secs(seconds), "{:?}", started.elapsed());
    Ok(())
}

/// A minute of waiting, and all five programs, again and again, by the service worker.
pub async fn python_ways(settings: Settings, share: &Share) -> Result<()> {
    let python = Python::at(settings, site(true)?, "?ways=c").await?;
    share.note("a wait of 60 s", &waits(&python, 60).await);
    while share.goes_on() {
        share.note("five programs", &five_programs(&python, "c").await);
        share.note("Ctrl+C", &ctrl_c_reaches_what_asks_the_kernel(&python).await);
    }
    python.close().await
}

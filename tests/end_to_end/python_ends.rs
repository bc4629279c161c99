//! How programs of Python end that do not end by themselves: deadlocks, Stop, Ctrl+C, too much of
//! something.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;

use super::python::Python;

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
    python.visit.browser.wait_for(&["ready"]).await.context("Stop")?;
    // What comes after it works as if nothing had been.
    interrupted(&python, "while True: pass").await?;
    // One that comes before the program does is not lost either.
    python.visit.press("run").await?;
    python.visit.press("interrupt").await?;
    is_interrupted(&python).await.context("before it begins")?;

    python.write("print('Hello', input('Who? '))", "", 1).await?;
    python.visit.press("run").await?;
    python.visit.until("!document.querySelector('form.line').hidden").await?;
    python.visit.fill("python-line", "Ada").await?;
    python.visit.click("form.line [type=submit]").await?;
    let console = python.ended().await.context("a typed line")?;
    ensure!(console.contains("Hello Ada"), "{console}");
    python.close().await
}

/// Ctrl+C ends this program in the middle.
async fn interrupted(python: &Python, program: &str) -> Result<()> {
    python.write(&format!("print('begins', flush=True)\n{program}\n"), "", 1).await?;
    python.visit.press("run").await?;
    let begins = "document.querySelector('[data-console]').textContent.includes('begins')";
    python.visit.until(begins).await?;
    python.visit.press("interrupt").await?;
    is_interrupted(python).await.with_context(|| format!("Ctrl+C in {program:?}"))
}

async fn is_interrupted(python: &Python) -> Result<()> {
    let console = python.ended().await?;
    ensure!(console.contains("KeyboardInterrupt"), "{console}");
    ensure!(python.exit().await? == "130", "{console}");
    Ok(())
}

/// Programs that ask the kernel for something again and again, or wait for it.
pub async fn ctrl_c_reaches_what_asks_the_kernel(python: &Python) -> Result<()> {
    for program in [
        "input('Who? ')",
        "import time\ntime.sleep(600)",
        "while True: open('kept.txt', 'w').close()",
        "import os\nwhile True: os.path.exists('kept.txt')",
        "while True:\n    print('x')\n    sum(range(20000))",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'input()'])",
    ] {
        interrupted(python, program).await?;
    }
    Ok(())
}

pub async fn what_waits_can_be_interrupted(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    ctrl_c_reaches_what_asks_the_kernel(&python).await?;
    // Threads are interrupted where the main one is.
    let threads = "import threading, time
def work():
    while True: pass
threading.Thread(target=work, daemon=True).start()
while True: time.sleep(0.01)";
    interrupted(&python, threads).await?;
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

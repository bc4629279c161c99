//! Threads under the interpreter's lock, and tasks of asyncio.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;

use super::python::Python;

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

const TASKS: &str = "
import asyncio, time
from concurrent.futures import ProcessPoolExecutor

async def waits(name, seconds):
    await asyncio.sleep(seconds)
    return name

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

async def main():
    started = time.monotonic()
    print(await asyncio.gather(waits('a', 0.3), waits('b', 0.2), waits('c', 0.1)))
    print('together', time.monotonic() - started < 0.55)
    try:
        async with asyncio.timeout(0.05):
            await waits('late', 5)
    except TimeoutError:
        print('timed out')
    with ProcessPoolExecutor(2) as pool:
        loop = asyncio.get_running_loop()
        print(await asyncio.gather(*(loop.run_in_executor(pool, fib, n) for n in (15, 16))))
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put('task'))
        print(await queue.get())

if __name__ == '__main__':
    asyncio.run(main())
    try:
        asyncio.run(asyncio.Event().wait())
    except RuntimeError as error:
        print(error)
    try:
        asyncio.run(asyncio.open_connection('localhost', 80))
    except NotImplementedError as error:
        print(error)
";

const BESIDE: &str = "
import asyncio, time

def blocks():
    time.sleep(0.1)
    return 'thread done'

async def main():
    seen = []
    async def counts():
        for n in range(3):
            seen.append(n)
            await asyncio.sleep(0.01)
    done, _ = await asyncio.gather(asyncio.to_thread(blocks), counts())
    print(done)
    print(seen)

asyncio.run(main())
";

/// What tasks of asyncio say, whether there are threads or not.
pub async fn tasks_wait_together(python: &Python) -> Result<()> {
    let console = python.run(TASKS, "", 1).await?;
    for line in [
        "['a', 'b', 'c']",
        "together True",
        "timed out",
        "[610, 987]",
        "task",
        "nobody can go on: the event loop waits, and no timer, thread or process can wake it",
    ] {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    ensure!(console.contains("the lab's event loop has no create_connection"), "{console}");
    Ok(())
}

pub async fn threads_take_turns_under_the_lock(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(COUNTER, "", 1).await?;
    let lines: Vec<&str> = console.lines().collect();
    let wanted =
        ["40000 1", "['a', 'b'] 6", "True", "nobody can go on: MainThread waits for a lock"];
    ensure!(lines == wanted, "{console}");
    tasks_wait_together(&python).await?;
    let console = python.run(BESIDE, "", 1).await?;
    ensure!(console.lines().eq(["thread done", "[0, 1, 2]"]), "{console}");
    python.close().await
}

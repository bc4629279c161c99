//! `cargo lab bench --only python`: what CPython in the page costs: until the first output, for a
//! further process, for a call, in memory, and until Stop has stopped it.
//!
//! What a pool brings against the serial program is measured by the page itself, by the lab's
//! protocol ([`bench_python_pool`]).

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::bench_python_pool::{self, comparison};
use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{page, process, say};
use crate::measure::stats::median;

/// So long a visit goes on when its program has ended.
const VISIT: Duration = Duration::from_secs(5);
/// How often each is measured.
const ROUNDS: usize = 5;
/// So many processes compute beside the main program where memory is weighed.
const WORKERS: usize = 2;

/// Measures and prints every figure.
///
/// # Errors
/// If the page was built without Python, or a browser or `python3` does not do its part.
pub fn run() -> Result<()> {
    let folder = page::built()?;
    println!("CPython in the page: median (least to most) of {ROUNDS} rounds");
    tokio::runtime::Runtime::new()?.block_on(async {
        let site = Site { folder, isolated: true, ..Site::default() };
        let server = Server::start(site).await?;
        for kind in Kind::ALL.into_iter().filter(|kind| kind.impossible().is_none()) {
            say(kind.name());
            let browser = Browser::start(Settings::new(kind)).await?;
            println!("{}", kind.name());
            let bench = Bench { browser, server: &server };
            bench.all().await?;
            // The figures are taken: how the browser ends does not matter any more.
            let _ = bench.browser.close().await;
        }
        Ok(())
    })
}

struct Bench<'a> {
    browser: Browser,
    server: &'a Server,
}

impl Bench<'_> {
    async fn all(&self) -> Result<()> {
        // The first press brings the files; from then on they are in the browser's cache.
        self.open().await?;
        let empty = memory_mb();
        self.output_of("print('begins')").await?;
        let mut first = Vec::new();
        for _ in 0..ROUNDS {
            self.open().await?;
            first.push(self.asked(FIRST_OUTPUT, "print('begins', flush=True)").await? / 1e3);
            self.browser.wait_for(&["done"]).await?;
            // A visit lasts some seconds; what it keeps for the next one takes a moment.
            tokio::time::sleep(VISIT).await;
        }
        print("press to first output, warm cache, s", &first, "at most 3");

        let further: Vec<f64> = numbers(&self.output_of(FURTHER).await?);
        ensure!(further.len() > ROUNDS, "the further processes told {further:?}");
        // An interpreter was ready for the first of them.
        print("a further process, from start to join, s", &further[1..], "at most 0.35");

        let (mut page, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let native = process::read(Command::new("python3").args(["-c", FIB]))?;
            let native = numbers(&native).first().copied().context("python3 told no time")?;
            let here = numbers(&self.output_of(FIB).await?);
            let here = here.first().copied().context("the page told no time")?;
            page.push(here);
            ratios.push(here / native);
        }
        print("a call of fib, ns", &page, "stated");
        print("a call of fib ÷ native python3", &ratios, "stated");

        if let (Some(before), true) = (empty, cfg!(target_os = "linux")) {
            self.open().await?;
            let told = self.output_of(&beside(WORKERS)).await?;
            ensure!(told.contains("side by side"), "{told}");
            let after = memory_mb().context("the memory cannot be read")?;
            println!(
                "  {:<44} {:.0} MB more than the page alone ({before:.0} MB)",
                format!("{} interpreters and what stands ready", WORKERS + 1),
                after - before
            );
        }

        let mut stops = Vec::new();
        for _ in 0..ROUNDS {
            stops.push(self.asked(STOP, "print('begins', flush=True)\nwhile True: pass").await?);
            self.browser.wait_for(&["ready"]).await?;
        }
        print("Stop in `while True: pass`, ms", &stops, "at most 50");

        for (name, figure) in
            bench_python_pool::rows(&comparison(&self.browser, self.server).await?)
        {
            println!("  {name:<44} {figure}");
        }
        Ok(())
    }

    async fn open(&self) -> Result<()> {
        self.browser.open(&self.server.address("python.html")).await?;
        self.browser.wait_for(&["ready", "error"]).await?;
        let there = "return document.querySelector('[data-own] button.run') !== null";
        self.browser.poll(there, |answer| answer == &Value::Bool(true)).await
    }

    /// The milliseconds that a script of the page tells of a program.
    async fn asked(&self, script: &str, program: &str) -> Result<f64> {
        let told = self.browser.driver()?.execute_async(script, vec![json!(program)]).await?;
        told.json().as_f64().with_context(|| format!("the page told {}", told.json()))
    }

    /// What a program writes until its end.
    async fn output_of(&self, program: &str) -> Result<String> {
        self.browser.driver()?.execute(RUN, vec![json!(program)]).await?;
        let state = self.browser.wait_for(&["done", "error"]).await?;
        let told = self.browser.driver()?.execute(CONSOLE, vec![]).await?;
        let told: String = told.convert()?;
        ensure!(state == "done", "the page says: {told}");
        Ok(told)
    }
}

fn print(name: &str, values: &[f64], limit: &str) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let middle = median(values).unwrap_or(f64::NAN);
    println!("  {name:<44} {middle:.2} ({least:.2} to {most:.2}); {limit}");
}

/// Every number that stands alone in a line.
fn numbers(text: &str) -> Vec<f64> {
    text.lines().filter_map(|line| line.trim().parse().ok()).collect()
}

/// What this program and all that it has started hold of memory, pages that several share
/// counted in parts.
fn memory_mb() -> Option<f64> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name may hold anything, brackets too.
        let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse::<u32>().ok()?;
        parents.insert(pid, parent);
    }
    let own = std::process::id();
    let is_ours = |mut pid: u32| {
        while pid != own {
            match parents.get(&pid) {
                Some(&parent) => pid = parent,
                None => return false,
            }
        }
        true
    };
    let ours = parents.keys().filter(|pid| is_ours(**pid) && **pid != own);
    let kb = ours.filter_map(|pid| {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    });
    Some(kb.sum::<f64>() / 1e3)
}

/// A pool whose workers are all there when it ends.
fn beside(workers: usize) -> String {
    format!(
        "from multiprocessing import Pool\n\
         with Pool({workers}) as pool:\n    print('side by side', pool.map(abs, range(20)))\n"
    )
}

/// The page makes some interpreters ready where it reads of processes: here it must not.
const FURTHER: &str = "
import multiprocessing, time
if __name__ == '__main__':
    for _ in range(7):
        child = getattr(multiprocessing, 'Pro' + 'cess')(target=abs, args=(1,))
        began = time.monotonic()
        child.start()
        child.join()
        print(time.monotonic() - began)
";

/// Nanoseconds per call, through a function of C, as the lessons do it.
const FIB: &str = "
import time
def fib(n):
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)
list(map(fib, [20]))
began = time.perf_counter()
[answer] = map(fib, [27])
print((time.perf_counter() - began) * 1e9 / (2 * answer - 1))
";

const RUN: &str = "
    const field = document.getElementById('python-source');
    field.value = arguments[0];
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector('[data-own] button.run').click();";

const CONSOLE: &str = "
    return [...document.querySelectorAll('[data-console] .text')].map(line => line.textContent)
        .concat(document.querySelector('[role=alert]:not([hidden])')?.textContent ?? []).join('\\n');";

const FIRST_OUTPUT: &str = "
    const [program, done] = arguments;
    const field = document.getElementById('python-source');
    field.value = program;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const place = document.querySelector('[data-own]');
    place.addEventListener('lab-output', () => done(performance.now() - began), { once: true });
    const began = performance.now();
    place.querySelector('button.run').click();";

/// From the press to where the page can be used again, once the program has said that it runs.
const STOP: &str = "
    const [program, done] = arguments;
    const field = document.getElementById('python-source');
    field.value = program;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const place = document.querySelector('[data-own]');
    const root = document.documentElement;
    place.addEventListener('lab-output', () => setTimeout(() => {
        const began = performance.now();
        const watch = new MutationObserver(() => {
            if (root.dataset.lab !== 'ready') return;
            watch.disconnect();
            done(performance.now() - began);
        });
        watch.observe(root, { attributes: true });
        place.querySelector('button.stop').click();
    }, 200), { once: true });
    place.querySelector('button.run').click();";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_lines_of_their_own() {
        assert_eq!(numbers("0.25\nsaid 3\n 41.5 \n"), [0.25, 41.5]);
    }

    #[test]
    fn the_program_that_is_timed_tells_its_time_natively() {
        let told = process::read(Command::new("python3").args(["-c", FIB])).unwrap();
        let ns = numbers(&told)[0];
        assert!((1.0..10_000.0).contains(&ns), "{ns} ns a call");
    }
}

//! Python programs on their page: what a person can do there, and the lessons' programs.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Site;
use serde_json::{Value, json};

use super::visit::{Visit, site};

#[test]
fn the_kernel_keeps_what_processes_share() -> Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/python/tests/kernel.test.mjs");
    let run = Command::new("node").arg("--test").arg(tests).output();
    let run = run.context("node does not start. Type: cargo lab doctor")?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    Ok(())
}

/// The page for Python, with what a person can do there.
pub struct Python {
    pub visit: Visit,
}

impl Python {
    /// On a host with the lab's headers.
    pub async fn open(settings: Settings) -> Result<Python> {
        Python::at(settings, site(true)?, "").await
    }

    /// On this host, with this query.
    pub async fn at(settings: Settings, site: Site, query: &str) -> Result<Python> {
        let visit = Visit::new(settings, site).await?;
        visit.open(&format!("python.html{query}")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let there = visit.script("return document.querySelector('[data-own]') !== null").await?;
        ensure!(there == true, "the page was built without Python: {}", visit.text("main").await?);
        Ok(Python { visit })
    }

    /// Puts a program, its arguments and its number of ranks in.
    pub async fn write(&self, source: &str, arguments: &str, ranks: u32) -> Result<()> {
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
    pub async fn run(&self, source: &str, arguments: &str, ranks: u32) -> Result<String> {
        self.write(source, arguments, ranks).await?;
        self.visit.press("run").await?;
        self.ended().await
    }

    pub async fn ended(&self) -> Result<String> {
        let state = self.visit.browser.wait_for(&["done", "error"]).await?;
        let console = self.console().await?;
        ensure!(state == "done", "{}: {console}", self.visit.text("[role=alert]").await?);
        Ok(console)
    }

    /// The lines of the console, without the numbers in front of them.
    pub async fn console(&self) -> Result<String> {
        let script = "return [...document.querySelectorAll('[data-console] .line')]
            .map(line => (line.querySelector('.text') ?? line).textContent).join('\\n')";
        Ok(self.visit.script(script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The exit code of the last run.
    pub async fn exit(&self) -> Result<Value> {
        self.visit.script("return document.documentElement.dataset.exit").await
    }

    /// What the console's lines say they come from.
    pub async fn pids(&self) -> Result<BTreeSet<String>> {
        let script = "return [...document.querySelectorAll('[data-console] [data-pid]')]
            .map(line => line.dataset.pid)";
        let pids: Vec<String> = serde_json::from_value(self.visit.script(script).await?)?;
        Ok(pids.into_iter().collect())
    }

    pub async fn close(self) -> Result<()> {
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

//! What a program of Python cannot reach, where none can run, and what starts none.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::server::Mishap;

use super::python::Python;
use super::visit::{Visit, plain_host, site};

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

async def bring():
    from pyodide.http import pyfetch
    return await pyfetch('index.html')
import asyncio
try:
    print('fetched', asyncio.run(bring()))
except Exception as error:
    print('nothing fetched')

try:
    import ctypes
    print('script by C', ctypes.CDLL(None).emscripten_run_script_int(b'6 * 7'))
except Exception as error:
    print('no script by C')
";

pub async fn a_program_reaches_its_own_process_only(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    let console = python.run(ESCAPES, "", 1).await?;
    let wanted = ["seen []", "no run_js", "maker None", "no api", "nothing fetched"];
    for line in wanted {
        ensure!(console.lines().any(|told| told == line), "no {line}: {console}");
    }
    ensure!(console.matches("not made").count() == 3, "{console}");
    // C can ask the browser to run a text as a script. There is nobody to do it, and the process,
    // whose last act it was, ends.
    let refused = console.contains("eval is not defined") && !console.contains("script by C 42");
    ensure!(refused, "{console}");
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

    // No way to stand still: the sentence says which is missing, and what else is allowed.
    let visit = Visit::new(settings, plain_host()?).await?;
    for (query, sentence) in [
        ("?ways=a", "the browser gives this page no memory that workers share"),
        ("?ways=fish", "asks for ways=fish, but allowed is a, b or c"),
    ] {
        visit.open(&format!("python.html{query}")).await?;
        visit.browser.wait_for(&["ready", "error"]).await?;
        let said = visit.text("[role=alert]:not([hidden])").await?;
        ensure!(said.contains(sentence), "{query}: {said}");
    }
    // This host has no service worker, which only the press learns.
    visit.open("python.html?ways=c").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.press("run").await?;
    let said = visit.broken().await?;
    ensure!(said.contains("Python cannot run yet"), "{said}");
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

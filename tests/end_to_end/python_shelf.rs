//! What a visit leaves of Python for the next one.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::Value;

use super::python::Python;

/// The snapshots that are kept: how many bytes each has.
const KEPT: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        const sizes = [];
        for (const name of await caches.keys()) {
            const store = await caches.open(name);
            for (const request of await store.keys()) {
                if (!request.url.includes('/snapshot?')) continue;
                sizes.push((await (await store.match(request)).arrayBuffer()).byteLength);
            }
        }
        return sizes;
    })().then(done, (error) => done(String(error)));";

/// Writes zeros over what is kept.
const DAMAGE: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        for (const name of await caches.keys()) {
            const store = await caches.open(name);
            for (const request of await store.keys()) {
                if (!request.url.includes('/snapshot?')) continue;
                const bytes = new Uint8Array((await (await store.match(request)).arrayBuffer()).byteLength);
                await store.put(request, new Response(bytes, { headers: { 'x-bytes': String(bytes.length) } }));
            }
        }
    })().then(() => done(null), (error) => done(String(error)));";

const WATCH: &str = "
    window.phases = [];
    const place = document.querySelector('[data-own]');
    new MutationObserver(() => window.phases.push(place.textContent.match(/starting Python[^…]*/)?.[0]))
        .observe(place, { subtree: true, childList: true, characterData: true });";

async fn kept(python: &Python) -> Result<Vec<u64>> {
    let sizes = python.visit.browser.driver()?.execute_async(KEPT, vec![]).await?;
    serde_json::from_value(sizes.json().clone()).with_context(|| sizes.json().to_string())
}

/// A visit in the same browser: the answer, and whether Python started from what an earlier one
/// had kept.
async fn visited(python: &Python) -> Result<(String, bool)> {
    python.visit.open("python.html").await?;
    python.visit.browser.wait_for(&["ready"]).await?;
    python.visit.script(WATCH).await?;
    let console = python.run("print(6 * 7)", "", 1).await?;
    let phases = python.visit.script("return window.phases.filter(Boolean)").await?;
    let phases: Vec<String> = serde_json::from_value(phases)?;
    ensure!(!phases.is_empty(), "no phase was shown");
    Ok((console, phases.iter().any(|phase| phase.contains("where the last visit came to"))))
}

pub async fn the_next_visit_starts_where_this_one_came_to(settings: Settings) -> Result<()> {
    let python = Python::open(settings).await?;
    ensure!(visited(&python).await? == ("42".to_owned(), false), "nothing was kept yet");
    let sizes = kept(&python).await?;
    ensure!(sizes.len() == 1 && sizes[0] > 1 << 20, "{sizes:?}");
    ensure!(visited(&python).await? == ("42".to_owned(), true));
    // What is damaged is thrown away, and the program runs all the same.
    let damaged = python.visit.browser.driver()?.execute_async(DAMAGE, vec![]).await?;
    ensure!(damaged.json() == &Value::Null, "{}", damaged.json());
    ensure!(visited(&python).await? == ("42".to_owned(), true));
    let sizes = kept(&python).await?;
    ensure!(sizes.is_empty(), "what does not serve was not dropped: {sizes:?}");
    ensure!(visited(&python).await? == ("42".to_owned(), false));
    python.close().await
}

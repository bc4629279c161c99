//! A page that the browser translates: every text is another element by then.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use serde_json::json;

use super::visit::{Visit, main_page, site};

/// What translators do: each text comes to stand in elements of their own, unless a page says
/// that it is not to be translated, and new texts follow as soon as they appear.
const TRANSLATE: &str = "
    const foreign = node => {
        if (!node.data.trim() || !node.isConnected) return;
        const parent = node.parentElement;
        const skipped = '[translate=no], script, style, textarea, option, title, font.translated';
        if (!parent || parent.closest(skipped)) return;
        const outer = document.createElement('font');
        const inner = document.createElement('font');
        outer.className = 'translated';
        inner.textContent = node.data.replace(/[a-z]/g, letter => letter === 'e' ? 'ë' : letter);
        outer.append(inner);
        node.replaceWith(outer);
    };
    const all = root => {
        const texts = [];
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) texts.push(walker.currentNode);
        texts.forEach(foreign);
    };
    new MutationObserver(changes => {
        for (const { addedNodes } of changes) {
            for (const node of addedNodes) {
                if (node.nodeType === Node.TEXT_NODE) foreign(node); else all(node);
            }
        }
    }).observe(document.body, { childList: true, subtree: true });
    all(document.body);
    return document.querySelectorAll('font.translated').length";

async fn translated(visit: &Visit) -> Result<()> {
    let texts = visit.script(TRANSLATE).await?.as_u64();
    ensure!(texts > Some(20), "{texts:?} texts were translated");
    Ok(())
}

pub async fn a_translated_page_goes_on_working(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=27,26,25&workers=2&seconds=1")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    translated(&visit).await?;
    // A refusal, a run, its replay, a fold.
    visit.set("tasks", "46").await?;
    visit.press("run").await?;
    ensure!(visit.broken().await?.contains("46"));
    visit.set("tasks", "27,26,25").await?;
    visit.press("run").await?;
    visit.done().await?;
    ensure!(!visit.text("main .headline").await?.is_empty());
    ensure!(visit.text("main .error").await?.is_empty(), "the refusal stays");
    visit.click("main .replay .play").await?;
    visit.until("document.querySelector('main .moment').textContent.startsWith('At ')").await?;
    visit.click("main .replay .play").await?;
    // Lanes and programs are called as they are.
    let kept = "return [...document.querySelectorAll('main svg .lane')].map(it => it.textContent)";
    ensure!(visit.script(kept).await? == json!(["Serial", "Worker 1", "Worker 2"]));
    let code = "return document.querySelectorAll('code .translated, svg .translated').length";
    ensure!(visit.script(code).await? == 0);
    ensure!(visit.script("return document.querySelectorAll('code').length").await? != 0);
    // The notebook: everything goes only when asked twice.
    visit.open("notebook.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until("document.querySelectorAll('.runs > li').length === 1").await?;
    translated(&visit).await?;
    for runs in [1, 0] {
        visit.click(".delete-all").await?;
        let there = "return document.querySelectorAll('.runs > li').length";
        ensure!(visit.script(there).await? == runs);
    }
    visit.browser.close().await
}

//! Barriers: what axe finds in every page and in every exhibit, at rest, while it runs and
//! afterwards, in light and in dark, wide and narrow.
//!
//! Every rule that axe has on by itself (WCAG 2.2 up to AA, and its best practices) is
//! asked, and the one of AA that it leaves off, the size of targets.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits;
use fib_lab::host::browser::Settings;
use serde_json::{Value, json};

use super::visit::{Visit, every_page, main_page, site};

/// Runs after axe's own source, in one script: some browsers give every script a scope of
/// its own. Answers with a line per violation.
const ASK: &str = "
    const [scope, only, done] = arguments;
    const options = {
        ...(only && { runOnly: { type: 'rule', values: only } }),
        resultTypes: ['violations'],
        rules: { 'target-size': { enabled: true } },
    };
    window.axe.run(scope ?? document, options).then(
        found => done(found.violations.map(({ id, help, nodes }) => {
            const targets = nodes.slice(0, 3).map(node => node.target.join(' '));
            return `${id} (${nodes.length}): ${help}: ${targets.join(' | ')}`;
        })),
        error => done([`axe broke off: ${error}`]),
    );";

/// The rules about colours that axe has on by itself.
const COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// What axe has found so far, with the state of the page in which it did.
pub(super) struct Judge<'a> {
    visit: &'a Visit,
    script: String,
    found: Vec<String>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(visit: &'a Visit) -> Result<Judge<'a>> {
        let file = std::env::var_os("FIB_LAB_AXE")
            .context("FIB_LAB_AXE is not set: run these tests with cargo lab test --only e2e")?;
        let axe = std::fs::read_to_string(&file)
            .with_context(|| format!("FIB_LAB_AXE: {} cannot be read", file.display()))?;
        Ok(Judge { visit, script: format!("{axe}\n{ASK}"), found: Vec::new() })
    }

    /// Judges what a selector finds; the whole page without one.
    async fn look(&mut self, when: &str, scope: Option<&str>) -> Result<()> {
        self.ask(when, scope, None).await
    }

    async fn ask(&mut self, when: &str, scope: Option<&str>, only: Option<&[&str]>) -> Result<()> {
        let driver = self.visit.browser.driver()?;
        let arguments = vec![json!(scope), json!(only)];
        let answer = driver.execute_async(&self.script, arguments).await?;
        let lines = answer.convert::<Vec<String>>().context("axe gives no list")?;
        self.found.extend(lines.into_iter().map(|line| format!("{when}: {line}")));
        Ok(())
    }

    /// Judges in light, and then the colours in dark: nothing else changes with them.
    pub(super) async fn look_in_both(&mut self, when: &str, scope: Option<&str>) -> Result<()> {
        self.prefer("light").await?;
        self.look(&format!("{when}, light"), scope).await?;
        self.prefer("dark").await?;
        self.ask(&format!("{when}, dark"), scope, Some(&COLOURS)).await
    }

    async fn prefer(&self, scheme: &str) -> Result<()> {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.tell("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await
    }

    /// A word to Chromium's developer tools.
    async fn tell(&self, method: &str, parameters: Value) -> Result<()> {
        self.visit.browser.driver()?.cdp().send_raw(method, parameters).await?;
        Ok(())
    }

    pub(super) fn verdict(self) -> Result<()> {
        ensure!(self.found.is_empty(), "axe found:\n{}", self.found.join("\n"));
        Ok(())
    }
}

pub async fn no_page_has_barriers_at_rest(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let mut judge = Judge::new(&visit)?;
    for page in every_page()? {
        visit.open(&page).await?;
        visit.browser.wait_for(&["ready"]).await?;
        recorded_runs_show(&visit).await?;
        open_everything(&visit).await?;
        let name = if page.is_empty() { "the front page" } else { &page };
        judge.look_in_both(&format!("{name}, at rest"), None).await?;
        let narrow = json!({ "width": 320, "height": 740, "deviceScaleFactor": 2, "mobile": true });
        judge.tell("Emulation.setDeviceMetricsOverride", narrow).await?;
        judge.look(&format!("{name}, at rest, 320 px wide"), None).await?;
        judge.tell("Emulation.clearDeviceMetricsOverride", json!({})).await?;
    }
    judge.verdict()?;
    visit.browser.close().await
}

pub async fn no_exhibit_has_barriers_while_it_runs_or_afterwards(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let mut judge = Judge::new(&visit)?;
    for exhibit in exhibits::cards() {
        let (name, page) = (exhibit.name, exhibit.page());
        let figure = format!("[data-exhibit={name}]");
        let address = |query| format!("{page}.html?exhibit={name}&{query}&run=1");
        visit.open(&address(exhibit.trials.long)).await?;
        visit.browser.wait_for(&["running", "error"]).await?;
        judge.look_in_both(&format!("{name}, running"), Some(&figure)).await?;
        let state = visit.script("return document.documentElement.dataset.lab").await?;
        let said = visit.alert().await;
        ensure!(state == "running", "{name} is {state} before axe has seen it run: {said}");
        for query in exhibit.trials.short {
            visit.open(&address(query)).await?;
            visit.done().await.with_context(|| format!("{name} ended badly: {query}"))?;
            open_everything(&visit).await?;
            judge.look_in_both(&format!("{name}, done, {query}"), Some(&figure)).await?;
        }
    }
    // A run that is refused has an alert.
    let query = format!("?tasks={}&workers=2&nonsense=1&run=1", ["45"; 64].join(","));
    visit.open(&main_page(&query)).await?;
    visit.browser.wait_for(&["error"]).await?;
    judge.look_in_both("a refusal", Some("[data-exhibit]")).await?;
    judge.verdict()?;
    visit.browser.close().await
}

pub async fn the_page_has_no_barriers_after_a_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    let mut judge = Judge::new(&visit)?;
    visit.short_run().await?;
    recorded_runs_show(&visit).await?;
    open_everything(&visit).await?;
    judge.look("after a run", None).await?;
    judge.verdict()?;
    visit.browser.close().await
}

/// Every figure of the page shows its recorded run once the visitor wants to see it.
async fn recorded_runs_show(visit: &Visit) -> Result<()> {
    let covered = "return document.querySelectorAll('.cover .show-me').length";
    let covered = visit.script(covered).await?.as_u64().unwrap_or(0);
    visit.script("document.querySelectorAll('.show-me').forEach(it => it.click())").await?;
    visit.until(&format!("document.querySelectorAll('.outcome').length >= {covered}")).await
}

/// Folded away, neither words nor controls would be judged.
async fn open_everything(visit: &Visit) -> Result<()> {
    visit.script("document.querySelectorAll('details').forEach(it => it.open = true)").await?;
    Ok(())
}

//! The markup of every built page, as html-validate judges it, by `.htmlvalidate.json`.
//!
//! Every rule it recommends is on, but for what Trunk writes: it closes its own links with
//! `/>` (`void-style`) and leaves blanks on the lines of the links it has read
//! (`no-trailing-whitespace`). Hashes are asked only of files from elsewhere
//! (`require-sri`): the page's own come from one build, and the policy allows no others.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::visit::{every_page, site};

#[test]
fn the_markup_is_valid() -> Result<()> {
    let judge = std::env::var_os("FIB_LAB_HTML_VALIDATE").context(
        "FIB_LAB_HTML_VALIDATE is not set: run these tests with cargo lab test --only e2e",
    )?;
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join(".htmlvalidate.json");
    let folder = site(true)?.folder;
    let file = |page: &String| match page.as_str() {
        "" => folder.join("index.html"),
        name => folder.join(name),
    };
    let pages = every_page()?.iter().map(file).collect::<Vec<_>>();
    let judged = Command::new("node")
        .arg(judge)
        .args(["--formatter", "text", "--config"])
        .arg(settings)
        .args(pages)
        .output()
        .context("node does not start. Type: cargo lab doctor")?;
    let said = String::from_utf8_lossy(&judged.stdout);
    ensure!(judged.status.success(), "{said}{}", String::from_utf8_lossy(&judged.stderr));
    Ok(())
}

//! The last step of a build: what needs to know all the files of the page.
//!
//! Trunk runs this after everything else (`cargo lab finish`). It gives the service
//! worker its list of files and a version that changes with their content, and, in
//! release builds, puts the content policy into the page for hosts that send no headers.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::engines::collect;
use super::server::CONTENT_POLICY;

/// Finishes the build in `staging`.
pub fn finish(staging: &Path, release: bool) -> Result<()> {
    if release {
        add_content_policy(&staging.join("index.html"))?;
    }
    let mut files = Vec::new();
    collect(staging, String::new(), &mut files)?;
    // Hosts read `_headers`; pages never do.
    files.retain(|(name, _)| name != "service-worker.js" && name != "_headers");
    files.sort();
    let mut hasher = DefaultHasher::new();
    for (name, content) in &files {
        hasher.write(name.as_bytes());
        hasher.write(content);
    }
    let names: Vec<_> = files
        .iter()
        .map(|(name, _)| if name == "index.html" { "./" } else { name.as_str() })
        .map(|name| format!("  \"{name}\",\n"))
        .collect();
    let path = staging.join("service-worker.js");
    let source = fs::read_to_string(&path)
        .with_context(|| format!("the build has no {}", path.display()))?;
    let built = source
        .replace("VERSION = \"unbuilt\"", &format!("VERSION = \"{:016x}\"", hasher.finish()))
        .replace("FILES = []", &format!("FILES = [\n{}]", names.concat()));
    ensure!(
        !built.contains("unbuilt") && !built.contains("FILES = []"),
        "www/service-worker.js has no line for its version or its files"
    );
    Ok(fs::write(path, built)?)
}

fn add_content_policy(path: &Path) -> Result<()> {
    let page = fs::read_to_string(path)?;
    let after = "<meta charset=\"utf-8\">";
    ensure!(page.contains(after), "the page has no {after} to put the content policy behind");
    let meta = format!(
        "{after}\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_POLICY}\">"
    );
    Ok(fs::write(path, page.replacen(after, &meta, 1))?)
}

//! The editor for Python programs: CodeMirror from the npm registry, as one file.
//!
//! Its parts and esbuild, which makes one file of them, have one lock file. Without npm or the
//! network the page is built without it, and the text area that is there first stays.

use std::path::Path;

use anyhow::{Context, Result};

use super::npm_tools::ESBUILD;
use super::process;

/// The file, in the folder of the lab's own part of Python.
pub const BUNDLE: &str = "codemirror.js";
/// What is bundled, in the project.
const ENTRY: &str = "www/python/editor/codemirror.js";
/// Minified code has no room for the licence, so it says where that is.
const BANNER: &str = "/* CodeMirror 6 and Lezer, MIT licence: see licences.html */";

/// The bundle.
///
/// # Errors
/// If npm cannot bring its parts, or they cannot be put together.
pub fn bundle(project: &Path) -> Result<Vec<u8>> {
    let mut esbuild = ESBUILD.command()?;
    esbuild
        .arg(project.join(ENTRY))
        .args(["--bundle", "--format=esm", "--minify", "--target=es2022"])
        .args(["--legal-comments=none", "--log-level=warning"])
        .arg(format!("--banner:js={BANNER}"))
        .env("NODE_PATH", ESBUILD.modules()?);
    let text = process::read(&mut esbuild).context("the editor could not be bundled")?;
    Ok(text.into_bytes())
}

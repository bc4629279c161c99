//! Something that somebody else has made, and what goes along with it.

use std::path::Path;

use anyhow::{Context, Result};

/// Something that somebody else has made.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// Which one, where that is known.
    pub version: String,
    /// The licence, as its authors name it.
    pub licence: String,
    /// The texts that have to go along.
    pub texts: Vec<String>,
}

/// The texts in a folder that have to go along, by their usual names.
pub fn beside(folder: &Path, is_needed: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let listed = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let usual = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE"];
        if usual.iter().any(|start| name.starts_with(start))
            && entry.path().is_file()
            && is_needed(&name)
        {
            files.push(entry.path());
        }
    }
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let bytes = std::fs::read(file)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    files.iter().map(read).collect()
}

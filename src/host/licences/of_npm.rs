//! The editor's parts, as the lock file names them, with the licences in their packages.

use anyhow::{Context, Result};
use serde_json::Value;

use super::part::{Part, beside};
use crate::host::npm_tools::ESBUILD;

/// Every package that goes into the editor. Their texts are there once they are installed, as
/// they are wherever the page is built with the editor.
pub fn of_the_editor() -> Result<Vec<Part>> {
    let modules = ESBUILD.modules()?;
    let mut parts = Vec::new();
    for (path, locked) in ESBUILD.locked()? {
        let Some(name) = path.strip_prefix("node_modules/") else { continue };
        // What bundles is no part of the bundle.
        if name == ESBUILD.package || name.starts_with("@esbuild/") {
            continue;
        }
        let said = |field: &str| {
            let value = locked.get(field).and_then(Value::as_str);
            value.map(str::to_owned).with_context(|| format!("{name} has no {field}"))
        };
        let folder = modules.join(name);
        let texts = if folder.is_dir() { beside(&folder, |_| true)? } else { Vec::new() };
        let (version, licence) = (said("version")?, said("license")?);
        parts.push(Part { name: name.to_owned(), version, licence, texts });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editors_parts_are_named() {
        let parts = of_the_editor().unwrap();
        for name in ["@codemirror/view", "@codemirror/lang-python", "@lezer/python", "crelt"] {
            let part = parts.iter().find(|part| part.name == name);
            assert_eq!(part.map(|part| part.licence.as_str()), Some("MIT"), "{name}");
        }
        assert!(parts.iter().all(|part| !part.name.contains("esbuild")));
    }
}

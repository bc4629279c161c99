//! The crates of the wasm builds, as cargo knows them, with the licences in their packages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::part::{Part, beside};
use crate::host::process;
use crate::host::route::TARGET;

/// The terms that go with packages whose authors name the licence and bring no text.
const MIT: &str = include_str!("MIT.txt");

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    manifest_path: std::path::PathBuf,
    repository: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    root: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// Nothing for what is compiled in; else `dev` or `build`.
    kind: Option<String>,
}

/// Every crate of the page, its views and the engines, and the standard library.
pub fn of_the_page(project: &Path) -> Result<Vec<Part>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(project)
        .args(["metadata", "--format-version", "1", "--locked", "--no-default-features"])
        .args(["--features", "page,threads", "--filter-platform", TARGET]);
    let text = process::read(&mut cargo).context("cargo cannot say what the page is made of")?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|own| (&own.id, own)).collect();
    let mut parts = Vec::new();
    for id in compiled_in(&metadata.resolve) {
        let package = packages.get(id).context("cargo names a package that it does not list")?;
        if *id != metadata.resolve.root {
            parts.push(package.part()?);
        }
    }
    parts.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    parts.push(Part {
        name: "The Rust standard library".to_owned(),
        version: String::new(),
        licence: "MIT OR Apache-2.0".to_owned(),
        texts: vec![format!("Copyright (c) The Rust Project Contributors\n\n{MIT}")],
    });
    Ok(parts)
}

/// What the root needs to run, directly or not.
fn compiled_in(resolve: &Resolve) -> BTreeSet<&String> {
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::new();
    let mut open = vec![&resolve.root];
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let deps = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
            let normal = |dep: &&Dependency| dep.dep_kinds.iter().any(|kind| kind.kind.is_none());
            open.extend(deps.iter().filter(normal).map(|dep| &dep.pkg));
        }
    }
    seen
}

impl Package {
    fn part(&self) -> Result<Part> {
        let licence = self.license.clone().with_context(|| format!("{} has none", self.name))?;
        let folder = self.manifest_path.parent().context("a manifest lies in no folder")?;
        // Where there is a choice, MIT is taken, and the texts of the others can stay away.
        let has_mit = folder.join("LICENSE-MIT").is_file();
        let others = ["LICENSE-APACHE", "UNLICENSE", "COPYING"];
        let mut texts = beside(folder, |name| !(has_mit && others.contains(&name)))?;
        if texts.is_empty() {
            let by = match (self.authors.is_empty(), &self.repository) {
                (false, _) => self.authors.join(", "),
                (true, Some(repository)) => format!("the authors of {repository}"),
                (true, None) => format!("the authors of {}", self.name),
            };
            texts.push(format!("Copyright (c) {by}\n\n{MIT}"));
        }
        Ok(Part { name: self.name.clone(), version: self.version.clone(), licence, texts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::project;

    /// As `cargo tree` has it, which walks the graph itself.
    #[test]
    fn every_crate_of_the_wasm_builds_is_named_with_a_text() {
        let parts = of_the_page(project()).unwrap();
        let mut tree = Command::new("cargo");
        tree.current_dir(project())
            .args(["tree", "--locked", "--no-default-features", "--features", "page,threads"])
            .args(["--target", TARGET, "--edges", "normal", "--prefix", "none"])
            .args(["--format", "{p}"]);
        let text = process::read(&mut tree).unwrap();
        let mut named = BTreeSet::new();
        for line in text.lines().filter(|line| !line.is_empty()).skip(1) {
            let mut words = line.split(' ');
            let (name, version) = (words.next().unwrap(), words.next().unwrap());
            let part = parts
                .iter()
                .find(|part| part.name == name && part.version == version.trim_start_matches('v'));
            let part = part.unwrap_or_else(|| panic!("{line} is not named"));
            assert!(part.texts.iter().all(|text| text.len() > 500), "{line}");
            assert!(!part.texts.is_empty(), "{line}");
            named.insert(line.to_owned());
        }
        assert!(named.len() > 30, "{named:?}");
    }
}

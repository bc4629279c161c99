//! CPython in the page: Pyodide's build of it from the npm registry, and the lab's own part,
//! which makes processes of interpreters in workers (`www/python/`).
//!
//! The files of Pyodide go unchanged into a folder of their version, which the service worker
//! keeps only once it was asked for. The lab's own go into one whose name changes with their
//! content. Without npm, without the network, or with `cargo lab build --without-python` the
//! page is built without all this, and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use super::build_engines::collect;
use super::npm_tools::{ESBUILD, PYODIDE};
use super::tinker::{self, Program};
use super::{editor, process, say};
use crate::exhibits;
use anyhow::{Context, Result, ensure};

/// Set where a build leaves Python out.
pub const LEFT_OUT: &str = "FIB_LAB_WITHOUT_PYTHON";

/// What the page needs of the package.
const FILES: [&str; 4] =
    ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide.asm.mjs", "pyodide.mjs"];
/// What these transfer as gzip, which the button names: their version is pinned.
const GZIP: &str = "6.4 MB";
/// How the folder of the lab's own part begins.
const OWN: &str = "python-";
/// Where the fragment says where Python is.
const PLACE: &str = "data-python>";

/// Whether a file of the built page is kept only once it was asked for: Pyodide's, and the
/// editor.
pub fn is_kept_on_demand(name: &str) -> bool {
    name.starts_with("py-") || name.starts_with(OWN) && name.ends_with(editor::BUNDLE)
}

/// Brings the parts of the editor, where Python is wanted and they can be had.
pub fn bring_editor() {
    let there = ["node", "npm"].iter().all(|program| process::find(program, None).is_some());
    if std::env::var_os(LEFT_OUT).is_none() && there {
        // Why it cannot be had is said where it is bundled.
        let _ = ESBUILD.ensure();
    }
}

/// Where Python lies.
struct Laid {
    cpython: String,
    own: String,
    bytes: u64,
    /// Whether CodeMirror is there too.
    editor: bool,
}

/// Lays Python beside the page, and returns the page that says where, or why it is not there.
///
/// # Errors
/// If the page has no place for Python. That there is no Python is no error.
pub fn lay(staging: &Path, project: &Path, page: &str) -> Result<String> {
    let laid = bring(staging).and_then(|(cpython, bytes)| {
        let editor = editor::bundle(project);
        if let Err(why) = &editor {
            say(format_args!("the page is built without CodeMirror, with a text area: {why:#}"));
        }
        let editor = editor.ok();
        let own = lay_own(staging, project, editor.as_deref())?;
        Ok(Laid { cpython, own, bytes, editor: editor.is_some() })
    });
    if let Err(why) = &laid {
        say(format_args!("the page is built without Python: {why:#}"));
    }
    told(page, laid.ok())
}

/// The page, which says where Python is.
fn told(page: &str, laid: Option<Laid>) -> Result<String> {
    ensure!(page.contains(PLACE), "the page for Python has no {PLACE}");
    let told = match laid {
        Some(Laid { cpython, own, bytes, editor }) => {
            let bundle = editor::BUNDLE;
            let editor =
                if editor { format!(" data-editor=\"{own}/{bundle}\"") } else { String::new() };
            format!(
                "data-python data-cpython=\"{cpython}/\" data-own=\"{own}/\" \
                 data-size=\"{GZIP}\" data-bytes=\"{bytes}\"{editor}>"
            )
        }
        None => format!("{PLACE}<p class=\"error\">This page was built without Python.</p>"),
    };
    Ok(page.replacen(PLACE, &told, 1))
}

/// Copies Pyodide's files: their folder, and how many bytes they are.
fn bring(staging: &Path) -> Result<(String, u64)> {
    ensure!(std::env::var_os(LEFT_OUT).is_none(), "it was left out on request");
    for program in ["node", "npm"] {
        ensure!(process::find(program, None).is_some(), "there is no {program} on the path");
    }
    let entry = PYODIDE.ensure()?;
    let package = entry.parent().context("the package has no folder")?;
    let folder = format!("py-{}", PYODIDE.version);
    fs::create_dir_all(staging.join(&folder))?;
    let mut bytes = 0;
    for name in FILES {
        bytes += fs::copy(package.join(name), staging.join(&folder).join(name))
            .with_context(|| format!("the package has no {name}"))?;
    }
    Ok((folder, bytes))
}

/// The lab's own part, with the editor if there is one: its folder.
fn lay_own(staging: &Path, project: &Path, editor: Option<&[u8]>) -> Result<String> {
    let mut files = Vec::new();
    collect(&project.join("www/python"), String::new(), &mut files)?;
    let mut packages = BTreeMap::new();
    for (name, content) in &files {
        if let Some(name) = name.strip_prefix("packages/").filter(|name| name.ends_with(".py")) {
            packages.insert(name.to_owned(), String::from_utf8(content.clone())?);
        }
    }
    files.retain(|(name, _)| name.ends_with(".js") && !name.contains('/'));
    files.push(("packages.json".to_owned(), serde_json::to_vec(&packages)?));
    files.push(("programs.json".to_owned(), serde_json::to_vec(&programs(project)?)?));
    files.extend(editor.map(|bundle| (editor::BUNDLE.to_owned(), bundle.to_vec())));
    files.sort();
    let mut hasher = DefaultHasher::new();
    for (name, content) in &files {
        hasher.write(name.as_bytes());
        hasher.write(content);
    }
    let folder = format!("{OWN}{:016x}", hasher.finish());
    fs::create_dir_all(staging.join(&folder))?;
    for (name, content) in &files {
        fs::write(staging.join(&folder).join(name), content)?;
    }
    Ok(folder)
}

/// The Python programs of each exhibit, to start from. Where exhibits share a folder, they
/// share the programs.
fn programs(project: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    let mut folders = BTreeSet::new();
    for card in exhibits::cards().filter(|card| folders.insert(card.folder)) {
        programs.extend(tinker::programs(project, card)?);
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::project;

    #[test]
    fn every_exhibit_brings_its_programs_once() {
        let programs = programs(project()).unwrap();
        let folders: BTreeSet<_> = exhibits::cards().map(|card| card.folder).collect();
        let own = programs.iter().filter(|program| !program.name.contains('.'));
        assert_eq!(own.count(), folders.len());
        let names: BTreeSet<_> = programs.iter().map(|program| &program.name).collect();
        assert_eq!(names.len(), programs.len());
    }

    #[test]
    fn the_labs_part_is_laid_whole_into_a_folder_named_after_its_content() {
        let staging = tempfile::tempdir().unwrap();
        let folder = lay_own(staging.path(), project(), Some(b"editor")).unwrap();
        assert_eq!(folder, lay_own(staging.path(), project(), Some(b"editor")).unwrap());
        let read =
            |name: &str| fs::read_to_string(staging.path().join(&folder).join(name)).unwrap();
        assert!(read("kernel.js").contains("machine.js"));
        assert_eq!(read(editor::BUNDLE), "editor");
        assert!(is_kept_on_demand(&format!("{folder}/{}", editor::BUNDLE)));
        assert!(!is_kept_on_demand(&format!("{folder}/kernel.js")));
        let without = lay_own(staging.path(), project(), None).unwrap();
        assert!(!staging.path().join(without).join(editor::BUNDLE).exists());
        let packages: serde_json::Value = serde_json::from_str(&read("packages.json")).unwrap();
        for name in ["multiprocessing/__init__.py", "pypar.py", "mpi4py/MPI.py", "redis.py"] {
            assert!(packages[name].is_string(), "{name}");
        }
    }

    #[test]
    fn a_page_without_python_says_so() {
        let page = "<div data-python><p>It needs JavaScript.</p></div>";
        let without = told(page, None).unwrap();
        assert!(without.contains("built without Python"), "{without}");
        let laid = |editor| Laid {
            cpython: "py-1".to_owned(),
            own: "python-2".to_owned(),
            bytes: 3,
            editor,
        };
        let plain = told(page, Some(laid(false))).unwrap();
        assert!(!plain.contains("data-editor"), "{plain}");
        let with = told(page, Some(laid(true))).unwrap();
        assert!(with.contains("data-editor=\"python-2/codemirror.js\""), "{with}");
        assert!(with.contains("data-own=\"python-2/\""), "{with}");
        assert!(!with.contains("built without"), "{with}");
    }
}

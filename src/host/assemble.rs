//! The last step of a build: what needs to know all the files of the page.
//!
//! Trunk runs this after everything else (`cargo lab assemble`). It puts the programs that
//! the lessons speak of into the page, draws the picture at its top, gives the service worker its list of files and a
//! version that changes with their content, and, in release builds, puts the content
//! policy into the page for hosts that send no headers.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::build_engines::collect;
use super::headers::CONTENT_POLICY;
use super::project;
use crate::exhibits;
use crate::picture;
use crate::report::{Report, read};

/// Puts the page in `staging` together.
pub fn assemble(staging: &Path, release: bool) -> Result<()> {
    let page = staging.join("index.html");
    let filled = with_sources(&fs::read_to_string(&page)?, project())?;
    fs::write(&page, with_hero(&filled, project())?)?;
    if release {
        add_content_policy(&page)?;
    }
    copy_recorded(staging, project())?;
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

/// Lays the recorded runs of all exhibits into one folder of the page.
fn copy_recorded(staging: &Path, project: &Path) -> Result<()> {
    let to = staging.join("recorded");
    fs::create_dir_all(&to)?;
    let folders: BTreeSet<&str> = exhibits::cards().map(|card| card.folder).collect();
    for folder in folders {
        let from = project.join("src/exhibits").join(folder).join("recorded");
        for file in
            fs::read_dir(&from).with_context(|| format!("there is no {}", from.display()))?
        {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
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

/// Draws the picture at the top of the page from two recorded runs, so that it is there
/// before any script is.
pub fn with_hero(page: &str, project: &Path) -> Result<String> {
    let recorded = |name: &str| -> Result<Report> {
        let file = project.join("src/exhibits/gil/recorded").join(name);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("the page shows {}, which cannot be read", file.display()))?;
        let json: serde_json::Value = serde_json::from_str(&text)?;
        read::report(&json).with_context(|| format!("{} is no report", file.display()))
    };
    let place = "<figure class=\"hero chart\">";
    ensure!(page.contains(place), "the page has no {place}");
    let [locked, free] = [recorded("gil.json")?, recorded("gil-free-threaded.json")?];
    let exhibit = exhibits::named(&locked.exhibit).context("the picture at the top is of none")?;
    let drawn = picture::hero(exhibit, &locked, &free);
    let drawn = drawn.context("the recorded runs of the picture at the top compare nothing")?;
    Ok(page.replacen(place, &format!("{place}{}", drawn.into_string()), 1))
}

/// Fills every `<code data-source="FILE"></code>` with the shown part of that file: what
/// the lesson shows is what was compiled.
pub fn with_sources(page: &str, project: &Path) -> Result<String> {
    let (mut filled, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once("data-source=\"") {
        let (file, after) = after.split_once("\"></code>").with_context(|| {
            format!(
                "data-source is not followed by \"></code>: {}",
                after.lines().next().unwrap_or("")
            )
        })?;
        let source = fs::read_to_string(project.join(file))
            .with_context(|| format!("the page shows {file}, which cannot be read"))?;
        let escaped =
            shown(&source).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        filled.push_str(&format!("{before}data-source=\"{file}\">{escaped}</code>"));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The part of a source file between the lines `// [shown` and `// shown]`; all of it
/// where there are none.
fn shown(file: &str) -> &str {
    let start = file.find("// [shown\n").map_or(0, |at| at + "// [shown\n".len());
    let end = file.find("// shown]").unwrap_or(file.len());
    file.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_part_of_a_file_is_put_into_the_page() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), "use x;\n// [shown\nfn f<T>() {}\n// shown]\n")
            .unwrap();
        let page = "<p><code data-source=\"a.rs\"></code> and more";
        let filled = with_sources(page, folder.path()).unwrap();
        assert_eq!(filled, "<p><code data-source=\"a.rs\">fn f&lt;T&gt;() {}\n</code> and more");
        let missing = with_sources("<code data-source=\"b.rs\"></code>", folder.path());
        assert!(format!("{:#}", missing.unwrap_err()).contains("b.rs"));
    }
}

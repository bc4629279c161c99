//! The last step of a build: what needs to know all the files of the site.
//!
//! Trunk runs this after everything else (`cargo lab assemble`), whether it builds or serves.
//! It puts the pages together (see `book.rs`) with the script that must not be missing in
//! their markup, lays the recorded runs beside them, gives the service worker its list of files
//! and a version that changes with their content, and, in release builds, puts the content
//! policy into the pages for hosts that send no headers.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::build_engines::collect;
use super::headers::{CONTENT_POLICY, FIRST_SCRIPTS, in_markup};
use super::{book, cpython, everything, front, licences, project, shell};
use crate::exhibits::{FRONTS, RACE, RACE_RECORDED};

/// Completes the build in `staging`.
///
/// # Errors
/// If a part of a page is missing, or a file cannot be written.
pub fn assemble(staging: &Path, release: bool) -> Result<()> {
    // The licences of the editor's parts come with them.
    cpython::bring_editor();
    let shell = fs::read_to_string(staging.join("index.html"))?;
    let shell = with_first_scripts(&shell, project())?;
    let shell = if release { with_content_policy(&shell)? } else { shell };
    for (name, mut page) in site(&shell, project())? {
        if name == "python.html" {
            page = cpython::lay(staging, project(), &page)?;
        }
        fs::write(staging.join(&name), page).with_context(|| format!("could not write {name}"))?;
    }
    lay_recorded_runs(staging, project())?;
    complete_service_worker(staging)
}

/// Every page by its file name, put together from the shell. Who has a page translated finds
/// programs as they are.
///
/// # Errors
/// If a part of a page is missing.
pub fn site(shell: &str, project: &Path) -> Result<Vec<(String, String)>> {
    let read = book::pages(project)?;
    let mut site = vec![
        ("index.html".to_owned(), front::front(shell, &read, project)?),
        ("all.html".to_owned(), everything::all(shell, &read)?),
        ("licences.html".to_owned(), licences::page(shell, &read, project)?),
    ];
    for (at, page) in read.iter().enumerate() {
        let built = shell::page(shell, &read, at).with_context(|| format!("page {}", page.name))?;
        site.push((page.address(), built));
    }
    for (_, page) in &mut site {
        *page = page.replace("<code", "<code translate=\"no\"");
    }
    Ok(site)
}

/// The recorded run of each exhibit, where the page looks for it.
fn lay_recorded_runs(staging: &Path, project: &Path) -> Result<()> {
    let folder = staging.join("recorded");
    fs::create_dir_all(&folder)?;
    let own = FRONTS.into_iter().map(|front| (front, front.name));
    for (front, name) in own.chain([(RACE.front, RACE_RECORDED)]) {
        let name = format!("{name}.json");
        let file = project.join("src/exhibits").join(front.folder).join("recorded").join(&name);
        fs::copy(&file, folder.join(&name))
            .with_context(|| format!("there is no recorded run {}", file.display()))?;
    }
    Ok(())
}

/// The service worker's list of files, and a version that changes with their content.
fn complete_service_worker(staging: &Path) -> Result<()> {
    let mut files = Vec::new();
    collect(staging, String::new(), &mut files)?;
    // Hosts read `_headers`; pages never do.
    // Python and its editor are kept once they were asked for: most visits never do.
    files.retain(|(name, _)| {
        name != "service-worker.js" && name != "_headers" && !cpython::is_kept_on_demand(name)
    });
    files.sort();
    let mut hasher = DefaultHasher::new();
    for (name, content) in &files {
        hasher.write(name.as_bytes());
        hasher.write(content);
    }
    let lines: Vec<_> = files
        .iter()
        .map(|(name, content)| {
            let name = if name == "index.html" { "./" } else { name.as_str() };
            format!("  \"{name}\": {},\n", content.len())
        })
        .collect();
    let path = staging.join("service-worker.js");
    let source = fs::read_to_string(&path)
        .with_context(|| format!("the build has no {}", path.display()))?;
    let built = source
        .replace("VERSION = \"unbuilt\"", &format!("VERSION = \"{:016x}\"", hasher.finish()))
        .replace("FILES = {}", &format!("FILES = {{\n{}}}", lines.concat()));
    ensure!(
        !built.contains("unbuilt") && !built.contains("FILES = {}"),
        "www/service-worker.js has no line for its version or its files"
    );
    Ok(fs::write(path, built)?)
}

/// The page with the scripts that watch over its start in its markup, where no host can lose
/// them without losing the page.
fn with_first_scripts(page: &str, project: &Path) -> Result<String> {
    let mut page = page.to_owned();
    for (place, file) in FIRST_SCRIPTS {
        ensure!(page.matches(place).count() == 1, "the page has no {place}, or more than one");
        let script = in_markup(&fs::read_to_string(project.join(file))?);
        ensure!(!script.contains("</script"), "{file} would end in the middle of the markup");
        page = page.replacen(place, &format!("<script>{script}</script>"), 1);
    }
    Ok(page)
}

fn with_content_policy(page: &str) -> Result<String> {
    let after = "<meta charset=\"utf-8\">";
    ensure!(page.contains(after), "the page has no {after} to put the content policy behind");
    let meta = format!(
        "{after}\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_POLICY}\">"
    );
    Ok(page.replacen(after, &meta, 1))
}

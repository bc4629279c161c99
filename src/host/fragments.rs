//! Fragments of pages: what they say about themselves, and what is put into them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The text of a source file with the line ends of the repository, whatever git has made of
/// them: the build looks for whole lines.
///
/// # Errors
/// If it cannot be read.
pub fn source(file: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(file)?.replace("\r\n", "\n"))
}

/// A piece of a page, and the lines of the comment in front of it.
#[derive(Debug)]
pub struct Fragment {
    head: String,
    /// The markup below the comment.
    pub body: String,
}

impl Fragment {
    /// Reads a fragment.
    ///
    /// # Errors
    /// If it cannot be read, or does not begin with a comment.
    pub fn read(file: &Path) -> Result<Fragment> {
        let text = source(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Fragment::of(&text).with_context(|| file.display().to_string())
    }

    /// Understands a fragment.
    ///
    /// # Errors
    /// If it does not begin with a comment.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::host::fragments::Fragment;
    /// let fragment = Fragment::of("<!--\nshort: Lock\n-->\n<p>Threads</p>\n").unwrap();
    /// assert_eq!(fragment.field("short").as_deref(), Some("Lock"));
    /// assert_eq!(fragment.field("title"), None);
    /// assert_eq!(fragment.body, "<p>Threads</p>\n");
    /// ```
    pub fn of(text: &str) -> Result<Fragment> {
        let inside = text.strip_prefix("<!--\n").and_then(|rest| rest.split_once("-->\n"));
        let (head, body) = inside.context("a fragment begins with a comment <!-- … -->")?;
        Ok(Fragment { head: head.to_owned(), body: body.to_owned() })
    }

    /// What the comment says behind this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned());
        self.head.lines().find_map(value)
    }
}

/// Fills the one element that carries this attribute, and takes the attribute away.
///
/// # Errors
/// If there is no such element, or it is not empty.
///
/// # Examples
/// ```
/// use fib_lab::host::fragments::fill;
/// assert_eq!(fill("<ol data-list></ol>", "data-list", "<li>a").unwrap(), "<ol><li>a</ol>");
/// assert!(fill("<ol></ol>", "data-list", "").is_err());
/// ```
pub fn fill(page: &str, attribute: &str, content: &str) -> Result<String> {
    let place = format!(" {attribute}></");
    let (before, after) =
        page.split_once(&place).with_context(|| format!("nothing empty has {attribute}"))?;
    Ok(format!("{before}>{content}</{after}"))
}

/// Where the contents of the first element begin whose tag starts like this.
///
/// # Errors
/// If there is none.
///
/// # Examples
/// ```
/// let page = "<p><main id=x>text";
/// assert_eq!(&page[fib_lab::host::fragments::after_tag(page, "<main").unwrap()..], "text");
/// ```
pub fn after_tag(page: &str, start: &str) -> Result<usize> {
    let at = page.find(start).with_context(|| format!("there is no {start}>"))?;
    let tag = page.get(at..).unwrap_or_default();
    let end = tag.find('>').with_context(|| format!("{start} does not end"))?;
    Ok(at + end + 1)
}

/// Fills every `<code data-source="FILE"></code>` with the shown part of that file: what
/// the lesson shows is what was compiled. A name without a folder means a file beside the
/// lesson, in `folder`; any other path starts from the project.
///
/// # Errors
/// If a file cannot be read.
pub fn with_programs(page: &str, project: &Path, folder: &Path) -> Result<String> {
    let (mut filled, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once("data-source=\"") {
        let (file, after) = after.split_once("\"></code>").with_context(|| {
            let line = after.lines().next().unwrap_or("");
            format!("data-source is not followed by \"></code>: {line}")
        })?;
        let path = if file.contains('/') { project } else { folder }.join(file);
        let source = source(&path)
            .with_context(|| format!("the page shows {}, which cannot be read", path.display()))?;
        let escaped =
            shown(&source).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let before = before.trim_end();
        filled.push_str(&format!("{before}>{escaped}</code>"));
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
    fn line_ends_of_another_system_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let lines = "use x;\n// [shown\nfn f() {}\n// shown]\n";
        let fragment = "<!--\nshort: Lock\n-->\n<p>Threads</p>\n<code data-source=\"a.rs\"></code>";
        for ends in ["\n", "\r\n"] {
            fs::write(folder.path().join("a.rs"), lines.replace('\n', ends)).unwrap();
            fs::write(folder.path().join("a.html"), fragment.replace('\n', ends)).unwrap();
            let read = Fragment::read(&folder.path().join("a.html")).unwrap();
            assert_eq!(read.field("short").as_deref(), Some("Lock"));
            let page = with_programs(&read.body, folder.path(), folder.path()).unwrap();
            assert_eq!(page, "<p>Threads</p>\n<code>fn f() {}\n</code>");
        }
    }

    #[test]
    fn the_shown_part_of_a_file_is_put_into_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let (project, beside) = (folder.path(), folder.path().join("beside"));
        fs::create_dir(&beside).unwrap();
        let text = "use x;\n// [shown\nfn f<T>() {}\n// shown]\n";
        fs::write(beside.join("a.rs"), text).unwrap();
        for source in ["a.rs", "beside/a.rs"] {
            let page = format!("<p><code data-source=\"{source}\"></code> and more");
            let filled = with_programs(&page, project, &beside).unwrap();
            assert_eq!(filled, "<p><code>fn f&lt;T&gt;() {}\n</code> and more");
        }
        let missing = with_programs("<code data-source=\"b.rs\"></code>", project, &beside);
        assert!(format!("{:#}", missing.unwrap_err()).contains("b.rs"));
    }
}

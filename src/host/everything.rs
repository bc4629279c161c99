//! Everything on one page, to print it or to read it without script.

use anyhow::{Context, Result, ensure};
use maud::{PreEscaped, html};

use super::fragments::fill;
use super::pages::Page;
use super::shell::{contents, dressed};

/// Everything on one page, to print it or to read it without script. Its figures stay what
/// they are without script: nothing is mounted, so it needs no program either.
///
/// # Errors
/// If the shell has no place for a part.
pub fn all(shell: &str, pages: &[Page]) -> Result<String> {
    let start = "<section class=\"lesson\" id=\"workload\"";
    let (_, work) = shell.split_once(start).with_context(|| format!("there is no {start}"))?;
    let (work, _) = work.split_once("</section>").context("the part on the work does not end")?;
    let main = html! {
        h1 { "Fib Lab, all of it" }
        p.lead {
            "Every lesson in one piece, to print or to read. The figures are on the pages of the "
            "exhibits; here stands what a recorded run found."
        }
        (PreEscaped(format!("{start}{work}</section>")))
        @for page in pages.iter().filter(|page| page.name != "notebook") {
            @let question = page.asked();
            (PreEscaped(still(&page.lower_section().into_string(), &page.address(), question)))
        }
    };
    let description = "All lessons of Fib Lab on one page, to print or to read without script.";
    let shell = dressed(shell, "Everything · Fib Lab", description, &main)?;
    let shell = fill(&shell, "data-contents", &contents(pages, "all").into_string())?;
    ensure!(shell.contains("data-lab=\"loading\""), "the shell has no data-lab");
    let shell = shell.replacen("data-lab=\"loading\"", "data-lab=\"ready\"", 1);
    Ok(without_program(&shell))
}

/// A section whose figures stay what they are, with the question and room for a prediction
/// by hand. Without their attribute no script would look for them.
fn still(section: &str, address: &str, question: Option<&str>) -> String {
    let asked = html! {
        @if let Some(question) = question {
            p.predict { strong { "Predict first. " } (question) " " span.room {} }
        }
        p { a href=(address) { "The figure, to run" } "." }
    };
    let asked = asked.into_string();
    // Styles hide the answers of a quiz that can still be answered; here they are to be read.
    let section = section.replace(" data-quiz", "");
    let mut parts = section.split(" data-exhibit=\"");
    let mut still = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("\">").unwrap_or(("", part));
        still.push_str(&format!(">{asked}{rest}"));
    }
    still
}

/// The shell without what loads the page's program.
pub(super) fn without_program(shell: &str) -> String {
    let loads = |tag: &str| {
        let preloads = ["rel=\"modulepreload\"", "rel=\"preload\""];
        tag.starts_with("<script") && tag.contains("start.js")
            || tag.starts_with("<link") && preloads.iter().any(|rel| tag.contains(rel))
    };
    let (mut kept, mut rest) = (String::new(), shell);
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        kept.push_str(text);
        let (tag, after) = tag.split_at(tag.find('>').map_or(tag.len(), |end| end + 1));
        if loads(tag) {
            rest = after.strip_prefix("</script>").unwrap_or(after);
        } else {
            kept.push_str(tag);
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}

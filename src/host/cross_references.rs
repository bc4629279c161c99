//! References of one page to another: addresses and numbers come from the registry.

use anyhow::{Context, Result};

use super::pages::{NUMBERED, Page};

/// Where references of one fragment to another exhibit lead.
pub(super) struct Links(Vec<(String, String)>);

impl Links {
    pub(super) fn of(pages: &[Page]) -> Links {
        let number = |page: &Page| {
            let kicker = page.kicker.as_deref().unwrap_or_default();
            kicker.strip_prefix(NUMBERED).unwrap_or_default().to_owned()
        };
        Links(pages.iter().map(|page| (page.name.clone(), number(page))).collect())
    }

    /// Fills `<a data-to="NAME">exhibit</a>`: the address, and the number behind its words.
    pub(super) fn filled(&self, body: &str) -> Result<String> {
        let (mut filled, mut rest) = (String::new(), body);
        while let Some((before, after)) = rest.split_once("data-to=\"") {
            let (name, after) = after.split_once("\">").context("data-to does not end its tag")?;
            let (words, after) = after.split_once("</a>").context("data-to stands in no <a>")?;
            let (_, number) = self
                .0
                .iter()
                .find(|(page, _)| page == name)
                .with_context(|| format!("data-to=\"{name}\" names no page"))?;
            filled.push_str(&format!("{before}href=\"{name}.html\">{words} {number}</a>"));
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

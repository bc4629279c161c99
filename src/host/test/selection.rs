//! Which tests `cargo lab test` runs: layers, browsers, and a part of the name.

use std::collections::BTreeSet;

use crate::host::Usage;
use crate::host::browser::Kind;

/// The layers of tests, in the order in which they run.
pub const LAYERS: [&str; 4] = ["host", "wasm", "e2e", "ways"];

/// Which tests are run.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Some of [`LAYERS`].
    pub layers: BTreeSet<&'static str>,
    /// In which browsers.
    pub browsers: Vec<Kind>,
    /// A part of the names.
    pub filter: Option<String>,
}

impl Selection {
    /// Understands what was typed: no layer means all of them, and so with browsers.
    pub fn new(
        only: &[String],
        browsers: &[Kind],
        filter: Option<&str>,
    ) -> Result<Selection, Usage> {
        let layer = |name: &String| {
            let known = LAYERS.into_iter().find(|layer| layer == name);
            let allowed = "host, wasm, e2e or ways";
            known.ok_or_else(|| Usage(format!("--only is “{name}”, but allowed is {allowed}")))
        };
        let layers = match only {
            [] => LAYERS.into_iter().collect(),
            names => names.iter().map(layer).collect::<Result<_, _>>()?,
        };
        if filter.is_some_and(|part| part.trim().is_empty()) {
            return Err(Usage(
                "--filter is empty; it takes a part of the name of a test, such as deadlock".into(),
            ));
        }
        let browsers = if browsers.is_empty() { &Kind::ALL[..] } else { browsers };
        let filter = filter.map(str::to_owned);
        Ok(Selection { layers, browsers: browsers.to_vec(), filter })
    }

    /// Whether a test of this full name is wanted.
    pub fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|part| name.contains(part.as_str()))
    }

    /// Whether an end-to-end test of this full name is wanted: those of each browser stand in
    /// modules that begin with its name, and some need no browser.
    pub fn wants_end_to_end(&self, name: &str) -> bool {
        let module = name.split("::").nth(1).unwrap_or_default();
        let browser = Kind::ALL.into_iter().find(|kind| module.starts_with(kind.name()));
        browser.is_none_or(|kind| self.browsers.contains(&kind)) && self.wants(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(
        only: &[&str],
        browsers: &[Kind],
        filter: Option<&str>,
    ) -> Result<Selection, Usage> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        Selection::new(&only, browsers, filter)
    }

    #[test]
    fn layers_browsers_and_a_part_of_the_name_choose_the_tests() {
        let all = selection(&[], &[], None).unwrap();
        assert_eq!(all.layers.len(), LAYERS.len());
        assert!(all.wants("anything") && all.wants_end_to_end("end_to_end::webkit::x"));

        let one = selection(&["e2e"], &[Kind::Firefox], Some("deadlock")).unwrap();
        assert!(one.wants_end_to_end("end_to_end::firefox::a_deadlock_is_drawn"));
        assert!(!one.wants_end_to_end("end_to_end::firefox::x"));
        assert!(!one.wants_end_to_end("end_to_end::chromium::a_deadlock_is_drawn"));
        assert!(!one.wants_end_to_end("end_to_end::webkit_without_shared_memory::a_deadlock"));
        assert!(one.wants_end_to_end("end_to_end::markup::deadlock"), "needs no browser");
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        let refusal = |only: &[&str], filter| selection(only, &[], filter).unwrap_err().0;
        assert!(refusal(&["all"], None).contains("allowed is host, wasm, e2e or ways"));
        assert!(refusal(&[], Some(" ")).contains("a part of the name"));
    }
}

//! The headers of the page. They stand here, and again where other programs send them: in
//! `Trunk.toml` for `trunk serve`, in `www/_headers` for hosts that read it, and in
//! `www/service-worker.js` for all others. A test holds the copies together.

/// What isolates a page, so that its threads can share memory, and what lets a page of
/// another site frame it: every file may be used by others.
pub const ISOLATION: [(&str, &str); 4] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("access-control-allow-origin", "*"),
];

/// The scripts that stand in the markup itself, so that they are there whenever the page is, each
/// with its place: a short one that says so where the page ends within the other, and the one that
/// watches over the page's start.
pub const FIRST_SCRIPTS: [(&str, &str); 2] = [
    ("<script data-cut></script>", "www/cut.js"),
    ("<script data-first></script>", "www/first.js"),
];

/// That script as it stands in the markup: without comments and indents, so that little of a
/// page comes before its text, even of one that is cut short.
pub fn in_markup(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.filter(|line| !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The content policy of the built page: nothing inline but [`FIRST_SCRIPTS`], which are named
/// by their hashes, and nothing from elsewhere.
pub const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self' \
     'sha256-DIq3YqWbPz7+axppUgLlzYNmeQDATa8T6cMFPxYT2c0=' \
     'sha256-7jKowvvag5r2ClyLB9UL3ceuOo+5nLVDL1HMi3QJAQg=' 'wasm-unsafe-eval'; \
     worker-src 'self' blob:; style-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'self'";

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::host::project;

    #[test]
    fn the_policy_names_the_scripts_in_the_markup() {
        for (_, file) in FIRST_SCRIPTS {
            let script = in_markup(&std::fs::read_to_string(project().join(file)).unwrap());
            let hash = format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script)));
            assert!(CONTENT_POLICY.contains(&hash), "{file} has the hash {hash}");
        }
    }

    /// The headers that a file names between two lines, in its order, as `name: value`.
    #[track_caller]
    fn named(file: &str, from: &str, to: &str) -> Vec<String> {
        let text = std::fs::read_to_string(project().join(file)).unwrap();
        let (_, after) = text.split_once(from).unwrap_or_else(|| panic!("{file} has no {from}"));
        let (section, _) = after.split_once(to).unwrap_or_else(|| panic!("{file} has no {to:?}"));
        let lines = section.lines().map(str::trim).filter(|line| !line.is_empty());
        let plain = |line: &str| {
            let (name, value) = line.split_once([':', '=']).expect("a name and a value");
            let bare = |text: &str| text.trim_matches([' ', '"', ',']).to_owned();
            format!("{}: {}", bare(name).to_lowercase(), bare(value))
        };
        lines.map(plain).collect()
    }

    #[test]
    fn whoever_sends_headers_sends_the_same() {
        let mut headers = ISOLATION.map(|(name, value)| format!("{name}: {value}")).to_vec();
        assert_eq!(named("Trunk.toml", "[serve.headers]", "\n\n"), headers);
        assert_eq!(named("www/service-worker.js", "const HEADERS = {", "};"), headers);
        // Hosts that read this file also send what the page says itself elsewhere.
        headers.push(format!("content-security-policy: {CONTENT_POLICY}"));
        headers.push("x-content-type-options: nosniff".to_owned());
        assert_eq!(named("www/_headers", "/*", "\n\n"), headers);
    }
}

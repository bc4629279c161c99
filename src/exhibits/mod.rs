//! The exhibits: one file each, and this registry.

pub mod honesty;
pub mod pool_map;

use crate::spec::Parameter;

/// Everything the page, the command and the tests need to know of an exhibit.
#[derive(Debug)]
pub struct Exhibit {
    /// Its name in addresses, commands and reports.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its own parameters.
    pub own_parameters: &'static [Parameter],
    /// Parameters that it shares with others; they come after its own.
    pub shared_parameters: &'static [Parameter],
    /// The question before Run, and the unit of its answer.
    pub question: &'static str,
    /// The program that runs, cut from the exhibit's own file.
    pub program: fn() -> &'static str,
    /// A CPython 3 program for the same system.
    pub python: &'static str,
    /// Whether the page brings a recorded run along, in `www/recorded/`.
    pub recorded: bool,
    /// What the pictures leave out.
    pub simplifies: &'static str,
}

/// Every exhibit, in the order of the page.
pub static ALL: &[&Exhibit] = &[&pool_map::EXHIBIT, &honesty::AA, &honesty::KNOWN_RATIO];

/// The exhibit with this name.
pub fn named(name: &str) -> Option<&'static Exhibit> {
    ALL.iter().copied().find(|exhibit| exhibit.name == name)
}

impl Exhibit {
    /// Its own parameters, then the shared ones.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        self.own_parameters.iter().chain(self.shared_parameters)
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }
}

/// The part of a source file between the lines `// [shown` and `// shown]`.
///
/// ```
/// let file = "use x;\n// [shown\nfn f() {}\n// shown]\nfn g() {}\n";
/// assert_eq!(fib_lab::exhibits::shown(file), "fn f() {}\n");
/// ```
pub fn shown(file: &'static str) -> &'static str {
    let start = file.find("// [shown\n").map_or(0, |at| at + "// [shown\n".len());
    let end = file.find("// shown]").unwrap_or(file.len());
    &file[start..end.max(start)]
}

//! Which file of the crate uses which: the arrows between its modules.
//!
//! Read from the tokens of the sources, so that comments, strings and the shape of the code
//! do not matter: every `use`, and every path in between, such as `crate::fib::naive(3)` or
//! `words::time(ms)` below a `use super::words`. A path through a re-export leads to the file
//! that really has the item. A module that is only named on the way is no arrow.
//!
//! Its limit: names that arrive without a path, such as methods, are not seen; whoever has
//! the type has named it somewhere.

mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proc_macro2::TokenStream;

/// The name under which programs of this package know its library.
const LIBRARY: &str = "fib_lab";
/// Re-exports of re-exports end after so many steps at the latest.
const MOST_STEPS: u32 = 16;

/// A file that uses another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file that uses.
    pub from: String,
    /// The file that is used.
    pub to: String,
}

impl std::fmt::Display for Arrow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} uses {}", self.from, self.to)
    }
}

type Path = Vec<String>;

#[derive(Default)]
struct Module {
    file: String,
    /// What is defined here.
    items: BTreeSet<String>,
    /// Names that stand for a path, as it is written.
    uses: BTreeMap<String, Path>,
    /// Imports that give a name to nothing, such as traits.
    nameless: Vec<Path>,
    /// What follows `::*`.
    globs: Vec<Path>,
    /// All other paths.
    paths: Vec<Path>,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Module(Path),
    /// Something in this file.
    Item(String),
}

/// The modules of a package, by their paths.
struct Modules(BTreeMap<Path, Module>);

/// The arrows between these files, each given as its path below `src/` and its text.
pub fn arrows(files: &[(String, String)]) -> BTreeSet<Arrow> {
    let mut modules = Modules(BTreeMap::new());
    for (file, text) in files {
        let tokens = TokenStream::from_str(text)
            .unwrap_or_else(|error| panic!("{file} is no Rust: {error}"));
        let path = module_of(file);
        modules.module(&path, file);
        modules.scan(tokens, &path, file, true);
    }
    let mut arrows = BTreeSet::new();
    for (path, module) in &modules.0 {
        let mut found: Vec<Option<Found>> = Vec::new();
        let named = module.uses.values().chain(&module.nameless).chain(&module.paths);
        found.extend(named.map(|used| modules.find(path, used, MOST_STEPS)));
        // Everything of a module: that is the module itself.
        found.extend(module.globs.iter().map(|used| {
            let found = modules.find(path, used, MOST_STEPS)?;
            Some(match found {
                Found::Module(of) => Found::Item(modules.0.get(&of)?.file.clone()),
                item => item,
            })
        }));
        for found in found.into_iter().flatten() {
            if let Found::Item(to) = found
                && to != module.file
            {
                arrows.insert(Arrow { from: module.file.clone(), to });
            }
        }
    }
    arrows
}

/// The path of a file's module: `a/mod.rs` and `a.rs` are both `a`, `lib.rs` is the root.
fn module_of(file: &str) -> Path {
    let mut path: Path = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "mod" || last == "lib") {
        path.pop();
    }
    path
}

impl Modules {
    fn module(&mut self, path: &[String], file: &str) -> &mut Module {
        let new = || Module { file: file.to_owned(), ..Module::default() };
        self.0.entry(path.to_vec()).or_insert_with(new)
    }

    /// What a path leads to that is written in this module; `None` if out of the package.
    fn find(&self, inside: &[String], used: &[String], steps: u32) -> Option<Found> {
        let (first, rest) = used.split_first()?;
        let steps = steps.checked_sub(1)?;
        let relative = |base: &[String]| self.walk(base, rest, steps);
        match first.as_str() {
            "crate" => relative(root(inside)),
            LIBRARY => relative(&[]),
            "self" => relative(inside),
            "super" => {
                let (_, parent) = inside.split_last()?;
                // `super::super::a` goes on from there.
                match rest.first().map(String::as_str) {
                    Some("super") => self.find(parent, rest, steps),
                    _ => relative(parent),
                }
            }
            name => {
                let module = self.0.get(inside)?;
                let child: Path = inside.iter().cloned().chain([name.to_owned()]).collect();
                if self.0.contains_key(&child) {
                    return relative(&child);
                }
                if let Some(target) = module.uses.get(name) {
                    // A crate that is imported under its own name is not of this package.
                    if target.first().is_some_and(|start| start == name) {
                        return None;
                    }
                    let whole: Path = target.iter().chain(rest).cloned().collect();
                    return self.find(inside, &whole, steps);
                }
                self.in_globs(inside, name, rest, steps)
            }
        }
    }

    /// What a name leads to that arrives by a glob, with what follows it.
    fn in_globs(
        &self,
        inside: &[String],
        name: &str,
        rest: &[String],
        steps: u32,
    ) -> Option<Found> {
        let steps = steps.checked_sub(1)?;
        self.0.get(inside)?.globs.iter().find_map(|glob| {
            let Found::Module(of) = self.find(inside, glob, steps)? else { return None };
            let module = self.0.get(&of)?;
            let child: Path = of.iter().cloned().chain([name.to_owned()]).collect();
            let known = module.items.contains(name)
                || module.uses.contains_key(name)
                || self.0.contains_key(&child);
            let whole: Path = [name.to_owned()].into_iter().chain(rest.iter().cloned()).collect();
            if known {
                self.walk(&of, &whole, steps)
            } else {
                self.in_globs(&of, name, rest, steps)
            }
        })
    }

    /// Goes on from a module by these names.
    fn walk(&self, from: &[String], names: &[String], steps: u32) -> Option<Found> {
        let module = self.0.get(from)?;
        let Some((name, rest)) = names.split_first() else {
            return Some(Found::Module(from.to_vec()));
        };
        let child: Path = from.iter().cloned().chain([name.clone()]).collect();
        if self.0.contains_key(&child) {
            return self.walk(&child, rest, steps);
        }
        if !module.items.contains(name) {
            if let Some(target) = module.uses.get(name) {
                let whole: Path = target.iter().chain(rest).cloned().collect();
                return self.find(from, &whole, steps.checked_sub(1)?);
            }
            if let Some(found) = self.in_globs(from, name, rest, steps) {
                return Some(found);
            }
        }
        Some(Found::Item(module.file.clone()))
    }
}

/// The root of the crate that a module belongs to: programs and tests from outside are
/// crates of their own.
fn root(inside: &[String]) -> &[String] {
    match inside.first() {
        Some(first) if first == "bin" || first == "tests" => &inside[..inside.len().min(2)],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the arrows of `user.rs` lead, beside these made-up files.
    #[track_caller]
    fn case(user: &str, to: &[&str]) {
        let files = [
            ("lib.rs", "pub mod a; pub mod fib; pub use fib::naive;"),
            (
                "a/mod.rs",
                "pub mod b; mod c; pub use b::{B, deep as shallow}; pub use c::*; pub struct A;",
            ),
            ("a/b.rs", "pub struct B; pub fn deep() {} pub mod inner { pub struct I; }"),
            ("a/c.rs", "pub enum C { One } pub const N: u32 = 1;"),
            ("fib.rs", "pub fn naive() {}"),
            ("user.rs", user),
        ];
        let files = files.map(|(file, text)| (file.to_owned(), text.to_owned()));
        let all = arrows(&files);
        let found: Vec<&str> =
            all.iter().filter(|arrow| arrow.from == "user.rs").map(|arrow| &*arrow.to).collect();
        assert_eq!(found, to, "{user}");
    }

    #[test]
    fn imports_and_paths_between_them_are_arrows() {
        case("use crate::a::A;", &["a/mod.rs"]);
        case("use super::a::{self, b::B, A as Other};", &["a/b.rs", "a/mod.rs"]);
        case("fn f() { crate::fib::naive() }", &["fib.rs"]);
        case("fn f(x: &crate::a::b::B) -> Vec<super::a::A> { todo!() }", &["a/b.rs", "a/mod.rs"]);
        case("fn f() { fib_lab::a::b::deep() }", &["a/b.rs"]);
        case("mod inner { use super::super::a::b; fn f() { b::deep() } }", &["a/b.rs"]);
        case("use crate::a::b::inner::I;", &["a/b.rs"]);
    }

    #[test]
    fn a_path_through_a_re_export_leads_to_the_file_that_has_it() {
        case("use crate::a::B;", &["a/b.rs"]);
        case("use crate::a::shallow;", &["a/b.rs"]);
        case("use crate::a::{C, N};", &["a/c.rs"]);
        case("use crate::naive;", &["fib.rs"]);
        case("use crate::a; fn f() { a::shallow() }", &["a/b.rs"]);
        case("use crate::a as other; fn f() { other::C::One }", &["a/c.rs"]);
    }

    #[test]
    fn everything_of_a_module_is_the_module_and_what_comes_with_it() {
        case("use crate::a::*;", &["a/mod.rs"]);
        case("use crate::a::*; fn f() { b::deep() }", &["a/b.rs", "a/mod.rs"]);
    }

    #[test]
    fn macros_and_tests_are_read_and_words_are_not() {
        case("fn f() { html! { p { (crate::a::b::deep()) } } }", &["a/b.rs"]);
        case(
            "#[cfg(test)] mod tests { use super::*; use crate::fib; fn f() { fib::naive() } }",
            &["fib.rs"],
        );
        case("/// Like crate::a::A.\n// use crate::a::A;\nconst X: &str = \"crate::a::A\";", &[]);
    }

    #[test]
    fn a_module_that_is_only_named_is_no_arrow_and_neither_are_other_crates() {
        case("use crate::a; use crate::a::b;", &[]);
        case("use std::fmt; use serde::{Serialize, de}; fn f() { fmt::write() }", &[]);
        case("use maud::{self, html}; fn f(x: X) { x.a::<u8>(); maud::b(); X::a::b() }", &[]);
    }
}

//! What a file says: its tokens, read into modules with what they define, import and name.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{Modules, Path};

impl Modules {
    /// Reads the tokens of a module or of something in it; `outermost` where its items are.
    pub fn scan(&mut self, tokens: TokenStream, path: &[String], file: &str, outermost: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    // An attribute: `#[…]` or `#![…]`.
                    let bang = matches!(tokens.get(at + 1), Some(TokenTree::Punct(_)));
                    at += if bang { 3 } else { 2 };
                    continue;
                }
                TokenTree::Group(group) => self.scan(group.stream(), path, file, false),
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    let next = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                    match (word.as_str(), tokens.get(at + 2)) {
                        ("use", _) => {
                            let end = at + ends_with_semicolon(&tokens[at..]);
                            self.used(&tokens[at + 1..end], Vec::new(), path, file);
                            at = end;
                            continue;
                        }
                        ("mod", Some(TokenTree::Group(body)))
                            if body.delimiter() == Delimiter::Brace =>
                        {
                            let inner: Path = path.iter().cloned().chain([next]).collect();
                            self.module(&inner, file);
                            self.scan(body.stream(), &inner, file, true);
                            at += 3;
                            continue;
                        }
                        (
                            "fn" | "struct" | "enum" | "trait" | "const" | "static" | "type"
                            | "union",
                            _,
                        ) if outermost => {
                            self.module(path, file).items.insert(next);
                        }
                        _ => {
                            let (segments, length) = path_at(&tokens, at);
                            if segments.len() > 1 {
                                self.module(path, file).paths.push(segments);
                            }
                            at += length;
                            continue;
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads what stands after `use`, up to the semicolon.
    fn used(&mut self, tokens: &[TokenTree], before: Path, path: &[String], file: &str) {
        let mut segments = before;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) if ident == "as" => {
                    let alias = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                    return self.name(alias, segments, path, file);
                }
                TokenTree::Ident(ident) => segments.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    self.module(path, file).globs.push(segments);
                    return;
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                    for part in inner.split(comma).filter(|part| !part.is_empty()) {
                        self.used(part, segments.clone(), path, file);
                    }
                    return;
                }
                _ => {}
            }
        }
        // `use a::{self}` is `use a`.
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let name = segments.last().cloned().unwrap_or_default();
        self.name(name, segments, path, file);
    }

    fn name(&mut self, name: String, used: Path, path: &[String], file: &str) {
        let module = self.module(path, file);
        if name == "_" {
            module.nameless.push(used);
        } else if let Some(other) = module.uses.insert(name, used.clone())
            && other != used
        {
            // The same name twice, in two functions: both are arrows.
            module.nameless.push(other);
        }
    }
}

/// How many tokens there are up to the next semicolon.
fn ends_with_semicolon(tokens: &[TokenTree]) -> usize {
    let semicolon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    tokens.iter().position(semicolon).unwrap_or(tokens.len())
}

/// Whether `::` stands at this place.
fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(tokens.get(at)) && colon(tokens.get(at + 1))
}

/// The path that begins at this place, and how many tokens it takes; nothing where the
/// word belongs to what stands before it.
fn path_at(tokens: &[TokenTree], at: usize) -> (Path, usize) {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let of_something = match before {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => true,
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => {
            at >= 2 && colons(tokens, at - 2)
        }
        _ => false,
    };
    if of_something {
        return (Vec::new(), 1);
    }
    let mut segments = Vec::new();
    let mut end = at;
    while let Some(TokenTree::Ident(ident)) = tokens.get(end) {
        segments.push(ident.to_string());
        end += 1;
        if !colons(tokens, end) || !matches!(tokens.get(end + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        end += 2;
    }
    (segments, (end - at).max(1))
}

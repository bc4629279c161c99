//! `cargo lab doctor` and `cargo lab env`: what is there, and how to use it by hand.

use std::process::{Command, ExitCode};

use anyhow::Result;

use super::browser::Kind;
use super::page::tools_path;
use super::route::{Route, TARGET};
use super::{npm_tools, process, tools};

const NO_NODE: &str =
    "missing; installed by cargo lab test where apt-get may (apt-get install nodejs npm)";

/// Says which toolchain, tools and browsers were found, and what to type for the rest.
/// Fails when something that serving needs is missing.
pub fn run() -> Result<ExitCode> {
    let mut ready = true;
    let line = |name: &str, found: String| println!("{name:<20} {found}");
    let rustc = process::read(Command::new("rustc").arg("--version"));
    line("rustc", rustc.unwrap_or_else(|_| "missing. See https://rustup.rs".to_owned()));
    match Route::ready() {
        Some(Route::Rustup) => line("wasm toolchain", "rustup's target and rust-src".to_owned()),
        Some(Route::Debian) => {
            line("wasm toolchain", "Debian's rustc-web, std built from source".to_owned());
        }
        None => {
            ready = false;
            line(
                "wasm toolchain",
                format!(
                    "missing. Type: rustup target add {TARGET} && rustup component add rust-src \
                     (where rustup cannot fetch: apt-get install rustc-web cargo-web rust-web-src \
                     rust-web-llvm)"
                ),
            );
        }
    }
    for tool in tools::ALL {
        let program = tool.program()?;
        if program.is_file() {
            line(tool.krate, format!("{} at {}", tool.version, program.display()));
        } else {
            line(tool.krate, format!("missing; installed when first needed ({})", tool.version));
        }
    }
    let node = process::read(Command::new("node").arg("--version"));
    line("node", node.unwrap_or_else(|_| NO_NODE.to_owned()));
    for tool in npm_tools::ALL {
        let file = tool.file()?;
        if file.is_file() {
            line(tool.package, format!("{} at {}", tool.version, file.display()));
        } else {
            let when = format!("missing; installed when first needed ({})", tool.version);
            line(tool.package, when);
        }
    }
    for kind in Kind::ALL {
        match kind.installed() {
            Some((browser, driver)) => {
                line(kind.name(), format!("{} with {}", browser.display(), driver.display()));
            }
            None => line(
                kind.name(),
                format!(
                    "missing; installed by cargo lab test --browser {} where apt-get may",
                    kind.name()
                ),
            ),
        }
    }
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the settings under which trunk and wasm-pack work as their users type them.
pub fn print_env() -> Result<()> {
    let path = tools_path(&[tools::TRUNK, tools::WASM_BINDGEN, tools::WASM_PACK])?;
    println!("export PATH='{}'", path.to_string_lossy());
    Ok(())
}

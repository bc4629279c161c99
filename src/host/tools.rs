//! Programs from the crates registry, each pinned and installed once into the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cache, process, say};

/// A program from the crates registry.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// The crate.
    pub krate: &'static str,
    /// Its program.
    pub program: &'static str,
    /// Its exact version.
    pub version: &'static str,
    flags: &'static [&'static str],
}

/// Builds and serves the page.
pub const TRUNK: Tool = Tool {
    krate: "trunk",
    program: "trunk",
    version: "0.21.14",
    flags: &["--locked", "--no-default-features", "--features", "rustls"],
};

/// What trunk and wasm-pack call; its version must equal the crate's in Cargo.lock.
/// Without `--locked`: its own lock file names a version that registries may not have.
pub const WASM_BINDGEN: Tool =
    Tool { krate: "wasm-bindgen-cli", program: "wasm-bindgen", version: "0.2.130", flags: &[] };

/// Runs tests in browsers.
pub const WASM_PACK: Tool =
    Tool { krate: "wasm-pack", program: "wasm-pack", version: "0.15.1", flags: &["--locked"] };

/// Drives Firefox.
pub const GECKODRIVER: Tool =
    Tool { krate: "geckodriver", program: "geckodriver", version: "0.37.1", flags: &["--locked"] };

/// Every tool.
pub const ALL: [Tool; 4] = [TRUNK, WASM_BINDGEN, WASM_PACK, GECKODRIVER];

impl Tool {
    /// The folder of this version.
    fn root(&self) -> Result<PathBuf> {
        Ok(cache()?.join("tools").join(format!("{}-{}", self.krate, self.version)))
    }

    /// The folder of the program.
    pub fn folder(&self) -> Result<PathBuf> {
        Ok(self.root()?.join("bin"))
    }

    /// The program, whether it is there or not.
    pub fn program(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX)))
    }

    /// Installs the program unless it is there. Unoptimised builds are much quicker to
    /// make, and none of these programs is ever timed.
    pub fn ensure(&self) -> Result<PathBuf> {
        let program = self.program()?;
        if program.is_file() {
            return Ok(program);
        }
        say(format_args!("installing {} {} (once; takes minutes)", self.krate, self.version));
        let root = self.root()?;
        // The tools share many crates: one build folder for all of them.
        let build = cache()?.join("tools/build");
        fs::create_dir_all(&build)?;
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", "--debug", "--root"])
            .arg(&root)
            .arg("--target-dir")
            .arg(&build)
            .args(self.flags)
            .arg(format!("{}@{}", self.krate, self.version))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // The checkout's own settings must not leak into its tools.
            .current_dir(cache()?);
        process::run(&mut cargo).with_context(|| {
            format!(
                "{} could not be installed; try that command by hand, or put version {} of {} at {}",
                self.krate,
                self.version,
                self.program,
                program.display()
            )
        })?;
        Ok(program)
    }
}

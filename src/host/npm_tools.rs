//! Programs from the npm registry that test the built page, each pinned and installed
//! once into the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{apt, cache, process, say};

/// A program from the npm registry.
#[derive(Clone, Copy, Debug)]
pub struct NpmTool {
    /// The package.
    pub package: &'static str,
    /// Its exact version: one that the Node of Debian 12 and later can run.
    pub version: &'static str,
    /// The file of it that is used.
    entry: &'static str,
}

/// Looks for barriers in a page that is open in a browser.
pub const AXE: NpmTool = NpmTool { package: "axe-core", version: "4.14.1", entry: "axe.min.js" };

/// Reads the markup.
pub const HTML_VALIDATE: NpmTool =
    NpmTool { package: "html-validate", version: "9.7.1", entry: "bin/html-validate.mjs" };

/// Rates a first visit on a slow phone. By far the largest, and only the bench needs it.
pub const LIGHTHOUSE: NpmTool =
    NpmTool { package: "lighthouse", version: "12.8.2", entry: "cli/index.js" };

/// Every program.
pub const ALL: [NpmTool; 3] = [AXE, HTML_VALIDATE, LIGHTHOUSE];

impl NpmTool {
    /// The folder of this version.
    fn root(&self) -> Result<PathBuf> {
        Ok(cache()?.join("tools").join(format!("{}-{}", self.package, self.version)))
    }

    /// The file that is used, whether it is there or not.
    pub fn file(&self) -> Result<PathBuf> {
        Ok(self.root()?.join("node_modules").join(self.package).join(self.entry))
    }

    /// Installs the package unless it is there, and returns the file that is used.
    pub fn ensure(&self) -> Result<PathBuf> {
        let file = self.file()?;
        if file.is_file() {
            return Ok(file);
        }
        ensure_node()?;
        say(format_args!("installing {} {} (once)", self.package, self.version));
        let root = self.root()?;
        // Half of a package would look like all of it: only a whole one gets the name.
        let partial = root.with_extension("partial");
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir_all(&partial)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
            .arg(&partial)
            .arg(format!("{}@{}", self.package, self.version))
            .args(["--loglevel", "error"])
            // What npm prints helps only when it fails.
            .current_dir(&partial);
        process::read(&mut npm).with_context(|| {
            format!(
                "{} could not be installed. Type: npm install --ignore-scripts --prefix {} {}@{}",
                self.package,
                root.display(),
                self.package,
                self.version
            )
        })?;
        fs::rename(&partial, &root)?;
        Ok(file)
    }

    /// The package as a program.
    pub fn command(&self) -> Result<Command> {
        let file = self.ensure()?;
        ensure_node()?;
        let mut command = Command::new("node");
        command.arg(file);
        Ok(command)
    }
}

/// Installs Node and npm where they are missing, or says what to type.
fn ensure_node() -> Result<()> {
    let missing = ["node", "npm"].iter().any(|name| process::find(name, None).is_none());
    if missing {
        apt::install(&["nodejs", "npm"], "testing the page")?;
    }
    Ok(())
}

//! Packages from the npm registry: programs that test the built page, and Python and an editor for it. Each is installed once into the
//! cache, with all it depends on in the versions and with the contents that its lock file in
//! `src/host/npm/` names.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
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
    /// What npm is asked for, and exactly what that means.
    manifest: &'static str,
    lock: &'static str,
}

/// A package whose files for npm lie in the folder of its name.
macro_rules! npm_tool {
    ($package:literal, $version:literal, $entry:literal) => {
        NpmTool {
            package: $package,
            version: $version,
            entry: $entry,
            manifest: include_str!(concat!("npm/", $package, "/package.json")),
            lock: include_str!(concat!("npm/", $package, "/package-lock.json")),
        }
    };
}

/// Looks for barriers in a page that is open in a browser.
pub const AXE: NpmTool = npm_tool!("axe-core", "4.14.1", "axe.min.js");

/// Reads the markup.
pub const HTML_VALIDATE: NpmTool = npm_tool!("html-validate", "9.7.1", "bin/html-validate.mjs");

/// Rates a first visit on a slow phone. By far the largest, and only the bench needs it.
pub const LIGHTHOUSE: NpmTool = npm_tool!("lighthouse", "12.8.2", "cli/index.js");

/// CPython for the page: no program, but files that go into it.
pub const PYODIDE: NpmTool = npm_tool!("pyodide", "314.0.7", "pyodide.mjs");

/// Makes one file of the editor and of what it imports, which its lock file names too.
pub const ESBUILD: NpmTool = npm_tool!("esbuild", "0.28.2", "bin/esbuild");

/// Every package.
pub const ALL: [NpmTool; 5] = [AXE, HTML_VALIDATE, LIGHTHOUSE, PYODIDE, ESBUILD];

impl NpmTool {
    /// The folder of this version and this lock file.
    fn root(&self) -> Result<PathBuf> {
        let mut hasher = DefaultHasher::new();
        hasher.write(self.lock.as_bytes());
        let lock = hasher.finish() as u32;
        let name = format!("{}-{}-{lock:08x}", self.package, self.version);
        Ok(cache()?.join("tools").join(name))
    }

    /// The file that is used, whether it is there or not.
    pub fn file(&self) -> Result<PathBuf> {
        Ok(self.modules()?.join(self.package).join(self.entry))
    }

    /// What its lock file names, by the path of each package.
    pub fn locked(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        let mut lock: serde_json::Value = serde_json::from_str(self.lock)?;
        match lock["packages"].take() {
            serde_json::Value::Object(packages) => Ok(packages),
            _ => anyhow::bail!("the lock file of {} lists no packages", self.package),
        }
    }

    /// The folder of everything that its lock file names.
    pub fn modules(&self) -> Result<PathBuf> {
        Ok(self.root()?.join("node_modules"))
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
        self.install(&partial).with_context(|| {
            format!(
                "{} could not be installed. Try by hand: cd {} && npm ci",
                self.package,
                partial.display()
            )
        })?;
        fs::rename(&partial, &root)?;
        Ok(file)
    }

    fn install(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), self.manifest)?;
        fs::write(folder.join("package-lock.json"), self.lock)?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])
            .current_dir(folder);
        // What npm prints helps only when it fails.
        process::read(&mut npm)?;
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_of_each_program_is_for_its_version() {
        for NpmTool { package, version, manifest, lock, .. } in ALL {
            let asked: serde_json::Value = serde_json::from_str(manifest).unwrap();
            assert_eq!(asked["dependencies"][package], version, "{package}");
            let lock: serde_json::Value = serde_json::from_str(lock).unwrap();
            let packages = lock["packages"].as_object().unwrap();
            assert_eq!(packages[&format!("node_modules/{package}")]["version"], version);
            for (name, locked) in packages.iter().filter(|(name, _)| !name.is_empty()) {
                assert!(locked["integrity"].is_string(), "{package}: {name}");
            }
        }
    }
}

//! Builds the two engines: one program, one profile, with and without shared memory. With
//! them goes the module of the views, which the page loads when there is a report to be seen.
//!
//! Trunk runs this before it builds the page (`cargo lab engines`). Everything ends up
//! in one folder whose name changes with its content, so that a browser or a service
//! worker that caches it for ever is never wrong. The page learns the name from a
//! `<meta name="engines">` that Trunk puts into its head.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::route::{Route, TARGET};
use super::{process, project, say};

/// The cargo profile of both engines.
pub const PROFILE: &str = "engine";

/// What is built here.
#[derive(Clone, Copy, Debug)]
struct Module {
    /// What its files are called.
    name: &'static str,
    /// What it is to a person who waits for it.
    words: &'static str,
    bin: &'static str,
    profile: &'static str,
    features: Option<&'static str>,
    /// Whether its memory is shared.
    threads: bool,
}

/// The engines, and the views: drawn is small, computed is fast.
const MODULES: [Module; 3] = [
    Module {
        name: "plain",
        words: "plain engine",
        bin: "engine",
        profile: PROFILE,
        features: None,
        threads: false,
    },
    Module {
        name: "threads",
        words: "threaded engine",
        bin: "engine",
        profile: PROFILE,
        features: Some("threads"),
        threads: true,
    },
    Module {
        name: "views",
        words: "views",
        bin: "views",
        profile: "page",
        features: Some("page"),
        threads: false,
    },
];
/// The most memory that threads may share: 64 stacks of 2 MiB, and as much again.
const MAX_SHARED_MEMORY: u32 = 256 << 20;

/// The compiler flags of the threaded build.
pub fn threads_flags() -> Vec<String> {
    let mut flags = vec!["-Ctarget-feature=+atomics".to_owned()];
    let link = [
        "--shared-memory",
        &format!("--max-memory={MAX_SHARED_MEMORY}"),
        "--import-memory",
        "--export=__heap_base",
        "--export=__wasm_init_tls",
        "--export=__tls_size",
        "--export=__tls_align",
        "--export=__tls_base",
    ];
    flags.extend(link.map(|argument| format!("-Clink-arg={argument}")));
    flags
}

/// The same flags as a setting for cargo's `--config`.
pub fn threads_config() -> String {
    let quoted: Vec<_> = threads_flags().iter().map(|flag| format!("\"{flag}\"")).collect();
    format!("target.{TARGET}.rustflags=[{}]", quoted.join(","))
}

/// The folder for everything the lab builds outside cargo's own.
pub fn out() -> PathBuf {
    project().join("target/lab")
}

/// Builds all modules and lays their folder into `staging`.
pub fn build(staging: &Path) -> Result<()> {
    let route = Route::ensure()?;
    let made = out().join("engines");
    fs::create_dir_all(&made)?;
    for module in MODULES {
        let wasm = compile(route, module)?;
        bind(&wasm, module.name, &made.join(module.name))?;
    }
    let mut files = Vec::new();
    for name in ["worker.js", "javascript.js"] {
        files.push((name.to_owned(), fs::read(project().join("www").join(name))?));
    }
    for module in MODULES {
        collect(&made.join(module.name), String::new(), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for (name, content) in &files {
        hasher.write(name.as_bytes());
        hasher.write(content);
    }
    let folder = format!("engines-{:016x}", hasher.finish());
    for (name, content) in &files {
        let path = staging.join(&folder).join(name);
        fs::create_dir_all(path.parent().unwrap_or(staging))?;
        fs::write(&path, content).with_context(|| format!("could not write {}", path.display()))?;
    }
    fs::write(
        out().join("engines.html"),
        format!("<meta name=\"engines\" content=\"{folder}/\">\n"),
    )?;
    Ok(())
}

/// Compiles one module and returns its wasm.
fn compile(route: Route, module: Module) -> Result<PathBuf> {
    let Module { name, words, bin, profile, features, threads } = module;
    let target = project().join("target/lab").join(name);
    say(format_args!("building the {words} (about a minute the first time)"));
    let mut cargo = route.cargo(threads)?;
    cargo
        .current_dir(project())
        .args(["build", "--bin", bin, "--profile", profile, "--target", TARGET])
        .arg("--target-dir")
        .arg(&target)
        .env("FIB_LAB_PROFILE", profile_name()?);
    if let Some(features) = features {
        cargo.args(["--features", features]);
    }
    if threads {
        cargo.args(["--config", &threads_config()]);
        // The compiler warns on every crate that +atomics is not stable.
        cargo.args(["--config", "term.quiet=true"]);
    }
    process::run(&mut cargo)?;
    Ok(target.join(TARGET).join(profile).join(format!("{bin}.wasm")))
}

/// The profile and its optimisation level, for the report.
fn profile_name() -> Result<String> {
    let manifest = fs::read_to_string(project().join("Cargo.toml"))?;
    let section = manifest.split("[profile.engine]").nth(1).unwrap_or_default();
    let level = section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("opt-level = "))
        .context("the engine profile in Cargo.toml names no opt-level")?;
    Ok(format!("{PROFILE} (opt-level {level})"))
}

/// Makes the JavaScript that loads the wasm.
fn bind(wasm: &Path, name: &str, folder: &Path) -> Result<()> {
    let output = folder.join(format!("{name}_bg.wasm"));
    let newer = |a: &Path, b: &Path| -> Option<bool> {
        Some(a.metadata().ok()?.modified().ok()? >= b.metadata().ok()?.modified().ok()?)
    };
    if newer(&output, wasm).unwrap_or(false) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(false).omit_default_module_path(false);
    bindgen.input_path(wasm).out_name(name);
    bindgen.generate(folder).with_context(|| format!("wasm-bindgen failed on {}", wasm.display()))
}

/// Every file below a folder, with its path from there and its content.
pub fn collect(folder: &Path, prefix: String, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), format!("{name}/"), files)?;
        } else {
            files.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}

//! Builds and serves the page with Trunk.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::build_engines::out;
use super::route::Route;
use super::{cpython, process, project, say, tools};

/// A command with everything on its path that Trunk, cargo and wasm-pack look for.
pub fn with_tools(program: &Path, tools: &[tools::Tool]) -> Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(project()).env("PATH", tools_path(tools)?);
    // Colour codes of tools in logs help nobody.
    command.env("NO_COLOR", "true");
    Ok(command)
}

/// The search path with the toolchain route and these tools in front.
pub fn tools_path(tools: &[tools::Tool]) -> Result<std::ffi::OsString> {
    let route = Route::ensure()?;
    let mut folders = route.path()?;
    for tool in tools {
        tool.ensure()?;
        folders.push(tool.folder()?);
    }
    process::path_with(&folders)
}

/// Builds the page for release into `folder`.
pub fn build(folder: &Path, without_python: bool) -> Result<()> {
    let mut trunk = trunk("build")?;
    if without_python {
        trunk.env(cpython::LEFT_OUT, "1");
    }
    trunk.arg("--release").args(["--public-url", "./"]).arg("--dist").arg(folder);
    process::run(&mut trunk)
}

/// Builds the page for release where measuring and testing look for it.
pub fn built() -> Result<PathBuf> {
    let folder = out().join("site");
    say("building the page (minutes the first time, seconds later)");
    build(&folder, false)?;
    Ok(folder)
}

/// Serves the page on 127.0.0.1 and rebuilds it when a file changes.
pub fn serve(port: u16, release: bool) -> Result<()> {
    let mut trunk = trunk("serve")?;
    trunk.args(["--port", &port.to_string()]).arg("--dist").arg(out().join("served"));
    if release {
        trunk.arg("--release");
    }
    say(format_args!(
        "building and serving at http://127.0.0.1:{port}/ (the first build takes minutes; the \
         page answers when Trunk says that it listens; Ctrl+C ends)"
    ));
    process::run(&mut trunk)
}

fn trunk(what: &str) -> Result<Command> {
    let program = tools::TRUNK.ensure()?;
    let mut trunk = with_tools(&program, &[tools::TRUNK, tools::WASM_BINDGEN])?;
    trunk.args([what, "--skip-version-check"]);
    Ok(trunk)
}

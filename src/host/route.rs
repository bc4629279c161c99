//! The toolchain route: where the compiler for wasm and the source of std come from.
//!
//! Rustup's own target and source are first choice. Where rustup cannot fetch them,
//! Debian's `rustc-web` brings a compiler with its source, and std is built from that.
//! Then a small `cargo` in front on the search path sends builds for wasm to Debian's
//! toolchain and leaves everything else alone: `build-std` would otherwise apply to
//! host builds too (cargo issue 14317).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{apt, cache, process, say};

/// The wasm target.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Which toolchain builds for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Rustup's target and rust-src.
    Rustup,
    /// Debian's rustc-web, cargo-web and rust-web-src.
    Debian,
}

impl Route {
    /// The route that is ready now, without installing anything. The environment variable
    /// `FIB_LAB_ROUTE` (`rustup` or `debian`) decides where both are.
    pub fn ready() -> Option<Route> {
        let wish = std::env::var("FIB_LAB_ROUTE").unwrap_or_default();
        if wish != "debian" && rustup_ready() {
            Some(Route::Rustup)
        } else if wish != "rustup" && debian_ready() {
            Some(Route::Debian)
        } else {
            None
        }
    }

    /// Finds a route or installs one.
    pub fn ensure() -> Result<Route> {
        if let Some(route) = Route::ready() {
            if route == Route::Debian {
                write_shims()?;
            }
            return Ok(route);
        }
        let wish = std::env::var("FIB_LAB_ROUTE").unwrap_or_default();
        if wish != "debian" && process::find("rustup", None).is_some() {
            say("asking rustup for the wasm target and the source of std");
            let add = |what: &[&str]| process::read(Command::new("rustup").args(what));
            match add(&["target", "add", TARGET])
                .and_then(|_| add(&["component", "add", "rust-src"]))
            {
                Ok(_) if rustup_ready() => return Ok(Route::Rustup),
                Ok(_) => say("rustup installed them for another toolchain than the one in use"),
                Err(error) => {
                    let reason = error.to_string();
                    let last = reason.lines().last().unwrap_or_default();
                    say(format_args!(
                        "rustup could not fetch them ({last}); trying Debian's packages"
                    ));
                }
            }
        }
        apt::install(
            &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"],
            "building for wasm (or: rustup target add wasm32-unknown-unknown, rustup component add rust-src)",
        )?;
        if let Some(linker) = missing_linker() {
            apt::install(&[&linker], "linking wasm")?;
        }
        if !debian_ready() {
            bail!(
                "Debian's rustc-web is installed but incomplete. Try: apt-get install --reinstall \
                 rustc-web rust-web-src"
            );
        }
        write_shims()?;
        Ok(Route::Debian)
    }

    /// Folders to put in front of the search path for trunk, wasm-pack and cargo.
    pub fn path(self) -> Result<Vec<PathBuf>> {
        match self {
            Route::Rustup => Ok(Vec::new()),
            Route::Debian => Ok(vec![shims()?]),
        }
    }

    /// A cargo command for wasm. With `build_std`, std is compiled with the same flags:
    /// what shared memory needs.
    pub fn cargo(self, build_std: bool) -> Result<Command> {
        let mut cargo = match self {
            Route::Rustup => Command::new("cargo"),
            Route::Debian => Command::new(shims()?.join("cargo")),
        };
        if build_std {
            // Unstable options of a stable compiler; both routes pin std to that compiler.
            cargo.env("RUSTC_BOOTSTRAP", "1");
            cargo.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        }
        Ok(cargo)
    }
}

fn rustup_ready() -> bool {
    let Ok(sysroot) = process::read(Command::new("rustc").args(["--print", "sysroot"])) else {
        return false;
    };
    let rustlib = Path::new(&sysroot).join("lib/rustlib");
    rustlib.join(TARGET).join("lib").is_dir() && rustlib.join("src/rust/library/std").is_dir()
}

fn debian_ready() -> bool {
    let there = |path: &str| Path::new(path).exists();
    there("/usr/bin/cargo")
        && there("/usr/bin/rustc")
        && there("/usr/lib/rustlib/src/rust/library/std")
        && there("/usr/bin/rust-lld")
}

/// The package whose program `/usr/bin/rust-lld` points to, if the program is missing.
fn missing_linker() -> Option<String> {
    let link = Path::new("/usr/bin/rust-lld");
    let target = fs::read_link(link).ok()?;
    (!link.exists()).then(|| target.file_name().map(|name| name.to_string_lossy().into_owned()))?
}

fn shims() -> Result<PathBuf> {
    Ok(cache()?.join("debian-route"))
}

/// Writes the small programs that stand in front of the real ones.
fn write_shims() -> Result<()> {
    let shims = shims()?;
    let for_wasm_pack = shims.join("wasm-pack-path");
    fs::create_dir_all(&for_wasm_pack)?;
    let real = |name: &str| {
        process::find(name, Some(&shims)).with_context(|| format!("{name} is not on the path"))
    };
    let cargo = real("cargo")?;
    write_program(
        &shims.join("cargo"),
        &format!(
            "#!/bin/sh\n\
             # Written by `cargo lab`: builds for wasm use Debian's toolchain.\n\
             case \"${{CARGO_BUILD_TARGET:-}} $* \" in\n\
             *{TARGET}*)\n\
             \tunset RUSTUP_TOOLCHAIN LD_LIBRARY_PATH CARGO RUSTC_WRAPPER\n\
             \texport RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1\n\
             \texport CARGO_UNSTABLE_BUILD_STD=std,panic_abort\n\
             \texec /usr/bin/cargo \"$@\" ;;\n\
             esac\n\
             exec '{}' \"$@\"\n",
            cargo.display()
        ),
    )?;
    write_program(
        &for_wasm_pack.join("rustc"),
        "#!/bin/sh\nunset RUSTUP_TOOLCHAIN LD_LIBRARY_PATH\nexec /usr/bin/rustc \"$@\"\n",
    )?;
    write_program(
        &shims.join("wasm-pack"),
        &format!(
            "#!/bin/sh\n\
             # Written by `cargo lab`: wasm-pack asks the rustc on its path for the target.\n\
             PATH='{}':\"$PATH\" exec '{}' \"$@\"\n",
            for_wasm_pack.display(),
            super::tools::WASM_PACK.program()?.display(),
        ),
    )?;
    // wasm-pack looks for this folder and for nothing in it.
    let looked_for = Path::new("/usr/lib/rustlib").join(TARGET);
    if !looked_for.exists() {
        fs::create_dir(&looked_for).with_context(|| {
            format!("wasm-pack wants an empty folder. Type: sudo mkdir {}", looked_for.display())
        })?;
    }
    Ok(())
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("could not write {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

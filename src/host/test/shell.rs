//! A shell as people have it in front of them.

use std::process::{Command, Stdio};

use crate::host::project;

/// A shell in the project's folder that knows nothing of the cargo that runs this program.
pub fn bare_shell(line: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", line]).current_dir(project());
    bash.stdin(Stdio::null()).stdout(std::io::stderr()).env_remove("LD_LIBRARY_PATH");
    let of_cargo = |name: &str| {
        name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    for (name, _) in std::env::vars_os() {
        if of_cargo(&name.to_string_lossy()) {
            bash.env_remove(name);
        }
    }
    bash
}

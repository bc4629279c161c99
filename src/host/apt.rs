//! Debian packages, where there is apt-get and the user may use it.

use std::process::Command;

use anyhow::{Result, bail};

use super::{process, say};

/// Installs Debian packages, or says what to type.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if process::find("apt-get", None).is_none() {
        bail!(
            "{why} needs what Debian calls {list}. Install it with this system's package manager."
        );
    }
    if process::read(Command::new("id").arg("-u"))? != "0" {
        bail!("{why} needs Debian packages. Type: sudo apt-get install {list}");
    }
    say(format_args!("installing {list} ({why})"));
    let quiet = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments);
        // What dpkg prints helps only when it fails.
        process::read(&mut command)
    };
    quiet(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    quiet(&arguments)?;
    Ok(())
}

//! Other programs: run with a clear word about what failed, and ended with their children.
//!
//! A driver that is killed alone leaves its browser computing, so what must not outlive the
//! lab runs in a process group of its own and is ended with it: when it is dropped, and when
//! the user presses Ctrl+C, which a terminal sends to the lab's own group only.

use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use process_wrap::std::{ChildWrapper, CommandWrap};

/// Runs a program to its end and shows what it prints, on standard error.
pub fn run(command: &mut Command) -> Result<()> {
    let words = words(command);
    command.stdout(std::io::stderr());
    let status = command.status().with_context(|| format!("could not start: {words}"))?;
    if !status.success() {
        bail!("this failed ({status}): {words}");
    }
    Ok(())
}

/// Runs a program to its end and returns what it prints on standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let words = words(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start: {words}"))?;
    if !output.status.success() {
        bail!(
            "this failed ({}): {words}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The first file of this name on the search path, other than in `except`.
pub fn find(name: &str, except: Option<&Path>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| Some(folder.as_path()) != except)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// The search path with these folders in front.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let rest = std::env::split_paths(&path).filter(|folder| !folders.contains(folder));
    Ok(std::env::join_paths(folders.iter().cloned().chain(rest))?)
}

type Child = Arc<Mutex<Box<dyn ChildWrapper>>>;

/// Every child that must not outlive the lab.
static ALIVE: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// What Ctrl+C makes a program end with.
const INTERRUPTED: i32 = 130;

/// A child that is killed when dropped, with every program that it started.
pub struct Ended(Child);

impl Ended {
    /// Starts a program in a process group of its own.
    pub fn spawn(command: Command) -> Result<Ended> {
        let words = words(&command);
        static ONCE: Once = Once::new();
        let mut handled = Ok(());
        ONCE.call_once(|| handled = ctrlc::set_handler(end_all));
        handled.context("could not prepare for Ctrl+C")?;
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        let child = command.spawn().with_context(|| format!("could not start: {words}"))?;
        let child = Arc::new(Mutex::new(child));
        held(&ALIVE).push(Arc::clone(&child));
        Ok(Ended(child))
    }

    /// The number that the system gave the program.
    pub fn id(&self) -> u32 {
        held(&self.0).id()
    }

    /// What the program prints, if that was piped; once.
    pub fn output(&mut self) -> Option<ChildStdout> {
        held(&self.0).stdout().take()
    }

    /// How the program ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(held(&self.0).try_wait()?)
    }

    /// Sends what Ctrl+C sends, and waits for the program to end by itself.
    #[cfg(unix)]
    pub fn interrupt(&mut self, patience: Duration) -> Result<ExitStatus> {
        const SIGINT: i32 = 2;
        held(&self.0).signal(SIGINT)?;
        let started = Instant::now();
        while started.elapsed() < patience {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("it goes on {} s after Ctrl+C", patience.as_secs())
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        end(&self.0);
        held(&ALIVE).retain(|child| !Arc::ptr_eq(child, &self.0));
    }
}

/// Locks, whatever a thread that broke has left: there is nothing half-done to be seen.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end(child: &Child) {
    let mut child = held(child);
    // It may have ended by itself; either way it is gone afterwards.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends every child, and then this program.
fn end_all() {
    let children = held(&ALIVE);
    children.iter().for_each(end);
    // Still locked: nothing is started any more.
    std::process::exit(INTERRUPTED);
}

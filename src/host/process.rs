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

use super::say;

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

/// The names of all threads of the processes in this group.
///
/// # Errors
/// Where the system does not list them in `/proc`, as Linux does.
pub fn threads_of(group: u32) -> Result<Vec<String>> {
    let folder = |path: &Path| std::fs::read_dir(path).map(|all| all.flatten().map(|it| it.path()));
    let mut names = Vec::new();
    for process in folder(Path::new("/proc")).context("this system does not list its threads")? {
        // Whatever cannot be read has just ended.
        let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        // Behind the name, in brackets: its state, its parent, its group.
        let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
        if behind.split_whitespace().nth(2) != Some(&group.to_string()) {
            continue;
        }
        for thread in folder(&process.join("task")).into_iter().flatten() {
            let name = std::fs::read_to_string(thread.join("comm")).unwrap_or_default();
            names.push(name.trim().to_owned());
        }
    }
    Ok(names)
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
        heed_interruptions()?;
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
    pub fn interrupt(&mut self, patience: Duration) -> Result<ExitStatus> {
        #[cfg(unix)]
        held(&self.0).signal(tokio::signal::unix::SignalKind::interrupt().as_raw_value())?;
        #[cfg(not(unix))]
        held(&self.0).start_kill()?;
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

/// From now on, whatever interrupts this program ends its children first.
fn heed_interruptions() -> Result<()> {
    static ONCE: Once = Once::new();
    let mut heeded = Ok(());
    ONCE.call_once(|| {
        heeded = std::thread::Builder::new()
            .name("interruptions".to_owned())
            .spawn(|| {
                let waited = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .and_then(|runtime| runtime.block_on(interrupted()));
                match waited {
                    Ok(()) => end_all(),
                    Err(error) => say(format_args!("Ctrl+C will leave browsers behind: {error}")),
                }
            })
            .map(drop);
    });
    heeded.context("could not prepare for Ctrl+C")
}

/// Waits for Ctrl+C, or for what ends a program or closes its terminal.
#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Who typed nohup wants the program to outlive the terminal.
    let mut hangup = match hangup_is_ignored() {
        true => None,
        false => Some(signal(SignalKind::hangup())?),
    };
    let hung_up = async {
        match &mut hangup {
            Some(hangup) => hangup.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hung_up => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Whether the closing of the terminal was ignored when this program began, as far as the
/// system tells.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit stands for the first signal, SIGHUP.
    ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).is_some_and(|it| it & 1 == 1)
}

/// Ends every child, and then this program.
fn end_all() {
    let children = held(&ALIVE);
    children.iter().for_each(end);
    // Still locked: nothing is started any more.
    std::process::exit(INTERRUPTED);
}

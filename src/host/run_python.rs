//! `cargo lab python`: a Python program in the page's CPython, seen from a terminal.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{Usage, page};

/// How long the page is left alone between two questions for output.
const PAUSE: Duration = Duration::from_millis(100);

/// A program, and how it is run.
#[derive(Debug)]
pub struct Request {
    /// The program, and the files beside it.
    pub files: Vec<PathBuf>,
    /// What the program finds in `sys.argv`, behind its name.
    pub arguments: Vec<String>,
    /// What `cpu_count()` says; what the browser says where nothing is said.
    pub workers: Option<u32>,
    /// As many ranks.
    pub ranks: u32,
    /// Which browser.
    pub browser: Kind,
    /// Whether standard output gets the report instead of the program's output.
    pub json: bool,
}

impl Request {
    /// The files by name, the program first.
    fn read(&self) -> Result<(String, BTreeMap<String, String>), Usage> {
        let mut files = BTreeMap::new();
        let mut program = None;
        for path in &self.files {
            let name = name_of(path)?;
            let text = std::fs::read_to_string(path)
                .map_err(|error| Usage(format!("{} cannot be read: {error}", path.display())))?;
            // Where a file beside it is called program.py, the page would run that.
            program.get_or_insert_with(|| name.clone());
            files.insert(name, text);
        }
        let program = program.ok_or_else(|| Usage("which program? PROGRAM.py".to_owned()))?;
        Ok((program, files))
    }
}

fn name_of(path: &Path) -> Result<String, Usage> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| Usage(format!("{} is no file", path.display())))
}

/// Runs the command: the exit code is the program's.
pub fn run(request: &Request) -> Result<ExitCode> {
    let (program, files) = request.read()?;
    let folder = page::built()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        let browser = Browser::start(Settings::new(request.browser)).await?;
        let result = once(&browser, &server, request, &program, &files).await;
        // What the program said matters more than how the browser ended.
        let _ = browser.close().await;
        result
    })
}

async fn once(
    browser: &Browser,
    server: &Server,
    request: &Request,
    program: &str,
    files: &BTreeMap<String, String>,
) -> Result<ExitCode> {
    browser.open(&server.address("python.html")).await?;
    browser.wait_for(&["ready", "error"]).await?;
    let asked = json!({
        "program": program, "files": files, "cpus": request.workers, "ranks": request.ranks,
        "arguments": request.arguments,
    });
    let begun = browser.driver()?.execute(BEGIN, vec![asked]).await?;
    ensure!(begun.json() == true, "the page was built without Python");
    loop {
        let told = browser.driver()?.execute(DRAIN, vec![]).await?.json().clone();
        if !request.json {
            print(&told["output"])?;
        }
        match told["state"].as_str() {
            Some("running") => tokio::time::sleep(PAUSE).await,
            Some("done") => {
                if request.json {
                    println!("{}", serde_json::to_string_pretty(&browser.report().await?)?);
                }
                return exit_code(&told["exit"]);
            }
            _ => bail!("the page says: {}", told["error"].as_str().unwrap_or("nothing")),
        }
    }
}

/// What the program wrote, where it belongs.
fn print(output: &Value) -> Result<()> {
    for piece in output.as_array().into_iter().flatten() {
        let text = piece[1].as_str().unwrap_or_default();
        if piece[0] == 2 {
            std::io::stderr().write_all(text.as_bytes())?;
        } else {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
        }
    }
    Ok(())
}

/// As a shell has it: 128 and the number of the signal, where one ended the program.
fn exit_code(code: &Value) -> Result<ExitCode> {
    let code: i64 = code.as_str().and_then(|code| code.parse().ok()).context("no exit code")?;
    let code = if code < 0 { 128 - code } else { code };
    Ok(ExitCode::from(u8::try_from(code & 0xff)?))
}

/// Lays the files into the page, gathers what is written, and presses Run.
const BEGIN: &str = "
    const [asked] = arguments;
    const place = document.querySelector('[data-own]');
    if (!place) return false;
    const decoders = [1, 2].map(() => new TextDecoder());
    window.labOutput = [];
    place.addEventListener('lab-output', ({ detail: { fd, bytes } }) =>
        window.labOutput.push([fd, decoders[fd - 1].decode(bytes, { stream: true })]));
    const { program, files, cpus } = asked;
    place.dispatchEvent(new CustomEvent('lab-files', { detail: { program, files, cpus } }));
    document.getElementById('python-arguments').value =
        asked.arguments.map(word => /[\"\\s]/.test(word) ? `'${word}'` : word).join(' ');
    document.getElementById('python-ranks').value = asked.ranks;
    place.querySelector('button.run').click();
    return true;";

/// What was written since it was asked last, and how the run stands.
const DRAIN: &str = "
    return {
        state: document.documentElement.dataset.lab,
        exit: document.documentElement.dataset.exit,
        error: document.querySelector('[role=alert]:not([hidden])')?.textContent,
        output: window.labOutput.splice(0),
    };";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_the_program_is_the_commands() {
        let code = |text: &str| format!("{:?}", exit_code(&json!(text)).unwrap());
        assert_eq!(code("0"), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(code("3"), format!("{:?}", ExitCode::from(3)));
        assert_eq!(code("-9"), format!("{:?}", ExitCode::from(137)));
        assert!(exit_code(&Value::Null).is_err());
    }

    #[test]
    fn the_first_file_is_the_program_and_what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("run.py"), "print(1)").unwrap();
        std::fs::write(path("program.py"), "").unwrap();
        let request = |files: &[&str]| Request {
            files: files.iter().map(|name| path(name)).collect(),
            arguments: Vec::new(),
            workers: None,
            ranks: 1,
            browser: Kind::Chromium,
            json: false,
        };
        let (program, files) = request(&["run.py", "program.py"]).read().unwrap();
        assert_eq!((program.as_str(), files.len()), ("run.py", 2));
        let refused = request(&["nowhere.py"]).read().unwrap_err();
        assert!(refused.0.contains("nowhere.py cannot be read"), "{refused}");
    }
}

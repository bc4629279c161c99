//! Real browsers, headless, through their WebDriver programs.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

use super::process::Ended;
use super::{Usage, apt, process, tools};

/// A browser that the lab knows how to drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium or Chrome, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, through WebKitWebDriver.
    Webkit,
}

const CHROMIUM_FLAGS: [&str; 8] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

impl Kind {
    /// Every browser.
    pub const ALL: [Kind; 3] = [Kind::Chromium, Kind::Firefox, Kind::Webkit];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Chromium => "chromium",
            Kind::Firefox => "firefox",
            Kind::Webkit => "webkit",
        }
    }

    /// Why this system cannot have the browser, if so.
    pub fn impossible(self) -> Option<&'static str> {
        let elsewhere = self == Kind::Webkit && cfg!(not(target_os = "linux"));
        elsewhere.then_some("WebKitGTK is there on Linux only")
    }

    /// The browser with this name.
    pub fn named(name: &str) -> Result<Kind, Usage> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            Usage(format!("--browser is “{name}”, but allowed is chromium, firefox or webkit"))
        })
    }

    fn binary(self) -> Option<PathBuf> {
        let on_path = |names: &[&str]| names.iter().find_map(|name| process::find(name, None));
        match self {
            Kind::Chromium => on_path(&["chromium", "chromium-browser", "google-chrome"]),
            Kind::Firefox => on_path(&["firefox-esr", "firefox"]),
            Kind::Webkit => std::fs::read_dir("/usr/lib")
                .ok()?
                .flatten()
                .map(|entry| entry.path().join("webkit2gtk-4.1/MiniBrowser"))
                .find(|file| file.is_file()),
        }
    }

    /// The browser and its driver, if both are there.
    pub fn installed(self) -> Option<(PathBuf, PathBuf)> {
        let driver = match self {
            Kind::Chromium => process::find("chromedriver", None)?,
            Kind::Firefox => process::find("geckodriver", None)
                .or_else(|| tools::GECKODRIVER.program().ok().filter(|file| file.is_file()))?,
            Kind::Webkit => {
                process::find("Xvfb", None)?;
                process::find("WebKitWebDriver", None)?
            }
        };
        Some((self.binary()?, driver))
    }

    /// Finds the browser and its driver or installs them.
    pub fn ensure(self) -> Result<(PathBuf, PathBuf)> {
        if self == Kind::Firefox && process::find("geckodriver", None).is_none() {
            tools::GECKODRIVER.ensure()?;
        }
        if let Some(found) = self.installed() {
            return Ok(found);
        }
        match self {
            Kind::Chromium => apt::install(&["chromium", "chromium-driver"], "driving Chromium")?,
            Kind::Firefox => apt::install(&["firefox-esr"], "driving Firefox")?,
            Kind::Webkit => apt::install(&["webkit2gtk-driver", "xvfb"], "driving WebKitGTK")?,
        }
        self.installed().with_context(|| {
            format!("{} was installed, but its program or driver is not on the path", self.name())
        })
    }
}

/// How a browser is started.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Which browser.
    pub kind: Kind,
    /// WebKitGTK only: whether pages see `SharedArrayBuffer`, which it hides by default.
    pub shared_memory: bool,
    /// Firefox only: whether it hides what the device is like, and with that moves every clock in
    /// steps of 16.7 ms or more.
    pub resists_fingerprinting: bool,
    /// Chromium only: whether its compiler puts functions of wasm into each other.
    pub inlines: bool,
    /// Whether opening an address waits until everything has arrived, which for some pages
    /// of tests is never.
    pub patient: bool,
}

impl Settings {
    /// The browser as it can do most.
    pub fn new(kind: Kind) -> Settings {
        Settings {
            kind,
            shared_memory: true,
            resists_fingerprinting: false,
            inlines: true,
            patient: true,
        }
    }
}

/// A script that waits in a page is given up after this long: before the connection to the driver
/// is, which would say less.
const LONGEST_SCRIPT: Duration = Duration::from_secs(100);
/// What browsers call the threads of their workers.
const WORKERS: [&str; 3] = ["DedicatedWorker", "DOM Worker", "WebCore: Worker"];

/// A browser under our control. [`Browser::close`] ends it in good order; dropping it
/// ends the driver all the same.
pub struct Browser {
    driver: Option<WebDriver>,
    // Ended in this order: the driver takes its browser along, then the display.
    processes: Vec<Ended>,
}

impl Browser {
    /// Starts a browser, installing it if it is missing.
    pub async fn start(settings: Settings) -> Result<Browser> {
        let (binary, driver) = settings.kind.ensure()?;
        let port = free_port()?;
        let mut processes = Vec::new();
        let mut command = Command::new(&driver);
        match settings.kind {
            Kind::Chromium => {
                command.arg(format!("--port={port}"));
            }
            Kind::Firefox => {
                command.args(["--port", &port.to_string()]);
            }
            Kind::Webkit => {
                let (display, xvfb) = start_xvfb()?;
                processes.push(xvfb);
                command.args(["--host=127.0.0.1", &format!("--port={port}")]);
                command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
                if settings.shared_memory {
                    command.env("JSC_useSharedArrayBuffer", "1");
                }
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Ended::spawn(command)
            .with_context(|| format!("could not start {}", driver.display()))?;
        processes.insert(0, child);

        let capabilities = capabilities(settings, &binary)?;
        let address = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        let driver = loop {
            match WebDriver::new(&address, capabilities.clone()).await {
                Ok(driver) => break driver,
                // The driver needs a moment before it listens.
                Err(_) if started.elapsed() < Duration::from_secs(20) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => {
                    bail!("{} did not start: {error}", settings.kind.name());
                }
            }
        };
        driver.set_script_timeout(LONGEST_SCRIPT).await?;
        Ok(Browser { driver: Some(driver), processes })
    }

    /// The WebDriver session.
    pub fn driver(&self) -> Result<&WebDriver> {
        self.driver.as_ref().context("the browser is closed")
    }

    /// Stops the driver and every process of the browser for so long, as a computer does that
    /// sleeps, and lets them go on.
    pub async fn freeze(&self, time: Duration) -> Result<()> {
        let group = self.processes.first().context("the browser is closed")?.id();
        let signal = |name: &str| {
            process::run(Command::new("kill").args([name, "--", &format!("-{group}")]))
        };
        signal("-STOP")?;
        tokio::time::sleep(time).await;
        signal("-CONT")
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        Ok(self.driver()?.goto(address).await?)
    }

    /// Waits until the page is in one of these states and returns which. A page that is
    /// measuring is left alone: nothing polls it.
    pub async fn wait_for(&self, states: &[&str]) -> Result<String> {
        // While it loads, the page may reload itself, and a script that waits in it is lost.
        let loading = "return !['ready', 'running', 'done', 'error']
            .includes(document.documentElement?.dataset.lab)";
        self.poll(loading, |value| value == &Value::Bool(false)).await?;
        let script = "
            const [states, done] = arguments;
            const root = document.documentElement;
            const look = () => states.includes(root.dataset.lab) && done(root.dataset.lab);
            new MutationObserver(look).observe(root, { attributes: true });
            look();";
        match self.driver()?.execute_async(script, vec![json!(states)]).await {
            Ok(state) => Ok(state.convert::<String>()?),
            Err(error) => {
                let shown = "return [document.documentElement.dataset.lab,
                    document.querySelector('main .phase')?.textContent,
                    document.querySelector('[role=alert]:not([hidden])')?.textContent]";
                let shown = self.driver()?.execute(shown, vec![]).await;
                let shown =
                    shown.map_or_else(|error| json!(error.to_string()), |it| it.json().clone());
                bail!("the page is in none of {states:?} ({error}), but shows {shown}")
            }
        }
    }

    /// How many workers the browser really has: its threads for them, as the system counts them.
    /// A page's own list forgets workers that it has ended and that live on all the same.
    ///
    /// # Errors
    /// If the browser is closed, or the system has no list of threads.
    pub fn workers(&self) -> Result<usize> {
        let group = self.processes.first().context("the browser is closed")?.id();
        let names = process::threads_of(group)?;
        Ok(names.iter().filter(|name| WORKERS.contains(&name.as_str())).count())
    }

    /// Asks the page by a script until the answer is good, for at most a minute. Between
    /// two pages there is nobody to answer, so errors count as no answer yet.
    pub async fn poll(&self, script: &str, good: impl Fn(&Value) -> bool) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            if let Ok(answer) = self.driver()?.execute(script, vec![]).await
                && good(answer.json())
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the page has not come so far within a minute: {script}")
    }

    /// The latest report.
    pub async fn report(&self) -> Result<Value> {
        let script = "return document.getElementById('report')?.textContent ?? ''";
        let text: String = self.driver()?.execute(script, vec![]).await?.convert()?;
        serde_json::from_str(&text).context("the page has no report")
    }

    /// Waits until the browser has no more than so many workers. A worker that computes is given
    /// two seconds by Chromium before it is ended by force.
    ///
    /// # Errors
    /// If there are more after ten seconds.
    pub async fn until_workers(&self, most: usize) -> Result<()> {
        let started = Instant::now();
        loop {
            let workers = self.workers()?;
            if workers <= most {
                return Ok(());
            }
            if started.elapsed() > Duration::from_secs(10) {
                bail!("after 10 s there are {workers} workers, and not {most}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends the browser.
    pub async fn close(mut self) -> Result<()> {
        match self.driver.take() {
            Some(driver) => Ok(driver.quit().await?),
            None => Ok(()),
        }
    }
}

/// What Chromium is started with.
pub fn chromium_flags() -> Vec<&'static str> {
    let mut flags = CHROMIUM_FLAGS.to_vec();
    // Chromium's sandbox does not work for root, as in containers and in CI.
    if process::read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        flags.push("--no-sandbox");
    }
    flags
}

fn capabilities(settings: Settings, binary: &Path) -> Result<Capabilities> {
    let mut capabilities = Capabilities::new();
    if !settings.patient {
        capabilities.set("pageLoadStrategy", "none")?;
    }
    match settings.kind {
        Kind::Chromium => {
            let mut flags = chromium_flags();
            if !settings.inlines {
                flags.push("--js-flags=--no-wasm-inlining");
            }
            let options = json!({ "binary": binary, "args": flags });
            capabilities.set("browserName", "chrome")?;
            capabilities.set("goog:chromeOptions", options)?;
        }
        Kind::Firefox => {
            capabilities.set("browserName", "firefox")?;
            let prefs = json!({ "privacy.resistFingerprinting": settings.resists_fingerprinting });
            let options = json!({ "binary": binary, "args": ["-headless"], "prefs": prefs });
            capabilities.set("moz:firefoxOptions", options)?;
        }
        Kind::Webkit => {
            capabilities.set("browserName", "MiniBrowser")?;
            let options = json!({ "binary": binary, "args": ["--automation"] });
            capabilities.set("webkitgtk:browserOptions", options)?;
        }
    }
    Ok(capabilities)
}

/// A port at which nobody listens.
pub fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

/// A display of our own for WebKitGTK, which has no headless mode. Xvfb chooses a free
/// number itself and takes over what a display that was killed has left behind.
pub fn start_xvfb() -> Result<(String, Ended)> {
    let mut command = Command::new("Xvfb");
    command
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut xvfb = Ended::spawn(command).context("could not start Xvfb")?;
    let answers = xvfb.output().context("Xvfb has no output")?;
    let mut number = String::new();
    // Xvfb writes one line when it is ready, and closes the pipe if it cannot start.
    std::io::BufReader::new(answers).read_line(&mut number).context("Xvfb says nothing")?;
    match number.trim().parse::<u32>() {
        Ok(number) => Ok((format!(":{number}"), xvfb)),
        Err(_) => bail!("Xvfb found no free display"),
    }
}

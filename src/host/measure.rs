//! `cargo lab measure`: the built page in a real browser, seen from a terminal.

use std::process::ExitCode;

use anyhow::{Result, bail};
use serde_json::Value;

use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{Usage, page, say};
use crate::exhibits::{self, Card};
use crate::measure::block::{Role, Verdict};
use crate::measure::point::{Point, Quantity};
use crate::measure::power::seen;
use crate::params::{Device, RunSpec};
use crate::picture::words::{self, Units};
use crate::report::{Report, Series, Status, read};

/// What `measure` was asked for.
#[derive(Debug)]
pub struct Request {
    /// Which exhibit.
    pub exhibit: &'static Card,
    /// Its address, from the front page.
    pub address: String,
    /// Which browser.
    pub browser: Kind,
    /// Whether standard output gets the report instead of a table.
    pub json: bool,
}

impl Request {
    /// Understands `EXHIBIT [--PARAMETER VALUE …] [--browser NAME] [--json]`.
    pub fn parse(exhibit: &str, words: &[String]) -> Result<Request, Usage> {
        let exhibit = exhibits::named(exhibit).ok_or_else(|| {
            let names: Vec<_> = exhibits::cards().map(|known| known.name).collect();
            Usage(format!("there is no exhibit “{exhibit}”; there is {}", names.join(", ")))
        })?;
        let mut spec = RunSpec::defaults(exhibit, Device { cores: 1, seed: 0 });
        let mut given = form_urlencoded::Serializer::new(String::new());
        if exhibit.page() != exhibit.name {
            given.append_pair("exhibit", exhibit.name);
        }
        let (mut browser, mut json) = (Kind::Chromium, false);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or_else(|| {
                Usage(format!("“{word}” is not a parameter; parameters start with --"))
            })?;
            if name == "json" {
                json = true;
                continue;
            }
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, value),
                None => {
                    let value = words.next();
                    (name, value.ok_or_else(|| Usage(format!("--{name} needs a value")))?.as_str())
                }
            };
            if name == "browser" {
                browser = Kind::named(value)?;
                continue;
            }
            spec.set(exhibit, name, value).map_err(|refusal| Usage(refusal.sentence))?;
            given.append_pair(name, value);
        }
        given.append_pair("run", "1");
        Ok(Request {
            exhibit,
            address: format!("{}.html?{}", exhibit.page(), given.finish()),
            browser,
            json,
        })
    }
}

/// Runs the command. It succeeds only when the run came to its end and no answer is wrong.
pub fn run(exhibit: &str, words: &[String]) -> Result<ExitCode> {
    let request = Request::parse(exhibit, words)?;
    let folder = page::built()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let (text, report) = runtime.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        let browser = Browser::start(Settings::new(request.browser)).await?;
        let result = once(&browser, &server.address(&request.address)).await;
        // What the page said matters more than how the browser ended.
        let _ = browser.close().await;
        result
    })?;
    if request.json {
        println!("{}", serde_json::to_string_pretty(&text)?);
    } else {
        print!("{}", table(&report));
    }
    for warning in &report.warnings {
        say(warning);
    }
    let right = report.status == Status::Complete && !report.is_wrong();
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Opens an address that starts a run, waits for its end, and returns the report.
pub async fn once(browser: &Browser, address: &str) -> Result<(Value, Report)> {
    say(format_args!("measuring at {address}"));
    browser.open(address).await?;
    match browser.wait_for(&["done", "error"]).await?.as_str() {
        "done" => {
            let text = browser.report().await?;
            let report = read::report(&text)?;
            Ok((text, report))
        }
        _ => {
            let script =
                "return document.querySelector('[role=alert]:not([hidden])')?.textContent ?? ''";
            let why: String = browser.driver()?.execute(script, vec![]).await?.convert()?;
            bail!("the page says: {}", if why.is_empty() { "nothing" } else { why.trim() })
        }
    }
}

/// Arms whose times are per call of a kernel, which says nothing to a reader.
const KERNELS: [Role; 2] = [Role::KernelAlone, Role::KernelTogether];

/// The figures of a report, for a terminal.
fn table(report: &Report) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<22} {value}");
    };
    for check in &report.checks {
        let wrong = if check.right == Some(false) { ", wrong" } else { "" };
        let by = check.arm.clone().unwrap_or_else(|| format!("worker {}", check.worker + 1));
        let found = format!("{} ({by}{wrong})", check.got);
        line(&words::what(check.what), found);
    }
    if !report.rounds.is_empty() {
        for (at, round) in report.rounds.iter().enumerate() {
            let interval = format!("between {:.3} and {:.3}", round.low, round.high);
            line(&format!("round {}", at + 1), format!("{:.3}, {interval}", round.median));
        }
        let why = exhibits::named(&report.exhibit).and_then(|exhibit| exhibit.reason(report));
        line("rounds", why.unwrap_or_default());
        if let Some(ratio) = report.smallest_difference {
            line("smallest difference", format!("{ratio:.3} times could have been told from 1"));
        }
        return text;
    }
    if let Some(spec) = &report.spec {
        line("runtime", format!("{}, {} workers", spec.name("runtime"), spec.whole("workers")));
    }
    for arm in report.arms.iter().filter(|arm| !KERNELS.contains(&arm.role)) {
        if let Some(ms) = report.arm_ms(&arm.id) {
            line(&arm.id, format!("{} (median)", words::time(ms)));
        }
    }
    for Point { arm, quantity, median, low, high, .. } in &report.points {
        let (name, unit) = match quantity {
            Quantity::SpeedUp => ("speed-up", ""),
            Quantity::PerIncrement => ("per increment", " ns"),
            Quantity::LostShare => ("lost share", ""),
            _ => continue,
        };
        let found = format!("{median:.2}{unit}, between {low:.2} and {high:.2}");
        line(&format!("{name}, {arm}"), found);
    }
    let ratios = [
        ("speed-up", &report.speedup),
        ("relative speed-up", &report.relative_speedup),
        ("work overhead", &report.work_overhead),
        ("core-equivalents", &report.core_equivalents),
        ("efficiency", &report.efficiency),
        ("capacity efficiency", &report.capacity_efficiency),
    ];
    for (name, ratio) in ratios {
        if let Some(ratio) = ratio {
            line(
                name,
                format!(
                    "{:.2}, between {:.2} and {:.2} ({:.1} %, {})",
                    ratio.median,
                    ratio.low,
                    ratio.high,
                    ratio.confidence * 100.0,
                    Units::of(report).count(ratio.blocks)
                ),
            );
        }
    }
    if let Some(verdict) = report.verdict {
        line(
            "verdict",
            match verdict {
                Verdict::Faster => "faster".to_owned(),
                Verdict::Slower => "slower".to_owned(),
                Verdict::NoDifference => {
                    format!(
                        "no measurable difference. {}",
                        seen("This run", report.smallest_difference())
                    )
                }
            },
        );
    }
    if let Some(ideal) = &report.ideal {
        line("ideal speed-up", format!("{:.4}", ideal.speedup));
    }
    if let Some(ratio) = report.smallest_difference {
        line("smallest difference", format!("{ratio:.3} times could have been told from 1"));
    }
    for series in &report.series {
        if let Some(middle) = crate::measure::stats::median(&series.samples) {
            let Series { name, x, unit, samples } = series;
            let (unit, of) = (unit.name(), samples.len());
            line(name.name(), format!("{middle:.3} {unit} at {x} (median of {of})"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Request, Usage> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Request::parse(exhibits::MAIN.name, &words)
    }

    #[test]
    fn parameters_have_the_names_of_the_address() {
        let request = parse(&["--tasks", "20,21", "--workers=2", "--json", "--browser", "firefox"]);
        let request = request.unwrap();
        let page = exhibits::MAIN.page();
        assert_eq!(request.address, format!("{page}.html?tasks=20%2C21&workers=2&run=1"));
        assert!(request.json && request.browser == Kind::Firefox);
    }

    #[test]
    fn bad_words_are_refused_with_what_is_allowed() {
        #[track_caller]
        fn case(words: &[&str], part: &str) {
            let refusal = parse(words).unwrap_err().0;
            assert!(refusal.contains(part), "{refusal}");
        }
        case(&["--workers", "0"], "a whole number from 1 to 64");
        case(&["--tasks", "46"], "1 to 64 whole numbers from 1 to 45");
        case(&["--colour", "red"], "it has tasks, assignment, chunk, workers");
        case(&["--browser", "lynx"], "chromium, firefox or webkit");
        case(&["--workers"], "needs a value");
        case(&["two"], "parameters start with --");
        assert!(Request::parse("pool", &[]).unwrap_err().0.contains(exhibits::MAIN.name));
    }
}

//! `cargo lab record`: measures the runs that are shipped with the page, and keeps those that are
//! fit to be shown.
//!
//! What a recording says stands in front of every visitor, so it has to be quiet: no warning,
//! no wrong answer, and a speed-up within ±5 %. One that is not is measured again, and after so
//! many tries the old one stays.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Number, Value};
use thiserror::Error;

use super::browser::{Browser, Kind, Settings};
use super::server::{Server, Site};
use super::{Usage, measure, page, project, say};
use crate::exhibits::card::Recording;
use crate::exhibits::{self, Card};
use crate::report::{Origin, Report, Status};

/// A speed-up that is shown has an interval no wider than this to either side.
const WIDEST: f64 = 0.05;
/// Before the next try the machine gets so long to become quiet.
const PAUSE: Duration = Duration::from_secs(20);
/// Figures are kept to so many significant digits: more are noise.
const DIGITS: i32 = 6;

/// Why a run is not fit to be shown: a phrase.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Unfit {
    /// It did not come to its end, or an answer is wrong.
    #[error("it did not come to its end with every answer right")]
    Failed,
    /// It has something to say to a reader of its figures.
    #[error("it warns: {0}")]
    Warns(String),
    /// Its speed-up is not known well.
    #[error(
        "its speed-up is {0:.2}, between {1:.2} and {2:.2}: wider than ±{percent:.0} %",
        percent = WIDEST * 100.0
    )]
    Wide(f64, f64, f64),
    /// It compares, but from too few blocks for a verdict.
    #[error("it has too few blocks for a verdict")]
    TooFew,
}

/// Whether a run is fit to be shown.
///
/// # Errors
///
/// The first reason why it is not.
///
/// # Examples
///
/// ```
/// use fib_lab::host::record::{Unfit, fit};
/// use fib_lab::measure::block::{Estimate, Verdict};
/// use fib_lab::report::Report;
/// let of = |low, high| Report {
///     speedup: Some(Estimate { median: 1.9, low, high, confidence: 0.97, blocks: 8 }),
///     verdict: Some(Verdict::Faster),
///     ..Report::default()
/// };
/// assert_eq!(fit(&of(1.85, 1.95)), Ok(()));
/// assert_eq!(fit(&of(1.6, 2.5)), Err(Unfit::Wide(1.9, 1.6, 2.5)));
/// assert_eq!(fit(&Report { verdict: None, ..of(1.85, 1.95) }), Err(Unfit::TooFew));
/// let noisy = Report { warnings: vec!["The machine drifted.".to_owned()], ..of(1.85, 1.95) };
/// assert_eq!(fit(&noisy).unwrap_err().to_string(), "it warns: The machine drifted.");
/// ```
pub fn fit(report: &Report) -> Result<(), Unfit> {
    if report.status != Status::Complete || report.is_wrong() {
        return Err(Unfit::Failed);
    }
    if let Some(warning) = report.warnings.first() {
        return Err(Unfit::Warns(warning.clone()));
    }
    match &report.speedup {
        Some(found) if found.half_width() > WIDEST => {
            Err(Unfit::Wide(found.median, found.low, found.high))
        }
        Some(_) if report.verdict.is_none() => Err(Unfit::TooFew),
        _ => Ok(()),
    }
}

/// What became of a recording.
enum Became {
    /// It was kept, after so many tries.
    Kept(u32, Box<Report>),
    /// The old one stays: what was wrong with the last try.
    Stays(String),
}

/// Measures the recordings of these exhibits, or of all; each is tried so often.
pub fn run(names: &[String], tries: u32) -> Result<ExitCode> {
    let cards = chosen(names)?;
    let folder = page::built()?;
    let mut stayed = 0;
    tokio::runtime::Runtime::new()?.block_on(async {
        let server = Server::start(Site { folder, isolated: true, ..Site::default() }).await?;
        for card in cards {
            for recording in card.recordings {
                let file = place(project(), card, recording);
                match record(&server, card, recording, &file, tries).await? {
                    Became::Kept(tries, report) => {
                        println!("{:<20} kept at try {tries}: {}", recording.name, figures(&report))
                    }
                    Became::Stays(why) => {
                        stayed += 1;
                        println!(
                            "{:<20} the old one stays, after {tries} tries: {why}",
                            recording.name
                        );
                    }
                }
            }
        }
        anyhow::Ok(())
    })?;
    say(
        "the pictures of recordings are under test: INSTA_UPDATE=always cargo lab test --only host",
    );
    Ok(if stayed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The exhibits with these names; all where there are none.
fn chosen(names: &[String]) -> Result<Vec<&'static Card>, Usage> {
    if names.is_empty() {
        return Ok(exhibits::cards().collect());
    }
    let card = |name: &String| {
        exhibits::named(name).ok_or_else(|| {
            let known: Vec<_> = exhibits::cards().map(|card| card.name).collect();
            Usage(format!("there is no exhibit “{name}”; there is {}", known.join(", ")))
        })
    };
    names.iter().map(card).collect()
}

/// Where a recording lies.
fn place(project: &Path, card: &Card, recording: &Recording) -> PathBuf {
    let folder = project.join("src/exhibits").join(card.folder).join("recorded");
    folder.join(format!("{}.json", recording.name))
}

async fn record(
    server: &Server,
    card: &Card,
    recording: &Recording,
    file: &Path,
    tries: u32,
) -> Result<Became> {
    let address = address(card, recording);
    let mut why = String::new();
    for at in 1..=tries {
        if at > 1 {
            say(format_args!("{}: {why}; once more in {} s", recording.name, PAUSE.as_secs()));
            tokio::time::sleep(PAUSE).await;
        }
        // A new browser for each: what an earlier run left behind would be in the figures.
        let browser = Browser::start(Settings::new(Kind::Chromium)).await?;
        let measured = measure::once(&browser, &server.address(&address)).await;
        // The run is over; how the browser ends does not matter.
        let _ = browser.close().await;
        match measured.map(|(_, report)| (fit(&report), report)) {
            Ok((Ok(()), report)) => {
                let text = text(&report)?;
                std::fs::write(file, text)
                    .with_context(|| format!("writing {}", file.display()))?;
                return Ok(Became::Kept(at, Box::new(report)));
            }
            Ok((Err(unfit), _)) => why = unfit.to_string(),
            Err(error) => why = format!("{error:#}"),
        }
    }
    Ok(Became::Stays(why))
}

/// The address that makes a recording.
fn address(card: &Card, recording: &Recording) -> String {
    let which = match card.page() == card.name {
        true => String::new(),
        false => format!("exhibit={}&", card.name),
    };
    format!("{}.html?{which}{}&run=1", card.page(), recording.query)
}

/// A report as it is shipped.
fn text(report: &Report) -> Result<String> {
    let report = Report { origin: Origin::Recorded, ..report.clone() };
    let mut json = serde_json::to_value(report)?;
    round(&mut json);
    Ok(json.to_string())
}

/// Leaves numbers that are not whole with the digits that count.
fn round(json: &mut Value) {
    match json {
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().unwrap_or_default();
            let scale = 10f64.powi(DIGITS - 1 - exact.abs().max(1e-300).log10().floor() as i32);
            let rounded = Number::from_f64((exact * scale).round() / scale);
            if let Some(rounded) = rounded.filter(|_| exact != 0.0) {
                *number = rounded;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        _ => {}
    }
}

/// What a recording has found, in a few words.
fn figures(report: &Report) -> String {
    match &report.speedup {
        Some(found) => format!("{:.2} ({:.2} to {:.2})", found.median, found.low, found.high),
        None => format!("{} blocks", report.blocks.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Device, RunSpec};

    #[test]
    fn every_recording_of_a_card_is_a_run_of_it_and_lies_in_its_folder() {
        for card in exhibits::cards() {
            assert!(
                card.recordings.iter().any(|recording| recording.name == card.name),
                "{}",
                card.name
            );
            let mut files: Vec<String> = Vec::new();
            for recording in card.recordings {
                let mut spec = RunSpec::defaults(card, Device { cores: 2, seed: 1 });
                for (name, value) in form_urlencoded::parse(recording.query.as_bytes()) {
                    spec.set(card, &name, &value).unwrap_or_else(|refusal| panic!("{refusal:?}"));
                }
                let file = place(project(), card, recording);
                assert!(file.is_file(), "{}: cargo lab record {}", file.display(), card.name);
                files.push(file.file_name().unwrap().to_string_lossy().into_owned());
            }
            assert!(!files.is_empty());
        }
    }

    #[test]
    fn no_file_is_recorded_that_no_card_lists() {
        for card in exhibits::cards() {
            let folder = project().join("src/exhibits").join(card.folder).join("recorded");
            let own = exhibits::cards().filter(|other| other.folder == card.folder);
            let listed: Vec<_> =
                own.flat_map(|other| other.recordings).map(|recording| recording.name).collect();
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                assert!(listed.contains(&name.as_str()), "{}", path.display());
            }
        }
    }

    #[test]
    fn figures_keep_the_digits_that_count() {
        let mut json = serde_json::json!({ "a": [1.23456789, 0.000123456789], "seed": 305089037 });
        round(&mut json);
        assert_eq!(json, serde_json::json!({ "a": [1.23457, 0.000123457], "seed": 305089037 }));
    }
}

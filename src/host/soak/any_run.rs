//! Any run: random parameters of every exhibit that consists of samples, on devices that are made
//! up, fast and slow, with few cores and many, with fine clocks and coarse ones. Each run ends
//! complete, or is refused in words; within its seconds, its start and one block; nobody is given
//! up; and no speed-up is one that the same run's κ contradicts fourfold.
//!
//! Rings of ranks and children with their store live by the browser's event loops: they are tried
//! in browsers alone.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Instant;

use fastrand::Rng;
use futures_executor::block_on;

use super::share::Share;
use super::sound::sound;
use crate::exhibits::{Card, PLAYED, cards, named, run_of};
use crate::measure::clock::{now_ms, stand_in};
use crate::params::{Device, PROCESSES, RunSpec, Value};
use crate::report::Status;
use crate::runtime::budget::LONGEST_RUN_MS;
use crate::runtime::capabilities::Surroundings;
use crate::runtime::patience::Slept;
use crate::runtime::protocol::News;
use crate::runtime::run::Ended;
use crate::runtime::stand_in::{Mood, StandIn};

/// The short form tries so many cases of each exhibit.
const DRAWN: usize = 6;
/// Before anything is measured engines are warmed up, each for a second at the most; on the
/// slowest device a single call of the shortest warm-up takes longer.
const LONGEST_START_MS: f64 = 30_000.0;
/// What is left to do after the last block.
const LEFT_MS: f64 = 1_000.0;

/// A run on a device.
#[derive(Debug)]
struct Case {
    spec: RunSpec,
    device: StandIn,
    /// After how long the device sleeps, and for how long, in milliseconds.
    sleep: Option<(f64, f64)>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StandIn { call_ms, clock_step_ms, cores, claimed, message_ms, .. } = self.device;
        write!(f, "{}", self.spec.exhibit)?;
        for (name, value) in &self.spec.values {
            write!(f, " {name}={value}")?;
        }
        write!(
            f,
            " on {cores} cores that are called {claimed}, {call_ms:.1e} ms a call, {message_ms} ms a \
             message, {clock_step_ms} ms a step"
        )?;
        match self.sleep {
            Some((after_ms, for_ms)) => {
                write!(f, ", asleep after {after_ms:.0} ms for {for_ms:.0} ms")
            }
            None => Ok(()),
        }
    }
}

/// What is heard of a run, with the times of the stand-in's clock.
#[derive(Default)]
struct Heard {
    /// When measuring began.
    measuring_ms: Option<f64>,
    /// When the last block was over, or measuring began.
    last_ms: f64,
    longest_block_ms: f64,
}

impl Heard {
    fn hear(&mut self, news: &News) {
        let now = now_ms();
        match news {
            News::Progress(progress) if progress.phase == "Measuring" => {
                if self.measuring_ms.is_none() {
                    self.last_ms = now;
                }
                self.measuring_ms.get_or_insert(now);
            }
            News::Block { .. } => {
                self.longest_block_ms = self.longest_block_ms.max(now - self.last_ms);
                self.last_ms = now;
            }
            _ => {}
        }
    }
}

impl Case {
    /// A case of this exhibit, with so many seconds at the most.
    fn drawn(card: &'static Card, most_seconds: u32, rng: &mut Rng) -> Case {
        let mut spec = RunSpec::drawn(card, rng);
        if spec.whole("seconds") > most_seconds {
            spec.values.insert("seconds".to_owned(), Value::Whole(rng.u32(1..=most_seconds)));
        }
        if spec.whole("rounds") > 0 {
            // Each round is a whole comparison; a few show what many do.
            spec.values.insert("rounds".to_owned(), Value::Whole(rng.u32(1..=2)));
        }
        if spec.name("runtime") == "processes" && spec.whole("workers") > 12 {
            // Every message of a stand-in is packed and unpacked as text.
            spec.values.insert("workers".to_owned(), Value::Whole(12));
        }
        let choose = |from: &[f64], rng: &mut Rng| from[rng.usize(..from.len())];
        // An algorithm that is chosen really runs, and a coarse clock wants it for seconds; rounds
        // are samples of tens of thousands of small tasks, each told of as text.
        let really_runs = card.parameter("algorithm").is_some();
        let steps_ms: &[f64] = match really_runs || card.parameter("rounds").is_some() {
            true => &[0.005, 0.02, 0.1],
            false => &[0.005, 0.02, 0.1, 1.0, 5.0, 16.7, 100.0],
        };
        let cores = choose(&[1.0, 2.0, 4.0, 8.0, 16.0, 64.0], rng) as u32;
        let device = StandIn {
            call_ms: 1e-6 * 20f64.powf(rng.f64()),
            clock_step_ms: choose(steps_ms, rng),
            cores,
            // Some browsers claim fewer, or more.
            claimed: if rng.u8(..4) == 0 { choose(&[1.0, 2.0, 128.0], rng) as u32 } else { cores },
            message_ms: choose(&[0.3, 1.0], rng),
            real_time: really_runs,
            played: PLAYED.to_vec(),
            ..StandIn::default()
        };
        let sleeps = rng.u8(..4) == 0;
        let sleep = sleeps.then(|| (4_000.0 * rng.f64(), choose(&[5e3, 20e3, 600e3], rng)));
        Case { spec, device, sleep }
    }

    /// Makes the run, and says what is wrong with how it ended.
    fn holds(&self) -> Result<(), String> {
        self.ended().map(drop)
    }

    /// The same; the sentence of a run that was refused, in order.
    fn ended(&self) -> Result<Option<String>, String> {
        let mut refusal = None;
        let heard: Rc<RefCell<Heard>> = Rc::default();
        let ear = Rc::clone(&heard);
        let Some(card) = named(&self.spec.exhibit) else {
            return Err("there is no such exhibit".to_owned());
        };
        let here = Surroundings { isolated: true, shared_memory: true, workers: true, cores: 2 };
        if here.missing(card.lowest, self.spec.name("runtime"), card.fallback).is_some() {
            // The page says so, and starts nothing.
            return Ok(None);
        }
        // As the device has it, or the clock would jump as soon as the run is made.
        stand_in::real_time(self.device.real_time);
        let (begun_ms, really, before) = (now_ms(), Instant::now(), Slept::so_far());
        let device = StandIn { under_way: Rc::default(), ..self.device.clone() };
        let run = device.run_heard(self.spec.clone(), move |news| ear.borrow_mut().hear(&news));
        if let Some((after_ms, for_ms)) = self.sleep {
            stand_in::sleep(after_ms, for_ms);
        }
        let ended = run_of(&self.spec.exhibit).map(|make| block_on(make(run)));
        // None of the next run.
        stand_in::sleep(f64::INFINITY, 0.0);
        let slept_ms = Slept::since(before).ms;
        let spent_ms = now_ms() - begun_ms - slept_ms;
        let heard = heard.borrow();
        match ended {
            None => return Err("there is no such exhibit".to_owned()),
            Some(Err(Ended::Broke(fault))) => return Err(fault.to_string()),
            // It was not started.
            Some(Err(Ended::Refused(why))) => refusal = Some(why.to_string()),
            Some(Ok(report)) => {
                // A wait for a lock can be shorter than any clock sees.
                let may_be_none = self.spec.name("load") == "mixed";
                sound(&report, may_be_none)?;
                let said = report.warnings.iter().any(|it| it.contains("nothing ran"));
                if said != (slept_ms > 0.0) {
                    return Err(format!("slept for {slept_ms} ms: {:?}", report.warnings));
                }
            }
        }
        let start_ms = heard.measuring_ms.unwrap_or(now_ms()) - begun_ms;
        if start_ms - slept_ms > LONGEST_START_MS {
            return Err(format!("it was {start_ms:.0} ms before anything was measured"));
        }
        let stated_ms = match self.spec.whole("seconds") {
            0 => LONGEST_RUN_MS,
            seconds => f64::from(seconds) * 1e3,
        };
        let block_ms = heard.longest_block_ms;
        // What the stand-in itself takes is no part of the run.
        let really_ms = really.elapsed().as_secs_f64() * 1e3;
        if spent_ms > stated_ms.max(start_ms) + block_ms + LEFT_MS + really_ms {
            return Err(format!(
                "it took {spent_ms:.0} ms of {stated_ms:.0}, of which {start_ms:.0} before anything \
                 was measured, and {block_ms:.0} the longest block"
            ));
        }
        Ok(refusal)
    }
}

/// The exhibits that a stand-in can play: those of processes alone need a browser's event loop.
fn sampled() -> impl Iterator<Item = &'static Card> {
    let of_processes =
        |card: &&Card| card.parameter("runtime").is_some_and(|it| it.help == PROCESSES.help);
    cards().filter(move |card| !of_processes(card))
}

#[test]
fn any_run_ends_complete_or_refused_within_its_time() {
    let mut rng = Rng::with_seed(11);
    let mut failed = Vec::new();
    for card in sampled() {
        for _ in 0..DRAWN {
            let case = Case::drawn(card, 3, &mut rng);
            let ended = case.holds();
            failed.extend(ended.err().map(|why| format!("{case}: {why}")));
        }
    }
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.join("\n"));
}

/// Every default run on devices that claim one core or very many, and on coarse clocks.
#[test]
fn every_default_run_completes_whatever_the_device_claims_and_however_coarse_its_clock() {
    let of = |cores, claimed, clock_step_ms| StandIn {
        cores,
        claimed,
        clock_step_ms,
        // A call of the recursion takes 1.5 ns on a middling computer.
        call_ms: 1.5e-6,
        message_ms: 0.3,
        played: PLAYED.to_vec(),
        ..StandIn::default()
    };
    let devices =
        [of(1, 1, 0.005), of(2, 1, 0.005), of(16, 128, 0.005), of(2, 2, 16.7), of(2, 2, 100.0)];
    let mut failed = Vec::new();
    for card in sampled() {
        for device in &devices {
            let asked = Device { cores: device.claimed, seed: 1 };
            let mut spec = RunSpec::defaults(card, asked);
            let several = spec.whole("workers");
            if card.parameter("workers").is_some() && several < 2 {
                failed.push(format!("{}: {several} workers", card.name));
            }
            // An algorithm that is chosen really runs, and for it the clock is a real one.
            let real_time = card.parameter("algorithm").is_some();
            let device = StandIn { real_time, ..device.clone() };
            if spec.whole("rounds") > 0 {
                spec.values.insert("rounds".to_owned(), Value::Whole(1));
            }
            let case = Case { spec, device, sleep: None };
            stand_in::real_time(real_time);
            let begun_ms = now_ms();
            let ended = case.ended();
            let spent_ms = now_ms() - begun_ms;
            match ended {
                Ok(None) if spent_ms > LONGEST_RUN_MS => {
                    failed.push(format!("{case}: it took {spent_ms:.0} ms"));
                }
                Ok(None) => {}
                // On the coarsest clock the true reason does as well.
                Ok(Some(refusal)) if refusal.contains("moves in steps of 100.0 ms") => {}
                Ok(Some(refusal)) => failed.push(format!("{case}: {refusal}")),
                Err(why) => failed.push(format!("{case}: {why}")),
            }
        }
    }
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.join("\n"));
}

/// One answer that is wrong in any sample, also of a kernel that only measures the machine, and
/// the run has failed, of whichever exhibit it is.
#[test]
fn one_counter_finds_what_is_answered_wrongly_in_any_exhibit() {
    for card in sampled() {
        // Right while everything is checked and warmed up, wrong later: how much later differs.
        let said = [60, 40, 30, 20, 12, 6].into_iter().find_map(|from| {
            let from = Mood::Wrong(from);
            let played = PLAYED.to_vec();
            let real_time = card.parameter("algorithm").is_some();
            let device =
                StandIn { plain: from, team: from, played, real_time, ..StandIn::default() };
            let spec = RunSpec::defaults(card, Device { cores: 2, seed: 1 });
            let Some(make) = run_of(card.name) else { panic!("{} has no run", card.name) };
            let report = block_on(make(device.run_heard(spec, |_| {}))).ok()?;
            let said = report.warnings.iter().filter(|it| it.contains("wrong or missing"));
            (report.status == Status::Failed).then(|| said.count())
        });
        assert_eq!(said, Some(1), "{}", card.name);
    }
}

/// The long form: cases at random, as long as there is time.
#[test]
#[ignore = "cargo lab soak runs it"]
fn any_run() {
    let share = Share::asked().expect("cargo lab soak starts this");
    let mut rng = Rng::with_seed(share.seed);
    let cards: Vec<_> = sampled().collect();
    while share.goes_on() {
        let card = cards[rng.usize(..cards.len())];
        let case = Case::drawn(card, [3, 60][rng.usize(..2)], &mut rng);
        share.note(&case.to_string(), &case.holds());
    }
}

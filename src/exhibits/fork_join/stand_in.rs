//! What the workers of a task that splits itself do where a stand-in plays them.

use std::cell::Cell;

use super::beside::{self, RAYON};
use super::grow::GROW;
use super::tree::Visit;
use super::wake::WAKE;
use crate::exhibits::splitting::asked::Asked;
use crate::exhibits::splitting::grain::Grain;
use crate::exhibits::splitting::job::Timed;
use crate::exhibits::splitting::member::{
    ALONE, GATHER, Gathering, HELP, LEAD, Lead, OTHER, SET_UP,
};
use crate::exhibits::splitting::told::Told;
use crate::fib;
use crate::runtime::payload::Payload;
use crate::runtime::stand_in::Conditions;
use crate::trace::Divisible;

thread_local! {
    /// What is computed.
    static ASKED: Cell<Option<Asked>> = const { Cell::new(None) };
    /// How many take part.
    static WORKERS: Cell<u32> = const { Cell::new(1) };
}

/// Without a cut-off it takes so many times as long as the serial program.
const UNCUT: f64 = 2.5;

/// How long the serial program takes.
fn serial_ms(asked: Asked, call_ms: f64) -> f64 {
    let size = f64::from(asked.size);
    let calls = match asked.of {
        Divisible::Sort => 10.0 * size * size.log2(),
        Divisible::Queens => 3.6f64.powf(size),
        _ => fib::calls(asked.size) as f64,
    };
    calls * call_ms
}

/// Plays a worker.
pub fn played(name: &str, input: &Payload, conditions: Conditions) -> Option<(Payload, f64)> {
    let timed = |asked: Asked, repeats: u32, job_ms: f64| {
        let repeats = f64::from(repeats.max(1));
        let timed = Timed {
            start_ms: conditions.read(conditions.start_ms + (repeats - 1.0) * job_ms),
            ms: conditions.read(job_ms * repeats) / repeats,
            last_ms: conditions.read(job_ms),
            got: asked.want(),
            wrong: 0,
        };
        (timed, job_ms * repeats)
    };
    let nothing = || Payload::of(&()).ok();
    let asked = ASKED.get();
    let answer = if name == SET_UP.name {
        let asked: Asked = input.read().ok()?;
        ASKED.set(Some(asked));
        (Payload::of(&1_000u64).ok()?, 0.0)
    } else if name == ALONE.name {
        let (timed, ms) = timed(asked?, input.read().ok()?, serial_ms(asked?, conditions.call_ms));
        (Payload::of(&timed).ok()?, ms)
    } else if name == OTHER.name {
        let (asked, repeats): (Asked, u32) = input.read().ok()?;
        let (timed, ms) = timed(asked, repeats, serial_ms(asked, conditions.call_ms));
        (Payload::of(&timed).ok()?, ms)
    } else if name == GATHER.name {
        WORKERS.set(input.read::<Gathering>().ok()?.workers);
        (nothing()?, 0.0)
    } else if name == LEAD.name {
        let Lead { grain, repeats } = input.read().ok()?;
        let overhead = if grain == Grain::None { UNCUT } else { 1.05 };
        let cores = f64::from(WORKERS.get()).min(conditions.cores);
        let job_ms = overhead * serial_ms(asked?, conditions.call_ms) / cores;
        let (timed, ms) = timed(asked?, repeats, job_ms);
        (Payload::of(&(timed, Told::default())).ok()?, ms)
    } else if name == HELP.name {
        (Payload::of(&Told::default()).ok()?, 0.0)
    } else if name == GROW.name {
        let n: u32 = input.read().ok()?;
        (Payload::of(&(fib::iterative(n), Vec::<Visit>::new())).ok()?, 1.0)
    } else if name == WAKE.name {
        // Nobody came.
        let rounds: u32 = input.read().ok()?;
        (Payload::of(&Vec::<f64>::new()).ok()?, f64::from(rounds))
    } else if name == RAYON.name {
        let beside::Order { n, repeats, .. } = input.read().ok()?;
        let asked = Asked { of: Divisible::Fib, size: n, seed: 0 };
        let (timed, ms) = timed(asked, repeats, 20.0 * serial_ms(asked, conditions.call_ms));
        (Payload::of(&timed).ok()?, ms)
    } else {
        return None;
    };
    Some(answer)
}

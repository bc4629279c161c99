//! Aligns the clocks of a pool's threads with the clock of the engine that starts jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::measure::clock::now_ms;
use crate::measure::clock_sync::{Alignment, ROUND_TRIPS};

/// A worker that has not answered for this long is given up.
const TIMEOUT_MS: f64 = 100.0;
/// Tells a worker to stop answering.
const OVER: u32 = u32::MAX;

/// What engine and worker share: the number of the question, the answer, and the number
/// of the question it answers.
#[derive(Default)]
struct Exchange {
    asked: AtomicU32,
    reading: AtomicU64,
    answered: AtomicU32,
}

/// The alignment of every worker of the pool, one worker at a time. A worker that does
/// not answer in time counts as aligned within that time.
pub fn align_pool(step_ms: f64) -> Vec<Alignment> {
    (0..rayon::current_num_threads())
        .map(|worker| {
            let trips = round_trips(worker);
            let lost = Alignment { offset_ms: 0.0, error_ms: TIMEOUT_MS };
            Alignment::of(trips, step_ms).unwrap_or(lost)
        })
        .collect()
}

fn round_trips(worker: usize) -> Vec<(f64, f64, f64)> {
    let exchange = Arc::new(Exchange::default());
    let shared = Arc::clone(&exchange);
    rayon::spawn_broadcast(move |context| {
        if context.index() == worker {
            answer(&shared);
        }
    });
    let mut trips = Vec::with_capacity(ROUND_TRIPS as usize);
    'asking: for question in 1..=ROUND_TRIPS {
        let asked_ms = now_ms();
        exchange.asked.store(question, Ordering::Release);
        while exchange.answered.load(Ordering::Acquire) != question {
            if now_ms() - asked_ms > TIMEOUT_MS {
                break 'asking;
            }
            std::hint::spin_loop();
        }
        let heard_ms = now_ms();
        let reading_ms = f64::from_bits(exchange.reading.load(Ordering::Relaxed));
        trips.push((asked_ms, reading_ms, heard_ms));
    }
    exchange.asked.store(OVER, Ordering::Release);
    trips
}

/// The worker's side: answers every question with its own clock until it is over.
fn answer(exchange: &Exchange) {
    let mut last = 0;
    loop {
        let asked = exchange.asked.load(Ordering::Acquire);
        if asked == OVER {
            return;
        }
        if asked != last {
            last = asked;
            exchange.reading.store(now_ms().to_bits(), Ordering::Relaxed);
            exchange.answered.store(asked, Ordering::Release);
        }
        std::hint::spin_loop();
    }
}

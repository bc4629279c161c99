//! What an engine of a stand-in answers, and how long that takes: the kernel, the serial program,
//! the pool, and what exhibits play.

use super::device::{Conditions, Mood};
use super::link::{Sent, StandInEngine};
use crate::fib;
use crate::measure::clock::now_ms;
use crate::measure::clock_sync::{Alignment, Clocks};
use crate::runtime::payload::Payload;
use crate::runtime::pool::{List, POOL, SERIAL, Shared};
use crate::runtime::protocol::{Reply, Request};
use crate::theory::schedule::{makespan, simulate, work};
use crate::trace::sample::{Lane, Sample, TaskSpan};

impl StandInEngine {
    /// What it answers, and how long that takes.
    pub(super) fn reply(&self, sent: &Sent) -> (Reply, f64) {
        let device = &self.device;
        let conditions = Conditions {
            call_ms: device.call_ms * self.slowness(),
            cores: f64::from(device.cores),
            together: device.under_way.borrow().len() as f64,
            start_ms: sent.sent_ms,
            clock_step_ms: device.clock_step_ms,
        };
        match &sent.request {
            Request::Program { name, input } if name == SERIAL.name => {
                self.serial(input, conditions)
            }
            Request::Program { name, input } if name == POOL.name => self.pool(input, conditions),
            Request::Program { name, input } => {
                let played = device.played.iter().find_map(|play| play(name, input, conditions));
                let (output, ms) = played
                    .unwrap_or_else(|| panic!("a stand-in has no program {name} for this input"));
                (Reply::Output(output), ms)
            }
            &Request::Kernel { n, window_ms, workers, begun_ms } => {
                let own = workers.min(self.threads);
                let busy = conditions.together.max(f64::from(own));
                let crowding = Conditions { together: busy, ..conditions }.crowding();
                let fib_ms = fib::calls(n) as f64 * conditions.call_ms * crowding;
                let ran = (window_ms / fib_ms).ceil().max(1.0);
                let start_ms = begun_ms.unwrap_or(sent.sent_ms);
                let end_ms = start_ms + ran * fib_ms;
                let span = TaskSpan { task: ran as u32, value: self.answer(n), start_ms, end_ms };
                let lanes = vec![Lane { spans: vec![span], free_ms: end_ms }; own as usize];
                let last_ms = conditions.read(ran * fib_ms);
                (Reply::Sample(Sample { start_ms, ms: fib_ms, last_ms, lanes }), ran * fib_ms)
            }
            Request::Connect { .. } => (Reply::Ready, 0.0),
            Request::Clocks => {
                let exact = Alignment { offset_ms: 0.0, error_ms: device.clock_step_ms };
                let threads = vec![exact; self.threads as usize];
                let step_ms = device.clock_step_ms;
                (Reply::Clocks(Clocks { step_ms, read_ms: 1e-5, threads }), 0.0)
            }
            Request::Now => (Reply::Now { ms: now_ms() }, 0.0),
        }
    }

    fn slowness(&self) -> f64 {
        match self.mood {
            Mood::Slow(times) => times,
            _ => 1.0,
        }
    }

    fn answer(&self, n: u32) -> u64 {
        fib::iterative(n)
            + u64::from(matches!(self.mood, Mood::Wrong(from) if self.asked.get() >= from))
    }

    fn spans(
        &self,
        slots: impl Iterator<Item = (u32, u32, u64, u64)>,
        start_ms: f64,
        call_ms: f64,
    ) -> Vec<TaskSpan> {
        let span = |(task, n, start, end)| TaskSpan {
            task,
            value: self.answer(n),
            start_ms: start_ms + start as f64 * call_ms,
            end_ms: start_ms + end as f64 * call_ms,
        };
        slots.map(span).collect()
    }

    /// The sample of a job of which each repetition takes so long, and how long all of it takes.
    /// `lanes` are those of a repetition that begins then.
    fn sample(
        lanes: impl FnOnce(f64) -> Vec<Lane>,
        (job_ms, repeats): (f64, u32),
        conditions: Conditions,
    ) -> (Reply, f64) {
        let repeats = f64::from(repeats.max(1));
        let ms = conditions.read(job_ms * repeats) / repeats;
        let start_ms = conditions.start_ms + (repeats - 1.0) * job_ms;
        let sample = Sample { start_ms, ms, last_ms: job_ms, lanes: lanes(start_ms) };
        let reply = Payload::of(&sample).map_or_else(|error| panic!("{error}"), Reply::Output);
        (reply, job_ms * repeats)
    }

    fn serial(&self, input: &Payload, conditions: Conditions) -> (Reply, f64) {
        let List { tasks, repeats } = input.read().unwrap();
        let mut start = 0;
        let slots = tasks.iter().zip(0..).map(|(&n, task)| {
            let slot = (task, n, start, start + fib::calls(n));
            start = slot.3;
            slot
        });
        let slots: Vec<_> = slots.collect();
        let call_ms = conditions.call_ms * conditions.crowding();
        let lanes = |start_ms| {
            let spans = self.spans(slots.into_iter(), start_ms, call_ms);
            vec![Lane { free_ms: spans.last().map_or(start_ms, |span| span.end_ms), spans }]
        };
        let job_ms = work(&tasks).iter().sum::<u64>() as f64 * call_ms;
        StandInEngine::sample(lanes, (job_ms, repeats), conditions)
    }

    fn pool(&self, input: &Payload, conditions: Conditions) -> (Reply, f64) {
        let Shared { tasks, plan, repeats } = input.read().unwrap();
        let slots = simulate(&work(&tasks), self.threads as usize, &plan);
        let calls = work(&tasks).iter().sum::<u64>() as f64;
        // Threads without a core of their own take turns.
        let ends = (makespan(&slots) as f64).max(calls / conditions.cores);
        let crowding = ends / (makespan(&slots) as f64).max(1.0);
        let call_ms = conditions.call_ms * crowding * (1.0 + self.device.unexplained);
        let lanes = |start_ms: f64| {
            let lane = |worker| {
                let own = slots.iter().filter(|slot| slot.worker == worker);
                let own =
                    own.map(|slot| (slot.task as u32, tasks[slot.task], slot.start, slot.end));
                let spans = self.spans(own, start_ms, call_ms);
                Lane { free_ms: spans.last().map_or(start_ms, |span| span.end_ms), spans }
            };
            (0..self.threads as usize).map(lane).collect()
        };
        let job_ms = makespan(&slots) as f64 * call_ms + self.device.message_ms / 10.0;
        StandInEngine::sample(lanes, (job_ms, repeats), conditions)
    }
}

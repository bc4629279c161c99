//! The engine's side of a worker: receives a job, runs it, answers with a sample.
//! Nothing polls and nothing else runs in the meantime.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::OnceLock;

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, MessagePort};

use crate::exhibits::locks::thread as turn;
use crate::exhibits::message_ring::mailbox::Ports;
use crate::exhibits::message_ring::rank;
use crate::exhibits::parent_children::child;
use crate::exhibits::parent_children::store::Store;
use crate::exhibits::pool_map;
use crate::fib;
use crate::measure::clock::{now_ms, read_ms, step_ms};
use crate::measure::clock_sync::Clocks;
use crate::runtime::executor::drive;
use crate::runtime::message::{decode, post, worker_scope};
use crate::runtime::protocol::{Job, Reply};
use crate::trace::sample::{Lane, Mark, Sample};

/// The number of the store among the workers of a run.
pub const STORE: u32 = u32::MAX;

/// What an engine keeps between jobs, if it ever needs it.
#[derive(Default)]
struct Kept {
    /// Its ports to other workers.
    ports: RefCell<Ports>,
    /// The same ports, for those that know only one other worker.
    first_port: RefCell<Option<MessagePort>>,
    /// The numbers that it keeps, as a store.
    store: Store,
}

/// Makes this worker an engine.
pub fn serve() {
    let Some(scope) = worker_scope() else { return };
    let kept = Rc::new(Kept::default());
    let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match decode::<Job>(event.data()) {
            Ok(Job::Connect { peers }) => kept.connect(&peers, &event.ports()),
            Ok(Job::Ask(ask)) => post(&Reply::Told(kept.store.answer(ask))),
            // Jobs that wait let the event loop go on meanwhile.
            Ok(Job::Turn(order)) => drive(async move {
                post(&reply(turn::play(&order).await.map(Reply::Turn)));
            }),
            Ok(Job::Rank(order)) => {
                let kept = Rc::clone(&kept);
                drive(async move {
                    post(&reply(rank::play(&order, &kept.ports).await.map(Reply::Rank)));
                });
            }
            Ok(Job::Child(order)) => {
                let store = kept.first_port.borrow().clone();
                drive(async move {
                    let lived = match store {
                        Some(store) => child::live(&order, &store).await,
                        None => Err("the child has no way to the store".to_owned()),
                    };
                    post(&reply(lived.map(|value| Reply::Child { value })));
                });
            }
            Ok(job) => post(&run(&job)),
            Err(message) => post(&Reply::Fault { message }),
        }
    });
    scope.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    // The worker listens until it is terminated.
    receive.forget();
}

fn reply(outcome: Result<Reply, String>) -> Reply {
    outcome.unwrap_or_else(|message| Reply::Fault { message })
}

impl Kept {
    /// Without names for them, the ports lead to whoever asks the store.
    fn connect(&self, peers: &[u32], ports: &Array) {
        if peers.is_empty() {
            // Nobody waits to hear that: the store may have to say something else first.
            return self.store.open(ports);
        }
        if peers == [STORE] {
            *self.first_port.borrow_mut() = ports.get(0).dyn_into().ok();
        } else {
            self.ports.borrow_mut().connect(peers, ports);
        }
        post(&Reply::Ready);
    }
}

/// Runs a job on this engine.
pub fn run(job: &Job) -> Reply {
    match job {
        Job::Serial { tasks, repeats } => Reply::Sample(pool_map::sample_serial(tasks, *repeats)),
        #[cfg(feature = "threads")]
        Job::Pool { tasks, plan, repeats } => {
            Reply::Sample(pool_map::sample_pool(tasks, plan, *repeats))
        }
        #[cfg(not(feature = "threads"))]
        Job::Pool { .. } => Reply::Fault { message: "the plain engine has no pool".to_owned() },
        Job::Kernel { n, window_ms, workers, begun_ms } => {
            Reply::Sample(kernel(*n, *window_ms, *workers, *begun_ms))
        }
        Job::Arena { threads, locks, interval_ms } => {
            turn::make_arena(*threads, *locks, *interval_ms);
            Reply::Sample(Sample::default())
        }
        Job::Clocks => {
            let step_ms = step_ms(now_ms, 50);
            #[cfg(feature = "threads")]
            let threads = crate::runtime::pool_clocks::align_pool(step_ms);
            #[cfg(not(feature = "threads"))]
            let threads = Vec::new();
            Reply::Clocks(Clocks { step_ms, read_ms: read_ms(), threads })
        }
        Job::Now => Reply::Sample(Sample { start_ms: now_ms(), ..Sample::default() }),
        _ => Reply::Fault { message: "this job needs an event loop".to_owned() },
    }
}

/// The same work on each of the first `workers` workers, for `window_ms` from a common
/// start. Counting what gets done in a window, instead of timing a fixed amount, is fair
/// to workers that take turns on a core and to cores of two speeds; and a worker that has
/// to wait for a core before it can begin has been slow, not late.
/// The sample's time is that of one fib(n) at the workers' mean rate.
fn kernel(n: u32, window_ms: f64, workers: u32, begun_ms: Option<f64>) -> Sample {
    let start_ms = now_ms();
    let begun: OnceLock<f64> = begun_ms.map(OnceLock::from).unwrap_or_default();
    let one = || {
        let start_ms = *begun.get_or_init(now_ms);
        let mut mark = Mark { start_ms, ..Mark::default() };
        loop {
            mark.value = fib::naive(black_box(n));
            mark.task += 1;
            mark.end_ms = now_ms();
            if mark.end_ms - mark.start_ms >= window_ms {
                return Lane { marks: vec![mark], free_ms: mark.end_ms };
            }
        }
    };
    // An engine that is told when to begin is one worker among others, and has no pool.
    if begun_ms.is_some() {
        let lanes = vec![one()];
        return Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes };
    }
    #[cfg(feature = "threads")]
    let lanes: Vec<Lane> = {
        let together = (workers as usize).min(rayon::current_num_threads());
        let start = std::sync::Barrier::new(together);
        let each = rayon::broadcast(|worker| {
            (worker.index() < together).then(|| {
                start.wait();
                one()
            })
        });
        each.into_iter().flatten().collect()
    };
    #[cfg(not(feature = "threads"))]
    let lanes: Vec<Lane> = (0..workers.min(1)).map(|_| one()).collect();
    Sample { start_ms, ms: kernel_ms(&lanes), last_ms: now_ms() - start_ms, lanes }
}

/// What one fib(n) of a kernel takes at the mean rate of these lanes, in milliseconds.
pub fn kernel_ms(lanes: &[Lane]) -> f64 {
    let rates: f64 = lanes
        .iter()
        .flat_map(|lane| &lane.marks)
        .map(|mark| f64::from(mark.task) / (mark.end_ms - mark.start_ms).max(1e-6))
        .sum();
    lanes.len() as f64 / rates
}

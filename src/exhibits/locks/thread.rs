//! One thread's turn in a program of several threads, inside its worker.
//!
//! What the threads share is an ordinary static: in the threaded engine all workers have
//! one memory, and so one set of statics.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::time::Duration;

use crate::exhibits::{c_extension, gil};
use crate::interpreter::lock::Lock;
use crate::interpreter::thread::Thread;
use crate::measure::clock::now_ms;
use crate::runtime::io::World;
use crate::runtime::protocol::{Locks, Program, Turn, TurnOrder};
use crate::trace::Kind;

/// What the threads of one program share.
struct Arena {
    locks: Vec<Lock>,
    start: Barrier,
    /// How many threads have not ended yet.
    at_work: AtomicU32,
}

static ARENA: Mutex<Option<Arc<Arena>>> = Mutex::new(None);

/// Makes what `threads` threads will share in their next program.
pub fn make_arena(threads: u32, locks: Locks, interval_ms: f64) {
    let interval = Duration::from_secs_f64(interval_ms.clamp(0.01, 1e4) / 1e3);
    let locks = match locks {
        Locks::None => 0,
        Locks::One => 1,
        Locks::Each => threads,
    };
    let arena = Arena {
        locks: (0..locks).map(|_| Lock::new(threads, interval)).collect(),
        start: Barrier::new(threads as usize),
        at_work: AtomicU32::new(threads),
    };
    *ARENA.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(arena));
}

impl Arena {
    /// The lock that this thread has to hold.
    fn lock(&self, me: u32) -> Result<Option<&Lock>, String> {
        let lock =
            if self.locks.len() > 1 { self.locks.get(me as usize) } else { self.locks.first() };
        match lock {
            Some(lock) if me >= lock.threads() => Err(format!("there is no thread {me}")),
            lock => Ok(lock),
        }
    }
}

/// Runs one thread's part.
pub async fn play(order: &TurnOrder) -> Result<Turn, String> {
    let shared = match order.together {
        false => None,
        true => {
            let arena = ARENA.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Some(arena.ok_or("nobody made an arena")?)
        }
    };
    let lock = match &shared {
        Some(arena) => arena.lock(order.me)?,
        None => None,
    };
    let world = match order.program {
        Program::Outside { what } => Some(World::open(what, &order.address, order.me).await?),
        _ => None,
    };
    let mut thread = Thread::new(lock, order.me);
    if let Some(arena) = &shared {
        arena.start.wait();
    }
    thread.start();
    let outcome = run(&mut thread, order, world.as_ref(), shared.as_deref()).await;
    let turn = thread.end();
    if let Some(arena) = &shared {
        arena.at_work.fetch_sub(1, Relaxed);
    }
    if let Some(world) = world {
        world.close().await?;
    }
    outcome.map(|()| turn)
}

async fn run(
    thread: &mut Thread<'_>,
    order: &TurnOrder,
    world: Option<&World>,
    arena: Option<&Arena>,
) -> Result<(), String> {
    let outside = async || match world {
        Some(world) => world.once().await,
        None => Ok(()),
    };
    match order.program {
        Program::Bytecode { n } => gil::computing(thread, n, order.rounds),
        Program::Busy { n } => {
            gil::busy(thread, n, || arena.is_some_and(|arena| arena.at_work.load(Relaxed) > 1));
        }
        Program::Native { n, held, holds } => {
            for round in 0..order.rounds {
                // Every round begins together: else the rounds of different threads would
                // overlap, and one hold each would be as good as many.
                if let (Some(arena), 1..) = (arena, round) {
                    thread.give_up();
                    let start_ms = now_ms();
                    arena.start.wait();
                    thread.note(Kind::Idle, start_ms);
                    thread.take();
                }
                c_extension::extension(thread, n, held, holds.max(1));
            }
        }
        Program::Outside { .. } => gil::waiting(thread, order.rounds, outside).await?,
    }
    Ok(())
}

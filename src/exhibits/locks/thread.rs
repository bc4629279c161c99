//! One thread's part in a program of several threads, inside its worker.
//!
//! What the threads share is an ordinary static: in the threaded engine all workers have
//! one memory, and so one set of statics.

use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use super::fellows::{Fellows, NoSuchThread, SharedState};
use super::messages::{SET_UP, Setup, ThreadOrder};
use super::work::Work;
use crate::interpreter::log::ThreadLog;
use crate::interpreter::thread::Thread;
use crate::runtime::io::{Io, IoError};
use crate::runtime::program::{Call, Here, Program};

static SHARED: Mutex<Option<Arc<SharedState>>> = Mutex::new(None);

/// Why a thread could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum ThreadError {
    /// Nothing was set up for it.
    #[error("nobody has set up what the threads share")]
    NotSetUp,
    /// It was set up for fewer threads.
    #[error(transparent)]
    NoSuchThread(#[from] NoSuchThread),
    /// What it waited for outside did not come.
    #[error(transparent)]
    Io(#[from] IoError),
}

/// Makes what threads will share in their next program.
pub struct SetUp;

impl Program for SetUp {
    type Input = Setup;
    type Output = ();
    type Error = ThreadError;
    const CALL: Call<Setup, ()> = SET_UP;

    async fn run(setup: Setup, _: Rc<Here>) -> Result<(), ThreadError> {
        let shared = SharedState::new(&setup);
        *SHARED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(shared));
        Ok(())
    }
}

/// A thread that does this work, as a program of its engine.
pub struct ThreadProgram<W>(PhantomData<W>);

impl<W: Work> Program for ThreadProgram<W> {
    type Input = ThreadOrder<W>;
    type Output = ThreadLog;
    type Error = ThreadError;
    const CALL: Call<ThreadOrder<W>, ThreadLog> = W::CALL;

    async fn run(order: ThreadOrder<W>, _: Rc<Here>) -> Result<ThreadLog, ThreadError> {
        let shared = match order.together {
            false => None,
            true => {
                let shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Some(shared.ok_or(ThreadError::NotSetUp)?)
            }
        };
        let lock = match &shared {
            Some(shared) => shared.lock(order.me)?,
            None => None,
        };
        let io = match order.work.source() {
            Some(source) => Some(Io::open(source, &order.address, order.me).await?),
            None => None,
        };
        let mut thread = Thread::new(lock, order.me);
        if let Some(shared) = &shared {
            shared.begin();
        }
        thread.start();
        let fellows = Fellows { shared: shared.as_deref(), io: io.as_ref() };
        let outcome = order.work.run(&mut thread, order.rounds, &fellows).await;
        let log = thread.end();
        if let Some(shared) = &shared {
            shared.end();
        }
        if let Some(io) = io {
            io.close().await?;
        }
        outcome?;
        Ok(log)
    }
}

//! The engine's side of a worker: receives a request, does it, answers. Programs are found
//! by their name in the registry. Nothing polls and nothing else runs in the meantime.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MessageEvent;

use crate::exhibits;
use crate::measure::clock::{now_ms, read_ms, step_ms};
use crate::measure::clock_sync::Clocks;
use crate::runtime::executor::execute;
use crate::runtime::kernel::kernel;
use crate::runtime::message::{decode, post, worker_scope};
use crate::runtime::payload::Payload;
use crate::runtime::program::Here;
use crate::runtime::protocol::{Reply, Request};

/// Makes this worker an engine.
pub fn serve() {
    let Some(scope) = worker_scope() else { return };
    let here = Rc::new(Here::new(|said| post(&Reply::Said(said))));
    let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match decode::<Request>(event.data()) {
            Ok(Request::Program { name, input }) => {
                let here = Rc::clone(&here);
                // Programs that wait let the event loop go on meanwhile.
                execute(async move { post(&run(&name, input, here).await) });
            }
            Ok(Request::Connect { peers }) => {
                for (peer, port) in peers.into_iter().zip(event.ports().iter()) {
                    // What is not a port leads nowhere; its sender's timeout notices.
                    if let Ok(port) = port.dyn_into() {
                        here.arrive(peer, port);
                    }
                }
            }
            Ok(request) => post(&answer(&request)),
            Err(misread) => post(&Reply::Fault { message: misread.to_string() }),
        }
    });
    scope.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    // The worker listens until it is terminated.
    receive.forget();
}

/// Runs a program to its end.
pub async fn run(name: &str, input: Payload, here: Rc<Here>) -> Reply {
    let ended = match exhibits::program(name) {
        Some(program) => (program.start)(input, here).await,
        None => Err(format!("there is no program {name}")),
    };
    match ended {
        Ok(output) => Reply::Output(output),
        Err(message) => Reply::Fault { message },
    }
}

/// Answers what needs no event loop.
pub fn answer(request: &Request) -> Reply {
    match *request {
        Request::Kernel { n, window_ms, workers, begun_ms } => {
            Reply::Sample(kernel(n, window_ms, workers, begun_ms))
        }
        Request::Clocks => {
            let step_ms = step_ms(now_ms, 50);
            #[cfg(feature = "threads")]
            let threads = crate::runtime::pool_clocks::align_pool(step_ms);
            #[cfg(not(feature = "threads"))]
            let threads = Vec::new();
            Reply::Clocks(Clocks { step_ms, read_ms: read_ms(), threads })
        }
        Request::Now => Reply::Now { ms: now_ms() },
        Request::Program { .. } | Request::Connect { .. } => {
            Reply::Fault { message: "this needs an event loop".to_owned() }
        }
    }
}

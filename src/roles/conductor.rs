//! The conductor: a worker that owns a run. It starts the engines, warms them up,
//! asks for samples block by block, and turns them into a report. The page only
//! orders and draws, so nothing the page does can disturb a sample.
//!
//! Only one engine is awake at a time. Nothing here can be interrupted: Stop is the
//! page terminating this worker, and every engine with it. `src/runtime/README.md` follows
//! a run from the order to the report, and says what can go wrong on the way.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use crate::exhibits;
use crate::runtime::budget::{Refusal, START_TIMEOUT_MS};
use crate::runtime::loader::Loader;
use crate::runtime::message::{decode, node, post, surroundings, user_agent, worker_scope};
use crate::runtime::protocol::{News, Order, Progress, RunOrder};
use crate::runtime::run::{Ended, Place, Run};
use crate::runtime::starts::spread;
use crate::runtime::turn;

/// Makes this worker the conductor.
pub fn conduct() {
    let Some(scope) = worker_scope() else { return };
    let hidden = Rc::new(Cell::new(false));
    let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match decode::<Order>(event.data()) {
            Ok(Order::Visible { visible }) => hidden.set(hidden.get() || !visible),
            Ok(Order::Run(order)) => {
                hidden.set(!order.visible);
                spawn_local(complete(*order, Rc::clone(&hidden)));
            }
            Err(misread) => post(&News::Fault { message: misread.to_string() }),
        }
    });
    scope.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
}

/// Runs the order the way its exhibit runs, and says what came of it.
async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) {
    turn::take(|| {
        let phase = "Another window of the lab is measuring; this run begins when that is over";
        let progress =
            Progress { phase: phase.to_owned(), done: 0, of: 0, timeout_ms: START_TIMEOUT_MS };
        post(&News::Progress(progress));
    })
    .await;
    let place = Place {
        here: surroundings(),
        user_agent: user_agent(),
        node: node(),
        started_at: js_sys::Date::new_0().to_iso_string().into(),
        hidden,
        starter: Box::new(Loader::new(&order.engines)),
        news: Box::new(|news| post(&news)),
    };
    let report = match exhibits::run_of(&order.spec.exhibit) {
        Some(once) => spread(Rc::new(Run::begin(order, place)), once).await,
        None => Err(Ended::Refused(Refusal::Contradiction("There is no such exhibit."))),
    };
    post(&match report {
        Ok(report) => News::Finished { report: Box::new(report) },
        Err(ended) => ended.news(),
    });
}

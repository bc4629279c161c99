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

use crate::exhibits::pool_map::run::Ended;
use crate::exhibits::{better_algorithm, honesty, locks, message_ring, parent_children, pool_map};
use crate::report::Report;
use crate::runtime::message::{decode, post, worker_scope};
use crate::runtime::protocol::{News, Order, RunOrder};

/// Makes this worker the conductor.
pub fn conduct() {
    let Some(scope) = worker_scope() else { return };
    let hidden = Rc::new(Cell::new(false));
    let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match decode::<Order>(event.data()) {
            Ok(Order::Visible { visible }) => hidden.set(hidden.get() || !visible),
            Ok(Order::Run(order)) => {
                hidden.set(!order.visible);
                let hidden = Rc::clone(&hidden);
                spawn_local(async move {
                    post(&match complete(*order, hidden).await {
                        Ok(report) => News::Finished { report: Box::new(report) },
                        Err(ended) => ended.news(),
                    });
                });
            }
            Err(message) => post(&News::Fault { message }),
        }
    });
    scope.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
}

/// Runs the order the way its exhibit runs.
async fn complete(order: RunOrder, hidden: Rc<Cell<bool>>) -> Result<Report, Ended> {
    match order.spec.exhibit.as_str() {
        "aa" | "known-ratio" => honesty::run::complete(order, hidden).await,
        "parent-children" => parent_children::run::complete(order, hidden).await,
        "message-ring" => message_ring::run::complete(order, hidden).await,
        "gil" | "c-extension" => locks::run::complete(order, hidden).await,
        "better-algorithm" => better_algorithm::run::complete(order, hidden).await,
        _ => pool_map::run::complete(order, hidden).await,
    }
}

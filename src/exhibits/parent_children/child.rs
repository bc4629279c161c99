//! A child's life, inside its worker.

use gloo_timers::future::TimeoutFuture;
use web_sys::MessagePort;

use crate::exhibits::message_ring::rank::say;
use crate::exhibits::parent_children::store::tell;
use crate::exhibits::parent_children::{Child, compute, life};
use crate::fib;
use crate::runtime::io::World;
use crate::runtime::protocol::{Ask, ChildOrder, Mode, Outside};

/// A part of the work that waits takes this long: five of them two seconds.
const PART_MS: u32 = 400;
/// A part of the work outside consists of so many requests, or uses of the database.
const USES: u32 = 5;

struct Here<'a> {
    order: &'a ChildOrder,
    store: &'a MessagePort,
    world: Option<World>,
    value: u64,
}

impl Child for Here<'_> {
    fn say(&mut self, text: &str) {
        say(text);
    }

    async fn work(&mut self, part: u32) -> Result<(), String> {
        match (&self.world, self.order.mode) {
            (Some(world), _) => {
                for _ in 0..USES {
                    world.once().await?;
                }
            }
            (None, Mode::Computing) => self.value += compute(self.order.n, part),
            _ => TimeoutFuture::new(PART_MS).await,
        }
        Ok(())
    }

    fn done(&mut self) -> Result<(), String> {
        tell(self.store, &Ask::Incr { key: "done".to_owned() })
    }

    async fn half_way(&mut self) {
        if self.order.dies {
            say("dies");
            // In a callback of the event loop, so that the browser sees it as what it is:
            // an error that nobody caught, which ends the program.
            TimeoutFuture::new(0).await;
            std::process::abort();
        }
    }
}

/// Lives, and returns fib of the argument.
pub async fn live(order: &ChildOrder, store: &MessagePort) -> Result<u64, String> {
    let world = match order.mode {
        Mode::Requests => Some(World::open(Outside::Request, &order.address, order.me).await?),
        Mode::Database => Some(World::open(Outside::Database, "", order.me).await?),
        _ => None,
    };
    let mut child = Here { order, store, world, value: 0 };
    let outcome = life(&mut child).await;
    if let Some(world) = child.world {
        world.close().await?;
    }
    outcome?;
    Ok(if order.mode == Mode::Computing { child.value } else { fib::fast_doubling(order.n) })
}

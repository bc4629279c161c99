//! What a program can wait for outside itself: timers, requests, a database. All of them
//! are real, and all of them go on while the worker's own thread does something else.

use std::future::IntoFuture;

use gloo_timers::future::TimeoutFuture;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestCache, RequestInit, Response};

use super::message::{text, worker_scope};
use crate::runtime::protocol::Outside;

/// How long a timer runs.
pub const TIMER_MS: u32 = 20;
const STORE: &str = "rows";

/// A way to wait, ready to be used many times.
pub enum World {
    /// Waits for a timer.
    Timer,
    /// Asks for the file at this address.
    Request(String),
    /// Uses a database of its own, with this name.
    Database(Database, String),
}

impl World {
    /// Opens the way: a database is made anew for each worker, `me`.
    pub async fn open(what: Outside, address: &str, me: u32) -> Result<World, String> {
        Ok(match what {
            Outside::Timer => World::Timer,
            Outside::Request => World::Request(address.to_owned()),
            Outside::Database => {
                let name = format!("fib-lab-trial-{me}");
                World::Database(open(&name).await.map_err(|error| no_database(&error))?, name)
            }
        })
    }

    /// Waits once.
    pub async fn once(&self) -> Result<(), String> {
        match self {
            World::Timer => {
                TimeoutFuture::new(TIMER_MS).await;
                Ok(())
            }
            World::Request(address) => request(address).await.map_err(|error| text(&error)),
            World::Database(database, _) => {
                use_database(database).await.map_err(|error| no_database(&error))
            }
        }
    }

    /// Leaves nothing behind.
    pub async fn close(self) -> Result<(), String> {
        if let World::Database(database, name) = self {
            database.close();
            let deleted = async { Factory::new()?.delete(&name)?.into_future().await };
            deleted.await.map_err(|error| no_database(&error))?;
        }
        Ok(())
    }
}

fn no_database(error: &idb::Error) -> String {
    format!("the browser's database cannot be used here: {error}")
}

/// A request that no cache answers, read to its end.
async fn request(address: &str) -> Result<(), JsValue> {
    let scope = worker_scope().ok_or_else(|| JsValue::from_str("this is not a worker"))?;
    let how = RequestInit::new();
    how.set_cache(RequestCache::NoStore);
    let request = Request::new_with_str_and_init(address, &how)?;
    let response: Response =
        JsFuture::from(scope.fetch_with_request(&request)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_str(&format!("{} for {address}", response.status())));
    }
    JsFuture::from(response.text()?).await.map(|_| ())
}

async fn open(name: &str) -> Result<Database, idb::Error> {
    let factory = Factory::new()?;
    let mut opening = factory.open(name, Some(1))?;
    opening.on_upgrade_needed(|event| {
        let mut rows = ObjectStoreParams::new();
        rows.auto_increment(true);
        // If the store cannot be made, the first transaction says so.
        if let Ok(database) = event.database() {
            let _ = database.create_object_store(STORE, rows);
        }
    });
    opening.await
}

/// Inserts a row and selects it again, in a transaction each.
async fn use_database(database: &Database) -> Result<(), idb::Error> {
    let writing = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let key = writing.object_store(STORE)?.add(&JsValue::from_str("a row"), None)?.await?;
    writing.await?;
    let reading = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    reading.object_store(STORE)?.get(key)?.await?;
    reading.await?;
    Ok(())
}

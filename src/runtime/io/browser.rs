//! Waiting in a browser.

use std::future::IntoFuture;

use gloo_timers::future::TimeoutFuture;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestCache, RequestInit, Response};

use super::source::{IoError, IoSource, TIMER_MS};
use crate::runtime::message::{text, worker_scope};

const STORE: &str = "rows";

/// A way to wait, ready to be used many times.
pub enum Io {
    /// Waits for a timer.
    Timer,
    /// Asks for the file at this address.
    Request(String),
    /// Uses a database of its own, with this name.
    Database(Database, String),
}

impl Io {
    /// Opens the way: a database is made anew for each worker, `me`.
    pub async fn open(source: IoSource, address: &str, me: u32) -> Result<Io, IoError> {
        Ok(match source {
            IoSource::Timer => Io::Timer,
            IoSource::Request => Io::Request(address.to_owned()),
            IoSource::Database => {
                let name = format!("fib-lab-trial-{me}");
                Io::Database(open(&name).await.map_err(|error| no_database(&error))?, name)
            }
        })
    }

    /// Waits once.
    pub async fn wait(&self) -> Result<(), IoError> {
        match self {
            Io::Timer => {
                TimeoutFuture::new(TIMER_MS).await;
                Ok(())
            }
            Io::Request(address) => {
                request(address).await.map_err(|error| IoError::Request(text(&error)))
            }
            Io::Database(database, _) => {
                use_database(database).await.map_err(|error| no_database(&error))
            }
        }
    }

    /// Leaves nothing behind.
    pub async fn close(self) -> Result<(), IoError> {
        if let Io::Database(database, name) = self {
            database.close();
            let deleted = async { Factory::new()?.delete(&name)?.into_future().await };
            deleted.await.map_err(|error| no_database(&error))?;
        }
        Ok(())
    }
}

fn no_database(error: &idb::Error) -> IoError {
    IoError::Database(error.to_string())
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

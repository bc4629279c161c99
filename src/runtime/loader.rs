//! Where the engines are, and how to start them. Each is compiled once; every worker
//! that runs it gets the compiled module.

use std::pin::pin;

use futures_util::future::{Either, FutureExt, LocalBoxFuture, join_all, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Promise, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::engine::{Engine, Fault};
use super::message::{text, worker_scope};
use super::patience::patiently;
use super::rig::Starter;
use super::team::{Team, TeamKind};
use super::worker::{Boot, start_engine, start_sharing};

/// A worker or a pool that is not up after this long will not come up;
const START_TIMEOUT_MS: u32 = 8_000;
/// each further worker of a team may take so much longer.
const FURTHER_MS: u32 = 250;

/// An engine that is not loaded after this long is given up.
const FETCH_TIMEOUT_MS: u32 = 20_000;

/// The folder that holds the boot file and both engines.
pub struct Loader {
    folder: String,
}

impl Loader {
    /// The engines in the folder at this absolute address.
    pub fn new(folder: &str) -> Loader {
        Loader { folder: folder.to_owned() }
    }

    fn boot(&self, engine: &str, module: JsValue) -> Boot {
        Boot {
            script: format!("{}worker.js", self.folder),
            glue: format!("{}{engine}.js", self.folder),
            module: Some(module),
            threads: 0,
            memory: None,
            shares: false,
            role: "serve",
        }
    }

    async fn start(&self, kind: TeamKind, workers: u32) -> Result<Team, Fault> {
        match kind {
            TeamKind::Pool => {
                let boot = self.boot("threads", self.threads_module().await?);
                let boot = Boot { threads: workers, ..boot };
                // A pool that does not come up is a fault: the browser never says so itself.
                Ok(Team::pool(start_engine(&boot, start_timeout_ms(workers)).await?))
            }
            TeamKind::Processes => {
                // The module is the one that this very worker, the conductor, runs.
                let boot = self.boot("plain", wasm_bindgen::module());
                Ok(Team::each(start_all(&boot, workers).await?))
            }
            TeamKind::JavaScript => {
                let script = format!("{}javascript.js", self.folder);
                let boot = Boot { script, ..self.boot("plain", JsValue::UNDEFINED) };
                Ok(Team::each(start_all(&boot, workers).await?))
            }
            TeamKind::EventLoops => {
                let boot = self.boot("threads", self.threads_module().await?);
                let (first, memory) = start_sharing(&boot, START_TIMEOUT_MS).await?;
                let boot = Boot { memory: Some(memory), ..boot };
                let mut engines = vec![first];
                engines.extend(start_all(&boot, workers.saturating_sub(1)).await?);
                Ok(Team::each(engines))
            }
        }
    }

    async fn threads_module(&self) -> Result<JsValue, Fault> {
        let address = format!("{}threads_bg.wasm", self.folder);
        let mut compiled = pin!(compile(&address));
        let compiled = async |ms| match select(compiled.as_mut(), TimeoutFuture::new(ms)).await {
            Either::Left((module, _)) => module.map_err(|error| Fault::DidNotStart(text(&error))),
            Either::Right(_) => Err(Fault::TimedOut(ms)),
        };
        patiently(FETCH_TIMEOUT_MS, compiled).await
    }
}

impl Starter for Loader {
    fn plain(&self) -> LocalBoxFuture<'_, Result<Engine, Fault>> {
        async { start_engine(&self.boot("plain", wasm_bindgen::module()), START_TIMEOUT_MS).await }
            .boxed_local()
    }

    fn team(&self, kind: TeamKind, workers: u32) -> LocalBoxFuture<'_, Result<Team, Fault>> {
        self.start(kind, workers).boxed_local()
    }

    fn small_file(&self) -> String {
        format!("{}worker.js", self.folder)
    }
}

/// How long so many workers that start together may take.
fn start_timeout_ms(workers: u32) -> u32 {
    START_TIMEOUT_MS + FURTHER_MS * workers.saturating_sub(2)
}

/// Starts several engines at once.
async fn start_all(boot: &Boot, number: u32) -> Result<Vec<Engine>, Fault> {
    let starts = (0..number).map(|_| start_engine(boot, start_timeout_ms(number)));
    join_all(starts).await.into_iter().collect()
}

/// Fetches and compiles a module. Hosts that do not know the type of `.wasm` files are
/// served by compiling from bytes.
async fn compile(address: &str) -> Result<JsValue, JsValue> {
    let scope = worker_scope().ok_or_else(|| JsValue::from_str("this is not a worker"))?;
    let fetch = async || -> Result<Response, JsValue> {
        let response: Response = JsFuture::from(scope.fetch_with_str(address)).await?.dyn_into()?;
        if response.ok() {
            Ok(response)
        } else {
            Err(JsValue::from_str(&format!("{} for {address}", response.status())))
        }
    };
    let streamed = Promise::resolve(&JsValue::from(fetch().await?));
    match JsFuture::from(WebAssembly::compile_streaming(&streamed)).await {
        Ok(module) => Ok(module),
        Err(_) => {
            let bytes = JsFuture::from(fetch().await?.array_buffer()?).await?;
            JsFuture::from(WebAssembly::compile(bytes.unchecked_ref::<ArrayBuffer>())).await
        }
    }
}

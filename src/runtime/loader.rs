//! Where the engines are, and how to start them. Each is compiled once; every worker
//! that runs it gets the compiled module.

use std::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Promise, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::message::{text, worker_scope};
use super::team::Team;
use super::worker::{Boot, Engine, Fault};

/// A worker or a pool that is not up after this long will not come up.
const START_PATIENCE_MS: u32 = 8_000;

/// An engine that is not loaded after this long is given up.
const FETCH_PATIENCE_MS: u32 = 20_000;

/// The folder that holds the boot file and both engines.
pub struct Engines {
    folder: String,
}

impl Engines {
    /// The engines in the folder at this absolute address.
    pub fn new(folder: &str) -> Engines {
        Engines { folder: folder.to_owned() }
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

    /// The address of a small file that is there whenever the engines are.
    pub fn small_file(&self) -> String {
        format!("{}worker.js", self.folder)
    }

    /// A plain engine. Its module is the one that this very worker, the conductor, runs.
    pub async fn plain(&self) -> Result<Engine, Fault> {
        Engine::start(&self.boot("plain", wasm_bindgen::module()), START_PATIENCE_MS).await
    }

    /// A pool of `workers` threads, and, unless that is one, a pool of one for comparison.
    pub async fn threads(&self, workers: u32) -> Result<(Team, Option<Team>), Fault> {
        let boot = self.boot("threads", self.threads_module().await?);
        with_twin(workers, async |workers| Team::pool(&boot, workers, START_PATIENCE_MS).await)
            .await
    }

    /// `workers` processes, and, unless that is one, a single one for comparison.
    pub async fn processes(&self, workers: u32) -> Result<(Team, Option<Team>), Fault> {
        let boot = self.boot("plain", wasm_bindgen::module());
        with_twin(workers, async |workers| Team::processes(&boot, workers, START_PATIENCE_MS).await)
            .await
    }

    /// `workers` processes.
    pub async fn processes_only(&self, workers: u32) -> Result<Team, Fault> {
        let boot = self.boot("plain", wasm_bindgen::module());
        Team::processes(&boot, workers, START_PATIENCE_MS).await
    }

    /// `workers` workers that do a pool's work in plain JavaScript, for comparison.
    pub async fn javascript(&self, workers: u32) -> Result<Team, Fault> {
        let script = format!("{}javascript.js", self.folder);
        let boot = Boot { script, ..self.boot("plain", JsValue::UNDEFINED) };
        Team::processes(&boot, workers, START_PATIENCE_MS).await
    }

    /// `workers` threads of one memory without a pool: each has an event loop of its own.
    pub async fn loops(&self, workers: u32) -> Result<Team, Fault> {
        let boot = self.boot("threads", self.threads_module().await?);
        Team::loops(&boot, workers, START_PATIENCE_MS).await
    }

    async fn threads_module(&self) -> Result<JsValue, Fault> {
        let address = format!("{}threads_bg.wasm", self.folder);
        let compiled = pin!(compile(&address));
        match select(compiled, TimeoutFuture::new(FETCH_PATIENCE_MS)).await {
            Either::Left((module, _)) => module.map_err(|error| Fault::DidNotStart(text(&error))),
            Either::Right(_) => Err(Fault::Silent(FETCH_PATIENCE_MS)),
        }
    }
}

/// A team of `workers`, and one of one, unless that is the same.
async fn with_twin(
    workers: u32,
    start: impl AsyncFn(u32) -> Result<Team, Fault>,
) -> Result<(Team, Option<Team>), Fault> {
    let team = start(workers).await?;
    let one = if workers == 1 { None } else { Some(start(1).await?) };
    Ok((team, one))
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

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
            role: "serve",
        }
    }

    /// A plain engine. Its module is the one that this very worker, the conductor, runs.
    pub async fn plain(&self) -> Result<Engine, Fault> {
        Engine::start(&self.boot("plain", wasm_bindgen::module()), START_PATIENCE_MS).await
    }

    /// A pool of `workers` threads, and, unless that is one, a pool of one for comparison.
    pub async fn threads(&self, workers: u32) -> Result<(Option<Team>, Option<Team>), Fault> {
        let module = self.threads_module().await?;
        let boot = self.boot("threads", module);
        let team = Team::threads(&boot, workers, START_PATIENCE_MS).await?;
        let one = match workers {
            1 => None,
            _ => Some(Team::threads(&boot, 1, START_PATIENCE_MS).await?),
        };
        Ok((Some(team), one))
    }

    /// `workers` processes, and, unless that is one, a single one for comparison.
    pub async fn processes(&self, workers: u32) -> Result<(Option<Team>, Option<Team>), Fault> {
        let boot = self.boot("plain", wasm_bindgen::module());
        let team = Team::processes(&boot, workers, START_PATIENCE_MS).await?;
        let one = match workers {
            1 => None,
            _ => Some(Team::processes(&boot, 1, START_PATIENCE_MS).await?),
        };
        Ok((Some(team), one))
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

//! The engine: what runs inside the workers of the page, and, natively, the same
//! programs from a terminal, which `cargo lab bench` compares with the browser's.

#[cfg(target_arch = "wasm32")]
mod exports {
    use fib_lab::roles;
    use wasm_bindgen::prelude::wasm_bindgen;
    /// The boot file starts the pool with this.
    #[cfg(feature = "threads")]
    #[allow(unused_imports)] // the import alone keeps the export
    pub use wasm_bindgen_rayon::init_thread_pool;

    /// Makes this worker an engine: it runs the jobs that the conductor sends.
    #[wasm_bindgen]
    pub fn serve() {
        roles::engine::serve();
    }

    /// Makes this worker the conductor: it runs what the page orders.
    #[cfg(not(target_feature = "atomics"))]
    #[wasm_bindgen]
    pub fn conduct() {
        roles::conductor::conduct();
    }
}

/// Every worker of a rayon pool runs this too: the roles are given by name instead.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(output) => {
            println!("{output}");
            std::process::ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("engine: {sentence}");
            std::process::ExitCode::from(2)
        }
    }
}

/// Runs programs one after another, each given by its name and its input as JSON, and returns
/// what the last of them ended with, as JSON. Those before it warm it up.
#[cfg(not(target_arch = "wasm32"))]
fn run(words: &[String]) -> Result<String, String> {
    use fib_lab::exhibits;
    use fib_lab::runtime::payload::Payload;
    use fib_lab::runtime::program::Here;
    use std::rc::Rc;

    let (programs, rest) = words.as_chunks::<2>();
    if programs.is_empty() || !rest.is_empty() {
        return Err("type PROGRAM INPUT, as in serial '{\"tasks\":[30],\"repeats\":1}'".to_owned());
    }
    let here = Rc::new(Here::new(|_| {}));
    let mut output = String::new();
    for [name, input] in programs {
        let program = exhibits::program(name).ok_or(format!("there is no program {name}"))?;
        let input: Payload = serde_json::from_str(input).map_err(|error| error.to_string())?;
        let ended = futures_executor::block_on((program.start)(input, Rc::clone(&here)))?;
        output = serde_json::to_string(&ended).map_err(|error| error.to_string())?;
    }
    Ok(output)
}

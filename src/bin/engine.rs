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
    match sample(&words) {
        Some(ms) => {
            println!("{ms}");
            std::process::ExitCode::SUCCESS
        }
        None => {
            eprintln!("engine: type TASKS (serial) or TASKS WORKERS (pool), as in 38,37,36 2");
            std::process::ExitCode::from(2)
        }
    }
}

/// The time of one run after a short warm-up, in milliseconds: of the serial program, or
/// of a rayon pool with a claim counter.
#[cfg(not(target_arch = "wasm32"))]
fn sample(words: &[String]) -> Option<f64> {
    use fib_lab::exhibits::pool_map::program;
    #[cfg(feature = "threads")]
    use fib_lab::theory::schedule::in_order;
    let list = words.first()?;
    let tasks: Vec<u32> = list.split(',').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    if !tasks.iter().all(|n| (1..=fib_lab::fib::MAX_N).contains(n)) {
        return None;
    }
    let Some(workers) = words.get(1) else {
        program::sample_serial(&[30], 1);
        return Some(program::sample_serial(&tasks, 1).ms);
    };
    #[cfg(feature = "threads")]
    {
        let workers = workers.parse().ok().filter(|&workers| workers >= 1)?;
        rayon::ThreadPoolBuilder::new().num_threads(workers).build_global().ok()?;
        let plan = in_order(&tasks);
        program::sample_pool(&vec![25; 4 * workers], &in_order(&vec![25; 4 * workers]), 1);
        Some(program::sample_pool(&tasks, &plan, 1).ms)
    }
    #[cfg(not(feature = "threads"))]
    {
        let _ = workers;
        None
    }
}

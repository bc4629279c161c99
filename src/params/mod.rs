//! What a run is asked to do: parameters as data, over a table of them, and a value for each.

mod decimal;
#[cfg(not(target_arch = "wasm32"))]
mod drawn;
mod parameter;
mod run_spec;

pub use decimal::decimal;
pub use parameter::{
    COMMON, Device, Kind, LEAST_STARTS, MAX_TASKS, MAX_WORKERS, MOST_STARTS, PROCESSES, Parameter,
    RUNTIME, Refusal, SECONDS, SEED, STARTS, Table, Value,
};
pub use run_spec::RunSpec;

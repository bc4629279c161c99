//! The `lab` command: `cargo lab help` lists what it can do.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    fib_lab::host::command::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    fib_lab::page::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The page runs in a browser. To see it: cargo lab serve");
    std::process::exit(2);
}

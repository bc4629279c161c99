//! Only this package is compiled for loom, not what it depends on.

fn main() {
    if std::env::var_os("CARGO_FEATURE_LOOM").is_some() {
        println!("cargo::rustc-cfg=loom");
    }
}

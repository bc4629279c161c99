//! A small interpreter and the lock around it: what CPython is to a Python program.

pub mod bytecode;
pub mod interpret;
pub mod lanes;
pub mod lock;
pub mod log;
pub mod thread;

//! A thread that runs a program in bytecode.

use super::bytecode::{Machine, Op};
use super::thread::Thread;

// [shown
/// Runs a program in bytecode. After every instruction another thread may ask for the lock.
pub fn interpret(thread: &mut Thread, code: &'static [Op], argument: u64) -> u64 {
    let mut machine = Machine::new(code, argument);
    loop {
        if let Some(answer) = machine.step() {
            return answer;
        }
        thread.after_instruction();
    }
}
// shown]

#[cfg(test)]
mod tests {
    use super::super::bytecode::FIB;
    use super::*;

    #[test]
    fn fib_in_bytecode_is_fib() {
        let mut thread = Thread::new(None, 0);
        thread.start();
        assert_eq!(interpret(&mut thread, FIB, 15), crate::fib::iterative(15));
    }
}

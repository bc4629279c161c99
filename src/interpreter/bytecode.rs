//! A stack machine, small enough to read in one go, and fib in its bytecode.
//!
//! # Examples
//!
//! A machine can be left after any instruction and gone on with later:
//!
//! ```
//! use fib_lab::interpreter::bytecode::{FIB, Machine};
//!
//! let mut machine = Machine::new(FIB, 20);
//! let mut instructions = 1;
//! let answer = loop {
//!     if let Some(answer) = machine.step() {
//!         break answer;
//!     }
//!     instructions += 1;
//! };
//! // 6 for each of the 6,765 calls that end at once, 14 for each of the others.
//! assert_eq!((answer, instructions), (6765, 6 * 6765 + 14 * 6764));
//! ```

// [shown
/// An instruction. Operands lie on a stack, as in CPython.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Puts the argument of the running call on the stack.
    Argument,
    /// Puts a number on the stack.
    Push(u64),
    /// Replaces the two topmost numbers a, b by a ≤ b.
    AtMost,
    /// Replaces the two topmost numbers a, b by a − b.
    Subtract,
    /// Replaces the two topmost numbers a, b by a + b.
    Add,
    /// Takes the topmost number away and jumps if it is 0.
    JumpIfNot(usize),
    /// Takes the topmost number away and calls the code there with it as the argument.
    Call(usize),
    /// Leaves the running call; what it put on the stack is its result.
    Return,
}

use Op::{Add, Argument, AtMost, Call, JumpIfNot, Push, Return, Subtract};

/// `fib(n) = 1 if n ≤ 2 else fib(n − 1) + fib(n − 2)`.
pub const FIB: &[Op] = &[
    /*  0 */ Argument,
    /*  1 */ Push(2),
    /*  2 */ AtMost,
    /*  3 */ JumpIfNot(6),
    /*  4 */ Push(1),
    /*  5 */ Return,
    /*  6 */ Argument,
    /*  7 */ Push(1),
    /*  8 */ Subtract,
    /*  9 */ Call(0),
    /* 10 */ Argument,
    /* 11 */ Push(2),
    /* 12 */ Subtract,
    /* 13 */ Call(0),
    /* 14 */ Add,
    /* 15 */ Return,
];

/// One run of a piece of code, which can be left after any instruction and gone on with.
#[derive(Clone, Debug)]
pub struct Machine {
    code: &'static [Op],
    /// Which instruction comes next.
    at: usize,
    /// The argument of the running call.
    argument: u64,
    stack: Vec<u64>,
    /// Where each call under way goes back to, and the argument that its caller had.
    calls: Vec<(usize, u64)>,
}

impl Machine {
    /// The machine at the first instruction of `code`, called with `argument`.
    pub fn new(code: &'static [Op], argument: u64) -> Machine {
        Machine { code, at: 0, argument, stack: Vec::new(), calls: Vec::new() }
    }

    /// Executes one instruction, and returns the result once there is one.
    pub fn step(&mut self) -> Option<u64> {
        let op = self.code.get(self.at).copied().unwrap_or(Return);
        self.at += 1;
        match op {
            Argument => self.stack.push(self.argument),
            Push(number) => self.stack.push(number),
            AtMost => self.replace(|a, b| u64::from(a <= b)),
            Subtract => self.replace(u64::wrapping_sub),
            Add => self.replace(u64::wrapping_add),
            JumpIfNot(to) => {
                if self.pop() == 0 {
                    self.at = to;
                }
            }
            Call(to) => {
                self.calls.push((self.at, self.argument));
                self.argument = self.pop();
                self.at = to;
            }
            Return => match self.calls.pop() {
                Some(caller) => (self.at, self.argument) = caller,
                None => return Some(self.pop()),
            },
        }
        None
    }

    fn replace(&mut self, how: fn(u64, u64) -> u64) {
        let (b, a) = (self.pop(), self.pop());
        self.stack.push(how(a, b));
    }

    /// Code that takes more than it put there gets zeros.
    fn pop(&mut self) -> u64 {
        self.stack.pop().unwrap_or_default()
    }
}
// shown]

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fib;

    fn run(code: &'static [Op], argument: u64) -> (u64, u64) {
        let mut machine = Machine::new(code, argument);
        let mut steps = 1;
        loop {
            if let Some(result) = machine.step() {
                return (result, steps);
            }
            steps += 1;
        }
    }

    #[test]
    fn the_bytecode_computes_fib() {
        for n in 1..=20 {
            assert_eq!(run(FIB, u64::from(n)).0, fib::iterative(n), "fib({n})");
        }
    }

    #[test]
    fn the_number_of_instructions_follows_from_the_number_of_calls() {
        // A call that ends at once takes 6 instructions, one that calls twice takes 14;
        // of fib(n)'s 2·fib(n) − 1 calls, fib(n) end at once.
        for n in 1..=20 {
            let leaves = fib::iterative(n);
            assert_eq!(run(FIB, u64::from(n)).1, 6 * leaves + 14 * (leaves - 1), "fib({n})");
        }
    }

    #[test]
    fn wrong_code_gives_wrong_numbers_and_no_panic() {
        assert_eq!(run(&[Add, Subtract, JumpIfNot(9), Return], 3).0, 0);
    }
}

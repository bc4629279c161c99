//! Parameters at random: runs that nobody wrote down, for nets that try any of them.

use fastrand::Rng;

use super::parameter::{Device, Kind, MAX_TASKS, Parameter, Table, Value};
use super::run_spec::RunSpec;

impl Parameter {
    /// A value that is allowed: now and then one at the edge, else anything between.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::SECONDS;
    /// let value = SECONDS.drawn(&mut fastrand::Rng::with_seed(1));
    /// assert_eq!(SECONDS.parse(&value.to_string()), Ok(value));
    /// ```
    pub fn drawn(&self, rng: &mut Rng) -> Value {
        let (min, max) = self.range();
        match self.kind {
            Kind::Bytes { .. } if rng.bool() => self.default(Device { cores: 1, seed: 0 }),
            Kind::Seed => Value::Whole(rng.u32(..)),
            Kind::Real { min, max, .. } => {
                let share = if rng.u8(..4) == 0 { f64::from(rng.u8(..2)) } else { rng.f64() };
                Value::Real(min + share * (max - min))
            }
            Kind::Choice { options, .. } => {
                Value::Name(rng.choice(options).map_or("", |(name, _)| *name).to_owned())
            }
            Kind::Tasks { .. } => {
                let most = if rng.bool() { 6 } else { MAX_TASKS };
                let largest = rng.u32(min..=max);
                let tasks = 1..=rng.usize(1..=most);
                Value::List(tasks.map(|_| rng.u32(min..=largest)).collect())
            }
            _ => Value::Whole(whole(min, max, rng)),
        }
    }
}

/// A whole number of this range: of large ranges each order of magnitude equally often.
fn whole(min: u32, max: u32, rng: &mut Rng) -> u32 {
    match rng.u8(..8) {
        0 => min,
        1 => max,
        _ if max - min > 100 => {
            let (low, high) = (f64::from(min.max(1)).ln(), f64::from(max).ln());
            ((low + rng.f64() * (high - low)).exp() as u32).clamp(min, max)
        }
        _ => rng.u32(min..=max),
    }
}

impl RunSpec {
    /// Any run of this exhibit.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let spec = RunSpec::drawn(table, &mut fastrand::Rng::with_seed(1));
    /// assert!((1..=64).contains(&spec.whole("workers")));
    /// ```
    pub fn drawn(table: impl Into<Table>, rng: &mut Rng) -> RunSpec {
        let table = table.into();
        RunSpec::of(table, table.parameters().map(|it| (it.name, it.drawn(rng))))
    }
}

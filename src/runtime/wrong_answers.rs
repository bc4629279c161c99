//! How many answers of a run are wrong or missing: one counter, for every sample of every
//! exhibit and for all fresh starts.

use std::cell::Cell;
use std::rc::Rc;

/// The counter of a run. Its copies count together.
///
/// # Examples
///
/// ```
/// use fib_lab::runtime::wrong_answers::WrongAnswers;
/// let counter = WrongAnswers::default();
/// assert_eq!(counter.sentence(), None);
/// counter.clone().count(2);
/// let sentence = counter.sentence().unwrap();
/// assert_eq!(sentence, "2 answers are wrong or missing, over all samples.");
/// ```
#[derive(Clone, Debug, Default)]
pub struct WrongAnswers(Rc<Cell<usize>>);

impl WrongAnswers {
    /// Counts so many more.
    pub fn count(&self, wrong: usize) {
        self.0.set(self.0.get().saturating_add(wrong));
    }

    /// What a reader of the figures has to know; nothing where all answers are right.
    pub fn sentence(&self) -> Option<String> {
        match self.0.get() {
            0 => None,
            1 => Some("One answer is wrong or missing, over all samples.".to_owned()),
            wrong => Some(format!("{wrong} answers are wrong or missing, over all samples.")),
        }
    }
}

//! What a run says while it goes on, and to whom.

use super::protocol::{News, Progress};

/// Whoever ordered a run and hears of it.
pub trait Listener {
    /// Hears news of the run.
    fn hear(&self, news: News);

    /// Hears what a reader of the figures should know.
    fn warn(&self, sentence: String);

    /// Hears where the run stands: a short phrase, steps done and steps in all (0 while that
    /// is not known); and that more will come within `timeout_ms`.
    fn say(&self, phase: &str, done: u32, of: u32, timeout_ms: u32) {
        self.hear(News::Progress(Progress { phase: phase.to_owned(), done, of, timeout_ms }));
    }
}

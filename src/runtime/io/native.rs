//! Waiting natively, for tests of programs: only for timers. There is no page whose server
//! could be asked, and no database of a browser.

use std::thread::sleep;
use std::time::Duration;

use super::source::{IoError, IoSource, TIMER_MS};

/// A way to wait, ready to be used many times.
pub struct Io;

impl Io {
    /// Opens the way.
    pub async fn open(source: IoSource, _: &str, _: u32) -> Result<Io, IoError> {
        let reason = || "this needs a browser".to_owned();
        match source {
            IoSource::Timer => Ok(Io),
            IoSource::Request => Err(IoError::Request(reason())),
            IoSource::Database => Err(IoError::Database(reason())),
        }
    }

    /// Waits once.
    pub async fn wait(&self) -> Result<(), IoError> {
        sleep(Duration::from_millis(TIMER_MS.into()));
        Ok(())
    }

    /// Leaves nothing behind.
    pub async fn close(self) -> Result<(), IoError> {
        Ok(())
    }
}

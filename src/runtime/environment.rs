//! What ran a run, for its report.

use super::capabilities::Surroundings;
use crate::report::{Build, Environment};

/// How both engines were built: the build says so, and builds both with one profile.
pub const PROFILE: &str = match option_env!("FIB_LAB_PROFILE") {
    Some(profile) => profile,
    None => "unknown",
};

/// What ran the run: a browser that calls itself `user_agent` and offers what is `here`, whose
/// clock has steps of `clock_step_ms`. `profile` is how the measured code was built.
pub fn environment(
    user_agent: &str,
    here: Surroundings,
    clock_step_ms: f64,
    visible: bool,
    profile: &str,
) -> Environment {
    Environment {
        user_agent: user_agent.to_owned(),
        hardware_concurrency: here.cores,
        isolated: here.isolated,
        timer_step_us: (clock_step_ms * 1e4).round() / 10.0,
        clock_alignment_us: None,
        visible,
        build: Build {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: profile.to_owned(),
            engines: None,
        },
    }
}

/// The fingerprint of the engine files, with which the build names their folder.
///
/// # Examples
///
/// ```
/// use fib_lab::runtime::environment::fingerprint;
/// let folder = "https://example.org/engines-00c0ffee/";
/// assert_eq!(fingerprint(folder).as_deref(), Some("00c0ffee"));
/// assert_eq!(fingerprint("https://example.org/"), None);
/// ```
pub fn fingerprint(folder: &str) -> Option<String> {
    let name = folder.trim_end_matches('/').rsplit('/').next()?;
    name.strip_prefix("engines-").map(str::to_owned)
}

//! The machine card: what the lab knows of a device, and what that means for figures.

use maud::{Markup, html};

use super::words;

/// Times shorter than so many steps of the clock are not trusted.
const STEPS: f64 = 200.0;
/// And times shorter than this are not trusted on any clock.
const LEAST_MS: f64 = 50.0;

/// What is known.
pub struct Machine {
    /// The browser's short name.
    pub browser: String,
    /// The highest runtime that it carries, and why.
    pub runtime: (&'static str, String),
    /// How many cores it claims.
    pub cores: u32,
    /// The smallest step of the page's clock, in milliseconds.
    pub clock_step_ms: f64,
    /// How many cores' worth so many workers got in the newest run that measured it.
    pub measured: Option<(f64, u32)>,
}

/// The card.
pub fn machine(machine: &Machine) -> Markup {
    let Machine { browser, runtime, cores, clock_step_ms, measured } = machine;
    let trusted = words::time((clock_step_ms * STEPS).max(LEAST_MS));
    html! {
        dl.machine {
            (fact("Browser", browser, "Its compiler decides how fast all programs run, serial and \
                parallel alike. Compare figures within one browser."))
            (fact("Runtime", runtime.0, &runtime.1))
            (fact("Claimed cores", &cores.to_string(), "That is what the browser says. It may count two \
                threads of one core as two cores, or say less than there is."))
            (fact("Clock", &format!("steps of {}", words::time(*clock_step_ms)), &format!(
                "Nothing shorter than {trusted} is trusted: programs that are quicker run several times \
                 in one sample."
            )))
            @match measured {
                None => (fact("Cores that count, κ", "not measured yet", "Each run of the lock, the \
                    released lock and the pool measures it: how much work as many independent \
                    programs as workers get done together, in cores.")),
                Some((kappa, workers)) => (fact(
                    "Cores that count, κ",
                    &format!("{kappa:.2} for {workers} workers"),
                    if *kappa < 0.9 * f64::from(*workers) {
                        "Less than one core for each worker: cores may be shared by two threads, of two \
                         speeds, or busy with something else. No program that computes all the time can gain more than this; one that waits can."
                    } else {
                        "A core for each worker, as far as can be measured: what a program does not \
                         gain is the program's own."
                    },
                )),
            }
        }
    }
}

fn fact(name: &str, value: &str, meaning: &str) -> Markup {
    html! {
        div {
            dt { (name) }
            dd { strong { (value) } (meaning) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_decides_what_it_means() {
        let card = |measured| {
            let runtime = ("threads", "Threads are available.".to_owned());
            let browser = "Firefox 140".to_owned();
            machine(&Machine { browser, runtime, cores: 4, clock_step_ms: 1.0, measured })
                .into_string()
        };
        assert!(card(None).contains("not measured yet"));
        assert!(card(None).contains("shorter than 200 ms"));
        assert!(card(Some((2.1, 4))).contains("Less than one core"));
        assert!(card(Some((3.9, 4))).contains("A core for each worker"));
    }
}

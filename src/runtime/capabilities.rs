//! Which runtime a browser can carry, and why: threads if memory can be shared,
//! else processes, else the serial program alone.

/// How the parallel program is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// No workers: only the serial program.
    Serial,
    /// Workers with a memory each, which exchange messages.
    Processes,
    /// Workers that share one memory.
    Threads,
}

impl Backend {
    /// The name in addresses and reports.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Serial => "serial",
            Backend::Processes => "processes",
            Backend::Threads => "threads",
        }
    }
}

/// What a page or worker finds around itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether the page is cross-origin isolated.
    pub isolated: bool,
    /// Whether `SharedArrayBuffer` exists.
    pub shared_memory: bool,
    /// Whether `Worker` exists.
    pub workers: bool,
    /// How many cores the browser claims.
    pub cores: u32,
}

impl Surroundings {
    /// The highest backend that can be tried here.
    pub fn highest(&self) -> Backend {
        match self {
            Surroundings { workers: false, .. } => Backend::Serial,
            Surroundings { isolated: true, shared_memory: true, .. } => Backend::Threads,
            _ => Backend::Processes,
        }
    }

    /// The backend for a wish from an address or a control: the wish, as far as it can be had.
    pub fn backend(&self, wish: &str) -> Backend {
        let highest = self.highest();
        match wish {
            "serial" => Backend::Serial,
            "processes" => highest.min(Backend::Processes),
            _ => highest,
        }
    }

    /// Why something that needs the backend `lowest` cannot run with this wish: `fallback`,
    /// where the browser is the reason.
    pub fn missing(&self, lowest: Backend, wish: &str, fallback: &str) -> Option<String> {
        if self.highest() < lowest {
            Some(fallback.to_owned())
        } else if self.backend(wish) < lowest {
            Some(format!(
                "The runtime is {wish}, but this exhibit needs {}; choose best or {}.",
                lowest.name(),
                lowest.name()
            ))
        } else {
            None
        }
    }

    /// The backend, why it is this one, and what would change it, in a few sentences.
    pub fn explanation(&self, isolation: Isolation) -> &'static str {
        if isolation == Isolation::Sandboxed {
            return "This page stands in a sandboxed frame, which belongs to no site and may start \
                    no workers, so only the serial program can run. In a tab of its own, or in a \
                    frame whose sandbox has allow-same-origin, there would be more.";
        }
        if !self.workers {
            return "This browser offers no workers, so only the serial program can run. A current \
                    browser would run both.";
        }
        match (self.isolated, self.shared_memory, isolation) {
            (true, true, Isolation::ServiceWorker) => {
                "Threads with shared memory are available. This host does not send the headers \
                 they need, so the lab added them itself, with a service worker; it also keeps \
                 the page on this device, for use offline."
            }
            (true, true, _) => "Threads with shared memory are available.",
            (true, false, _) => {
                "The page is isolated, but this browser hides shared memory, so the parallel \
                 programs run as processes that exchange messages. A browser that offers \
                 SharedArrayBuffer would run threads as well."
            }
            (false, _, Isolation::Framed) => {
                "This page stands in a frame of another one, which is not cross-origin isolated \
                 itself or does not pass that on, so browsers keep shared memory from it, and the \
                 parallel programs run as processes that exchange messages. In a tab of its own \
                 threads may be available."
            }
            (false, _, Isolation::Passed) => {
                "This page is not cross-origin isolated yet: its host sends no headers for that, \
                 and it was loaded without the lab's own service worker, which adds them, because \
                 that was not ready in time or a forced reload went past it. The parallel programs \
                 run as processes that exchange messages. Loaded once more, the page may have \
                 threads."
            }
            (false, _, Isolation::Declined) => {
                "You turned off the service worker that isolates this page, so browsers keep \
                 shared memory from it, and the parallel programs run as processes that exchange \
                 messages. Turning it on makes threads available."
            }
            (false, _, Isolation::Failed) => {
                "This page is not cross-origin isolated: its host sends no headers for that, and \
                 the lab's own service worker could not do it either. The parallel programs run \
                 as processes that exchange messages. A server that sends COOP and COEP would \
                 make threads available."
            }
            (false, _, _) => {
                "This page is not cross-origin isolated: its host sends no headers for that, and \
                 no service worker can be used here. The parallel programs run as processes that \
                 exchange messages. The page on https, or from a server that sends COOP and COEP, \
                 would have threads as well."
            }
        }
    }
}

/// What isolated the page, or why nothing did: found out before the page started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// The host's own headers.
    Headers,
    /// The lab's service worker.
    ServiceWorker,
    /// The visitor turned the service worker off.
    Declined,
    /// There are no service workers here: an old browser, a private window, no https.
    Unavailable,
    /// The service worker was installed, and the page still is not isolated.
    Failed,
    /// The service worker is there or on its way, and the page was loaded without it.
    Passed,
    /// The page stands in a frame of a page that does not isolate it.
    Framed,
    /// The page stands in a sandboxed frame that belongs to no site.
    Sandboxed,
}

impl Isolation {
    /// The word that the start of the page left in `data-isolation`.
    pub fn named(word: &str) -> Isolation {
        match word {
            "headers" => Isolation::Headers,
            "worker" => Isolation::ServiceWorker,
            "declined" => Isolation::Declined,
            "failed" => Isolation::Failed,
            "passed" => Isolation::Passed,
            "framed" => Isolation::Framed,
            "sandboxed" => Isolation::Sandboxed,
            _ => Isolation::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Surroundings =
        Surroundings { isolated: true, shared_memory: true, workers: true, cores: 8 };

    #[test]
    fn every_rung_is_explained_by_what_would_change_it() {
        let open = Surroundings { isolated: false, ..FULL };
        let hidden = Surroundings { shared_memory: false, ..FULL };
        assert!(open.explanation(Isolation::Declined).contains("Turning it on"));
        assert!(open.explanation(Isolation::Failed).contains("COOP and COEP would"));
        assert!(open.explanation(Isolation::Passed).contains("Loaded once more"));
        assert!(open.explanation(Isolation::Framed).contains("In a tab of its own"));
        let bare = Surroundings { workers: false, ..open };
        assert!(bare.explanation(Isolation::Sandboxed).contains("allow-same-origin"));
        assert!(open.explanation(Isolation::named("")).contains("https"));
        assert!(hidden.explanation(Isolation::Headers).contains("SharedArrayBuffer would"));
        assert!(FULL.explanation(Isolation::ServiceWorker).contains("offline"));
    }

    #[test]
    fn what_cannot_run_says_whether_the_browser_or_the_wish_is_in_the_way() {
        let open = Surroundings { isolated: false, ..FULL };
        assert_eq!(FULL.missing(Backend::Threads, "best", "no memory"), None);
        assert_eq!(open.missing(Backend::Threads, "best", "no memory").unwrap(), "no memory");
        assert_eq!(open.missing(Backend::Processes, "threads", "no workers"), None);
        let wished = FULL.missing(Backend::Threads, "processes", "no memory").unwrap();
        assert!(wished.contains("processes") && wished.contains("choose best"), "{wished}");
        // An exhibit without a runtime to choose has no wish.
        assert_eq!(open.missing(Backend::Processes, "", "no workers"), None);
    }

    #[test]
    fn a_wish_is_met_as_far_as_it_can_be() {
        #[track_caller]
        fn case(here: Surroundings, wish: &str, backend: Backend) {
            assert_eq!(here.backend(wish), backend, "{wish}");
        }
        let open = Surroundings { isolated: false, ..FULL };
        let hidden = Surroundings { shared_memory: false, ..FULL };
        let bare = Surroundings { workers: false, ..FULL };
        case(FULL, "best", Backend::Threads);
        case(FULL, "processes", Backend::Processes);
        case(FULL, "serial", Backend::Serial);
        case(open, "threads", Backend::Processes);
        case(hidden, "best", Backend::Processes);
        case(bare, "threads", Backend::Serial);
        case(bare, "processes", Backend::Serial);
    }
}

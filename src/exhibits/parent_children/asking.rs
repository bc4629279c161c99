//! How late a parent hears of an event, by the time between two of its questions, and how many
//! of them are in vain: parents that ask at different intervals wait for the same events.
//!
//! Each event comes after a wait of 100 to 200 ms, whatever the interval: if the waits grew
//! with it, as many questions would be in vain at every interval. All parents hear of every
//! event, so that an event is a block: nothing that happens to it happens to one of them alone.

use fastrand::Rng;

/// Times between two questions that are measured in every run, in milliseconds.
pub const POLLS_MS: [u32; 6] = [5, 10, 20, 40, 70, 100];
/// So many events are waited for.
pub const EVENTS: u32 = 12;
/// An event comes after so many milliseconds at the least, and this much later at the most.
const WAIT_MS: (f64, f64) = (100.0, 100.0);
/// How long an event is waited for, on average.
pub const MEAN_WAIT_MS: f64 = WAIT_MS.0 + WAIT_MS.1 / 2.0;

/// Numbers from 0 to 1, one at a random place in each of so many equal parts, in random order:
/// random, and spread evenly all the same.
pub fn spread(of: u32, rng: &mut Rng) -> Vec<f64> {
    let mut places: Vec<f64> = (0..of).map(|at| (f64::from(at) + rng.f64()) / of as f64).collect();
    rng.shuffle(&mut places);
    places
}

/// After how many milliseconds an event comes; `place` is between 0 and 1.
pub fn wait_ms(place: f64) -> u32 {
    (WAIT_MS.0 + place * WAIT_MS.1).round() as u32
}

/// A parent that asks every τ.
#[derive(Clone, Debug)]
struct Asker {
    /// τ, in milliseconds.
    tau_ms: f64,
    /// When it asks first.
    first_ms: f64,
    /// How often it has asked and heard that nothing has happened.
    in_vain: u32,
    /// Whether it knows.
    knows: bool,
}

/// The parents that wait for an event, each with a τ of its own.
pub struct Askers(Vec<Asker>);

impl Askers {
    /// Parents with these τ, in milliseconds, each of which asks first at its phase, a share of
    /// its τ from 0 to 1, after `start_ms`.
    pub fn new(start_ms: f64, parents: impl IntoIterator<Item = (f64, f64)>) -> Askers {
        let asker = |(tau_ms, phase)| {
            let first_ms = start_ms + phase * tau_ms;
            Asker { tau_ms, first_ms, in_vain: 0, knows: false }
        };
        Askers(parents.into_iter().map(asker).collect())
    }

    /// Which parent asks next, and when; `None` once all know. Each asks on a grid: how long
    /// the answers take does not add up.
    pub fn next(&self) -> Option<(usize, f64)> {
        let waiting = self.0.iter().enumerate().filter(|(_, asker)| !asker.knows);
        let due = waiting
            .map(|(at, asker)| (at, asker.first_ms + f64::from(asker.in_vain) * asker.tau_ms));
        due.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// This parent has its answer: whether the event has happened. Returns how often it had
    /// asked in vain, if it knows now.
    pub fn hears(&mut self, parent: usize, happened: bool) -> Option<u32> {
        let asker = self.0.get_mut(parent)?;
        asker.knows |= happened;
        asker.in_vain += u32::from(!happened);
        happened.then_some(asker.in_vain)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// How late each parent hears, and how often it asked in vain, on average over many
    /// events, where a question takes no time.
    fn simulated(events: u32) -> Vec<(f64, f64, f64)> {
        let mut rng = Rng::with_seed(12);
        let taus_ms = POLLS_MS.map(f64::from);
        let waits = spread(events, &mut rng);
        let phases = taus_ms.map(|_| spread(events, &mut rng));
        let mut sums = taus_ms.map(|tau_ms| (tau_ms, 0.0, 0.0));
        for event in 0..events as usize {
            let event_ms = f64::from(wait_ms(waits[event]));
            let parents = taus_ms.iter().zip(&phases).map(|(tau, phases)| (*tau, phases[event]));
            let mut askers = Askers::new(0.0, parents);
            while let Some((parent, at_ms)) = askers.next() {
                if let Some(in_vain) = askers.hears(parent, at_ms >= event_ms) {
                    sums[parent].1 += at_ms - event_ms;
                    sums[parent].2 += f64::from(in_vain);
                }
            }
        }
        let mean = |sum: f64| sum / f64::from(events);
        sums.map(|(tau_ms, late_ms, in_vain)| (tau_ms, mean(late_ms), mean(in_vain))).to_vec()
    }

    #[test]
    fn the_lesson_says_when_events_come() {
        let (least, more) = WAIT_MS;
        let said = format!("events that come {least} to {} ms after", least + more);
        let lesson = include_str!("lesson.html").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(lesson.contains(&said), "{said}");
    }

    #[test]
    fn a_parent_hears_half_its_interval_late_and_asks_in_vain_as_often_as_it_fits_the_wait() {
        for (tau_ms, late_ms, in_vain) in simulated(4_000) {
            assert!((late_ms / (tau_ms / 2.0) - 1.0).abs() < 0.03, "{tau_ms} ms: {late_ms} ms");
            let expected = MEAN_WAIT_MS / tau_ms;
            assert!((in_vain / expected - 1.0).abs() < 0.03, "{tau_ms} ms: {in_vain} in vain");
        }
    }

    #[test]
    fn with_the_events_of_one_run_fewer_questions_are_in_vain_the_longer_the_interval() {
        let found = simulated(EVENTS);
        let in_vain: Vec<f64> = found.iter().map(|found| found.2).collect();
        assert!(in_vain.windows(2).all(|pair| pair[0] > 1.2 * pair[1]), "{in_vain:?}");
        let late_ms: Vec<f64> = found.iter().map(|found| found.1).collect();
        assert!(late_ms.first() < late_ms.last(), "{late_ms:?}");
    }

    #[test]
    fn events_come_100_to_200_ms_after_the_parents_begin_to_wait() {
        let mut rng = Rng::with_seed(3);
        let mut waits: Vec<u32> = spread(10, &mut rng).into_iter().map(wait_ms).collect();
        assert!(!waits.is_sorted(), "{waits:?}");
        waits.sort_unstable();
        assert!((100..=200).contains(&waits[0]) && waits[9] <= 200, "{waits:?}");
        // One in every part.
        assert!((0..10).all(|at| (100 + 10 * at..=110 + 10 * at).contains(&waits[at as usize])));
    }
}

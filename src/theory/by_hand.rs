//! An assignment made by hand: which lane does which tasks, and in which order.
//!
//! In addresses it is a text, `0.2.5_1.3.4`: lanes separated by `_`, each with the places of its
//! tasks in the list, from 0.

use std::fmt;

use super::schedule::Plan;

/// The most lanes that somebody can fill by hand.
pub const MOST_LANES: usize = 16;
/// The most tasks of any list.
pub const MOST_TASKS: usize = 64;

/// Who does what, in order. Every task of the list is in exactly one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes(Vec<Vec<usize>>);

impl Lanes {
    /// All tasks in the first of so many lanes.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::by_hand::Lanes;
    /// assert_eq!(Lanes::new(3, 2).to_string(), "0.1.2_");
    /// ```
    pub fn new(tasks: usize, lanes: usize) -> Lanes {
        Lanes::fitted(Vec::new(), tasks, lanes).0
    }

    /// What a text says of a list of so many tasks and so many lanes, and whether it said it of
    /// exactly these. Never fails: a task that it leaves out is in the first lane, a lane or a
    /// task that there is not is left out, and of a task that it names twice the first counts.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::by_hand::Lanes;
    /// let (lanes, fits) = Lanes::read("0.2.5_1.3.4", 6, 2);
    /// assert!(fits);
    /// assert_eq!(lanes.lane(1), [1, 3, 4]);
    /// let (lanes, fits) = Lanes::read("0_7_1", 3, 2);
    /// assert_eq!((lanes.to_string().as_str(), fits), ("0.1.2_", false));
    /// ```
    pub fn read(text: &str, tasks: usize, lanes: usize) -> (Lanes, bool) {
        let Some(stated) = parse(text) else { return (Lanes::new(tasks, lanes), false) };
        Lanes::fitted(stated, tasks, lanes)
    }

    fn fitted(stated: Vec<Vec<usize>>, tasks: usize, lanes: usize) -> (Lanes, bool) {
        let (tasks, count) = (tasks.min(MOST_TASKS), lanes.clamp(1, MOST_LANES));
        let says_nothing = stated.iter().all(Vec::is_empty);
        let (mut lanes, mut seen) = (vec![Vec::new(); count], vec![false; tasks]);
        let mut fits = stated.len() <= count;
        for (lane, own) in stated.into_iter().enumerate() {
            for task in own {
                match (lanes.get_mut(lane), seen.get_mut(task)) {
                    (Some(lane), Some(seen)) if !*seen => {
                        *seen = true;
                        lane.push(task);
                    }
                    _ => fits = false,
                }
            }
        }
        let left_out = (0..tasks).filter(|&task| !seen[task]);
        let before = lanes[0].len();
        lanes[0].extend(left_out);
        let fits = fits && (says_nothing || lanes[0].len() == before);
        (Lanes(lanes), fits)
    }

    /// How many lanes there are, at least one.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The tasks of a lane, from 0, in order; none if there is no such lane.
    pub fn lane(&self, lane: usize) -> &[usize] {
        self.0.get(lane).map_or(&[], Vec::as_slice)
    }

    /// The lane of a task and its place there, both from 0.
    pub fn place(&self, task: usize) -> Option<(usize, usize)> {
        self.0.iter().enumerate().find_map(|(lane, own)| {
            own.iter().position(|&other| other == task).map(|place| (lane, place))
        })
    }

    /// Moves a task to this place of this lane, or to its end. Says whether anything changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::by_hand::Lanes;
    /// let mut lanes = Lanes::new(3, 2);
    /// assert!(lanes.put(1, 1, 0) && lanes.put(2, 1, 0));
    /// assert_eq!(lanes.to_string(), "0_2.1");
    /// assert!(!lanes.put(2, 1, 0), "it is there already");
    /// assert!(!lanes.put(2, 5, 0), "there is no such lane");
    /// ```
    pub fn put(&mut self, task: usize, lane: usize, place: usize) -> bool {
        let Some(from) = self.place(task).filter(|_| lane < self.0.len()) else { return false };
        self.0[from.0].remove(from.1);
        let place = place.min(self.0[lane].len());
        self.0[lane].insert(place, task);
        (lane, place) != from
    }

    /// How much work each lane has.
    pub fn loads(&self, work: &[u64]) -> Vec<u64> {
        let load = |own: &Vec<usize>| own.iter().filter_map(|&task| work.get(task)).sum();
        self.0.iter().map(load).collect()
    }

    /// When the last lane ends, in units of work.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::theory::by_hand::Lanes;
    /// assert_eq!(Lanes::read("0_1.2", 3, 2).0.makespan(&[4, 1, 2]), 4);
    /// ```
    pub fn makespan(&self, work: &[u64]) -> u64 {
        self.loads(work).into_iter().max().unwrap_or(0)
    }

    /// The plan by which workers do exactly this.
    pub fn plan(&self) -> Plan {
        Plan::Fixed(self.0.clone())
    }
}

impl fmt::Display for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, lane) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("_")?;
            }
            let places: Vec<String> = lane.iter().map(usize::to_string).collect();
            f.write_str(&places.join("."))?;
        }
        Ok(())
    }
}

/// The lanes of a text, if it is one: at most [`MOST_LANES`] of places below [`MOST_TASKS`],
/// each at most once.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::by_hand::parse;
/// assert_eq!(parse("0.2_1"), Some(vec![vec![0, 2], vec![1]]));
/// assert_eq!(parse(""), Some(vec![vec![]]));
/// for wrong in ["0.0", "64", "a", "0..1", "-1", "0,1"] {
///     assert_eq!(parse(wrong), None, "{wrong}");
/// }
/// ```
pub fn parse(text: &str) -> Option<Vec<Vec<usize>>> {
    let mut seen = [false; MOST_TASKS];
    let mut place = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let place: usize = digits.parse().ok().filter(|_| is_number)?;
        let seen = seen.get_mut(place).filter(|seen| !**seen)?;
        *seen = true;
        Some(place)
    };
    let lanes: Option<Vec<Vec<usize>>> = text
        .split('_')
        .map(|lane| match lane {
            "" => Some(Vec::new()),
            _ => lane.split('.').map(&mut place).collect(),
        })
        .collect();
    lanes.filter(|lanes| lanes.len() <= MOST_LANES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::schedule::{makespan, simulate};

    #[test]
    fn what_a_schedule_by_hand_needs_is_what_its_plan_needs() {
        let work = [5, 4, 3, 3, 3];
        for text in ["", "0.1.2.3.4", "0.1_2.3.4", "4_3_2_1_0", "_0.1_2.3.4_"] {
            let (lanes, fits) = Lanes::read(text, work.len(), 5);
            assert!(fits, "{text}");
            let slots = simulate(&work, 5, &lanes.plan());
            assert_eq!(makespan(&slots), lanes.makespan(&work), "{text}");
            assert_eq!(slots.len(), work.len());
        }
    }

    #[test]
    fn every_task_is_in_exactly_one_lane_whatever_the_text_says() {
        for text in ["0_1", "9.8_7", "5.5", "nonsense", "0_1_2_3_4_5_6_7_8_9", "_", "63_62"] {
            for lanes in [0, 1, 2, 16, 99] {
                let (read, _) = Lanes::read(text, 6, lanes);
                let mut all: Vec<usize> =
                    (0..read.count()).flat_map(|lane| read.lane(lane).to_vec()).collect();
                all.sort_unstable();
                assert_eq!(all, [0, 1, 2, 3, 4, 5], "{text} on {lanes}");
                // What is written can be read.
                let again = Lanes::read(&read.to_string(), 6, read.count());
                assert_eq!(again, (read, true));
            }
        }
    }
}

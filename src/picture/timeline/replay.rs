//! The moments of a timeline, for whoever goes through it slowly.

use super::super::words;
use super::model::Timeline;
use crate::exhibits::card::Lanes;
use crate::trace::Detail;

impl Timeline {
    /// When the last worker ended.
    pub fn end_ms(&self) -> f64 {
        self.parallel_ms
    }

    /// The time of the next event boundary, or of the one before.
    pub fn boundary(&self, now: f64, forward: bool) -> f64 {
        let times = self.events.iter().flat_map(|event| [event.start_ms, event.end_ms]);
        let times = times.chain([0.0, self.parallel_ms]);
        if forward {
            times.filter(|time| *time > now + 1e-6).fold(self.parallel_ms, f64::min)
        } else {
            times.filter(|time| *time < now - 1e-6).fold(0.0, f64::max)
        }
    }

    /// Who does what at this moment.
    pub fn describe(&self, now: f64) -> String {
        let mut parts = vec![format!("At {}:", words::time(now))];
        for event in self.events.iter().filter(|e| e.start_ms <= now && now < e.end_ms) {
            let what = match event.detail {
                Detail::Idle => "is idle".to_owned(),
                Detail::Task { .. } => format!("computes {}", words::event(event)),
                Detail::Piece { from: Some(from), .. } => format!(
                    "computes {}, taken from {} {}",
                    words::event(event),
                    self.lanes.name.to_ascii_lowercase(),
                    from + self.lanes.first
                ),
                Detail::Piece { .. } => format!("computes {}", words::event(event)),
                _ => words::event(event),
            };
            let Lanes { name, first, .. } = self.lanes;
            parts.push(format!("{} {} {what};", name.to_ascii_lowercase(), event.worker + first));
        }
        let sentence = parts.join(" ");
        match sentence.strip_suffix(';') {
            Some(sentence) => format!("{sentence}."),
            None => format!("{sentence} all is done."),
        }
    }
}

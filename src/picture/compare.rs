//! Runs side by side: their speed-ups on one scale, and everything else as a table.

use super::chart::Chart;
use super::speedup::{Row, drawing};
use super::table::table;
use crate::notebook::Entry;
use crate::notebook::compare::{rows, sentence};

/// The runs side by side.
pub fn compare(entries: &[&Entry]) -> Chart {
    let marks: Vec<Row> = entries
        .iter()
        .filter_map(|entry| {
            let ratio = entry.report.speedup.as_ref()?;
            Some(Row::measured(&entry.name, "main", ratio))
        })
        .collect();
    let headings: Vec<&str> =
        std::iter::once("").chain(entries.iter().map(|entry| entry.name.as_str())).collect();
    let mut cells =
        rows(entries).into_iter().map(|row| std::iter::once(row.what).chain(row.values).collect());
    let table = table("Runs side by side", None, &headings, &mut cells);
    let said: Vec<String> =
        marks.iter().map(|row| format!("{}: {}", row.name, row.words)).collect();
    let label = format!("Speed-ups of the chosen runs. {}.", said.join("; "));
    let summary = sentence(entries).unwrap_or_default();
    Chart {
        table,
        ..Chart::new("Side by side", &summary, move |width| match marks.len() {
            0 => Default::default(),
            _ => drawing(&marks, width, &label),
        })
    }
}

//! The runs of a class as a sheet: one row per run.

use super::class::{Class, Guess, Run};
use crate::measure::block::Estimate;
use crate::report::When;
use crate::report::sheet::{Cell, Sheet, Style};

/// One row per run, for spreadsheets.
pub fn sheet(class: &Class, style: Style) -> String {
    let mut sheet = Sheet::new(style, &HEADINGS);
    for run in class.runs() {
        sheet.row(&cells(run));
    }
    sheet.text()
}

const HEADINGS: [&str; 24] = [
    "exhibit",
    "name",
    "class",
    "started_at",
    "browser",
    "claimed_cores",
    "workers",
    "runtime",
    "parameters",
    "speedup",
    "speedup_low",
    "speedup_high",
    "confidence",
    "blocks",
    "core_equivalents",
    "core_equivalents_low",
    "core_equivalents_high",
    "ideal",
    "capacity_efficiency",
    "predicted",
    "measured",
    "unit",
    "quiz_before",
    "quiz_after",
];

fn cells(run: &Run) -> [Cell; 24] {
    let report = &run.entry.report;
    let speedup = |part: fn(&Estimate) -> f64| report.speedup.as_ref().map(part).into();
    let kappa = |part: fn(&Estimate) -> f64| report.core_equivalents.as_ref().map(part).into();
    let guess = |part: fn(&Guess) -> f64| run.guess.as_ref().map(part).into();
    let ran = report.spec.as_ref().map_or(String::new(), |spec| {
        let pairs = spec.values.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    });
    [
        report.exhibit.as_str().into(),
        run.name.as_str().into(),
        run.class.as_str().into(),
        report.started_at.as_str().into(),
        run.browser().as_str().into(),
        f64::from(run.cores()).into(),
        run.workers().map(f64::from).into(),
        run.runtime().into(),
        ran.as_str().into(),
        speedup(|it| it.median),
        speedup(|it| it.low),
        speedup(|it| it.high),
        speedup(|it| it.confidence),
        report.speedup.as_ref().map(|it| it.blocks as f64).into(),
        kappa(|it| it.median),
        kappa(|it| it.low),
        kappa(|it| it.high),
        report.ideal.as_ref().map(|ideal| ideal.speedup).into(),
        report.capacity_efficiency.as_ref().map(|it| it.median).into(),
        guess(|it| it.predicted),
        guess(|it| it.measured),
        run.guess.map_or("", |guess| guess.unit.name()).into(),
        run.right(When::Before).map(|right| right as f64).into(),
        run.right(When::After).map(|right| right as f64).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::MAIN;
    use crate::notebook::import::Opened;
    use crate::notebook::quiz::{QUESTIONS, known};
    use crate::report::{QuizAnswer, Report, Visitor};

    fn report(at: u32) -> Report {
        let estimate = Estimate { median: 1.5, low: 1.4, high: 1.6, confidence: 0.97, blocks: 8 };
        Report {
            started_at: format!("2026-11-30T10:00:00.{at:03}Z"),
            exhibit: MAIN.name.to_owned(),
            speedup: Some(estimate),
            ..Report::default()
        }
    }

    fn class(reports: Vec<Report>) -> Class {
        let mut class = Class::default();
        class.take("a", Ok(Opened { reports, refused: Vec::new() }));
        class
    }

    #[test]
    fn the_sheet_says_how_many_answers_were_right() {
        let answer = |question: usize, answer: &str| QuizAnswer {
            when: When::After,
            question: QUESTIONS[question].id.to_owned(),
            answer: answer.to_owned(),
            right: None,
        };
        let quiz = known(vec![answer(0, QUESTIONS[0].right), answer(1, QUESTIONS[1].options[0])]);
        let text = sheet(&class(vec![report(1), Report { quiz, ..report(2) }]), Style::Point);
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows[0].ends_with(",quiz_before,quiz_after") && rows[1].ends_with(",,"), "{text}");
        assert!(rows[2].ends_with(",,1"), "{text}");
    }

    #[test]
    fn the_sheet_has_a_row_per_run_and_no_formula() {
        let visitor = Some(Visitor { name: "=cmd()".to_owned(), class: "7b".to_owned() });
        let class = class(vec![Report { visitor, ..report(1) }]);
        for (style, separator) in [(Style::Point, ','), (Style::Comma, ';')] {
            let text = sheet(&class, style);
            let rows: Vec<Vec<&str>> =
                text.lines().map(|line| line.split(separator).collect()).collect();
            assert_eq!(rows.len(), 2);
            assert_eq!(rows[0][1..3], ["name", "class"]);
            assert_eq!(rows[1][1..3], ["\"'=cmd()\"", "7b"]);
        }
        assert!(sheet(&class, Style::Comma).contains(";1,5;"));
    }
}

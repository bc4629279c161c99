//! Rows and cells as a text that a spreadsheet opens: the separator and the decimal sign are
//! those that it expects where it runs, because it guesses neither.

use std::fmt::Write;

/// Tells a spreadsheet that the text is UTF-8.
const MARK: char = '\u{feff}';

/// How a spreadsheet of some country reads numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// 1.5, and commas between the cells.
    #[default]
    Point,
    /// 1,5, and semicolons between the cells.
    Comma,
}

impl Style {
    /// Both.
    pub const ALL: [Style; 2] = [Style::Point, Style::Comma];

    /// Its name, for a control and for what the browser keeps.
    pub fn name(self) -> &'static str {
        match self {
            Style::Point => "point",
            Style::Comma => "comma",
        }
    }

    /// The style with this name.
    pub fn named(name: &str) -> Option<Style> {
        Style::ALL.into_iter().find(|style| style.name() == name)
    }

    /// What a control calls it.
    pub fn words(self) -> &'static str {
        match self {
            Style::Point => "1.5 and commas",
            Style::Comma => "1,5 and semicolons",
        }
    }

    /// The style of a place in which one and a half is written like this.
    ///
    /// # Examples
    /// ```
    /// use fib_lab::report::sheet::Style;
    /// assert_eq!(Style::of("1,5"), Style::Comma);
    /// assert_eq!(Style::of("1.5"), Style::Point);
    /// // Arabic has a sign of its own; spreadsheets read a point all the same.
    /// assert_eq!(Style::of("١٫٥"), Style::Point);
    /// ```
    pub fn of(one_and_a_half: &str) -> Style {
        if one_and_a_half.contains(',') { Style::Comma } else { Style::Point }
    }

    fn separator(self) -> char {
        match self {
            Style::Point => ',',
            Style::Comma => ';',
        }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, from wherever it comes.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        Cell::Number(number as f64)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Cell {
        Cell::Flag(flag)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// A text in the making, row by row.
///
/// # Examples
///
/// ```
/// use fib_lab::report::sheet::{Cell, Sheet, Style};
/// let mut sheet = Sheet::new(Style::Comma, &["name", "ms"]);
/// sheet.row(&["serial".into(), 2.5.into()]);
/// // No text from a file is a formula.
/// sheet.row(&["=1+1".into(), Cell::Empty]);
/// assert_eq!(sheet.text(), "\u{feff}name;ms\nserial;2,5\n\"'=1+1\";\n");
/// ```
#[derive(Clone, Debug)]
pub struct Sheet {
    style: Style,
    text: String,
}

impl Sheet {
    /// A sheet with these headings.
    pub fn new(style: Style, headings: &[&str]) -> Sheet {
        let mut sheet = Sheet { style, text: String::from(MARK) };
        let headings: Vec<Cell> = headings.iter().map(|&heading| heading.into()).collect();
        sheet.row(&headings);
        sheet
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.text.push(self.style.separator());
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => self.text.push_str(&quoted(text)),
                Cell::Number(number) => self.text.push_str(&self.number(*number)),
                // Writing to a string cannot fail.
                Cell::Flag(flag) => drop(write!(self.text, "{flag}")),
            }
        }
        self.text.push('\n');
    }

    fn number(&self, number: f64) -> String {
        let text = number.to_string();
        match self.style {
            Style::Point => text,
            Style::Comma => text.replace('.', ","),
        }
    }

    /// All of it.
    pub fn text(self) -> String {
        self.text
    }
}

/// A text as a cell: quoted where it has to be in either style, and never a formula.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let plain = !text.contains([',', ';', '"', '\n', '\r']);
    match (formula, plain) {
        (false, true) => text.to_owned(),
        (true, _) => format!("\"'{}\"", text.replace('"', "\"\"")),
        (false, false) => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_a_file_is_one_cell_and_no_formula() {
        for (text, shown) in [
            ("held-0.2", "held-0.2"),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1+1", "\"'-1+1\""),
            ("@sum(a1)", "\"'@sum(a1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("=\"a\",1", "\"'=\"\"a\"\",1\""),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("a\nb", "\"a\nb\""),
            ("a\r\n", "\"a\r\n\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
        ] {
            for style in Style::ALL {
                let mut sheet = Sheet::new(style, &["name", "flag"]);
                sheet.row(&[text.into(), true.into()]);
                let rows = sheet.text();
                let row = rows.split_once('\n').unwrap().1;
                assert_eq!(row, format!("{shown}{}true\n", style.separator()));
            }
        }
    }

    #[test]
    fn a_number_is_read_back_as_it_was_where_it_is_read_in_that_style() {
        for number in [0.0, -1.5, 1e-7, 123_456.789, f64::MIN_POSITIVE, 9_007_199_254_740_991.0] {
            for style in Style::ALL {
                let mut sheet = Sheet::new(style, &["a", "b"]);
                sheet.row(&[number.into(), number.into()]);
                let text = sheet.text();
                let row = text.lines().nth(1).unwrap();
                let cells: Vec<&str> = row.split(style.separator()).collect();
                let read = |cell: &&str| match style {
                    Style::Point => cell.parse::<f64>().unwrap(),
                    Style::Comma => cell.replace(',', ".").parse().unwrap(),
                };
                assert_eq!(cells.iter().map(read).collect::<Vec<_>>(), [number, number]);
            }
        }
    }

    #[test]
    fn a_style_is_found_by_its_name() {
        assert!(Style::ALL.iter().all(|style| Style::named(style.name()) == Some(*style)));
        assert_eq!(Style::named("tab"), None);
    }
}

//! What all drawings share: numbers short enough for markup, the frame, lines, words, and
//! a round scale.

use maud::{Markup, Render, html};

/// A coordinate with at most two digits after the point: a hundredth of a pixel is
/// invisible, and a timeline has thousands of coordinates.
pub struct Px(pub f64);

impl Render for Px {
    fn render_to(&self, markup: &mut String) {
        if !self.0.is_finite() {
            // Browsers leave out what has such a coordinate; tests look for it.
            return markup.push_str("NaN");
        }
        let hundredths = (self.0 * 100.0).round() as i64;
        if hundredths < 0 {
            markup.push('-');
        }
        let hundredths = hundredths.unsigned_abs();
        (hundredths / 100).render_to(markup);
        let (tenth, hundredth) = (hundredths / 10 % 10, hundredths % 10);
        if tenth + hundredth > 0 {
            markup.push('.');
            tenth.render_to(markup);
        }
        if hundredth > 0 {
            hundredth.render_to(markup);
        }
    }
}

/// The frame of a drawing: at its true size, so that its words stay readable on a phone,
/// and one picture with one name for those who cannot see it.
pub fn svg(width: f64, height: f64, label: &str, content: &Markup) -> Markup {
    html! {
        svg width=(Px(width)) height=(Px(height)) viewBox={ "0 0 " (Px(width)) " " (Px(height)) }
            role="img" aria-label=(label) {
            (content)
        }
    }
}

/// A line from one point to another.
pub fn line(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Markup {
    html! { line class=(class) x1=(Px(x1)) x2=(Px(x2)) y1=(Px(y1)) y2=(Px(y2)) {} }
}

/// Where words stand beside their point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// They begin there.
    Start,
    /// Their middle is there.
    Middle,
    /// They end there.
    End,
}

/// Words at a point.
pub fn words(class: &str, (x, y): (f64, f64), anchor: Anchor, words: &str) -> Markup {
    let anchor = match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    html! { text class=(class) x=(Px(x)) y=(Px(y)) text-anchor=[anchor] { (words) } }
}

/// How wide a text is at the most, by and large; enough to see whether it fits.
pub fn room(text: &str) -> f64 {
    text.chars().count() as f64 * 7.0
}

/// Corners of a polygon or a polyline.
pub struct Corners<'a>(pub &'a [(f64, f64)]);

impl Render for Corners<'_> {
    fn render_to(&self, markup: &mut String) {
        for (at, (x, y)) in self.0.iter().enumerate() {
            if at > 0 {
                markup.push(' ');
            }
            Px(*x).render_to(markup);
            markup.push(',');
            Px(*y).render_to(markup);
        }
    }
}

/// A step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts.
pub fn round_step(span: f64, most: usize) -> f64 {
    let rough = (span / most.max(1) as f64).clamp(1e-9, 1e18);
    // The largest power of ten that is not above it. Its inverse is exact, the power of a
    // negative number is not.
    let (mut up, mut down) = (1.0, 1.0);
    while up * 10.0 <= rough {
        up *= 10.0;
    }
    while 1.0 / down > rough {
        down *= 10.0;
    }
    let power = up / down;
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power)
}

/// The round values from 0 to `span` that get a line: at most one more than `most`, whatever
/// the span is, so that no file can make a scale endless.
pub fn ticks(span: f64, most: usize) -> impl Iterator<Item = f64> + Clone {
    let step = round_step(span, most);
    let count = (span / step) as usize;
    (0..=count.min(most.max(1))).map(move |tick| tick as f64 * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        #[track_caller]
        fn case(value: f64, expected: &str) {
            assert_eq!(Px(value).render().into_string(), expected);
        }
        case(0.0, "0");
        case(-0.001, "0");
        case(12.0, "12");
        case(-12.5, "-12.5");
        case(0.05, "0.05");
        case(1.0 / 3.0, "0.33");
        case(99.999, "100");
        case(f64::NAN, "NaN");
        case(f64::NEG_INFINITY, "NaN");
    }

    #[test]
    fn a_scale_has_an_end_whatever_it_holds() {
        let all = |span, most| ticks(span, most).collect::<Vec<f64>>();
        assert_eq!(all(1.86, 7), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(all(10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        for span in [1e300, f64::MAX, f64::INFINITY, 9_007_199_254_740_992.0, -1.0, -1e300] {
            assert!(all(span, 5).len() <= 6, "{span}");
        }
        assert_eq!(all(f64::NAN, 5).len(), 1);
    }

    #[test]
    fn a_round_step_is_round_and_divides_into_few_parts() {
        for (span, most, step) in [
            (100.0, 4, 50.0),
            (1.86, 7, 0.5),
            (312.0, 7, 50.0),
            (10.0, 10, 1.0),
            (0.004, 4, 0.001),
            (0.0, 4, 1e-9),
            (f64::NAN, 4, f64::NAN),
        ] {
            let found = round_step(span, most);
            assert!(found == step || step.is_nan(), "{span} by {most}: {found}");
        }
    }
}

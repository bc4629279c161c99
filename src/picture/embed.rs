//! What a figure is framed by on another page: the tag, and what runs there.

use maud::{Markup, html};

/// The height of a frame, in pixels: room for controls, headline and one picture.
const HEIGHT: u32 = 760;

/// The tag of a frame around the figure alone. `address` is where its run is described, in full;
/// `starts` is whether the run begins by itself.
pub fn tag(address: &str, title: &str, starts: bool) -> String {
    let alone = with(address, "only=1");
    let address = if starts { with(&alone, "run=1") } else { alone };
    let frame = html! {
        iframe src=(address) title={ "Fib Lab: " (title) } width="900" height=(HEIGHT)
            style="max-width: 100%; border: 0" loading="lazy" allow="cross-origin-isolated" {}
    };
    frame.into_string()
}

/// An address with one more parameter.
fn with(address: &str, parameter: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{parameter}")
}

/// The fold under a figure; it is filled when it is opened.
pub fn fold() -> Markup {
    html! {
        details.embed data-embed {
            summary { "Embed this figure" }
            div.embed-body {}
        }
    }
}

/// What stands in the fold: the tag, to be copied, and what to know of it. `of_a_run` says that
/// the address is that of the run on show, not of what stands in the controls.
pub fn body(address: &str, title: &str, starts: bool, of_a_run: bool) -> Markup {
    html! {
        p.files {
            "This tag puts the figure alone into a course page or a slide, with the parameters of "
            @if of_a_run { "the run on show" } @else { "the controls above" } ":"
        }
        textarea.tag readonly rows="5" spellcheck="false" translate="no"
            aria-label="The tag of the frame" { (tag(address, title, starts)) }
        p.files data-address=(address) data-title=(title) {
            button.link type="button" data-act="copy-tag" { "Copy the tag" }
            " " span.copied role="status" {}
            " · "
            label { input type="checkbox" data-starts checked[starts]; " start the run by itself" }
        }
        ul.files {
            li {
                "Threads in a frame need a page around it that is cross-origin isolated itself, by the \
                 headers COOP and COEP. On any other page processes run, and the figure says so, with a \
                 link that opens it in its own tab."
            }
            li {
                "If the frame has a sandbox, give it " code { "allow-scripts" } " and "
                code { "allow-same-origin" } "; without the second only the serial program runs."
            }
            li {
                "Arrow keys that no control of the figure uses go on to the page around it: slides of \
                 reveal.js turn by them."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_frames_the_figure_alone_with_all_that_it_needs() {
        let made = tag("https://a.example/lab/x.html?tasks=3,2&workers=2", "A \"b\" <c>", false);
        assert_eq!(
            made,
            "<iframe src=\"https://a.example/lab/x.html?tasks=3,2&amp;workers=2&amp;only=1\" \
             title=\"Fib Lab: A &quot;b&quot; &lt;c&gt;\" width=\"900\" height=\"760\" \
             style=\"max-width: 100%; border: 0\" loading=\"lazy\" \
             allow=\"cross-origin-isolated\"></iframe>"
        );
        assert!(tag("https://a.example/x.html", "x", true).contains("x.html?only=1&amp;run=1\""));
    }

    #[test]
    fn the_tag_is_text_of_the_page() {
        let shown = body("x.html", "x", false, true).into_string();
        assert!(shown.contains("&lt;iframe src=") && !shown.contains("<iframe"), "{shown}");
    }
}

//! A browser's short name, from its long description.

/// The short name in a browser's own description, such as `Firefox 140`. Browsers pretend
/// to be each other; who says more than the others is who it is.
///
/// # Examples
/// ```
/// use fib_lab::report::browser::short_name;
///
/// let chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
///                 Chrome/156.0.0.0 Safari/537.36";
/// assert_eq!(short_name(chromium), "Chromium 156");
/// assert_eq!(short_name("something new"), "an unknown browser");
/// ```
pub fn short_name(user_agent: &str) -> String {
    const MARKS: [(&str, &str); 7] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chromium"),
        ("Chrome/", "Chromium"),
        ("CriOS/", "Chrome on iOS"),
        ("Version/", "Safari's WebKit"),
    ];
    for (mark, name) in MARKS {
        if let Some((_, rest)) = user_agent.split_once(mark) {
            let major: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
            return format!("{name} {major}").trim_end().to_owned();
        }
    }
    "an unknown browser".to_owned()
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn browsers_are_told_apart() {
        let webkit = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let headless =
            "Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/156.0.0.0 Safari/537.36";
        for (description, name) in [
            (webkit, "Safari's WebKit 26"),
            (edge, "Edge 150"),
            (firefox, "Firefox 140"),
            (headless, "Chromium 156"),
            ("Firefox/", "Firefox"),
        ] {
            assert_eq!(short_name(description), name);
        }
    }
}

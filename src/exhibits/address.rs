//! The address of a run, understood as far as it can be.

use super::Front;
use crate::exhibits;
use crate::params::{Device, RunSpec};

/// An address, understood as far as it could be.
#[derive(Clone, Debug)]
pub struct Address {
    /// The run that the address describes.
    pub spec: RunSpec,
    /// The parameters that the address itself states, `exhibit` among them.
    pub stated: Vec<String>,
    /// Whether the run starts by itself.
    pub run: bool,
    /// Whether the figure is to stand alone, as in a frame or on a slide.
    pub only: bool,
    /// One sentence for everything that was clamped or ignored.
    pub notices: Vec<String>,
}

impl Address {
    /// Understands the query of any address, with or without its `?`. Never fails:
    /// what is out of range is clamped, the rest is ignored, each with a notice.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::address::Address;
    /// use fib_lab::params::Device;
    /// let device = Device { cores: 4, seed: 1 };
    /// let query = format!("?exhibit={}&workers=99&run=1", fib_lab::exhibits::MAIN.name);
    /// let address = Address::parse(&query, device);
    /// assert_eq!(address.spec.whole("workers"), 64);
    /// assert!(address.run);
    /// assert_eq!(address.notices.len(), 1);
    /// ```
    pub fn parse(query: &str, device: Device) -> Address {
        Address::read(None, query, device)
    }

    /// Understands the query of an address on the page of an exhibit, where it need not be
    /// named.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::address::Address;
    /// use fib_lab::exhibits::MAIN_FRONT;
    /// use fib_lab::params::Device;
    /// let address = Address::on(MAIN_FRONT, "?tasks=3,2&run=1", Device { cores: 4, seed: 1 });
    /// assert_eq!(address.spec.list("tasks"), [3, 2]);
    /// assert!(address.run && address.notices.is_empty());
    /// ```
    pub fn on(here: &'static Front, query: &str, device: Device) -> Address {
        Address::read(Some(here), query, device)
    }

    fn read(here: Option<&'static Front>, query: &str, device: Device) -> Address {
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut notices = Vec::new();

        let named =
            pairs.iter().position(|(name, _)| name == "exhibit").map(|at| pairs.remove(at).1);
        let exhibit = named.as_deref().and_then(exhibits::front);
        if let (Some(name), None) = (&named, exhibit) {
            notices.push(unknown(name));
        }
        let mut stated: Vec<String> = exhibit.iter().map(|_| "exhibit".to_owned()).collect();
        // Who named a wrong exhibit has not asked for a run of another one.
        let known = exhibit.or(here.filter(|_| named.is_none()));
        let exhibit = known.or(here).unwrap_or(exhibits::MAIN_FRONT);

        let mut spec = RunSpec::defaults(exhibit, device);
        let (mut run, mut only) = (false, false);
        for (name, text) in pairs {
            if let "run" | "only" = name.as_str() {
                let said = if name == "run" { &mut run } else { &mut only };
                match text.as_str() {
                    "0" | "1" => *said = text == "1",
                    _ => notices.push(format!("{name} is 0 or 1; it was ignored.")),
                }
            } else if let Some(parameter) = exhibit.parameter(&name) {
                let (value, refusal) = parameter.clamp(&text);
                if let Some(refusal) = refusal {
                    let taken = match &value {
                        Some(value) => format!("It was taken as {value}."),
                        None => "It was ignored.".to_owned(),
                    };
                    notices.push(format!("{} {taken}", refusal.sentence));
                }
                if let Some(value) = value {
                    stated.push(name.clone());
                    spec.values.insert(name, value);
                }
            } else {
                let shown: String = name.chars().take(40).collect();
                notices
                    .push(format!("{} has no parameter “{shown}”; it was ignored.", exhibit.name));
            }
        }
        notices.truncate(12);
        Address { spec, stated, run: run && known.is_some(), only, notices }
    }

    /// Whether the address itself says what this parameter is.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::exhibits::address::Address;
    /// use fib_lab::params::Device;
    /// let query = format!("exhibit={}&seconds=5", fib_lab::exhibits::MAIN.name);
    /// let address = Address::parse(&query, Device { cores: 4, seed: 1 });
    /// assert!(address.states("seconds") && !address.states("workers"));
    /// ```
    pub fn states(&self, name: &str) -> bool {
        self.stated.iter().any(|stated| stated == name)
    }
}

/// Says that there is no exhibit of this name, and which there are.
///
/// # Examples
///
/// ```
/// let sentence = fib_lab::exhibits::address::unknown("pool");
/// assert!(sentence.starts_with("There is no exhibit “pool”; there is "));
/// ```
pub fn unknown(name: &str) -> String {
    let shown: String = name.chars().take(40).collect();
    let names = exhibits::FRONTS.iter().map(|card| card.name).collect::<Vec<_>>().join(", ");
    format!("There is no exhibit “{shown}”; there is {names}.")
}

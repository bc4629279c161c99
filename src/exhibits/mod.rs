//! The exhibits: a folder each, and this registry.

pub mod address;
pub mod card;

pub mod better_algorithm;
pub mod c_extension;
pub mod gil;
pub mod honesty;
pub mod locks;
pub mod message_ring;
pub mod parent_children;
pub mod pool_map;

pub use card::Card;

/// What an address without an exhibit means.
pub static MAIN: &Card = &pool_map::EXHIBIT;

/// Every exhibit, in the order of the page.
pub static CARDS: &[&Card] = &[
    &gil::EXHIBIT,
    &c_extension::EXHIBIT,
    &parent_children::EXHIBIT,
    &message_ring::EXHIBIT,
    &pool_map::EXHIBIT,
    &better_algorithm::EXHIBIT,
    &honesty::AA,
    &honesty::KNOWN_RATIO,
];

/// The exhibit with this name.
pub fn named(name: &str) -> Option<&'static Card> {
    CARDS.iter().copied().find(|exhibit| exhibit.name == name)
}

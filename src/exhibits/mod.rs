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

pub use card::{Card, Front};

/// What an address without an exhibit means.
pub static MAIN: &Card = &pool_map::EXHIBIT;
/// What can be asked of it.
pub static MAIN_FRONT: &Front = MAIN.front;

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

/// The front of every card, in the same order. It is worked out by the compiler, so that a
/// program which asks for fronts alone carries nothing else of the cards.
pub static FRONTS: [&Front; CARDS.len()] = {
    let mut fronts = [CARDS[0].front; CARDS.len()];
    let mut at = 1;
    while at < CARDS.len() {
        fronts[at] = CARDS[at].front;
        at += 1;
    }
    fronts
};

/// The front of the card with this name.
pub fn front(name: &str) -> Option<&'static Front> {
    FRONTS.iter().copied().find(|front| front.name == name)
}

/// The exhibit with this name.
pub fn named(name: &str) -> Option<&'static Card> {
    CARDS.iter().copied().find(|exhibit| exhibit.name == name)
}

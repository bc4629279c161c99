//! Which key was pressed, if it was pressed alone.

use js_sys::Reflect;
use web_sys::Event;

/// The key of an event; nothing for keys that are held with others: they belong to the browser.
pub fn pressed_alone(event: &Event) -> Option<String> {
    let field = |name: &str| Reflect::get(event, &name.into()).unwrap_or_default();
    if ["ctrlKey", "altKey", "metaKey"].into_iter().any(|name| field(name).is_truthy()) {
        return None;
    }
    field("key").as_string()
}

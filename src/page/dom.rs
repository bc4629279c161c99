//! The few things that the page asks of the document.

use js_sys::Function;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, NodeList, Window};

/// The window of the page.
pub fn window() -> Window {
    // The page's program runs nowhere else.
    js_sys::global().unchecked_into()
}

/// The document of the page.
pub fn document() -> Document {
    // A window that runs programs has one.
    JsValue::from(window().document()).unchecked_into()
}

/// The root element.
pub fn root() -> Option<Element> {
    document().document_element()
}

/// Query and fragment of the address, with their marks.
pub fn location() -> (String, String) {
    let location = window().location();
    (location.search().unwrap_or_default(), location.hash().unwrap_or_default())
}

/// An address in full, as seen from the page.
pub fn absolute(address: &str) -> Option<String> {
    let base = document().base_uri().ok()??;
    Some(web_sys::Url::new_with_base(address, &base).ok()?.href())
}

/// The value of a parameter in a query without its mark.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// Whether the visitor can see the page.
pub fn page_is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// All elements of the document that match.
pub fn all(css: &str) -> Result<NodeList, JsValue> {
    document().query_selector_all(css)
}

/// The elements of a list that the document returned.
pub fn elements(list: Result<NodeList, JsValue>) -> impl Iterator<Item = Element> {
    let list = list.ok();
    let length = list.as_ref().map_or(0, NodeList::length);
    (0..length).filter_map(move |at| list.as_ref()?.item(at)?.dyn_into().ok())
}

/// The first element of the document that matches.
pub fn find_in_document(css: &str) -> Option<Element> {
    document().query_selector(css).ok().flatten()
}

/// The first element below this one that matches.
pub fn find(place: &Element, css: &str) -> Option<HtmlElement> {
    place.query_selector(css).ok().flatten()?.dyn_into().ok()
}

/// Sets the markup of the first element that matches. Whoever calls this has drawn it
/// with templates that escape what they are given.
pub fn set_markup(place: &Element, css: &str, markup: maud::Markup) {
    if let Some(element) = find(place, css) {
        element.set_inner_html(&markup.into_string());
    }
}

/// Sets the text of the first element that matches, if it is another one: what is spoken
/// must not be spoken twice.
pub fn set_text(place: &Element, css: &str, text: &str) {
    if let Some(element) = find(place, css)
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

/// Shows or hides the first element that matches.
pub fn set_hidden(place: &Element, css: &str, hidden: bool) {
    if let Some(element) = find(place, css) {
        element.set_hidden(hidden);
    }
}

/// Sets an attribute of the first element that matches, or takes it away.
pub fn set_attribute(place: &Element, css: &str, name: &str, value: Option<&str>) {
    if let Some(element) = find(place, css) {
        // Names that are written here are valid.
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// Calls `hear` for an event of this name on the target or anywhere in it, for as long as
/// the page lives. Heard on the way down, so that events that do not rise are heard too.
pub fn listen(target: &EventTarget, name: &str, hear: impl Fn(Event) + 'static) {
    let hear = Closure::<dyn Fn(Event)>::new(hear);
    let function: &Function = hear.as_ref().unchecked_ref();
    // A document always takes a listener.
    let _ = target.add_event_listener_with_callback_and_bool(name, function, true);
    hear.forget();
}

/// What stands in a control.
pub fn value(control: &Element) -> Option<String> {
    js_sys::Reflect::get(control, &JsValue::from_str("value")).ok()?.as_string()
}

/// Sets what stands in a control.
pub fn set_value(control: &Element, value: &str) {
    // A control takes any text.
    let _ = js_sys::Reflect::set(control, &JsValue::from_str("value"), &JsValue::from_str(value));
}

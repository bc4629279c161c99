//! A value on its way between workers, whose type only sender and receiver know.
//!
//! In a browser it is a JavaScript value, put into the message as it is, so that it can be
//! read in the developer tools. Natively, where a stand-in plays the workers, it is JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::misread::Misread;

#[cfg(target_arch = "wasm32")]
type Inner = wasm_bindgen::JsValue;
#[cfg(not(target_arch = "wasm32"))]
type Inner = serde_json::Value;

/// A value on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Payload(
    #[cfg_attr(target_arch = "wasm32", serde(with = "serde_wasm_bindgen::preserve"))] Inner,
);

impl Payload {
    /// Packs a value.
    ///
    /// # Errors
    ///
    /// A value that has no plain form, such as a map whose keys are not text.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::runtime::payload::Payload;
    /// let payload = Payload::of(&vec![1, 2]).unwrap();
    /// assert_eq!(payload.read::<Vec<u32>>(), Ok(vec![1, 2]));
    /// assert!(payload.read::<String>().is_err());
    /// ```
    pub fn of<T: Serialize>(value: &T) -> Result<Payload, Misread> {
        #[cfg(target_arch = "wasm32")]
        let packed = super::message::encode(value);
        #[cfg(not(target_arch = "wasm32"))]
        let packed = serde_json::to_value(value).map_err(|error| Misread(error.to_string()));
        packed.map(Payload)
    }

    /// Unpacks the value.
    ///
    /// # Errors
    ///
    /// [`Misread`] if it is of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Misread> {
        let packed = self.0.clone();
        #[cfg(target_arch = "wasm32")]
        return super::message::decode(packed);
        #[cfg(not(target_arch = "wasm32"))]
        return serde_json::from_value(packed).map_err(|error| Misread(error.to_string()));
    }
}

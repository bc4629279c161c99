//! What is wrong with a message.

/// A value that does not have the form that its receiver expects, or cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message has another form than expected: {0}")]
pub struct Misread(pub String);

//! What of a value may be shown: by allowlist, so that a secret in a place that nobody foresaw stays hidden. It prints nothing.

use crate::schema::{Field, Kind, Shape};

/// What stands for a hidden value, whatever its length.
pub const HIDDEN: &str = "***";

/// A field's text as a message may quote it: itself if the table says that the field is public and the text looks like one of its values.
pub fn shown<'a>(field: &Field, text: &'a str) -> &'a str {
    if is_shown(field, text) { text } else { HIDDEN }
}

/// Whether a field's text may be shown.
pub fn is_shown(field: &Field, text: &str) -> bool {
    !field.secret
        && match field.kind {
            Kind::Text | Kind::ObjectName => field.shape.fits(text),
            // A mistake must stay readable: `yes`, `STANDRD`, `5MiB`.
            Kind::Bool | Kind::Integer(_) | Kind::Choice(_) | Kind::Quantity => {
                text.len() <= SHORT && is_word(text)
            }
        }
}

/// The longest text of a field that is no free text.
const SHORT: usize = 24;

/// Whether a text is one plain word that does not look like a key.
pub fn is_word(text: &str) -> bool {
    Shape::Word.fits(text)
}

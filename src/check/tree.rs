//! A parsed YAML document as a tree of values with their places. It judges nothing and reads no file.

use std::sync::Arc;

use crate::origin::Source;
use crate::values::Node;
use crate::values::file::document;
use crate::yaml;

/// A document that Kubernetes and Helm refuse: what is wrong (without the text), and at which byte of the source.
pub struct Refused {
    /// What is wrong.
    pub message: String,
    /// Byte offset in the source.
    pub offset: usize,
}

/// The tree of a document that begins at `offset` of the source.
///
/// # Errors
/// Where Kubernetes and Helm refuse it: infinite numbers, keys that are collections, wrong merges.
pub fn read(source: &Arc<Source>, root: &yaml::Node, offset: usize) -> Result<Node, Refused> {
    document(source, offset, root).map_err(|error| Refused {
        message: unquoted(&error.message()),
        offset: error.origin().span.start,
    })
}

/// A parser's message without what it quotes of the text, which may be a secret.
pub fn unquoted(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some(at) = rest.find(['`', '\'', '"']) {
        let (before, quoted) = rest.split_at(at);
        let quote = quoted.chars().next().unwrap_or('`');
        let inner = &quoted[1..];
        out.push_str(before);
        let Some(end) = inner.find(quote) else {
            return out;
        };
        let kept = &inner[..end];
        let harmless = kept.chars().count() <= 2 || !kept.contains(|c: char| c.is_alphanumeric());
        out.push(quote);
        out.push_str(if harmless { kept } else { "…" });
        out.push(quote);
        rest = &inner[end + 1..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quotes_lose_what_could_be_a_value() {
        assert_eq!(unquoted("expected ':' here"), "expected ':' here");
        assert_eq!(
            unquoted("cannot read `hunter2` as !!int"),
            "cannot read `…` as !!int"
        );
        assert_eq!(
            unquoted("an open \"hunter2"),
            "an open hunter2".replace("hunter2", "")
        );
    }
}

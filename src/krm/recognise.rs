//! Whether a stream is one `ResourceList`, told by its first bytes: an ordinary stream pays for no more. It parses nothing.

use super::GROUP;
use crate::workload::Stream;

/// With blank documents before and after it; more than these is an ordinary stream.
const MOST_DOCUMENTS: usize = 3;

/// The number of the only document that holds anything, where it begins as a `ResourceList` can, and whether it can be nothing else.
pub(super) fn only_document(stream: &Stream) -> Option<(usize, bool)> {
    let count = stream.documents.len();
    if count > MOST_DOCUMENTS {
        return None;
    }
    let mut filled = (0..count).filter_map(|number| {
        let content = content(stream.body(number));
        (!content.is_empty()).then_some((number, content))
    });
    let (number, content) = filled.next()?;
    let sure = looks_so(content)?;
    filled.next().is_none().then_some((number, sure))
}

/// A document from its first byte that is neither white space nor comment.
fn content(body: &[u8]) -> &[u8] {
    let mut rest = body.trim_ascii_start();
    while rest.first() == Some(&b'#') {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        rest = rest[end..].trim_ascii_start();
    }
    rest
}

/// Whether the first key leaves a `ResourceList` possible (none: it does not), and whether it leaves nothing else.
fn looks_so(content: &[u8]) -> Option<bool> {
    let inside = content.strip_prefix(b"{").unwrap_or(content);
    let key = inside.trim_ascii_start();
    let key = key.strip_prefix(b"\"").unwrap_or(key);
    let value_of = |name: &[u8]| {
        let rest = key.strip_prefix(name)?;
        let start = rest.iter().position(|byte| !b" \t\r\n:\"'".contains(byte));
        Some(&rest[start.unwrap_or(rest.len())..])
    };
    if let Some(value) = value_of(b"apiVersion") {
        return value.starts_with(GROUP.as_bytes()).then_some(true);
    }
    if let Some(value) = value_of(b"kind") {
        return value.starts_with(b"ResourceList").then_some(true);
    }
    let others: [&[u8]; 3] = [b"items", b"functionConfig", b"results"];
    let may_be = others.into_iter().any(|name| value_of(name).is_some());
    may_be.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(usize, bool)> {
        only_document(&Stream::new(text.as_bytes()))
    }

    #[test]
    fn a_list_is_told_by_its_first_key_however_it_is_written() {
        for text in [
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n",
            "kind: ResourceList\n",
            "# a comment\n\n---\n# another\napiVersion: \"config.kubernetes.io/v1beta1\"\n",
            "{\"apiVersion\":\"config.kubernetes.io/v1\"}",
            "{\n  \"kind\": \"ResourceList\"}",
        ] {
            assert_eq!(of(text).map(|(_, sure)| sure), Some(true), "{text}");
        }
        assert_eq!(of("---\n---\nkind: ResourceList\n---\n"), Some((1, true)));
        assert_eq!(of("items: []\nkind: ResourceList\n"), Some((0, false)));
    }

    #[test]
    fn an_ordinary_stream_is_none() {
        for text in [
            "",
            "---\n# Source: msr/templates/a.yaml\napiVersion: v1\nkind: List\nitems: []\n",
            "apiVersion: v1\nkind: ConfigMap\ndata: {a: config.kubernetes.io/v1}\n",
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n---\napiVersion: v1\nkind: Pod\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}

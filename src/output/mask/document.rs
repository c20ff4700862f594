//! What to hide of a YAML document that parses. It goes by the keys that values stand under, and hides what it does not know.

use std::ops::Range;

use super::words::{is_key, is_public, is_public_variable};
use crate::yaml::{self, Kind, Node, parse_one, split};

/// The scalars of one document, as byte ranges of the whole text, in order.
pub(super) struct Document {
    /// Where the document lies.
    pub range: Range<usize>,
    scalars: Vec<Scalar>,
}

struct Scalar {
    span: Range<usize>,
    shown: bool,
}

/// Bigger documents are judged line by line: an excerpt is not worth the time.
const MAX_BYTES: usize = 4 << 20;

impl Document {
    /// The document of a text that a byte lies in, if it parses.
    pub(super) fn around(text: &str, offset: usize) -> Option<Self> {
        let documents = split(text.as_bytes());
        let document = documents
            .iter()
            .rev()
            .find(|document| document.offset() <= offset)?;
        let start = document.offset();
        let range = start..start + document.raw().len();
        let raw = text.get(range.clone())?;
        if raw.len() > MAX_BYTES {
            return None;
        }
        let root = parse_one(raw).ok()??;
        let mut walk = Walk {
            start,
            scalars: Vec::new(),
        };
        walk.node(&root, None, false);
        let mut scalars = walk.scalars;
        scalars.sort_by_key(|scalar| scalar.span.start);
        Some(Self { range, scalars })
    }

    /// The bytes of a line to hide, in order.
    pub(super) fn hidden(&self, text: &str, line: &Range<usize>) -> Vec<Range<usize>> {
        let mut hidden = Vec::new();
        let mut at = line.start;
        for scalar in &self.scalars {
            let part = scalar.span.start.max(line.start)..scalar.span.end.min(line.end);
            if part.start >= line.end || part.is_empty() {
                continue;
            }
            if let Some(comment) = comment(text, at..part.start.max(at)) {
                hidden.push(comment.start..line.end);
                return hidden;
            }
            at = part.end;
            if scalar.shown {
                hidden.extend(user(text, part));
            } else {
                let content = &text[part.clone()];
                let indent = content.len() - content.trim_start().len();
                hidden.push(part.start + indent..part.end);
            }
        }
        if let Some(comment) = comment(text, at.min(line.end)..line.end) {
            hidden.push(comment.start..line.end);
        }
        hidden
    }
}

/// What follows the `#` of a comment in bytes that belong to no scalar. A comment to this program is no secret.
fn comment(text: &str, between: Range<usize>) -> Option<Range<usize>> {
    let content = &text[between.clone()];
    let mark = content.find('#')?;
    if content[mark..].starts_with("# msr-storage: allow ") {
        return None;
    }
    let start = between.start + mark + 1;
    (start < between.end).then_some(start..between.end)
}

/// The user information of a URL: it may hold a password.
fn user(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let content = &text[part.clone()];
    let from = content.find("://")? + 3;
    let end = content[from..].rfind('@')?;
    (end > 0).then_some(part.start + from..part.start + from + end)
}

struct Walk {
    start: usize,
    scalars: Vec<Scalar>,
}

impl Walk {
    /// A scalar. Where nothing but an anchor or a tag is written, that may be a value with a wrong first character.
    fn put(&mut self, node: &Node, shown: bool) {
        if node.span.is_empty() && node.outer_end() > node.outer_start() {
            let span = node.outer_start() + self.start..node.outer_end() + self.start;
            self.scalars.push(Scalar { span, shown: false });
        }
        if !node.span.is_empty() {
            self.scalars.push(Scalar {
                span: node.span.start + self.start..node.span.end + self.start,
                shown,
            });
        }
    }

    /// A node under `key`; `hide` where everything in it is a secret.
    fn node(&mut self, node: &Node, key: Option<&str>, hide: bool) {
        match &node.kind {
            Kind::Scalar { .. } => {
                let plain = matches!(node.scalar(), Some(yaml::Scalar::Bool(_)));
                let shown = !hide && (plain || node.is_null() || key.is_some_and(is_public));
                self.put(node, shown);
            }
            Kind::Sequence { items, .. } => {
                for item in items {
                    self.node(item, key, hide);
                }
            }
            Kind::Mapping { entries, .. } => {
                for (name, value) in entries {
                    self.entry(node, name, value, hide);
                }
            }
            Kind::Alias(_) => {}
        }
    }

    fn entry(&mut self, parent: &Node, name: &Node, value: &Node, hide: bool) {
        let key = name.text().unwrap_or_default();
        let empty = value.is_null() && value.span.is_empty();
        self.key(name, !hide || is_key(key), empty);
        let data = ["data", "stringData", "binaryData"].contains(&key);
        let variable = key == "value" && parent.get("name").and_then(Node::text).is_some();
        if variable && value.text().is_some() {
            let name = parent.get("name").and_then(Node::text);
            self.put(value, !hide && name.is_some_and(is_public_variable));
        } else {
            self.node(value, Some(key), hide || data);
        }
    }

    /// A key is shown where it looks like one: a value that lost its key may look like a key without a value.
    fn key(&mut self, name: &Node, may: bool, empty: bool) {
        let Some(text) = name.text() else {
            return self.node(name, None, true);
        };
        let likely = text.len() <= 63
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        let known = is_key(text) || is_public(text);
        self.put(name, may && (known || (likely && !empty)));
    }
}

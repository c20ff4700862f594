//! A parsed YAML document as a tree of values with their places. It judges nothing and reads no file.

use std::sync::Arc;

use crate::origin::{Origin, Source};
use crate::values::{Map, Node, Value};
use crate::yaml::{self, Anchors, Kind, Scalar, Style, to_json};

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
/// Where it has no JSON: infinite numbers, keys that are collections, wrong merges.
pub fn read(source: &Arc<Source>, root: &yaml::Node, offset: usize) -> Result<Node, Refused> {
    // It also bounds what aliases can grow to, so that the reading below ends.
    to_json(root).map_err(|error| Refused {
        message: unquoted(&error.message),
        offset: offset + error.offset,
    })?;
    let reader = Reader {
        source,
        offset,
        anchors: Anchors::of(root),
    };
    Ok(reader.value(root, root))
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
            break;
        };
        let kept = &inner[..end];
        let harmless = kept.chars().count() <= 2 || !kept.contains(|c: char| c.is_alphanumeric());
        out.push(quote);
        out.push_str(if harmless { kept } else { "…" });
        out.push(quote);
        rest = &inner[end + 1..];
    }
    out.push_str(rest.split(['`', '\'', '"']).next().unwrap_or_default());
    out
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    offset: usize,
    anchors: Anchors<'a>,
}

impl<'a> Reader<'a> {
    fn origin(&self, node: &yaml::Node) -> Origin {
        let span = node.span.start + self.offset..node.span.end + self.offset;
        Origin::new(self.source, span)
    }

    /// `node` is what has the value, `shown` what stands at its place (an alias).
    fn value(&self, node: &'a yaml::Node, shown: &yaml::Node) -> Node {
        let mut typed = None;
        let value = match &node.kind {
            Kind::Scalar { text, style } => {
                let value = scalar(node);
                let timestamp = matches!(node.scalar(), Some(Scalar::Timestamp(_)));
                if *style == Style::Plain && (timestamp || !matches!(value, Value::Str(_))) {
                    typed = Some(if timestamp {
                        String::new()
                    } else {
                        text.clone()
                    });
                }
                value
            }
            Kind::Sequence { items, .. } => {
                Value::List(items.iter().map(|item| self.follow(item)).collect())
            }
            Kind::Mapping { entries, .. } => Value::Map(self.mapping(entries)),
            Kind::Alias(_) => Value::Null,
        };
        Node {
            typed,
            ..Node::new(value, self.origin(shown))
        }
    }

    fn follow(&self, node: &'a yaml::Node) -> Node {
        match self.anchors.follow(node) {
            Some(target) => self.value(target, node),
            None => Node::new(Value::Null, self.origin(node)),
        }
    }

    fn mapping(&self, entries: &'a [(yaml::Node, yaml::Node)]) -> Map {
        let mut map = Map::new();
        for (key, value) in entries {
            if key.is_merge() {
                self.merge(value, &mut map);
                continue;
            }
            let name = self.anchors.follow(key).and_then(yaml::Node::key);
            let Some(name) = name else { continue };
            let mut node = self.follow(value);
            node.key = Some(self.origin(key));
            map.insert(name.into_owned(), node);
        }
        map
    }

    fn merge(&self, node: &'a yaml::Node, map: &mut Map) {
        for item in node.items().iter().rev() {
            self.merge(item, map);
        }
        if let Value::Map(merged) = self.follow(node).value {
            map.extend(merged);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "as Helm reads an integer past 63 bits: into a float64"
)]
fn scalar(node: &yaml::Node) -> Value {
    match node.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => Value::Bool(value),
        Some(Scalar::Int(value)) => Value::Int(value),
        Some(Scalar::Uint(value)) => Value::Float(value as f64),
        Some(Scalar::Float(value)) => Value::Float(value),
        Some(Scalar::Str(text)) => Value::Str(text.into_owned()),
        Some(Scalar::Timestamp(text)) => Value::Str(text.to_owned()),
    }
}

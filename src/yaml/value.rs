//! Turns a document into the JSON that Kubernetes and Helm work on, as `sigs.k8s.io/yaml` does: aliases and merges
//! resolved, keys made strings, of a repeated key the last. It reads trees only and knows no text.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::node::{Kind, Node};

/// How many nodes a document may come to by its aliases. go-yaml's limit is looser (400,000 decodes, and a share).
const MAX_NODES: usize = 400_000;

/// A document that is YAML but has no JSON, or one that Kubernetes and Helm refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// What is wrong.
    pub message: String,
    /// Byte offset of the node that is wrong.
    pub offset: usize,
}

/// The anchored nodes of a document.
#[derive(Debug, Default)]
pub struct Anchors<'a>(HashMap<usize, &'a Node>);

impl<'a> Anchors<'a> {
    /// Collects the anchors of a document.
    #[must_use]
    pub fn of(root: &'a Node) -> Self {
        let mut anchors = HashMap::new();
        root.walk(&mut |node| {
            if let Some(anchor) = node.anchor() {
                anchors.insert(anchor.id, node);
            }
        });
        Self(anchors)
    }

    /// The node itself, or the one that it is an alias of.
    #[must_use]
    pub fn follow(&self, node: &'a Node) -> Option<&'a Node> {
        match &node.kind {
            Kind::Alias(alias) => self.0.get(&alias.id).copied(),
            _ => Some(node),
        }
    }
}

/// The JSON of a document, or of a part of one that has no aliases to anchors outside of it.
///
/// # Errors
/// For infinities, keys that are null or collections, merges of what is no mapping, tags that their text contradicts,
/// aliases inside what they stand for, and aliases that blow up.
pub fn to_json(root: &Node) -> Result<Value, ValueError> {
    part_to_json(root, &Anchors::of(root))
}

/// As [`to_json`] for a part of a document, given the anchors of the whole.
///
/// # Errors
/// As [`to_json`].
pub fn part_to_json<'a>(part: &'a Node, anchors: &Anchors<'a>) -> Result<Value, ValueError> {
    Reader {
        anchors,
        inside: Vec::new(),
        left: MAX_NODES,
    }
    .value(part)
}

struct Reader<'r, 'a> {
    anchors: &'r Anchors<'a>,
    /// The anchors that are being read, to see one inside itself.
    inside: Vec<usize>,
    left: usize,
}

fn error<T>(node: &Node, message: impl Into<String>) -> Result<T, ValueError> {
    Err(ValueError {
        message: message.into(),
        offset: node.outer_start(),
    })
}

impl<'a> Reader<'_, 'a> {
    fn value(&mut self, node: &'a Node) -> Result<Value, ValueError> {
        self.left = match self.left.checked_sub(1) {
            Some(left) => left,
            None => return error(node, "the document grows too large by its aliases"),
        };
        match &node.kind {
            Kind::Scalar { .. } => scalar(node),
            Kind::Sequence { items, .. } => items.iter().map(|item| self.value(item)).collect(),
            Kind::Mapping { entries, .. } => {
                let mut map = Map::with_capacity(entries.len());
                self.mapping(entries, &mut map)?;
                Ok(Value::Object(map))
            }
            Kind::Alias(alias) => {
                if self.inside.contains(&alias.id) {
                    return error(node, format!("the anchor `{}` contains itself", alias.name));
                }
                let Some(target) = self.anchors.follow(node) else {
                    return error(node, format!("the anchor `{}` is not in sight", alias.name));
                };
                self.inside.push(alias.id);
                let value = self.value(target);
                self.inside.pop();
                value
            }
        }
    }

    fn mapping(
        &mut self,
        entries: &'a [(Node, Node)],
        map: &mut Map<String, Value>,
    ) -> Result<(), ValueError> {
        for (key, value) in entries {
            if key.is_merge() {
                self.merge(value, map)?;
                continue;
            }
            let name = self.key(key)?;
            let value = self.value(value)?;
            map.insert(name, value);
        }
        Ok(())
    }

    fn key(&mut self, node: &'a Node) -> Result<String, ValueError> {
        let Some(target) = self.anchors.follow(node) else {
            return error(node, "an alias without its anchor");
        };
        match target.resolve() {
            None => error(node, "a key must be a scalar"),
            Some(Err(wrong)) => error(node, wrong.to_string()),
            Some(Ok(scalar)) => match scalar.into_key() {
                Some(key) => Ok(key.into_owned()),
                None => error(node, "a key must be a string, a number or a boolean"),
            },
        }
    }

    /// go-yaml v2 merges where the `<<` stands: what comes later wins, and of a list of mappings the earlier.
    fn merge(&mut self, node: &'a Node, map: &mut Map<String, Value>) -> Result<(), ValueError> {
        let Some(target) = self.anchors.follow(node) else {
            return error(node, "an alias without its anchor");
        };
        match &target.kind {
            Kind::Mapping { .. } => self.merge_one(node, map),
            Kind::Sequence { items, .. } if std::ptr::eq(target, node) => items
                .iter()
                .rev()
                .try_for_each(|item| self.merge_one(item, map)),
            _ => error(node, "a merge needs a mapping, or a list of mappings"),
        }
    }

    fn merge_one(
        &mut self,
        node: &'a Node,
        map: &mut Map<String, Value>,
    ) -> Result<(), ValueError> {
        match self.value(node)? {
            Value::Object(merged) => {
                map.extend(merged);
                Ok(())
            }
            _ => error(node, "a merge needs a mapping, or a list of mappings"),
        }
    }
}

fn scalar(node: &Node) -> Result<Value, ValueError> {
    match node.resolve() {
        Some(Ok(scalar)) => match scalar.to_json() {
            Some(value) => Ok(value),
            None => error(node, "JSON has no infinity and no .nan"),
        },
        Some(Err(wrong)) => error(node, wrong.to_string()),
        None => error(node, "not a scalar"),
    }
}

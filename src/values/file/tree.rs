//! Turns a YAML tree into values as `sigs.k8s.io/yaml` does: aliases and merges resolved, keys made text, numbers
//! `float64`. It knows nothing of files with several documents.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::origin::{Origin, Source};
use crate::values::ValuesError;
use crate::values::tree::{Map, Node, Value};
use crate::yaml::{self, Anchors, Kind, Scalar, Style};

/// How many nodes a document may come to by its aliases. go-yaml's limit is looser (400,000, and then a share).
const MAX_NODES: usize = 400_000;

/// The values of a document whose text begins at `offset` of `source`.
pub(super) fn read(
    source: &Arc<Source>,
    offset: usize,
    root: &yaml::Node,
) -> Result<Node, ValuesError> {
    let node = Reader {
        source,
        offset,
        anchors: Anchors::of(root),
        inside: Vec::new(),
        left: MAX_NODES,
    }
    .node(root)?;
    finite(&node)?;
    Ok(node)
}

/// Helm makes JSON of the tree, which has no infinity; it sees only what no later key of the same name has replaced.
fn finite(node: &Node) -> Result<(), ValuesError> {
    match &node.value {
        Value::Float(value) if !value.is_finite() => Err(ValuesError::unsure(
            node.origin.clone(),
            "Helm takes no infinity and no `.nan` as a value",
        )),
        Value::List(items) => items.iter().try_for_each(finite),
        Value::Map(map) => map.values().try_for_each(finite),
        _ => Ok(()),
    }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    offset: usize,
    anchors: Anchors<'a>,
    /// The anchors that are being read, to see one inside itself.
    inside: Vec<usize>,
    left: usize,
}

/// A key as Go's map has it, before it is made text: `1` and `"1"` are two keys.
#[derive(PartialEq)]
enum GoKey {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str,
}

/// A mapping on its way, and what its keys were before they were made text.
#[derive(Default)]
struct Building {
    map: Map,
    keys: HashMap<String, GoKey>,
}

impl<'a> Reader<'a> {
    fn origin(&self, span: &Range<usize>) -> Origin {
        let end = self.source.text.len();
        let shifted = |at: usize| (at + self.offset).min(end);
        Origin::new(self.source, shifted(span.start)..shifted(span.end))
    }

    fn error<T>(&self, node: &yaml::Node, message: &str) -> Result<T, ValuesError> {
        let span = node.outer_start()..node.outer_end();
        Err(ValuesError::invalid(self.origin(&span), message))
    }

    fn unsure<T>(&self, node: &yaml::Node, message: &str) -> Result<T, ValuesError> {
        let span = node.outer_start()..node.outer_end();
        Err(ValuesError::unsure(self.origin(&span), message))
    }

    fn node(&mut self, node: &'a yaml::Node) -> Result<Node, ValuesError> {
        self.count(node)?;
        let value = match &node.kind {
            Kind::Scalar { .. } => return self.scalar(node),
            Kind::Alias(_) => return self.behind(node, Self::node),
            Kind::Sequence { items, .. } => Value::List(
                items
                    .iter()
                    .map(|item| self.node(item))
                    .collect::<Result<_, _>>()?,
            ),
            Kind::Mapping { entries, .. } => {
                let mut building = Building::default();
                self.entries(entries, &mut building)?;
                Value::Map(building.map)
            }
        };
        Ok(Node::new(value, self.origin(&node.span)))
    }

    fn count(&mut self, node: &yaml::Node) -> Result<(), ValuesError> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return self.unsure(node, "the file grows too large by its aliases"),
        }
        Ok(())
    }

    /// Goes on with the node that an alias stands for.
    fn behind<T>(
        &mut self,
        node: &'a yaml::Node,
        go: impl FnOnce(&mut Self, &'a yaml::Node) -> Result<T, ValuesError>,
    ) -> Result<T, ValuesError> {
        let (Kind::Alias(alias), Some(target)) = (&node.kind, self.anchors.follow(node)) else {
            return self.error(node, "an alias without its anchor");
        };
        if self.inside.contains(&alias.id) {
            return self.error(node, "an anchor whose value contains itself");
        }
        self.inside.push(alias.id);
        let outcome = go(self, target);
        self.inside.pop();
        outcome
    }

    fn scalar(&self, node: &yaml::Node) -> Result<Node, ValuesError> {
        let Kind::Scalar { text, style } = &node.kind else {
            return self.error(node, "not a scalar");
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "as Go: by JSON every number becomes a float64"
        )]
        let value = match self.resolve(node)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Float(value as f64),
            Scalar::Uint(value) => Value::Float(value as f64),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Str(text) => Value::Str(text.into_owned()),
            Scalar::Timestamp(text) => Value::Str(text.to_owned()),
        };
        let mut read = Node::new(value, self.origin(&node.span));
        if *style == Style::Plain {
            read.typed = Some(text.to_string());
        }
        Ok(read)
    }

    fn resolve<'n>(&self, node: &'n yaml::Node) -> Result<Scalar<'n>, ValuesError> {
        match node.resolve() {
            Some(Ok(scalar)) => Ok(scalar),
            Some(Err(wrong)) => self.error(
                node,
                &format!("the tag {} does not fit what follows it", wrong.tag),
            ),
            None => self.unsure(node, "a scalar is needed here"),
        }
    }

    fn entries(
        &mut self,
        entries: &'a [(yaml::Node, yaml::Node)],
        building: &mut Building,
    ) -> Result<(), ValuesError> {
        for (key, value) in entries {
            if key.is_merge() {
                self.merge(value, building)?;
                continue;
            }
            let (name, go_key) = self.key(key)?;
            let mut node = self.node(value)?;
            node.key = Some(self.origin(&key.span));
            building.map.insert(name.clone(), node);
            let twin = building
                .keys
                .get(&name)
                .is_some_and(|known| *known != go_key);
            building.keys.insert(name, go_key);
            if twin {
                return self.unsure(
                    key,
                    "two keys of one text but different kinds (as `1` and `\"1\"`): Helm takes either",
                );
            }
        }
        Ok(())
    }

    fn key(&self, node: &yaml::Node) -> Result<(String, GoKey), ValuesError> {
        let Some(target) = self.anchors.follow(node) else {
            return self.error(node, "an alias without its anchor");
        };
        let scalar = self.resolve(target)?;
        let go_key = match scalar {
            Scalar::Bool(value) => GoKey::Bool(value),
            Scalar::Int(value) => GoKey::Int(value),
            Scalar::Float(value) => GoKey::Float(value),
            _ => GoKey::Str,
        };
        match scalar.into_key() {
            Some(name) => Ok((name.into_owned(), go_key)),
            None => self.unsure(node, "a key must be a text, a number or a boolean"),
        }
    }

    /// go-yaml merges where the `<<` stands: what comes later wins, and of a list of mappings the earlier.
    fn merge(&mut self, node: &'a yaml::Node, building: &mut Building) -> Result<(), ValuesError> {
        match &node.kind {
            Kind::Sequence { items, .. } => items
                .iter()
                .rev()
                .try_for_each(|item| self.merge_one(item, building)),
            _ => self.merge_one(node, building),
        }
    }

    fn merge_one(
        &mut self,
        node: &'a yaml::Node,
        building: &mut Building,
    ) -> Result<(), ValuesError> {
        self.count(node)?;
        match &node.kind {
            Kind::Mapping { entries, .. } => self.entries(entries, building),
            Kind::Alias(_) => self.behind(node, |reader, target| match &target.kind {
                Kind::Mapping { entries, .. } => reader.entries(entries, building),
                _ => reader.error(node, "a merge needs a mapping, or a list of mappings"),
            }),
            _ => self.error(node, "a merge needs a mapping, or a list of mappings"),
        }
    }
}

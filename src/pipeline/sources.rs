//! The layers of values and the `registry.storage` that they come to for one chart. It reads no file: layers are handed in.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::stream;
use crate::schema::STORAGE_PATH;
use crate::settings::is_blank;
use crate::values::{Dialect, Map, Node, Value, file, merge};
use crate::workload::{Object, Stream};

/// One layer: a tree of values, and where in it the chart's own values stand.
#[derive(Clone)]
pub struct Layer {
    /// The whole tree.
    pub root: Node,
    /// Whose place in the tree it is.
    pub scope: Scope,
}

/// Where in a tree the values of the registry's chart stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Under the subchart's keys: what was given for the whole.
    Whole,
    /// At the top: the chart's own defaults, a carrier.
    Chart,
    /// Under `spec`: a custom resource.
    Spec,
}

/// Which chart the values are wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The chart under these keys; none for the chart on top.
    Known(Vec<String>),
    /// The stream does not show it.
    Unknown,
}

/// What the layers come to.
#[derive(Default)]
pub struct Found {
    /// The tree under `registry.storage`; none where no layer has one.
    pub storage: Option<Node>,
    /// Whether a user, not only the chart's author, gave something of it.
    pub by_user: bool,
}

/// Lays the layers over one another for one chart.
///
/// # Errors
/// For storage values at a place that this chart does not read.
pub fn storage(layers: &[Layer], owner: &Owner) -> Result<Found, Diagnostic> {
    let mut found = Found::default();
    for layer in layers {
        let Some(node) = place(layer, owner)?.filter(|node| !is_blank(node)) else {
            continue;
        };
        found.by_user |=
            node.origin.source.kind != SourceKind::ChartDefaults && holds_something(node);
        found.storage = Some(match found.storage.take() {
            Some(under) => over(under, node.clone()),
            None => node.clone(),
        });
    }
    Ok(found)
}

/// A node over another: mappings key by key, as Helm merges.
fn over(under: Node, node: Node) -> Node {
    match (under.value, node.value) {
        (Value::Map(mut base), Value::Map(map)) => {
            merge(&mut base, map);
            Node {
                value: Value::Map(base),
                ..node
            }
        }
        (_, value) => Node { value, ..node },
    }
}

fn holds_something(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.values().any(holds_something),
        _ => !is_blank(node),
    }
}

/// The `registry.storage` of a layer for a chart.
fn place<'a>(layer: &'a Layer, owner: &Owner) -> Result<Option<&'a Node>, Diagnostic> {
    let at = |keys: &[String]| {
        let keys: Vec<_> = keys
            .iter()
            .map(String::as_str)
            .chain(STORAGE_PATH)
            .collect();
        layer.root.at(&keys)
    };
    match (layer.scope, owner) {
        (Scope::Chart, _) => Ok(at(&[])),
        (Scope::Spec, _) => Ok(at(&["spec".to_owned()])),
        (Scope::Whole, Owner::Known(keys)) => match at(keys) {
            Some(node) => Ok(Some(node)),
            None => elsewhere(&layer.root, Some(keys)),
        },
        (Scope::Whole, Owner::Unknown) => match at(&[]) {
            Some(node) => Ok(Some(node)),
            None => elsewhere(&layer.root, None),
        },
    }
}

/// An error where storage values stand, but not where they are read.
fn elsewhere<'a>(root: &Node, wanted: Option<&[String]>) -> Result<Option<&'a Node>, Diagnostic> {
    let full = |keys: &[String]| {
        keys.iter()
            .map(String::as_str)
            .chain(STORAGE_PATH)
            .collect::<Vec<_>>()
            .join(".")
    };
    match find(root, &mut Vec::new()) {
        Some((keys, node)) => Err(stream::values_elsewhere(
            node.key.as_ref().unwrap_or(&node.origin),
            &full(&keys),
            wanted.map(full).as_deref(),
        )),
        None => Ok(None),
    }
}

/// The first `registry.storage` with a backend in it, wherever it stands; subcharts are seldom nested deeper.
fn find<'a>(node: &'a Node, keys: &mut Vec<String>) -> Option<(Vec<String>, &'a Node)> {
    const DEEPEST: usize = 4;
    if let Some(storage) = node
        .at(&STORAGE_PATH)
        .filter(|storage| storage.get("backend").is_some())
    {
        return Some((keys.clone(), storage));
    }
    if keys.len() == DEEPEST {
        return None;
    }
    for (key, child) in node.as_map().into_iter().flatten() {
        keys.push(key.clone());
        if let Some(found) = find(child, keys) {
            return Some(found);
        }
        keys.pop();
    }
    None
}

/// The first storage tree with a backend in it, whoever it is for.
pub fn any_storage(root: &Node) -> Option<&Node> {
    find(root, &mut Vec::new()).map(|(_, node)| node)
}

/// The storage tree of a document, whoever it is for, with the keys that lead to it; one where it is looked for first needs no backend in it.
pub fn find_storage(root: &Node) -> Option<(Vec<String>, &Node)> {
    let owned = |keys: &[&str]| {
        let keys = keys.iter().chain(&STORAGE_PATH);
        keys.map(|key| (*key).to_owned()).collect::<Vec<_>>()
    };
    for keys in [&[][..], &["spec"]] {
        let path: Vec<_> = keys.iter().copied().chain(STORAGE_PATH).collect();
        if let Some(node) = root.at(&path).filter(|node| node.as_map().is_some()) {
            return Some((owned(keys), node));
        }
    }
    let (keys, node) = find(root, &mut Vec::new())?;
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    Some((owned(&keys), node))
}

/// The layer of an object of the stream: a carrier or a custom resource.
///
/// # Errors
/// Where its document can't be read as values.
pub fn of_object(
    stream: &Stream,
    object: &Object,
    kind: SourceKind,
    scope: Scope,
) -> Result<Layer, Diagnostic> {
    let text = String::from_utf8_lossy(stream.body(object.document)).into_owned();
    let source = Arc::new(Source {
        kind,
        name: object.title(),
        text,
    });
    let root =
        file::read(&source, Dialect::Helm3).map_err(|error| stream::unreadable_values(&error))?;
    let item = object
        .prefix
        .iter()
        .try_fold(&root, |node, step| match (step, &node.value) {
            (crate::yaml::Step::Key(key), _) => node.get(key),
            (crate::yaml::Step::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        });
    let root = item
        .cloned()
        .unwrap_or_else(|| Node::new(Value::Map(Map::new()), Origin::whole(&source)));
    Ok(Layer { root, scope })
}

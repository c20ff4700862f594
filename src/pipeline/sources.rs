//! Values given beside Helm: a layer, its place in the values of the whole, and a chart's settings where no Helm is around. It reads no file: layers are handed in.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::helm::under;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::stream;
use crate::schema::STORAGE_PATH;
use crate::values::{self, Chart, Dialect, Map, Node, Value, file, merge};
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
    /// At the top: a carrier.
    Chart,
    /// Under `spec`: a custom resource.
    Spec,
}

impl Layer {
    /// The values of the chart in it; `None` if it has none.
    pub fn values(&self, keys: &[String]) -> Option<&Node> {
        match self.scope {
            Scope::Whole => keys.iter().try_fold(&self.root, |node, key| node.get(key)),
            Scope::Chart => Some(&self.root),
            Scope::Spec => self.root.get("spec"),
        }
    }

    /// Whether anything is given under `registry.storage` for the chart under `keys`, a null included.
    pub fn gives(&self, keys: &[String]) -> bool {
        self.values(keys).is_some_and(gives)
    }
}

/// Layers over one another, as Helm lays one file of values over another, for the whole.
pub fn merged(layers: &[Layer], keys: &[String]) -> Node {
    let mut whole = Map::new();
    let mut origin = None;
    for layer in layers {
        let root = match layer.scope {
            Scope::Whole => Some(layer.root.clone()),
            _ => layer.values(keys).map(|node| under(keys, node.clone())),
        };
        let Some(root) = root else { continue };
        origin.get_or_insert(root.origin);
        if let Value::Map(map) = root.value {
            merge(&mut whole, map);
        }
    }
    let nowhere = || {
        Origin::whole(&Arc::new(Source {
            kind: SourceKind::Flag,
            name: "no values".to_owned(),
            text: String::new(),
        }))
    };
    Node::new(Value::Map(whole), origin.unwrap_or_else(nowhere))
}

/// The values that a chart sees of those for the whole, over its own, where no chart around it is known.
///
/// # Errors
/// Where the values hold something else than a mapping for a chart.
pub fn alone(own: &Node, values: &Node, keys: &[String]) -> Result<Node, Diagnostic> {
    let chart = Chart {
        name: String::new(),
        defaults: own.clone(),
        dependencies: Vec::new(),
        listed: false,
    };
    let given = keys.iter().try_fold(values, |node, key| node.get(key));
    let nothing = Node::new(Value::Map(Map::new()), values.origin.clone());
    values::render_values(&chart, given.unwrap_or(&nothing), Dialect::Helm3)
        .map_err(|error| stream::unreadable_values(&error))
}

/// Whether a chart's values hold anything under `registry.storage`, a null included.
pub fn gives(values: &Node) -> bool {
    match values.at(&STORAGE_PATH).map(|node| &node.value) {
        None | Some(Value::Null) => false,
        Some(Value::Map(map)) => !map.is_empty(),
        Some(_) => true,
    }
}

/// Whether a chart's values decide anything about `registry.storage`: a null on the way takes it away.
pub fn touches(values: &Node) -> bool {
    let [registry, storage] = STORAGE_PATH;
    match values.get(registry).map(|node| &node.value) {
        None => false,
        Some(Value::Map(map)) => map.contains_key(storage),
        Some(_) => true,
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

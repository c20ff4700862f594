//! Storage settings that no chart reads: another nesting, another spelling, another chart's place. One search for `check` and for a deploy; the wording is that of [`home`] and [`stream`].

use super::{home, stream};
use crate::diag::{Diagnostic, nearest};
use crate::origin::SourceKind;
use crate::schema::{BACKENDS, Backend, STORAGE_PATH};
use crate::settings::is_blank;
use crate::values::Node;

const REGISTRY: &str = STORAGE_PATH[0];
const STORAGE: &str = STORAGE_PATH[1];
const BACKEND: &str = "backend";

/// Subcharts are seldom nested deeper.
const DEEPEST: usize = 4;

/// Settings where no chart reads them.
pub struct Misplaced<'a> {
    /// What is wrong.
    pub fault: Diagnostic,
    /// The whole tree of storage settings, if it is one.
    pub storage: Option<&'a Node>,
    /// The keys that lead to it in the chart's values.
    path: Vec<&'a str>,
}

impl<'a> Misplaced<'a> {
    /// The first key on the way to it.
    pub fn key(&self) -> Option<&'a str> {
        self.path.first().copied()
    }
}

/// Which charts read values, and where.
pub struct Charts<'a> {
    /// The keys of the charts that render a registry.
    owners: Vec<Vec<String>>,
    /// Whether the stream shows of each registry which chart it is of.
    is_known: bool,
    /// Whether a chart reads its values under some keys; with a path, whether its own defaults have something there.
    reads: &'a dyn Fn(&[String], &[&str]) -> bool,
}

impl<'a> Charts<'a> {
    /// The charts of the registries in a stream; `None` for one whose chart the stream does not show.
    pub fn new(
        owners: impl IntoIterator<Item = Option<Vec<String>>>,
        reads: &'a dyn Fn(&[String], &[&str]) -> bool,
    ) -> Self {
        let mut charts = Self {
            owners: Vec::new(),
            is_known: true,
            reads,
        };
        for owner in owners {
            charts.is_known &= owner.is_some();
            let keys = owner.unwrap_or_default();
            if !charts.owners.contains(&keys) {
                charts.owners.push(keys);
            }
        }
        charts
    }
}

/// What is misplaced in values for the whole, where it is known which charts read them.
pub fn for_charts(root: &Node, charts: &Charts<'_>) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let is_owner = |keys: &[String]| charts.owners.iter().any(|owner| owner == keys);
    let mut scopes: Vec<&[String]> = vec![&[]];
    for owner in &charts.owners {
        scopes.extend((1..=owner.len()).filter_map(|depth| owner.get(..depth)));
    }
    scopes.sort_unstable();
    scopes.dedup();
    for scope in scopes {
        let Some(values) = scope.iter().try_fold(root, |node, key| node.get(key)) else {
            continue;
        };
        let found = within(values, &scope.join("."), !is_owner(scope));
        let unread = found
            .into_iter()
            .filter(|found| !(charts.reads)(scope, &found.path));
        faults.extend(unread.map(|found| found.fault));
    }
    elsewhere(root, root, &mut Vec::new(), charts, &mut faults);
    faults
}

/// Adds the settings at their place in some chart's values, if no registry is of that chart.
fn elsewhere(
    root: &Node,
    values: &Node,
    keys: &mut Vec<String>,
    charts: &Charts<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    let storage = values
        .at(&STORAGE_PATH)
        .filter(|storage| storage.get(BACKEND).is_some_and(|node| !is_blank(node)));
    if let Some(storage) = storage
        && !charts.owners.contains(keys)
        // Another chart's settings are its own affair.
        && (keys.is_empty() || !(charts.reads)(keys, &[]))
        && !is_copy(root, storage, charts)
    {
        let place = storage.key.as_ref().unwrap_or(&storage.origin);
        let wanted: Vec<_> = charts.owners.iter().map(|keys| full(keys)).collect();
        let wanted = wanted.join(" or ");
        faults.push(if keys[..] == ["spec"] {
            home::wrong_nesting(storage, &full(keys), &wanted, "values")
        } else {
            stream::values_elsewhere(
                place,
                &full(keys),
                Some(wanted.as_str()).filter(|_| charts.is_known),
            )
        });
    }
    if keys.len() == DEEPEST {
        return;
    }
    for (key, node) in values.as_map().into_iter().flatten() {
        keys.push(key.clone());
        elsewhere(root, node, keys, charts, faults);
        keys.pop();
    }
}

/// Whether the file that settings stand in has some at a place that is read: then these are an anchor, or another chart's.
fn is_copy(root: &Node, storage: &Node, charts: &Charts<'_>) -> bool {
    let file = &storage.origin.source;
    let is_read = |owner: &Vec<String>| {
        let mut keys = owner.iter().map(String::as_str).chain(STORAGE_PATH);
        let own = keys.try_fold(root, |node, key| node.get(key));
        own.is_some_and(|own| is_of(own, &file.name))
    };
    file.kind == SourceKind::File && charts.owners.iter().any(is_read)
}

fn is_of(node: &Node, file: &str) -> bool {
    let mut below = node.as_map().into_iter().flat_map(|map| map.values());
    node.origin.source.name == file || below.any(|node| is_of(node, file))
}

fn full(keys: &[String]) -> String {
    let keys = keys.iter().map(String::as_str);
    keys.chain(STORAGE_PATH).collect::<Vec<_>>().join(".")
}

/// What is misplaced in one chart's values, which stand under `prefix`. With `guess` it may be the values of any
/// program: then a `storage` must surely be MSR's.
pub fn within<'a>(values: &'a Node, prefix: &str, guess: bool) -> Vec<Misplaced<'a>> {
    let mut found = Vec::new();
    for (key, node) in values.as_map().into_iter().flatten() {
        let at = |path: &str| match prefix {
            "" => path.to_owned(),
            prefix => format!("{prefix}.{path}"),
        };
        if key == REGISTRY {
            in_registry(node, &at(REGISTRY), &mut found);
        } else if key == STORAGE {
            if is_surely_ours(node) || (!guess && is_all_ours(node)) {
                let fault =
                    home::wrong_nesting(node, &at(STORAGE), &at("registry.storage"), "values");
                found.push(misplaced(fault, Some(node), [key]));
            }
        } else if is_path(key) {
            let fault = home::dotted_key(node, &at(key));
            found.push(misplaced(fault, None, [key]));
        } else if let Some((inner, storage)) = misspelled(key, node) {
            let fault = home::misspelled_key(node, &at(key), REGISTRY);
            found.push(misplaced(fault, Some(storage), [key]));
            if inner != STORAGE {
                let path = at(&format!("{key}.{inner}"));
                let fault = home::misspelled_key(storage, &path, STORAGE);
                found.push(misplaced(fault, None, [key, inner]));
            }
        }
    }
    found
}

fn misplaced<'a, const N: usize>(
    fault: Diagnostic,
    storage: Option<&'a Node>,
    path: [&'a str; N],
) -> Misplaced<'a> {
    Misplaced {
        fault,
        storage,
        path: path.to_vec(),
    }
}

/// What stands beside `storage` and belongs in it.
fn in_registry<'a>(registry: &'a Node, at: &str, found: &mut Vec<Misplaced<'a>>) {
    for (key, node) in registry.as_map().into_iter().flatten() {
        if key == STORAGE {
            continue;
        }
        let path = format!("{at}.{key}");
        let is_backend = key == BACKEND
            && node
                .as_str()
                .is_some_and(|text| Backend::named(text).is_some());
        let is_block = Backend::named(key).is_some_and(|backend| is_block_of(backend, node));
        if is_backend || is_block {
            let wanted = format!("{at}.{STORAGE}.{key}");
            let fault = home::wrong_nesting(node, &path, &wanted, "values");
            found.push(misplaced(fault, None, [REGISTRY, key]));
        } else if is_path(&format!("{REGISTRY}.{key}")) {
            let fault = home::dotted_key(node, &path);
            found.push(misplaced(fault, None, [REGISTRY, key]));
        } else if is_near(key, STORAGE) && is_ours(node) {
            let fault = home::misspelled_key(node, &path, STORAGE);
            found.push(misplaced(fault, Some(node), [REGISTRY, key]));
        }
    }
}

/// The settings below a key that is nearly `registry`, with their own key.
fn misspelled<'a>(key: &str, node: &'a Node) -> Option<(&'a str, &'a Node)> {
    let is_storage = |key: &str| key == STORAGE || is_near(key, STORAGE);
    let mut inner = node.as_map().filter(|_| is_near(key, REGISTRY))?.iter();
    inner
        .find(|(key, node)| is_storage(key) && is_ours(node))
        .map(|(key, node)| (key.as_str(), node))
}

/// Whether a key is nearly `wanted`, by case or by a typo.
fn is_near(key: &str, wanted: &str) -> bool {
    let lower = key.to_lowercase().replace(['-', '_'], "");
    key != wanted && strsim::damerau_levenshtein(&lower, wanted) <= 2
}

/// Whether one key is a whole path to settings: `registry.storage.backend`, `msr.registry.storage`.
fn is_path(key: &str) -> bool {
    let parts: Vec<_> = key.split('.').collect();
    let mut places = parts.windows(2).zip(2..);
    places.any(|(pair, behind)| {
        let next = parts.get(behind).copied();
        pair == STORAGE_PATH
            && next.is_none_or(|key| key == BACKEND || Backend::named(key).is_some())
    })
}

/// Whether a mapping is a backend's block. Others have a `persistentVolume` too, so that one must hold nothing else.
fn is_block_of(backend: &'static Backend, node: &Node) -> bool {
    let Some(map) = node.as_map() else {
        return false;
    };
    let is_set = |(key, node): (&String, &Node)| backend.field(key).is_some() && !is_blank(node);
    let is_pure = || map.keys().all(|key| backend.field(key).is_some());
    map.iter().any(is_set) && (!backend.is_volume() || is_pure())
}

/// Whether a mapping is one of MSR's storage settings, and not another program's `storage`: a key of it is `backend` or a backend's block, or nearly so.
pub fn is_ours(node: &Node) -> bool {
    let near = |key: &str| {
        let keys = BACKENDS.map(|backend| backend.name);
        key.len() > 3 && nearest(key, keys.into_iter().chain([BACKEND])).is_some()
    };
    let entries = node.as_map().into_iter().flatten();
    entries
        .filter(|(_, node)| !is_blank(node))
        .any(|(key, _)| is_known(key) || near(key))
}

fn is_known(key: &str) -> bool {
    key == BACKEND || Backend::named(key).is_some()
}

/// Whether a mapping names one of the six backends, and has nothing that storage settings have not.
fn is_all_ours(node: &Node) -> bool {
    let backend = node.get(BACKEND).and_then(Node::as_str);
    backend.is_some_and(|name| Backend::named(name).is_some())
        && node.as_map().into_iter().flatten().all(|(key, node)| {
            let block = Backend::named(key).zip(node.as_map());
            is_known(key)
                && block
                    .is_none_or(|(backend, map)| map.keys().all(|key| backend.field(key).is_some()))
        })
}

/// Whether a mapping is surely MSR's: its backend is one of the six, and the block it names has none but known keys. For places where others keep their `storage`.
fn is_surely_ours(node: &Node) -> bool {
    let named = node
        .get(BACKEND)
        .and_then(Node::as_str)
        .and_then(Backend::named);
    let blocks = BACKENDS
        .into_iter()
        .filter_map(|backend| Some((backend, node.get(backend.name)?.as_map()?)));
    let mut known = blocks.filter(|(backend, map)| {
        !map.is_empty() && map.keys().all(|key| backend.field(key).is_some())
    });
    match named {
        Some(named) if named.is_volume() => node.get(named.name).is_some(),
        Some(named) => known.any(|(backend, _)| backend == named),
        None => node.get(BACKEND).is_none() && known.next().is_some(),
    }
}

/// What is misplaced in an MSR custom resource.
pub fn in_resource(root: &Node) -> Vec<Misplaced<'_>> {
    const WANTED: &str = "spec.registry.storage";
    let places: [(&[&str], &str); 3] = [
        (&[REGISTRY, STORAGE], "registry.storage"),
        (&["spec", STORAGE], "spec.storage"),
        (&[STORAGE], "storage"),
    ];
    let nested = places.into_iter().filter_map(|(path, at)| {
        let node = root.at(path).filter(|node| is_ours(node))?;
        let fault = home::wrong_nesting(node, at, WANTED, "a custom resource");
        Some(misplaced(fault, Some(node), []))
    });
    let spec = root.get("spec").into_iter();
    let inside = spec
        .flat_map(|spec| within(spec, "spec", true))
        .filter(|found| found.path != [STORAGE]);
    nested.chain(inside).collect()
}

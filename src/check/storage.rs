//! One tree of storage settings judged: its shape, what the post-renderer refuses, and the second look. It looks for no tree.

use super::{Judged, Options, Read};
use crate::diag::nearest;
use crate::rules::{self, Facts, Subject};
use crate::schema::{BACKENDS, Backend};
use crate::settings::{self, is_blank};
use crate::values::Node;

/// All that is wrong with the tree under `registry.storage`, and the settings in it where it has the right shape.
pub fn judge(storage: &Node, facts: &Facts, options: &Options) -> Judged {
    let outcome = settings::read(storage, options.existing_secret.as_ref());
    let mut found = outcome.faults;
    if let Some(settings) = outcome.settings.as_ref().or(outcome.readable.as_ref()) {
        let subject = Subject {
            storage,
            settings,
            facts,
        };
        found.extend(rules::judge(&subject));
        found.extend(rules::second_look(&subject));
    }
    let read = outcome.settings.map(|settings| Read {
        settings,
        facts: facts.clone(),
    });
    Judged {
        found,
        settings: true,
        facts: None,
        read: read.into_iter().collect(),
    }
}

/// Whether a mapping is one of MSR's storage settings, and not another program's `storage`: a key of it is `backend` or a backend's block, or nearly so.
pub fn is_ours(node: &Node) -> bool {
    let Some(map) = node.as_map() else {
        return false;
    };
    let known = |key: &str| key == "backend" || Backend::named(key).is_some();
    let near = |key: &str| {
        let keys = BACKENDS.map(|backend| backend.name);
        key.len() > 3 && nearest(key, keys.into_iter().chain(["backend"])).is_some()
    };
    map.iter()
        .filter(|(_, node)| !is_blank(node))
        .any(|(key, _)| known(key) || near(key))
}

/// Whether a mapping is surely MSR's: its backend is one of the six, and the block it names has none but known keys. For places where others keep their `storage`.
pub fn is_surely_ours(node: &Node) -> bool {
    let named = node
        .get("backend")
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
        None => node.get("backend").is_none() && known.next().is_some(),
    }
}

//! Helm's merge of the user's own layers: a later file over an earlier one. Here `null` is a value like any other; `coalesce` knows what it removes.

use super::tree::{Map, Value};

/// `over` merged over `base`: mappings key by key, everything else replaced (Helm's `MergeMaps`).
pub fn merge(base: &mut Map, over: Map) {
    for (key, mut node) in over {
        let merged = match (
            base.get_mut(&key).map(|below| &mut below.value),
            &mut node.value,
        ) {
            (Some(Value::Map(below)), Value::Map(above)) => {
                merge(below, std::mem::take(above));
                Some(std::mem::take(below))
            }
            _ => None,
        };
        if let Some(merged) = merged {
            node.value = Value::Map(merged);
        }
        base.insert(key, node);
    }
}

//! The functionConfig as a layer of values: a values carrier, or an MSR custom resource. It lies over what the items bring, since it
//! is given to this program itself, and under variables and flags. It lays nothing together.

use std::sync::Arc;

use serde_json::Value;

use super::Function;
use crate::diag::{Diagnostic, shown};
use crate::origin::{Source, SourceKind};
use crate::output::position::line_end;
use crate::pipeline::sources::{self, Layer, Scope};
use crate::rules::stream as findings;
use crate::schema::STORAGE_PATH;
use crate::values::{Dialect, file};
use crate::workload::MSR_GROUP;
use crate::yaml;

const CARRIER: (&str, &str) = ("msr-storage/v1", "StorageValues");

impl Function {
    /// The values of the functionConfig; none where there is no functionConfig.
    ///
    /// # Errors
    /// For an object of another kind, for one that can't be read, and for settings where neither kind has them.
    pub fn layer(&self) -> Result<Option<Layer>, Diagnostic> {
        let Some(source) = &self.config else {
            return Ok(None);
        };
        let scope = if source.kind == SourceKind::Carrier {
            Scope::Chart
        } else if source.kind == SourceKind::CustomResource {
            Scope::Spec
        } else {
            return Err(other_kind(source));
        };
        let root = file::read(source, Dialect::Helm3)
            .map_err(|error| findings::unreadable_values(&error))?;
        let layer = Layer { root, scope };
        let wanted: Vec<_> = above(scope).iter().copied().chain(STORAGE_PATH).collect();
        if layer.root.at(&wanted).is_none()
            && let Some((keys, node)) = sources::find_storage(&layer.root)
        {
            let place = node.key.as_ref().unwrap_or(&node.origin);
            let (found, wanted) = (keys.join("."), wanted.join("."));
            return Err(findings::values_elsewhere(place, &found, Some(&wanted)));
        }
        Ok(Some(layer))
    }

    /// Why the list brings no values, for a refusal that names none.
    #[must_use]
    pub fn without_values(&self) -> String {
        match &self.config {
            None => "the ResourceList has no functionConfig".to_owned(),
            Some(source) => format!("{} holds none", source.name),
        }
    }
}

fn above(scope: Scope) -> &'static [&'static str] {
    match scope {
        Scope::Spec => &["spec"],
        Scope::Chart | Scope::Whole => &[],
    }
}

fn other_kind(source: &Arc<Source>) -> Diagnostic {
    let message = format!("the {} holds no storage settings", source.name);
    findings::unknown_values(message).help(format!(
        "give a {} of {}, or an MSR of {MSR_GROUP}v1",
        CARRIER.1, CARRIER.0
    ))
}

/// The text of the functionConfig alone, so that lines are counted in what the user wrote; its kind says what it is.
pub(super) fn source(text: &str, root: &yaml::Node, value: &Value) -> Option<Arc<Source>> {
    let config = value.get("functionConfig").filter(|it| !it.is_null())?;
    let word = |value: &Value| shown(value.as_str().unwrap_or_default());
    let (api, kind) = (word(&config["apiVersion"]), word(&config["kind"]));
    let source_kind = match (api.as_str(), kind.as_str()) {
        CARRIER => SourceKind::Carrier,
        (api, "MSR") if api.starts_with(MSR_GROUP) => SourceKind::CustomResource,
        _ => SourceKind::Manifest,
    };
    let of_api = match source_kind {
        SourceKind::Manifest => format!(" of {api}"),
        _ => String::new(),
    };
    let name = format!(
        "functionConfig {kind}/{}{of_api}",
        word(&config["metadata"]["name"])
    );
    Some(Arc::new(Source {
        kind: source_kind,
        name,
        text: alone(text, root.get("functionConfig")?),
    }))
}

/// A node's text as a document of its own: in block style its lines, as far to the left as they go.
fn alone(text: &str, node: &yaml::Node) -> String {
    let start = node.outer_start();
    let before = text.get(..start).unwrap_or_default();
    let indent = before.rsplit('\n').next().unwrap_or_default();
    let end = node.outer_end();
    if !indent.bytes().all(|byte| byte == b' ') {
        return text.get(start..end).unwrap_or_default().to_owned();
    }
    // A comment behind the last value belongs to it.
    let own = text.get(start..line_end(text, end)).unwrap_or_default();
    // The first line begins at its first key; the others have the indent still.
    let lines = own.split_inclusive('\n').enumerate();
    let moved = lines.map(|(number, line)| {
        let blanks = line.bytes().take_while(|byte| *byte == b' ').count();
        let surplus = if number == 0 { 0 } else { indent.len() };
        &line[blanks.min(surplus)..]
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_becomes_a_document_of_its_own() {
        for (text, wanted) in [
            (
                "a:\n  b: |\n    x\n\n     y\n  c: 1\nd: 2\n",
                "b: |\n  x\n\n   y\nc: 1",
            ),
            ("d: 2\na: {b: 1,\n  c: 2}\n", "{b: 1,\n  c: 2}"),
            ("{\"a\": {\"b\": 1}}", "{\"b\": 1}"),
        ] {
            let root = yaml::parse_one(text).unwrap().unwrap();
            assert_eq!(alone(text, root.get("a").unwrap()), wanted, "{text}");
        }
    }
}

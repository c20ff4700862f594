//! Faults as results of a KRM function: what is wrong, in which object and field. No value is shown: it could be a key.

use serde_json::{Map, Value, json};

use super::Function;
use crate::diag::{Diagnostic, Severity};
use crate::origin::Origin;
use crate::yaml::{self, Kind, Node, Step};

/// Where orchestrators write the file that an item came from, the older name last.
const FILE_PATH: [&str; 2] = [
    "internal.config.kubernetes.io/path",
    "config.kubernetes.io/path",
];
const FILE_INDEX: [&str; 2] = [
    "internal.config.kubernetes.io/index",
    "config.kubernetes.io/index",
];

impl Function {
    /// One fault as the specification's Result.
    pub(super) fn result(&self, fault: &Diagnostic) -> Value {
        let message = match &fault.help {
            Some(help) => format!("{}; {help}", fault.message),
            None => fault.message.clone(),
        };
        let severity = match fault.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        };
        let mut result = json!({"message": message, "severity": severity});
        if let Some((object, field)) = self.blamed(fault)
            && let Some(reference) = reference(object)
        {
            result["resourceRef"] = reference;
            if let Some(path) = field {
                result["field"] = json!({"path": path});
            }
            if let Some(file) = file(object) {
                result["file"] = file;
            }
        }
        result["tags"] = json!({"rule": fault.rule.code});
        result
    }

    /// The object that a fault lies in, with the field where the place says it; else the item that the message names.
    fn blamed(&self, fault: &Diagnostic) -> Option<(&Value, Option<String>)> {
        let by_place = fault.place.as_ref().and_then(|place| self.at(place));
        let named = || {
            let items = self.items().iter();
            let mut named = items.filter(|item| names(&fault.message, item));
            named.next().map(|item| (item, None))
        };
        by_place.or_else(named)
    }

    fn at(&self, place: &Origin) -> Option<(&Value, Option<String>)> {
        let is_config = |config: &std::sync::Arc<_>| std::sync::Arc::ptr_eq(config, &place.source);
        if self.config.as_ref().is_some_and(is_config) {
            let root = yaml::parse_one(&place.source.text).ok()??;
            let path = path_at(&root, place);
            return Some((&self.value["functionConfig"], field(&path)));
        }
        if place.source.text != self.text {
            return None;
        }
        let path = path_at(&self.root, place);
        match path.as_slice() {
            [Step::Key(items), Step::Index(index), field_path @ ..] if items == "items" => {
                Some((self.items().get(*index)?, field(field_path)))
            }
            _ => None,
        }
    }
}

/// The steps to the innermost value, or the key of it, that a place lies in.
fn path_at(root: &Node, place: &Origin) -> Vec<Step> {
    let at = place.span.start;
    let holds = |node: &Node| (node.outer_start()..node.outer_end()).contains(&at);
    let mut path = Vec::new();
    let mut node = root;
    if place.span.is_empty() {
        return path;
    }
    loop {
        let next = match &node.kind {
            Kind::Mapping { entries, .. } => entries
                .iter()
                .find(|(key, value)| holds(key) || holds(value))
                .and_then(|(key, value)| Some((Step::from(key.text()?), value))),
            Kind::Sequence { items, .. } => {
                let index = items.iter().position(holds);
                index.and_then(|index| Some((Step::from(index), items.get(index)?)))
            }
            _ => None,
        };
        let Some((step, inner)) = next else {
            return path;
        };
        path.push(step);
        node = inner;
    }
}

/// `spec.containers[3].image`, as the specification writes paths.
fn field(path: &[Step]) -> Option<String> {
    let shown = path.iter().fold(String::new(), |shown, step| match step {
        Step::Key(_) if !shown.is_empty() => format!("{shown}.{step}"),
        _ => format!("{shown}{step}"),
    });
    (!shown.is_empty()).then_some(shown)
}

/// Whether a message names an object by its title, and not only one whose name goes on behind it.
fn names(message: &str, object: &Value) -> bool {
    let (Some(kind), Some(name)) = (object["kind"].as_str(), object["metadata"]["name"].as_str())
    else {
        return false;
    };
    let title = format!("{kind}/{name}");
    message.match_indices(&title).any(|(at, _)| {
        let next = message[at + title.len()..].chars().next();
        !next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '-' || next == '.')
    })
}

/// An object's reference; none where it lacks what the specification wants of one.
fn reference(object: &Value) -> Option<Value> {
    let text = |value: &Value| value.as_str().map(Value::from);
    let mut reference = Map::new();
    reference.insert("apiVersion".to_owned(), text(&object["apiVersion"])?);
    reference.insert("kind".to_owned(), text(&object["kind"])?);
    if let Some(namespace) = text(&object["metadata"]["namespace"]) {
        reference.insert("namespace".to_owned(), namespace);
    }
    reference.insert("name".to_owned(), text(&object["metadata"]["name"])?);
    Some(reference.into())
}

/// The file of an item, as its orchestrator noted it.
fn file(object: &Value) -> Option<Value> {
    let annotation = |names: [&str; 2]| {
        let annotations = &object["metadata"]["annotations"];
        names
            .into_iter()
            .find_map(|name| annotations[name].as_str())
    };
    let path = annotation(FILE_PATH)?;
    let index: Option<u64> = annotation(FILE_INDEX).and_then(|index| index.parse().ok());
    Some(match index {
        Some(index) => json!({"path": path, "index": index}),
        None => json!({"path": path}),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_an_object_and_not_one_whose_name_goes_on() {
        let object = json!({"kind": "Deployment", "metadata": {"name": "msr"}});
        assert!(names("Deployment/msr is a registry", &object));
        assert!(names(
            "after Deployment/msr-2 comes Deployment/msr",
            &object
        ));
        assert!(!names("Deployment/msr-2 is a registry", &object));
        assert!(!names("Deployment/msr.eu: no", &object));
    }

    #[test]
    fn a_place_becomes_a_path_through_keys_and_items() {
        let text = "a: {b: [x, {c: 1}]}\nd: [2]\n";
        let root = yaml::parse_one(text).unwrap().unwrap();
        let source = std::sync::Arc::new(crate::origin::Source {
            kind: crate::origin::SourceKind::Carrier,
            name: String::new(),
            text: text.to_owned(),
        });
        let path = |word: &str| {
            let at = text.find(word).unwrap();
            field(&path_at(&root, &Origin::new(&source, at..at + word.len())))
        };
        assert_eq!(path("1").as_deref(), Some("a.b[1].c"));
        assert_eq!(path("c").as_deref(), Some("a.b[1].c"));
        assert_eq!(path("x").as_deref(), Some("a.b[0]"));
        assert_eq!(path("d").as_deref(), Some("d"));
        assert_eq!(field(&path_at(&root, &Origin::whole(&source))), None);
    }
}

//! From a tree of values to the settings of one backend, and all that is wrong with their shape. [`crate::rules::judge`] decides whether they may be expanded.

use crate::diag::Diagnostic;
use crate::origin::{Origin, SourceKind};
use crate::rules::shape;
use crate::schema::{BACKENDS, Backend, Field, Reach};
use crate::values::Node;

/// The settings of the chosen backend, each of the right type.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The chosen backend.
    pub backend: &'static Backend,
    /// Where it was chosen; none where it is the default.
    pub chosen: Option<Origin>,
    /// The fields that are set, in the table's order; blank and null ones are not among them.
    pub fields: Vec<Setting>,
    /// `persistentVolume`'s fields beside another backend's block (its size may stand there).
    pub volume: Vec<Setting>,
}

/// One field that is set.
#[derive(Clone)]
pub struct Setting {
    /// Which field.
    pub field: &'static Field,
    /// Its value.
    pub value: Scalar,
    /// Where it was set.
    pub origin: Origin,
}

impl std::fmt::Debug for Setting {
    /// Without the value of a secret field.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = if self.field.secret {
            &"***" as &dyn std::fmt::Debug
        } else {
            &self.value
        };
        f.debug_struct("Setting")
            .field("field", &self.field.name)
            .field("value", value)
            .finish()
    }
}

/// A value of the right type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string, exactly as typed.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(i64),
}

impl std::fmt::Display for Scalar {
    /// The text that YAML and JSON have for it, a string unquoted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
        }
    }
}

impl From<&Scalar> for serde_json::Value {
    fn from(value: &Scalar) -> Self {
        match value {
            Scalar::Text(text) => text.as_str().into(),
            Scalar::Bool(value) => (*value).into(),
            Scalar::Integer(value) => (*value).into(),
        }
    }
}

impl Settings {
    /// The setting of a field, if it is set.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.fields
            .iter()
            .find(|setting| setting.field.name == name)
    }

    /// The text of a field, if it is set and a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.value {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The user's own Secret that holds the secret fields.
    pub fn existing_secret(&self) -> Option<&str> {
        self.text(Field::EXISTING_SECRET_NAME)
    }

    /// Whether a secret field's value is in the user's own Secret rather than here.
    pub fn from_existing_secret(&self, field: &Field) -> bool {
        let wanted = field.required
            || field.reach != Reach::Env
            || field.pair.is_some()
            || self.get("accesskey").is_some();
        field.secret && self.get(field.name).is_none() && self.existing_secret().is_some() && wanted
    }
}

/// What reading a `registry.storage` tree gave.
pub struct Outcome {
    /// What could be read, in spite of the faults; `None` if not even a backend could be.
    pub settings: Option<Settings>,
    /// All faults of shape, not only the first.
    pub faults: Vec<Diagnostic>,
}

/// Reads the tree under `registry.storage` against the table.
///
/// `existing_secret` is the Secret named by flag: it counts as the block's `existingSecret`.
pub fn read(storage: &Node, existing_secret: Option<&Origin>) -> Outcome {
    let mut faults = Vec::new();
    let Some(map) = storage.as_map() else {
        faults.push(shape::not_a_mapping("registry.storage", storage));
        return Outcome {
            settings: None,
            faults,
        };
    };
    for (key, node) in map {
        match Backend::named(key) {
            Some(_) if node.as_map().is_none() && !is_blank(node) => {
                let path = format!("registry.storage.{key}");
                faults.push(shape::not_a_mapping(&path, node));
            }
            None if key != "backend" && is_users(node) => {
                faults.push(shape::unknown_storage_key(key, node));
            }
            _ => {}
        }
    }
    let Some((backend, chosen)) = backend(storage, &mut faults) else {
        return Outcome {
            settings: None,
            faults,
        };
    };
    let mut fields = block(backend, storage, &mut faults);
    if let Some(origin) = existing_secret {
        name_secret(backend, origin, &mut fields, &mut faults);
    }
    let volume = if backend.is_volume() {
        Vec::new()
    } else {
        block(Backend::default_backend(), storage, &mut faults)
    };
    let settings = Settings {
        backend,
        chosen,
        fields,
        volume,
    };
    faults.extend(shape::missing(&settings, storage));
    Outcome {
        settings: Some(settings),
        faults,
    }
}

/// The backend that is named, or the default; none where the name is wrong.
fn backend(
    storage: &Node,
    faults: &mut Vec<Diagnostic>,
) -> Option<(&'static Backend, Option<Origin>)> {
    match storage.get("backend").filter(|node| !is_blank(node)) {
        None => {
            faults.extend(shape::block_without_backend(
                storage,
                Backend::default_backend(),
            ));
            Some((Backend::default_backend(), None))
        }
        Some(node) => {
            let named = node.as_str().and_then(Backend::named);
            let Some(named) = named else {
                faults.push(shape::unknown_backend(node));
                return None;
            };
            if !is_users(node) {
                faults.extend(shape::block_without_backend(storage, named));
            }
            Some((named, Some(node.origin.clone())))
        }
    }
}

/// The fields that are set in a backend's block.
fn block(backend: &'static Backend, storage: &Node, faults: &mut Vec<Diagnostic>) -> Vec<Setting> {
    let Some(map) = storage.get(backend.name).and_then(Node::as_map) else {
        return Vec::new();
    };
    for (key, node) in map {
        if backend.field(key).is_none() && is_users(node) {
            faults.push(shape::unknown_field(backend, key, node));
        }
    }
    let set = backend
        .fields
        .iter()
        .filter_map(|field| Some((field, map.get(field.name)?)));
    set.filter(|(_, node)| !is_blank(node))
        .filter_map(|(field, node)| {
            let read = shape::scalar(backend, field, node);
            faults.extend(read.fault);
            Some(Setting {
                field,
                value: read.value?,
                origin: node.origin.clone(),
            })
        })
        .collect()
}

/// Lays the Secret named by flag over the block's own.
fn name_secret(
    backend: &'static Backend,
    origin: &Origin,
    fields: &mut Vec<Setting>,
    faults: &mut Vec<Diagnostic>,
) {
    let Some(field) = backend.field(Field::EXISTING_SECRET_NAME) else {
        faults.push(shape::no_secret_fields(backend, origin));
        return;
    };
    fields.retain(|setting| setting.field.name != field.name);
    let value = Scalar::Text(origin.source.text.clone());
    fields.push(Setting {
        field,
        value,
        origin: origin.clone(),
    });
}

/// Whether a value says nothing: null, or a blank string.
pub fn is_blank(node: &Node) -> bool {
    use crate::values::Value;
    match &node.value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether the user wrote it, rather than the chart's author.
pub fn is_users(node: &Node) -> bool {
    node.origin.source.kind != SourceKind::ChartDefaults
}

/// The blocks of a storage tree that the user filled, other than `backend`'s.
pub fn other_blocks<'a>(
    storage: &'a Node,
    backend: &'static Backend,
) -> impl Iterator<Item = (&'static Backend, &'a Node)> {
    BACKENDS
        .into_iter()
        .filter(move |other| *other != backend && !other.is_volume())
        .filter_map(|other| Some((other, storage.get(other.name)?)))
        .filter(|(_, node)| {
            node.as_map()
                .is_some_and(|map| map.values().any(|node| is_users(node) && !is_blank(node)))
        })
}

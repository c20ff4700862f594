//! The store that a rendered registry keeps its images in: enough to tell one from another. It knows no secrets.

use std::fmt;

use crate::schema::{Backend, Field};
use crate::settings::is_blank;
use crate::values::{Node, Value};
use crate::workload::rendered::{self, Rendered};
use crate::workload::volumes::{self, Claim};
use crate::workload::{Container, Stream, Workload, config};

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    backend: &'static str,
    /// Name and value of what tells it from another of its backend, in the table's order; what is left to a default is not here.
    parts: Vec<(&'static str, String)>,
}

impl Store {
    /// The store of a workload's registry container, where the stream shows it.
    pub fn of(stream: &Stream, workload: &Workload) -> Option<Self> {
        let container = workload
            .containers
            .iter()
            .find(|container| container.list == "containers")
            .or(workload.containers.first())?;
        let rendered = rendered::of_container(stream, workload, container);
        match rendered {
            Some(rendered) if !rendered.backend.is_volume() => Some(Self::of_settings(&rendered)),
            _ => {
                let root = rendered.and_then(|rendered| rendered.root_directory);
                let root = root.or_else(|| {
                    config::of_container(stream, &workload.object, container)?
                        .root_directory()
                        .map(str::to_owned)
                });
                Some(Self::of_volume(workload, container, root.as_deref()))
            }
        }
    }

    fn of_settings(rendered: &Rendered) -> Self {
        let block = rendered.storage.get(rendered.backend.name);
        let fields = rendered
            .backend
            .fields
            .iter()
            .filter(|field| field.identity);
        let parts =
            fields.filter_map(|field| Some((field.name, text(field, block?.get(field.name)?)?)));
        Self {
            backend: rendered.backend.name,
            parts: parts.collect(),
        }
    }

    /// Images on a volume: which claim, and where in it.
    fn of_volume(workload: &Workload, container: &Container, root: Option<&str>) -> Self {
        let mut parts = Vec::new();
        match volumes::images_claim(&workload.object, container, root) {
            Some((claim, mount)) => {
                let name = match claim.claim {
                    Claim::Named(name) => name,
                    Claim::Template(_) => claim.volume,
                };
                parts.push(("claim", name));
                let inside = root
                    .filter(|root| volumes::is_within(root, &mount))
                    .map(|root| {
                        root[mount.trim_end_matches('/').len()..]
                            .trim_matches('/')
                            .to_owned()
                    });
                parts.extend(
                    inside
                        .filter(|inside| !inside.is_empty())
                        .map(|inside| ("directory", inside)),
                );
            }
            None => parts.push(("claim", "none".to_owned())),
        }
        Self {
            backend: Backend::default_backend().name,
            parts,
        }
    }

    /// How a user confirms it: the backend and its bucket, container or claim.
    pub fn target(&self) -> String {
        let place = ["bucket", "container", "claim"]
            .iter()
            .find_map(|name| self.parts.iter().find(|(part, _)| part == name));
        match place {
            Some((_, name)) => format!("{}:{name}", self.backend),
            None => self.backend.to_owned(),
        }
    }
}

/// A field's value so that two spellings of one store are equal.
fn text(field: &Field, node: &Node) -> Option<String> {
    if is_blank(node) {
        return None;
    }
    let text = match &node.value {
        Value::Str(text) => text.clone(),
        other => {
            serde_json::Value::from(&Node::new(other.clone(), node.origin.clone())).to_string()
        }
    };
    let text = match field.name {
        "rootdirectory" | "prefix" => text.trim_matches('/').to_owned(),
        "authurl" | "regionendpoint" | "endpoint" => {
            let bare = text.trim_end_matches('/').to_ascii_lowercase();
            bare.strip_prefix("https://")
                .map_or(bare.clone(), str::to_owned)
        }
        "realm" if text == field.default => String::new(),
        _ => text,
    };
    (!text.is_empty()).then_some(text)
}

impl fmt::Display for Store {
    /// `s3 (region us-east-2, bucket testing-msr)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        write!(f, "{} ({})", self.backend, parts.join(", "))
    }
}

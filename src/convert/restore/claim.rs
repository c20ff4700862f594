//! The settings of a claim that images lie on. It changes nothing and guesses nothing: what the stream does not show is named.

use serde_json::{Map, Value as Json};

use crate::workload::config;
use crate::workload::volumes::{self, Claim};
use crate::workload::{Container, Stream, Workload};

/// What is known of a claim.
pub(super) struct Found {
    /// The block of `persistentVolume`.
    pub(super) block: Map<String, Json>,
    /// What is not known.
    pub(super) unknown: Option<String>,
}

/// The claim that a container keeps images on; none where it mounts none.
pub(super) fn of(
    stream: &Stream,
    workload: &Workload,
    container: &Container,
    root: Option<&str>,
) -> Option<Found> {
    let object = &workload.object;
    let config = config::of_container(stream, object, container);
    let root = root.or_else(|| config.as_ref()?.root_directory());
    let (volume, _) = volumes::images_claim(object, container, root)?;
    let claim = match &volume.claim {
        Claim::Named(name) => stream
            .find("PersistentVolumeClaim", name, object)
            .map(|claim| &*claim.value)
            .ok_or_else(|| {
                format!("storageClass, accessMode, size: they are those of PersistentVolumeClaim/{name}, which is not in the input")
            }),
        Claim::Template(index) => Ok(&object.value["spec"]["volumeClaimTemplates"][*index]),
    };
    Some(match claim {
        Ok(claim) => Found {
            block: block(&claim["spec"]),
            unknown: None,
        },
        Err(unknown) => Found {
            block: Map::new(),
            unknown: Some(unknown),
        },
    })
}

/// Charts write `-` for the class that provisions nothing.
fn block(spec: &Json) -> Map<String, Json> {
    let class = spec["storageClassName"]
        .as_str()
        .map(|class| if class.is_empty() { "-" } else { class });
    let modes = spec["accessModes"].as_array();
    let shared = modes.and_then(|modes| modes.iter().find(|mode| *mode == "ReadWriteMany"));
    let mode = shared.or_else(|| modes?.first()).and_then(Json::as_str);
    let size = match &spec["resources"]["requests"]["storage"] {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let class = class.map(str::to_owned);
    let entries = [
        ("storageClass", class),
        ("accessMode", mode.map(str::to_owned)),
        ("size", size),
    ];
    entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.into())))
        .collect()
}

//! Where a registry without an object store keeps its images: the claim or other volume, where it is mounted, and the directory in it. It changes nothing.

use serde_json::Value;

use crate::expand::env;
use crate::workload::volumes::{self, Claim, ClaimVolume};
use crate::workload::{Container, Object, Stream, config};

/// The parts of a store's name, for the directory `root` that a variable tells, if one does.
pub(super) fn parts(
    stream: &Stream,
    object: &Object,
    container: &Container,
    root: Option<String>,
) -> Vec<(&'static str, String)> {
    // A variable that names the driver wipes what the file says of it.
    let in_file = || {
        let file = config::of_container(stream, object, container)?;
        let named = container.variable(env::PREFIX).is_some();
        file.root_directory().filter(|_| !named).map(str::to_owned)
    };
    let root = root.or_else(in_file);
    let root = root.as_deref();
    let claim = volumes::images_claim(object, container, root)
        .filter(|(_, mount)| root.is_none_or(|root| volumes::is_within(root, mount)));
    let Some((claim, mount)) = claim else {
        return beside_claims(object, container, root);
    };
    let volume = claim.volume.clone();
    let mut parts = vec![("claim", name(object, claim)), ("mountPath", mount.clone())];
    parts.extend(directory(container, &volume, &mount, root));
    parts
}

/// The claim's name as the cluster knows it: of a StatefulSet's the first one.
fn name(object: &Object, claim: ClaimVolume) -> String {
    match claim.claim {
        Claim::Named(name) => name,
        Claim::Template(_) => format!("{}-{}-0", claim.volume, object.name()),
    }
}

/// Where in a mounted volume the images lie; none for its top, which also holds where nothing is said.
fn directory(
    container: &Container,
    volume: &str,
    mount: &str,
    root: Option<&str>,
) -> Option<(&'static str, String)> {
    let mounted = container
        .mounts()
        .iter()
        .find(|entry| entry["name"] == volume && entry["mountPath"] == mount)?;
    let below = ["subPath", "subPathExpr"]
        .iter()
        .find_map(|key| mounted[*key].as_str());
    let inside = root.and_then(|root| root.strip_prefix(mount.trim_end_matches('/')));
    let steps = [below, inside].into_iter().flatten();
    let steps = steps.map(|step| step.trim_matches('/'));
    let steps: Vec<_> = steps.filter(|step| !step.is_empty()).collect();
    (!steps.is_empty()).then(|| ("directory", steps.join("/")))
}

/// Images on another volume than a claim's, or in the container itself.
fn beside_claims(
    object: &Object,
    container: &Container,
    root: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut parts = vec![("claim", "none".to_owned())];
    let holds = |mount: &&Value| {
        let path = mount["mountPath"].as_str();
        root.zip(path)
            .is_some_and(|(root, path)| volumes::is_within(root, path))
    };
    let volume = container.mounts().iter().find(holds).and_then(|mount| {
        let (_, volume) = volumes::volume(object, mount["name"].as_str()?)?;
        let kinds = volume.as_object()?.iter();
        let mut kinds = kinds.filter(|(key, _)| *key != "name");
        kinds
            .next()
            .map(|(kind, source)| format!("{kind} {source}"))
    });
    parts.extend(volume.map(|volume| ("volume", volume)));
    parts.extend(root.map(|root| ("rootdirectory", root.trim_end_matches('/').to_owned())));
    parts
}

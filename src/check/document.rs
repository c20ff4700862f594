//! Tells the documents of a text apart: values, an MSR custom resource, rendered objects, or none of ours. It judges no setting.

use std::sync::Arc;

use super::stream::Registries;
use super::{Input, Judged, Options, tree, twice, values};
use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::home;
use crate::schema::STORAGE_PATH;
use crate::values::Node;
use crate::workload::{MSR_GROUP, MSR_KIND, wanted_head};
use crate::yaml::{self, Step, parse_first, split};

/// A document of settings.
struct Settings {
    node: Node,
    /// What the text has against it, whatever its values are.
    found: Vec<Diagnostic>,
    /// Whether `kubectl apply` may take it as it stands, past the post-renderer.
    applied: bool,
}

/// The documents of a text that matter.
#[derive(Default)]
struct Documents {
    values: Vec<Settings>,
    resources: Vec<Settings>,
    /// Whether there are Kubernetes objects.
    objects: bool,
    /// Each with whether its document speaks of the registry's storage.
    unreadable: Vec<(Diagnostic, bool)>,
}

/// Reads and judges all documents of a text.
pub fn read(input: &Input, options: &Options) -> Judged {
    let documents = documents(input);
    let unreadable = documents.unreadable.into_iter();
    let found: Vec<_> = unreadable.map(|(found, _)| found).collect();
    let mut judged = Judged {
        settings: !found.is_empty(),
        found,
        ..Judged::default()
    };
    let choice = options.choice.clone();
    let source = manifest(input);
    let registries = documents
        .objects
        .then(|| Registries::of(&source, &choice))
        .filter(|registries| !registries.is_empty());
    let facts = match &registries {
        Some(registries) => registries.facts(&options.facts),
        None => options.facts.clone(),
    };
    let around = Options {
        target: options.target,
        facts,
        existing_secret: options.existing_secret.clone(),
        choice,
        has_values: options.has_values,
    };
    for document in documents.values {
        judged.add(document.judged(values::helm(&document.node, &around)));
    }
    for document in documents.resources {
        let mut around = around.clone();
        around.facts.applied = document.applied;
        let found = values::custom_resource(&document.node, &around);
        let reconciled = registries
            .as_ref()
            .and_then(|known| known.reconciled(&document.node));
        judged.add(document.judged(found));
        judged.found.extend(reconciled);
    }
    if let Some(registries) = registries {
        let settings = !judged.settings && !options.has_values;
        judged.found.extend(registries.judge(options, settings));
        judged.settings = true;
        judged.facts = Some(around.facts);
    }
    judged
}

impl Settings {
    fn of(source: &Arc<Source>, root: &yaml::Node, offset: usize) -> Result<Self, tree::Refused> {
        Ok(Self {
            node: tree::read(source, root, offset)?,
            found: twice::keys(source, root, offset),
            applied: false,
        })
    }

    /// What was found in the values, with what was found in the text where it is about the storage at all.
    fn judged(&self, mut judged: Judged) -> Judged {
        if judged.settings {
            judged.found.extend(self.found.iter().cloned());
        }
        judged
    }
}

fn documents(input: &Input) -> Documents {
    let mut documents = Documents::default();
    for document in split(input.source.text.as_bytes()) {
        let offset = document.offset();
        let raw = input.source.text.get(offset..offset + document.raw().len());
        let raw = raw.unwrap_or_default();
        let read = match parse_first(raw) {
            Ok(None) => Ok(()),
            Ok(Some(root)) => sort(input, raw, &root, offset, &mut documents)
                .map_err(|refused| (refused.message, refused.offset)),
            Err(error) => Err((tree::unquoted(&error.message), offset + error.offset)),
        };
        if let Err((message, offset)) = read {
            let ours = ["registry", "storage"]
                .iter()
                .all(|word| raw.contains(word));
            let found = unreadable(input, &message, offset);
            documents
                .unreadable
                .extend(found.map(|found| (found, ours)));
        }
    }
    // A foreign object of a rendered chart passes through the post-renderer as it is.
    let objects = documents.objects;
    documents.unreadable.retain(|(_, ours)| *ours || !objects);
    documents
}

/// Puts a document where it belongs; of a `List` the custom resources in it.
fn sort(
    input: &Input,
    raw: &str,
    root: &yaml::Node,
    offset: usize,
    documents: &mut Documents,
) -> Result<(), tree::Refused> {
    if root.entries().is_empty() {
        return Ok(());
    }
    let (api, kind) = (text(root, "apiVersion"), text(root, "kind"));
    let resource = own(input, SourceKind::CustomResource);
    let applied = input.source.kind != SourceKind::ChartDefaults && !is_rendered(raw);
    if is_resource(root) || is_fragment(root) || is_nearly_resource(root) {
        let mut settings = Settings::of(&resource, root, offset)?;
        settings.applied = applied;
        settings.found.extend(misnamed(&resource, root, offset));
        documents.resources.push(settings);
    } else if api.is_empty() || kind.is_empty() {
        documents
            .values
            .push(Settings::of(&input.source, root, offset)?);
    } else if kind == "StorageValues" && api.starts_with("msr-storage/") {
        let source = own(input, SourceKind::Carrier);
        documents.values.push(Settings::of(&source, root, offset)?);
    } else {
        documents.objects = true;
        let items = root.get("items").map_or(&[][..], yaml::Node::items);
        if items.iter().any(is_resource) {
            let list = tree::read(&resource, root, offset)?;
            let items = match list.get("items").map(|node| &node.value) {
                Some(crate::values::Value::List(items)) => &items[..],
                _ => &[],
            };
            let kind = |node: &&Node| node.get("kind").and_then(Node::as_str) == Some(MSR_KIND);
            documents
                .resources
                .extend(items.iter().filter(kind).map(|node| Settings {
                    node: node.clone(),
                    found: Vec::new(),
                    applied,
                }));
        }
    }
    Ok(())
}

fn text<'n>(node: &'n yaml::Node, key: &str) -> &'n str {
    node.get(key)
        .and_then(yaml::Node::as_str)
        .unwrap_or_default()
}

fn is_resource(node: &yaml::Node) -> bool {
    text(node, "kind") == MSR_KIND && text(node, "apiVersion").starts_with(MSR_GROUP)
}

/// The settings of a custom resource.
fn spec(root: &yaml::Node) -> Option<&yaml::Node> {
    let path: Vec<_> = std::iter::once("spec")
        .chain(STORAGE_PATH)
        .map(Step::from)
        .collect();
    root.at(&path).filter(|spec| !spec.entries().is_empty())
}

/// Whether a document is a custom resource that lacks its head, as the guide shows parts of one: a `spec` with the settings, and no key that a custom resource does not have.
fn is_fragment(root: &yaml::Node) -> bool {
    const KEYS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
    let mut head = ["apiVersion", "kind"].iter();
    let mut keys = root.entries().iter().map(|(key, _)| key.text());
    head.any(|key| root.get(key).is_none())
        && keys.all(|key| key.is_some_and(|key| KEYS.contains(&key)))
        && spec(root).is_some()
}

/// Whether a document has a custom resource's settings under a head that is nearly its own.
fn is_nearly_resource(root: &yaml::Node) -> bool {
    let near = text(root, "kind").eq_ignore_ascii_case(MSR_KIND)
        || text(root, "apiVersion").contains("mirantis");
    near && spec(root).is_some()
}

/// What is wrong with the head of a custom resource.
fn misnamed(source: &Arc<Source>, root: &yaml::Node, offset: usize) -> Vec<Diagnostic> {
    ["apiVersion", "kind"]
        .into_iter()
        .filter_map(|key| {
            let node = root.get(key)?;
            let wanted = wanted_head(key);
            let found = node.as_str().filter(|found| *found != wanted)?;
            let span = node.span.start + offset..node.span.end + offset;
            let place = Origin::new(source, span);
            Some(home::unknown_resource(key, found, wanted).at(&place))
        })
        .collect()
}

/// Whether Helm rendered a document: then the post-renderer sees it before any cluster does.
fn is_rendered(raw: &str) -> bool {
    let mut head = raw
        .lines()
        .take_while(|line| line.starts_with(['-', '#']) || line.trim().is_empty());
    head.any(|line| line.starts_with("# Source: "))
}

/// The same text as a thing of another kind.
fn own(input: &Input, kind: SourceKind) -> Arc<Source> {
    Arc::new(Source {
        kind,
        name: input.source.name.clone(),
        text: input.source.text.clone(),
    })
}

fn manifest(input: &Input) -> Arc<Source> {
    match input.source.kind {
        SourceKind::Manifest => Arc::clone(&input.source),
        _ => own(input, SourceKind::Manifest),
    }
}

/// A document that can't be read is told where the user named the file, or where it is surely about the registry's storage and not a template.
fn unreadable(input: &Input, message: &str, offset: usize) -> Option<Diagnostic> {
    let text = &input.source.text;
    let mut words = ["registry", "storage", "backend"].into_iter();
    let ours = words.all(|word| text.contains(word));
    if !input.named && (!ours || text.contains("{{")) {
        return None;
    }
    let start = text.floor_char_boundary(offset.min(text.len()));
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    let start = if length == 0 {
        text.floor_char_boundary(start.saturating_sub(1))
    } else {
        start
    };
    let place = Origin::new(&input.source, start..start + length.max(1));
    Some(home::not_yaml(&place, message))
}

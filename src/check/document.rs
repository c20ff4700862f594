//! Tells the documents of a text apart: values, an MSR custom resource, rendered objects, or none of ours. It judges no setting.

use std::sync::Arc;

use super::stream::Registries;
use super::{Input, Judged, Options, tree, values};
use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::home;
use crate::values::Node;
use crate::workload::{Choice, MSR_GROUP};
use crate::yaml::{self, parse_first, split};

/// The documents of a text that matter.
#[derive(Default)]
struct Documents {
    values: Vec<Node>,
    resources: Vec<Node>,
    /// Whether there are Kubernetes objects.
    objects: bool,
    unreadable: Vec<Diagnostic>,
}

/// Reads and judges all documents of a text.
pub fn read(input: &Input, options: &Options) -> Judged {
    let documents = documents(input);
    let mut judged = Judged {
        settings: !documents.unreadable.is_empty(),
        found: documents.unreadable,
        ..Judged::default()
    };
    let choice = Choice {
        selector: options.choice.selector.clone(),
        container: options.choice.container.clone(),
    };
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
    for node in &documents.values {
        judged.add(values::helm(node, &around));
    }
    for node in &documents.resources {
        judged.add(values::custom_resource(node, &around));
        judged
            .found
            .extend(registries.as_ref().and_then(|known| known.reconciled(node)));
    }
    if let Some(registries) = registries {
        let settings = !judged.settings && !options.has_values;
        judged.found.extend(registries.judge(options, settings));
        judged.settings = true;
        judged.facts = Some(around.facts);
    }
    judged
}

fn documents(input: &Input) -> Documents {
    let mut documents = Documents::default();
    for document in split(input.source.text.as_bytes()) {
        let offset = document.offset();
        let raw = input.source.text.get(offset..offset + document.raw().len());
        let read = match parse_first(raw.unwrap_or_default()) {
            Ok(None) => Ok(()),
            Ok(Some(root)) => sort(input, &root, offset, &mut documents)
                .map_err(|refused| (refused.message, refused.offset)),
            Err(error) => Err((tree::unquoted(&error.message), offset + error.offset)),
        };
        if let Err((message, offset)) = read {
            documents
                .unreadable
                .extend(unreadable(input, &message, offset));
        }
    }
    documents
}

/// Puts a document where it belongs; of a `List` the custom resources in it.
fn sort(
    input: &Input,
    root: &yaml::Node,
    offset: usize,
    documents: &mut Documents,
) -> Result<(), tree::Refused> {
    if root.entries().is_empty() {
        return Ok(());
    }
    let text = |node: &yaml::Node, key: &str| {
        let text = node.get(key).and_then(yaml::Node::as_str);
        text.unwrap_or_default().to_owned()
    };
    let is_resource = |node: &yaml::Node| {
        text(node, "kind") == "MSR" && text(node, "apiVersion").starts_with(MSR_GROUP)
    };
    let (api, kind) = (text(root, "apiVersion"), text(root, "kind"));
    if api.is_empty() || kind.is_empty() {
        documents
            .values
            .push(tree::read(&input.source, root, offset)?);
    } else if kind == "StorageValues" && api.starts_with("msr-storage/") {
        let source = own(input, SourceKind::Carrier);
        documents.values.push(tree::read(&source, root, offset)?);
    } else if is_resource(root) {
        let source = own(input, SourceKind::CustomResource);
        documents.resources.push(tree::read(&source, root, offset)?);
    } else {
        documents.objects = true;
        let items = root.get("items").map_or(&[][..], yaml::Node::items);
        if items.iter().any(is_resource) {
            let source = own(input, SourceKind::CustomResource);
            let list = tree::read(&source, root, offset)?;
            if let Some(crate::values::Value::List(items)) =
                list.get("items").map(|node| &node.value)
            {
                let kind = |node: &Node| node.get("kind").and_then(Node::as_str) == Some("MSR");
                documents
                    .resources
                    .extend(items.iter().filter(|node| kind(node)).cloned());
            }
        }
    }
    Ok(())
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

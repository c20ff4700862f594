//! Tells the documents of a text apart: values, an MSR custom resource, rendered objects, or none of ours. It judges no setting.

use std::sync::Arc;

use super::{Input, Judged, Options, tree, values};
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::home;
use crate::values::Node;
use crate::yaml::{self, parse_first, split};

/// Reads and judges all documents of a text.
pub fn read(input: &Input, options: &Options) -> Judged {
    let mut judged = Judged::default();
    let mut objects = Vec::new();
    for document in split(input.source.text.as_bytes()) {
        let offset = document.offset();
        let raw = input.source.text.get(offset..offset + document.raw().len());
        match parse_first(raw.unwrap_or_default()) {
            Ok(None) => {}
            Ok(Some(root)) => match of(input, &root, offset) {
                Ok(Document::Values(node)) => judged.add(values::helm(&node, options)),
                Ok(Document::CustomResource(node)) => {
                    judged.add(values::custom_resource(&node, options));
                    objects.push(node);
                }
                Ok(Document::Object(node)) => objects.push(node),
                Ok(Document::Other) => {}
                Err(refused) => judged.add(unreadable(input, &refused.message, refused.offset)),
            },
            Err(error) => judged.add(unreadable(
                input,
                &tree::unquoted(&error.message),
                offset + error.offset,
            )),
        }
    }
    judged
}

/// What a document is.
enum Document {
    Values(Node),
    CustomResource(Node),
    Object(Node),
    Other,
}

fn of(input: &Input, root: &yaml::Node, offset: usize) -> Result<Document, tree::Refused> {
    let text = |key: &str| {
        root.get(key)
            .and_then(yaml::Node::as_str)
            .unwrap_or_default()
    };
    let (api, kind) = (text("apiVersion"), text("kind"));
    let own = |kind: SourceKind| {
        Arc::new(Source {
            kind,
            name: input.source.name.clone(),
            text: input.source.text.clone(),
        })
    };
    if root.entries().is_empty() {
        return Ok(Document::Other);
    }
    Ok(if api.is_empty() || kind.is_empty() {
        Document::Values(tree::read(&input.source, root, offset)?)
    } else if kind == "MSR" && api.starts_with("msr.mirantis.com/") {
        let source = own(SourceKind::CustomResource);
        Document::CustomResource(tree::read(&source, root, offset)?)
    } else if kind == "StorageValues" && api.starts_with("msr-storage/") {
        Document::Values(tree::read(&own(SourceKind::Carrier), root, offset)?)
    } else {
        Document::Object(tree::read(&own(SourceKind::Manifest), root, offset)?)
    })
}

/// A document that can't be read is told where the user named the file, or where it is surely about the registry's storage and not a template.
fn unreadable(input: &Input, message: &str, offset: usize) -> Judged {
    let text = &input.source.text;
    let ours = ["registry", "storage", "backend"]
        .iter()
        .all(|word| text.contains(word));
    if !input.named && (!ours || text.contains("{{")) {
        return Judged::default();
    }
    let start = text.floor_char_boundary(offset.min(text.len()));
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    let start = if length == 0 {
        start.saturating_sub(1)
    } else {
        start
    };
    let place = Origin::new(&input.source, start..start + length.max(1));
    Judged {
        found: vec![home::not_yaml(&place, message)],
        settings: true,
    }
}

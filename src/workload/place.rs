//! Places in a rendered stream: from a path in an object to bytes of the input. It judges nothing.

use std::sync::Arc;

use super::{Object, Stream};
use crate::origin::{Origin, Source, SourceKind};
use crate::values::{Node, Value};
use crate::yaml::{self, Step};

/// One document of a stream, parsed for its places.
pub struct Places {
    source: Arc<Source>,
    offset: usize,
    root: Option<yaml::Node>,
}

impl Places {
    /// The document that an object stands in.
    pub fn of(stream: &Stream, object: &Object, source: &Arc<Source>) -> Self {
        let document = &stream.documents[object.document];
        let body = std::str::from_utf8(stream.body(object.document));
        Self {
            source: Arc::clone(source),
            offset: document.offset() + document.body().start,
            root: body.ok().and_then(|body| yaml::parse_one(body).ok()?),
        }
    }

    /// No place at all, for a first look that costs nothing.
    pub fn nowhere() -> Self {
        let source = Source {
            kind: SourceKind::Manifest,
            name: String::new(),
            text: String::new(),
        };
        Self {
            source: Arc::new(source),
            offset: 0,
            root: None,
        }
    }

    /// The place of what stands at a path; where nothing does, that of the nearest thing around it.
    pub fn at(&self, path: &[Step]) -> Origin {
        let found = (0..=path.len())
            .rev()
            .find_map(|length| self.root.as_ref()?.at(path.get(..length)?));
        match found {
            Some(node) => self.origin(node),
            None => Origin::whole(&self.source),
        }
    }

    /// The place of an object's name, which stands for the whole of it.
    pub fn name(&self, object: &Object) -> Origin {
        self.at(&object.path(["metadata", "name"]))
    }

    fn origin(&self, node: &yaml::Node) -> Origin {
        let span = node.span.start + self.offset..node.span.end + self.offset;
        Origin::new(&self.source, span)
    }

    /// A tree whose places are bytes of this document, with places of the input; `whole` for those that have none.
    pub fn rebase(&self, node: &mut Node, whole: &Origin) {
        node.origin = if node.origin.span == (0..0) {
            whole.clone()
        } else {
            let span = node.origin.span.start + self.offset..node.origin.span.end + self.offset;
            Origin::new(&self.source, span)
        };
        if let Value::Map(map) = &mut node.value {
            map.values_mut().for_each(|node| self.rebase(node, whole));
        }
    }
}

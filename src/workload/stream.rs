//! A rendered stream whose documents are parsed only when someone asks for them. It changes nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use memchr::memmem;
use serde_json::Value;

use super::object::Object;
use crate::yaml;

/// A stream, split; documents are read on demand.
pub struct Stream<'a> {
    /// The whole of it.
    pub input: &'a [u8],
    /// The documents; their raw parts together are the whole input.
    pub documents: Vec<yaml::Document<'a>>,
    objects: Vec<OnceCell<Result<Vec<Object>, Unreadable>>>,
    /// The documents that may hold an object of a kind, once somebody asked.
    kinds: RefCell<BTreeMap<String, Rc<[usize]>>>,
}

/// Why a document can't be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// What is wrong, without the place.
    pub message: String,
    /// Byte offset of it in the document's body.
    pub offset: usize,
}

impl<'a> Stream<'a> {
    /// Splits a stream; nothing is parsed.
    pub fn new(input: &'a [u8]) -> Self {
        let documents = yaml::split(input);
        let objects = documents.iter().map(|_| OnceCell::new()).collect();
        Self {
            input,
            documents,
            objects,
            kinds: RefCell::default(),
        }
    }

    /// The bytes of a document after its `---`.
    pub fn body(&self, document: usize) -> &'a [u8] {
        let document = &self.documents[document];
        &document.raw()[document.body()]
    }

    /// The objects of a document; none where it is empty or can't be read.
    pub fn objects(&self, document: usize) -> &[Object] {
        self.read(document).as_deref().unwrap_or_default()
    }

    /// The objects of a document, or why it can't be read.
    pub fn read(&self, document: usize) -> &Result<Vec<Object>, Unreadable> {
        self.objects[document].get_or_init(|| {
            let value = parse(self.body(document))?;
            Ok(value.map_or_else(Vec::new, |value| Object::of_document(document, value)))
        })
    }

    /// The number of the document that the byte at an offset of the stream belongs to.
    pub fn document_at(&self, offset: usize) -> usize {
        let begun = self
            .documents
            .partition_point(|document| document.offset() <= offset);
        begun.saturating_sub(1)
    }

    /// The numbers of the documents whose bytes hold `needle`, in order. One pass over the whole stream: it may have
    /// thousands of documents.
    pub fn holding(&self, needle: &str) -> impl Iterator<Item = usize> {
        let finder = memmem::Finder::new(needle.as_bytes()).into_owned();
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + finder.find(&self.input[from..])?;
            let number = self.document_at(at);
            let document = &self.documents[number];
            from = document.offset() + document.raw().len();
            Some(number)
        })
    }

    /// The object of a kind and name in `near`'s namespace.
    pub fn find(&self, kind: &str, name: &str, near: &Object) -> Option<&Object> {
        let name_in_bytes = memmem::Finder::new(name.as_bytes());
        let of_kind = self.holding_kind(kind);
        let may_be = of_kind.iter().filter(|document| {
            name_in_bytes
                .find(self.documents[**document].raw())
                .is_some()
        });
        may_be
            .flat_map(|document| self.objects(*document))
            .find(|object| {
                object.kind() == kind && object.name() == name && object.shares_namespace(near)
            })
    }

    fn holding_kind(&self, kind: &str) -> Rc<[usize]> {
        let mut kinds = self.kinds.borrow_mut();
        let known = kinds
            .entry(kind.to_owned())
            .or_insert_with(|| self.holding(kind).collect());
        Rc::clone(known)
    }

    /// The path of the template that rendered a document, from Helm's `# Source:` line or its annotation.
    pub fn template(&self, object: &Object) -> Option<String> {
        if let Some(path) = object.annotation(super::object::FILENAME) {
            return Some(path.to_owned());
        }
        let head = self.documents[object.document].raw();
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let head = &head[..head.len().min(4096)];
        let text = String::from_utf8_lossy(head);
        let path = text.lines().take_while(|line| {
            line.starts_with('#') || line.starts_with("---") || line.trim().is_empty()
        });
        path.filter_map(|line| line.strip_prefix("# Source: "))
            .map(|path| path.trim().to_owned())
            .next()
    }
}

fn parse(body: &[u8]) -> Result<Option<Value>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable {
        message: "the bytes are not UTF-8".to_owned(),
        offset: error.valid_up_to(),
    })?;
    let node = yaml::parse_one(text).map_err(|error| Unreadable {
        message: error.message,
        offset: error.offset,
    })?;
    node.map(|node| yaml::to_json(&node))
        .transpose()
        .map_err(|error| Unreadable {
            message: error.message,
            offset: error.offset,
        })
}

//! A rendered stream whose documents are parsed only when someone asks for them. It changes nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use memchr::memmem;

use super::config::StorageConfig;
use super::marks::{self, Kinds, Mark};
use super::object::Object;
use crate::yaml;

/// A stream, split; documents are read on demand.
pub struct Stream<'a> {
    /// The whole of it.
    pub input: &'a [u8],
    /// The documents; their raw parts together are the whole input.
    pub documents: Vec<yaml::Document<'a>>,
    objects: Vec<OnceCell<Result<Vec<Object>, Unreadable>>>,
    /// The trees of documents that are likely to be edited: a second parse costs more than the memory.
    roots: RefCell<HashMap<usize, Rc<yaml::Node>>>,
    marks: OnceCell<Vec<(usize, Mark)>>,
    kinds: OnceCell<Kinds>,
    names: RefCell<HashMap<String, Names>>,
    /// Configuration files read so far, by their texts: several containers mount the same one.
    pub(super) configs: RefCell<HashMap<String, Option<StorageConfig>>>,
}

/// Objects of one kind that were looked for by their names.
#[derive(Default)]
struct Names {
    asked: usize,
    /// The documents by the names of the objects in them.
    known: Option<HashMap<String, Vec<usize>>>,
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
            roots: RefCell::default(),
            marks: OnceCell::new(),
            kinds: OnceCell::new(),
            names: RefCell::default(),
            configs: RefCell::default(),
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

    /// Every object of the stream: this reads all documents, which costs more than finding some.
    pub fn all_objects(&self) -> impl Iterator<Item = &Object> {
        let documents = 0..self.documents.len();
        documents
            .flat_map(|document| self.objects(document))
            .filter(|object| !object.kind().is_empty())
    }

    /// The objects of a document, or why it can't be read.
    pub fn read(&self, document: usize) -> &Result<Vec<Object>, Unreadable> {
        self.objects[document].get_or_init(|| {
            let root = parse(self.body(document))?;
            objects(document, root.as_ref())
        })
    }

    /// As [`Stream::read`], for a search: the document is kept, with its tree for [`Stream::root`], only if it holds a wanted object. So a large
    /// stream never lies in memory as a whole; without a wanted object this returns none.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn search(
        &self,
        document: usize,
        is_wanted: impl Fn(&Object) -> bool,
    ) -> Result<&[Object], Unreadable> {
        if self.objects[document].get().is_none() {
            let root = parse(self.body(document))?;
            let objects = objects(document, root.as_ref())?;
            if !objects.iter().any(is_wanted) {
                return Ok(&[]);
            }
            let kept = root.map(|root| (document, Rc::new(root)));
            self.roots.borrow_mut().extend(kept);
            let _ = self.objects[document].set(Ok(objects));
        }
        self.read(document).as_deref().map_err(Clone::clone)
    }

    /// The tree of a document's body, where it was kept.
    pub fn root(&self, document: usize) -> Option<Rc<yaml::Node>> {
        self.roots.borrow().get(&document).cloned()
    }

    /// The number of the document that the byte at an offset of the stream belongs to.
    pub fn document_at(&self, offset: usize) -> usize {
        let begun = self
            .documents
            .partition_point(|document| document.offset() <= offset);
        begun.saturating_sub(1)
    }

    /// The documents whose bytes hold a mark.
    pub(crate) fn marked(&self, wanted: Mark) -> BTreeSet<usize> {
        let marks = self.marks.get_or_init(|| marks::marks(self.input));
        let wanted = marks.iter().filter(|(_, mark)| *mark == wanted);
        wanted.map(|(at, _)| self.document_at(*at)).collect()
    }

    /// The documents that may hold an object of one of some kinds.
    pub(crate) fn of_kinds(&self, kinds: &[&str]) -> BTreeSet<usize> {
        let documents = kinds.iter().flat_map(|kind| self.kinds().documents(kind));
        documents.collect()
    }

    fn kinds(&self) -> &Kinds {
        self.kinds
            .get_or_init(|| Kinds::of(self.input, |at| self.document_at(at)))
    }

    /// The object of a kind and name in `near`'s namespace.
    pub fn find(&self, kind: &str, name: &str, near: &Object) -> Option<&Object> {
        let documents = self.naming(kind, name);
        documents
            .into_iter()
            .flat_map(|document| self.objects(document))
            .find(|object| {
                object.kind() == kind && object.name() == name && object.shares_namespace(near)
            })
    }

    /// The documents that may hold the object of a kind and name: for a few names those that hold it in their bytes; for many names
    /// all of the kind are parsed once, for to look through their bytes for each would take longer.
    fn naming(&self, kind: &str, name: &str) -> Vec<usize> {
        const FEW: usize = 16;
        let mut names = self.names.borrow_mut();
        let names = names.entry(kind.to_owned()).or_default();
        names.asked += 1;
        if names.asked <= FEW {
            let name = memmem::Finder::new(name.as_bytes());
            let documents = self.kinds().documents(kind).into_iter();
            return documents
                .filter(|document| marks::may_name(self.documents[*document].raw(), &name))
                .collect();
        }
        let known = names.known.get_or_insert_with(|| {
            let mut known: HashMap<String, Vec<usize>> = HashMap::new();
            for document in self.kinds().documents(kind) {
                for object in self.objects(document) {
                    known
                        .entry(object.name().to_owned())
                        .or_default()
                        .push(document);
                }
            }
            known
        });
        known.get(name).cloned().unwrap_or_default()
    }

    /// The path of the template that rendered a document, from Helm's `# Source:` line or its annotation.
    pub fn template(&self, object: &Object) -> Option<String> {
        if let Some(path) = object.annotation(super::object::FILENAME) {
            return Some(path.to_owned());
        }
        let head = self.documents[object.document].raw();
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let mut comments = head.split(|byte| *byte == b'\n').take_while(|line| {
            line.starts_with(b"#") || line.starts_with(b"---") || line.trim_ascii().is_empty()
        });
        let path = comments.find_map(|line| line.strip_prefix(b"# Source: "))?;
        Some(String::from_utf8_lossy(path.trim_ascii()).into_owned())
    }
}

fn parse(body: &[u8]) -> Result<Option<yaml::Node>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable {
        message: "the bytes are not UTF-8".to_owned(),
        offset: error.valid_up_to(),
    })?;
    yaml::parse_one(text).map_err(|error| Unreadable {
        message: error.message,
        offset: error.offset,
    })
}

fn objects(document: usize, root: Option<&yaml::Node>) -> Result<Vec<Object>, Unreadable> {
    let value = root
        .map(yaml::to_json)
        .transpose()
        .map_err(|error| Unreadable {
            message: error.message,
            offset: error.offset,
        })?;
    Ok(value.map_or_else(Vec::new, |value| Object::of_document(document, value)))
}

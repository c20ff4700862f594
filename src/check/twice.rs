//! Keys that stand twice in one mapping, where storage settings are at stake. YAML's readers keep the last one, so this looks at the text's own tree.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::home;
use crate::schema::Backend;
use crate::values::{self, Map};
use crate::yaml::{Node, parse_first, split};

/// The key that settings are under, in every home.
const STORAGE: &str = "storage";

/// Where in a document a mapping is.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// On the way to `storage`, or beside it.
    Outside,
    /// In `storage`.
    Storage,
    /// In a backend's block.
    Block(&'static Backend),
}

/// The keys of a document that hide an earlier one of the same name: those in `storage`, and those on the way to one.
pub fn keys(source: &Arc<Source>, root: &Node, offset: usize) -> Vec<Diagnostic> {
    let mut look = Look {
        source,
        offset,
        path: Vec::new(),
        found: Vec::new(),
    };
    look.node(root, Depth::Outside);
    look.found
}

/// The same of the files that a tree of values came from.
pub fn in_files(root: &values::Node) -> Vec<Diagnostic> {
    let mut sources = Vec::new();
    collect(root, &mut sources);
    let mut found = Vec::new();
    for source in &sources {
        for document in split(source.text.as_bytes()) {
            let offset = document.offset();
            let text = source.text.get(offset..offset + document.raw().len());
            if let Ok(Some(root)) = parse_first(text.unwrap_or_default()) {
                found.extend(keys(source, &root, offset));
            }
        }
    }
    found
}

/// The files behind a tree, each once.
fn collect(node: &values::Node, sources: &mut Vec<Arc<Source>>) {
    let source = &node.origin.source;
    let is_new = !sources.iter().any(|known| Arc::ptr_eq(known, source));
    if source.kind == SourceKind::File && is_new {
        sources.push(Arc::clone(source));
    }
    for child in node.as_map().into_iter().flat_map(Map::values) {
        collect(child, sources);
    }
}

struct Look<'a> {
    source: &'a Arc<Source>,
    offset: usize,
    path: Vec<&'a str>,
    found: Vec<Diagnostic>,
}

impl<'a> Look<'a> {
    /// Goes through a mapping; whether it leads to a `storage`.
    fn node(&mut self, node: &'a Node, depth: Depth) -> bool {
        // The last entry of each key so far, and whether it leads to a `storage`.
        let mut last: HashMap<&str, (&Node, bool)> = HashMap::new();
        let mut leads = false;
        for (key, value) in node.entries() {
            let Some(name) = key.text().filter(|_| !key.is_merge()) else {
                continue;
            };
            self.path.push(name);
            let matters = match depth {
                Depth::Outside if name == STORAGE && !value.entries().is_empty() => {
                    self.node(value, Depth::Storage);
                    true
                }
                Depth::Outside => self.node(value, depth),
                Depth::Storage => {
                    let backend = Backend::named(name);
                    if let Some(backend) = backend {
                        self.node(value, Depth::Block(backend));
                    }
                    backend.is_some() || name == "backend"
                }
                // Another key is unknown, which another rule says.
                Depth::Block(backend) => backend.field(name).is_some(),
            };
            leads |= matters;
            if let Some((earlier, mattered)) = last.insert(name, (key, matters))
                && (matters || mattered)
            {
                let (hidden, counts) = (self.origin(earlier), self.origin(key));
                let path = self.path.join(".");
                self.found
                    .push(home::duplicate_key(&hidden, &counts, &path));
            }
            self.path.pop();
        }
        leads
    }

    fn origin(&self, node: &Node) -> Origin {
        let span = node.span.start + self.offset..node.span.end + self.offset;
        Origin::new(self.source, span)
    }
}

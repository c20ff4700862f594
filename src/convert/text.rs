//! Settings in a text, found and taken to another home with their comments. It reads no file, and returns no text that does not read as meant.

use std::sync::Arc;

use serde_json::Value as Json;

use super::home::changes;
use super::{Home, NotWritable, Storage, commented, fitted, wrapped, write};
use crate::origin::Source;
use crate::pipeline::sources::find_storage;
use crate::schema::STORAGE_PATH;
use crate::values::{Dialect, Node, ValuesError, file};
use crate::workload::MSR_KIND;
use crate::yaml::{self, Edit, Kind, Step};

/// A document of a text that holds settings.
#[derive(Debug)]
pub struct Document {
    /// Its text, from its `---` on.
    text: String,
    /// The line of the whole text that it begins on.
    line: usize,
    /// The keys that lead to the settings.
    path: Vec<String>,
    /// Whether it is an MSR custom resource.
    pub is_resource: bool,
    /// All of its values, with their places.
    pub values: Node,
    /// The tree under `registry.storage`.
    pub tree: Json,
}

/// The documents with storage settings: values (an umbrella chart's too), custom resources, carriers.
///
/// # Errors
/// Where a document can't be read as Helm reads values.
pub fn find(source: &Arc<Source>) -> Result<Vec<Document>, ValuesError> {
    let mut found = Vec::new();
    for document in yaml::split(source.text.as_bytes()) {
        let offset = document.offset();
        let text = &source.text[offset..offset + document.raw().len()];
        // What is no YAML is said by the reader of values, with its place.
        let root = match yaml::parse_first(text) {
            Ok(Some(root)) => root,
            Ok(None) => continue,
            Err(_) => return file::read(source, Dialect::Helm4).map(|_| Vec::new()),
        };
        let is_resource = root.get("kind").and_then(yaml::Node::text) == Some(MSR_KIND);
        let values = file::document(source, offset, &root)?;
        if let Some((path, node)) = find_storage(&values) {
            found.push(Document {
                text: text.to_owned(),
                line: document.first_line(),
                path,
                is_resource,
                tree: Json::from(node),
                values,
            });
        }
    }
    Ok(found)
}

impl Document {
    /// The name of a custom resource or carrier.
    pub fn name(&self) -> Option<&str> {
        self.values.at(&["metadata", "name"])?.as_str()
    }

    /// How a message tells it from others.
    pub fn title(&self) -> String {
        let kind = self.values.get("kind").and_then(Node::as_str);
        match (kind, self.name()) {
            (Some(kind), Some(name)) => format!("{kind}/{name} at line {}", self.line),
            (Some(kind), None) => format!("{kind} at line {}", self.line),
            _ => format!("values at line {}", self.line),
        }
    }

    /// The settings for a home: in this very document where the form stays, else in a new one, with their comments and in their order.
    ///
    /// # Errors
    /// [`NotWritable`].
    pub fn converted(&self, home: Home, name: &str) -> Result<String, NotWritable> {
        let storage = Storage {
            tree: self.tree.clone(),
            notes: Vec::new(),
        };
        let texts = [self.as_it_is(home), self.moved(home, name)];
        let kept = texts.into_iter().flatten().find_map(|(text, path)| {
            let edits = edits(&self.tree, home, &path);
            let text = yaml::apply(&text, &edits).ok()?;
            let wanted = fitted(&storage, home);
            (read(&text, &path)? == wanted.tree).then(|| commented(&wanted.notes) + &text)
        });
        match kept {
            Some(text) => Ok(text),
            None => write(&storage, home, name),
        }
    }

    /// The document, where its form is the home's and, for another product, nothing else is in it.
    fn as_it_is(&self, home: Home) -> Option<(String, Vec<String>)> {
        let root = yaml::parse_one(&self.text).ok()??;
        let alone = self
            .path
            .iter()
            .try_fold(&root, |node, key| {
                node.get(key).filter(|_| node.entries().len() == 1)
            })
            .is_some()
            && self.path == STORAGE_PATH;
        let stays = match home {
            Home::Helm => !self.is_resource && root.get("kind").is_none(),
            Home::Swarm => !self.is_resource && alone,
            Home::Cr => self.is_resource,
            Home::Set => false,
        };
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        stays.then(|| (text.to_owned(), self.path.clone()))
    }

    /// The lines below `storage:`, as far in as the home wants them.
    fn moved(&self, home: Home, name: &str) -> Option<(String, Vec<String>)> {
        if home == Home::Set {
            return None;
        }
        let root = yaml::parse_one(&self.text).ok()??;
        let path: Vec<_> = self
            .path
            .iter()
            .map(|key| Step::from(key.as_str()))
            .collect();
        let storage = root.at(&path)?;
        let Kind::Mapping { entries, .. } = &storage.kind else {
            return None;
        };
        let (first, _) = entries.first()?;
        let first_line = self.text[..first.span.start].rfind('\n')? + 1;
        let column = first.span.start - first_line;
        if !self.text[first_line..first.span.start].trim().is_empty() {
            return None;
        }
        let start = comments_above(&self.text, first_line);
        let end = lines_below(&self.text, first_line, column);
        let empty = wrapped(&Json::Null, home, name);
        let head = yaml::to_yaml(&empty);
        let head = head.strip_suffix(" null\n")?;
        let path: Vec<String> = match home {
            Home::Cr => ["spec"]
                .iter()
                .chain(&STORAGE_PATH)
                .map(|key| (*key).to_owned())
                .collect(),
            _ => STORAGE_PATH.map(str::to_owned).to_vec(),
        };
        let block = shifted(&self.text[start..end], column, path.len() * 2);
        Some((format!("{head}\n{block}"), path))
    }
}

/// Where the comments begin that stand above a line, right below the key.
fn comments_above(text: &str, line: usize) -> usize {
    let mut start = line;
    while let Some(above) = text[..start].strip_suffix('\n') {
        let from = above.rfind('\n').map_or(0, |at| at + 1);
        let content = above[from..].trim();
        if !content.starts_with('#') {
            break;
        }
        start = from;
    }
    start
}

/// The end of the lines that are as far in as `column`, blank ones between them included.
fn lines_below(text: &str, start: usize, column: usize) -> usize {
    let mut end = start;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        at += line.len();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            continue;
        }
        if indent < column {
            break;
        }
        end = at;
    }
    end
}

/// Lines moved from one column to another; comments that stand further out go as far as they can.
fn shifted(block: &str, from: usize, to: usize) -> String {
    let mut out = String::new();
    for line in block.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !line.trim().is_empty() {
            out.push_str(&" ".repeat(indent.saturating_sub(from) + to));
            out.push_str(&line[indent..]);
        }
        out.push('\n');
    }
    out
}

/// The edits that a home wants of settings at a path.
fn edits(tree: &Json, home: Home, path: &[String]) -> Vec<Edit> {
    let edit = |change: super::home::Change| {
        let path: Vec<Step> = path
            .iter()
            .map(String::as_str)
            .chain([change.block, change.field])
            .map(Step::from)
            .collect();
        match change.value {
            Some(value) => Edit::Set { path, value },
            None => Edit::Remove { path },
        }
    };
    changes(tree, home).into_iter().map(edit).collect()
}

/// The tree at a path, as Helm reads the text.
fn read(text: &str, path: &[String]) -> Option<Json> {
    let source = Arc::new(Source {
        kind: crate::origin::SourceKind::File,
        name: String::new(),
        text: text.to_owned(),
    });
    let root = file::read(&source, Dialect::Helm3).ok()?;
    let keys: Vec<_> = path.iter().map(String::as_str).collect();
    root.at(&keys).map(Json::from)
}

//! Where a secret field lies, and its value where the stream holds that Secret. It prints nothing; who may see a value is the caller's to decide.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use crate::expand::MADE_FOR;
use crate::schema::{Backend, Field, Reach};
use crate::yaml;

use super::object::Object;
use super::rendered::Reference;
use super::select::Container;
use super::stream::Stream;
use super::volumes::{is_within, volume};

/// A place that is not the workload itself.
pub struct Place {
    /// The Secret; empty if there is none.
    pub name: String,
    /// The key in it; for what is no Secret, the file's path.
    key: String,
    /// Whether its text stands in YAML quotes before the registry reads it.
    quoted: bool,
}

impl Place {
    /// Of a variable.
    pub fn of_variable(container: &Container, backend: &Backend, reference: &Reference) -> Self {
        let entry = backend
            .env(reference.field)
            .and_then(|name| container.variable(&name));
        Self {
            name: reference.secret.clone(),
            key: reference.key.clone(),
            quoted: entry.is_some_and(|entry| entry["value"].is_string()),
        }
    }

    /// Of a file that a container mounts.
    pub fn of_file(object: &Object, container: &Container, path: &str) -> Self {
        let found = container.mounts().iter().find_map(|mount| {
            let directory = mount["mountPath"].as_str()?;
            let rest = is_within(path, directory)
                .then(|| path[directory.trim_end_matches('/').len()..].trim_start_matches('/'))?;
            let rest = mount["subPath"].as_str().unwrap_or(rest);
            let (_, volume) = volume(object, mount["name"].as_str()?)?;
            let projected = volume["projected"]["sources"].as_array();
            let sources = std::iter::once(volume).chain(projected.into_iter().flatten());
            sources
                .map(|source| &source["secret"])
                .find_map(|secret| in_secret(secret, rest))
        });
        let (name, key) = found.unwrap_or_else(|| (String::new(), path.to_owned()));
        Self {
            name,
            key,
            quoted: false,
        }
    }

    /// How a note names it.
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            format!("the file {}", self.key)
        } else {
            format!("Secret/{} under the key {}", self.name, self.key)
        }
    }

    /// Whether it can be named by `existingSecret`: a Secret that the post-renderer did not make, its key the field's name.
    pub fn is_users(&self, stream: &Stream, object: &Object, field: &Field) -> bool {
        let ours = stream
            .find("Secret", &self.name, object)
            .is_some_and(|secret| secret.annotation(MADE_FOR).is_some());
        let named_so = self.name == format!("{}-storage", object.name());
        let made = ours || (named_so && !self.quoted);
        !self.name.is_empty() && self.key == field.name && !made
    }

    /// The Secret, where it is in the stream, with the path to the value in it.
    pub fn find<'s>(&self, stream: &'s Stream, object: &Object) -> Option<(&'s Object, [&str; 2])> {
        if self.name.is_empty() {
            return None;
        }
        let secret = stream.find("Secret", &self.name, object)?;
        let parts = ["stringData", "data"].into_iter();
        let mut parts = parts.filter(|part| secret.value[*part][&self.key].is_string());
        Some((secret, [parts.next()?, &self.key]))
    }

    /// The value as the registry reads it, where the Secret is in the stream.
    pub fn value(&self, stream: &Stream, object: &Object, field: &Field) -> Option<Json> {
        let (secret, [part, key]) = self.find(stream, object)?;
        let text = secret.value[part][key].as_str()?;
        let text = match part {
            "data" => String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?,
            _ => text.to_owned(),
        };
        if matches!(field.reach, Reach::File { .. }) {
            return Some(text.into());
        }
        let read = if self.quoted {
            format!("'{text}'")
        } else {
            text
        };
        let node = yaml::parse_one(&read).ok().flatten()?;
        Some(match yaml::to_json(&node).ok()? {
            Json::String(text) => text.into(),
            // The registry takes the text of a number for a string field.
            Json::Number(number) => number.to_string().into(),
            Json::Bool(value) => value.to_string().into(),
            _ => return None,
        })
    }
}

/// The Secret and key behind a file of a volume.
fn in_secret(secret: &Json, file: &str) -> Option<(String, String)> {
    let name = secret["secretName"]
        .as_str()
        .or_else(|| secret["name"].as_str())?;
    let key = match secret["items"].as_array() {
        None => file,
        Some(items) => items.iter().find(|item| item["path"] == file)?["key"].as_str()?,
    };
    Some((name.to_owned(), key.to_owned()))
}

//! What can be explained, and the names it goes by. It holds no text.

use crate::diag::nearest;
use crate::schema::{BACKENDS, Backend, Field, STORAGE_PATH};

/// What to explain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Topic {
    /// `registry.storage` as a whole.
    Storage,
    /// `registry.storage.backend`.
    Choice,
    /// A backend's block.
    Backend(&'static Backend),
    /// One field.
    Field(&'static Backend, &'static Field),
    /// The IAM policy.
    Policy,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A name that nothing has.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What may have been meant, the likeliest first; never empty of use, but perhaps empty.
    pub near: Vec<String>,
}

/// Every name in its short form, in the table's order: `backend`, `s3`, `s3.region`, …, `policy`.
pub fn names() -> impl Iterator<Item = String> {
    let blocks = BACKENDS.into_iter().flat_map(|backend| {
        let fields = backend.fields.iter();
        std::iter::once(backend.name.to_owned())
            .chain(fields.map(move |field| format!("{}.{}", backend.name, field.name)))
    });
    std::iter::once("backend".to_owned())
        .chain(blocks)
        .chain(std::iter::once("policy".to_owned()))
}

/// The topic of a name: short (`s3.region`), full (`registry.storage.s3.region`), or as in a custom resource (`spec.registry…`).
///
/// # Errors
/// There is none of that name; then the near ones.
pub fn find(name: &str) -> Result<Topic, Unknown> {
    let short = short(name);
    match short {
        "" => return Ok(Topic::Storage),
        "backend" => return Ok(Topic::Choice),
        "policy" => return Ok(Topic::Policy),
        _ => {}
    }
    let found = match short.split_once('.') {
        None => Backend::named(short).map(Topic::Backend),
        Some((block, key)) => Backend::named(block)
            .and_then(|backend| Some(Topic::Field(backend, backend.field(key)?))),
    };
    found.ok_or_else(|| Unknown { near: near(short) })
}

/// A name without the path that all have.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("spec.").unwrap_or(name);
    STORAGE_PATH
        .iter()
        .fold(name, |rest, key| match rest.strip_prefix(key) {
            Some("") => "",
            Some(after) => after.strip_prefix('.').unwrap_or(rest),
            None => rest,
        })
}

/// A bare field's name means that field of each backend; else the nearest name within the backend, or of all.
fn near(short: &str) -> Vec<String> {
    let owners = |key: &str| -> Vec<String> {
        let owners = BACKENDS
            .into_iter()
            .filter(|backend| backend.field(key).is_some());
        owners
            .map(|backend| format!("{}.{key}", backend.name))
            .collect()
    };
    let (block, key) = short.split_once('.').unwrap_or(("", short));
    let block = nearest(block, BACKENDS.map(|backend| backend.name)).and_then(Backend::named);
    if let Some(backend) = block {
        let key = nearest(key, backend.fields.iter().map(|field| field.name));
        return key
            .map(|key| format!("{}.{key}", backend.name))
            .into_iter()
            .collect();
    }
    let bare = owners(key);
    if !bare.is_empty() {
        return bare;
    }
    let all: Vec<_> = names().collect();
    let keys = BACKENDS
        .into_iter()
        .flat_map(|backend| backend.fields)
        .map(|field| field.name);
    match nearest(short, all.iter().map(String::as_str)) {
        Some(name) => vec![name.to_owned()],
        None => nearest(key, keys).map(owners).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near_of(name: &str) -> Vec<String> {
        find(name).unwrap_err().near
    }

    #[test]
    fn every_name_is_found_in_its_three_forms() {
        for name in names() {
            let topic = find(&name).unwrap();
            if topic != Topic::Policy {
                assert_eq!(find(&format!("registry.storage.{name}")), Ok(topic));
                assert_eq!(find(&format!("spec.registry.storage.{name}")), Ok(topic));
            }
        }
        for whole in ["registry", "registry.storage", "storage"] {
            assert_eq!(find(whole), Ok(Topic::Storage), "{whole}");
        }
    }

    #[test]
    fn a_wrong_name_gets_the_near_ones() {
        assert_eq!(near_of("s3.regoin"), ["s3.region"]);
        assert_eq!(near_of("registry.storage.s3.secretKey"), ["s3.secretkey"]);
        assert_eq!(near_of("S3.region"), ["s3.region"]);
        assert_eq!(
            near_of("region"),
            ["s3.region", "swift.region", "oss.region"]
        );
        assert_eq!(near_of("bukcet"), ["s3.bucket", "gcs.bucket", "oss.bucket"]);
        assert_eq!(near_of("azrue"), ["azure"]);
        assert!(near_of("ingress").is_empty());
    }
}

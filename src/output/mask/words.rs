//! Which keys are known, and whose values may be shown. It reads no text.

use crate::schema::BACKENDS;

/// Keys around the storage settings, in values and in Kubernetes' objects, whose values are no secrets.
const PUBLIC: &[&str] = &[
    "accessmode",
    "accessmodes",
    "apiversion",
    "backend",
    "eks.amazonaws.com/role-arn",
    "iam.amazonaws.com/role",
    "image",
    "key",
    "kind",
    "mountpath",
    "name",
    "namespace",
    "replicacount",
    "replicas",
    "repository",
    "secretname",
    "serviceaccountname",
    "storage",
    "storageclassname",
    "tag",
];

/// Keys that hold mappings or lists, for telling a key from a value in text that does not parse.
const STRUCTURE: &[&str] = &[
    "annotations",
    "containers",
    "data",
    "env",
    "envfrom",
    "labels",
    "metadata",
    "registry",
    "secretkeyref",
    "spec",
    "stringdata",
    "template",
    "value",
    "valuefrom",
];

/// Parts of a key that promise a secret.
const SECRETIVE: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "token",
    "credential",
    "private",
    "accesskey",
    "accountkey",
    "apikey",
];

fn plain(key: &str) -> String {
    key.to_ascii_lowercase().replace(['-', '_'], "")
}

fn fields(secret: bool) -> impl Iterator<Item = &'static str> {
    BACKENDS
        .into_iter()
        .flat_map(|backend| backend.fields)
        .filter(move |field| field.secret == secret)
        .map(|field| field.name)
}

/// Whether the value under a key may be shown: a key of the table's public fields, or so near to one that it is a typo, and not near a secret one.
pub(super) fn is_public(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let key = plain(key);
    if fields(true).any(|secret| secret == key) {
        return false;
    }
    if PUBLIC.contains(&lower.as_str()) || fields(false).any(|field| plain(field) == key) {
        return true;
    }
    if SECRETIVE.iter().any(|part| key.contains(part)) {
        return false;
    }
    let distance = |words: &mut dyn Iterator<Item = &'static str>| {
        words
            .map(|word| strsim::damerau_levenshtein(&key, &plain(word)))
            .min()
            .unwrap_or(usize::MAX)
    };
    let public = distance(&mut fields(false));
    public <= 2 && key.len() > 4 && distance(&mut fields(true)) > 3
}

/// Whether a word is surely a key and no value: for text that does not parse.
pub(super) fn is_key(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    PUBLIC.contains(&lower.as_str())
        || STRUCTURE.contains(&lower.as_str())
        || BACKENDS
            .into_iter()
            .any(|backend| backend.name == word || backend.field(word).is_some())
}

/// Whether the value of an environment variable may be shown: the registry's, of a public field.
pub(super) fn is_public_variable(name: &str) -> bool {
    name == "REGISTRY_STORAGE"
        || BACKENDS.into_iter().any(|backend| {
            let public = backend.fields.iter().filter(|field| !field.secret);
            public
                .into_iter()
                .any(|field| backend.env(field).is_some_and(|variable| variable == name))
        })
}

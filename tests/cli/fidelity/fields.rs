//! The backends and fields of the vendor's guide, written down once more so that the program's own table is not its
//! judge, and random settings of them.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::choices::Choices;

/// What a field takes.
#[derive(Clone, Copy)]
enum Takes {
    Text,
    Bool,
    Bytes(i64, i64),
    Words(&'static [&'static str]),
}

use Takes::{Bool, Bytes, Text, Words};

/// Name, what it takes, whether it is required, whether it is a secret.
type Field = (&'static str, Takes, bool, bool);

/// The name in values, the registry's driver, the fields.
type Backend = (&'static str, &'static str, &'static [Field]);

const MEBI: i64 = 1 << 20;

const REGIONS: &[&str] = &["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"];

/// Addresses, which are no place for any text: what is no plain address is refused.
const AUTH_URLS: &[&str] = &["https://a.example.com:5000/v3", "http://10.0.0.1/v2.0"];
const REALMS: &[&str] = &["core.windows.net", "core.example.com:10000"];
const HOSTS: &[&str] = &["b.oss-cn-hangzhou.aliyuncs.com", "b.oss.example.com"];

const BACKENDS: &[Backend] = &[
    (
        "s3",
        "s3",
        &[
            ("region", Words(REGIONS), true, false),
            ("bucket", Text, true, false),
            ("encrypt", Bool, false, false),
            ("keyid", Text, false, false),
            ("secure", Bool, false, false),
            ("chunksize", Bytes(5 * MEBI, 1), false, false),
            ("rootdirectory", Text, false, false),
            (
                "storageclass",
                Words(&["STANDARD", "REDUCED_REDUNDANCY"]),
                false,
                false,
            ),
        ],
    ),
    (
        "azure",
        "azure",
        &[
            ("accountname", Text, true, false),
            ("accountkey", Text, true, true),
            ("container", Text, true, false),
            ("realm", Words(REALMS), false, false),
        ],
    ),
    (
        "swift",
        "swift",
        &[
            ("authurl", Words(AUTH_URLS), true, false),
            ("username", Text, true, false),
            ("password", Text, true, true),
            ("container", Text, true, false),
            ("region", Text, false, false),
            ("tenant", Text, false, false),
            ("tenantid", Text, false, false),
            ("domain", Text, false, false),
            ("domainid", Text, false, false),
            ("trustid", Text, false, false),
            ("insecureskipverify", Bool, false, false),
            ("chunksize", Bytes(MEBI, 1), false, false),
            ("prefix", Text, false, false),
            ("secretkey", Text, false, true),
            ("accesskey", Text, false, false),
            ("authversion", Words(&["1", "2", "3"]), false, false),
            (
                "endpointtype",
                Words(&["public", "internal", "admin"]),
                false,
                false,
            ),
        ],
    ),
    (
        "gcs",
        "gcs",
        &[
            ("bucket", Text, true, false),
            ("credentials", Text, false, true),
            ("rootdirectory", Text, false, false),
            ("chunksize", Bytes(MEBI / 4, MEBI / 4), false, false),
        ],
    ),
    (
        "oss",
        "oss",
        &[
            ("accesskeyid", Text, true, true),
            ("accesskeysecret", Text, true, true),
            ("region", Text, true, false),
            ("bucket", Text, true, false),
            ("endpoint", Words(HOSTS), false, false),
            ("internal", Bool, false, false),
            ("encrypt", Bool, false, false),
            ("secure", Bool, false, false),
            ("chunksize", Bytes(5 * MEBI, 1), false, false),
            ("rootdirectory", Text, false, false),
        ],
    ),
];

/// Texts that YAML, Kubernetes or a shell would make something else of.
const AWKWARD: &[&str] = &[
    "plain",
    "12345",
    "012345",
    "1_000",
    "0x1F",
    "1e5",
    "1.50",
    ".5",
    ".inf",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "true",
    "false",
    "null",
    "~",
    "2024-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "190:20:30",
    "=",
    "<<",
    "!tag",
    "&anchor",
    "*alias",
    "a: b",
    "a:",
    ": a",
    "- a",
    "-",
    "---",
    "...",
    "? a",
    "a #b",
    "#a",
    "[x",
    "{x",
    "]",
    "}",
    ",",
    "a, b",
    "%TAG",
    "@a",
    "`a",
    "|",
    ">",
    "'",
    "''",
    "it's",
    "\"",
    "\"q\"",
    "\\",
    "\\n",
    "$(HOME)",
    "$$",
    "$$(HOME)",
    "$(A",
    "$",
    "$(REGISTRY_STORAGE)",
    " lead",
    "trail ",
    "a  b",
    "a\nb",
    "a\n",
    "\na",
    "a\r\nb",
    "a\tb",
    "\t",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "漢字",
    "🦀",
    "msr/images",
    "https://a.example.com:5000/v3?x=y&z",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "bm90IGEgcmVhbCBrZXk=",
    "{\"type\": \"service_account\"}",
];

/// The settings of one backend.
pub(super) struct Settings {
    backend: &'static str,
    /// The registry's driver.
    pub(super) driver: &'static str,
    fields: Vec<(&'static str, Value, bool)>,
}

/// Random ones.
pub(super) fn settings(choices: &mut Choices) -> Settings {
    let (backend, driver, fields) = BACKENDS[choices.below(BACKENDS.len())];
    let mut set = Vec::new();
    if backend == "s3" && choices.once_in(2) {
        set.push(("accesskey", value(Text, choices), true));
        set.push(("secretkey", value(Text, choices), true));
    }
    for (name, takes, required, secret) in fields {
        if *required || choices.once_in(3) {
            set.push((name, value(*takes, choices), *secret));
        }
    }
    Settings {
        backend,
        driver,
        fields: set,
    }
}

/// Those that the judge is tried on.
pub(super) fn s3_with_keys() -> Settings {
    let text = |name, text: &str, secret| (name, json!(text), secret);
    Settings {
        backend: "s3",
        driver: "s3",
        fields: vec![
            text("accesskey", "AKIAIOSFODNN7EXAMPLE", true),
            text("secretkey", "it's 100%", true),
            text("region", "us-east-1", false),
            text("bucket", "12345", false),
        ],
    }
}

fn value(takes: Takes, choices: &mut Choices) -> Value {
    match takes {
        Bool => json!(choices.once_in(2)),
        Bytes(least, multiple) => {
            let more = i64::try_from(choices.below(200)).expect("a small number");
            json!(least + more * multiple)
        }
        Words(words) => {
            let word = choices.one(words);
            word.parse::<i64>()
                .map_or_else(|_| json!(word), |number| json!(number))
        }
        Text => {
            let mut text = choices.one(AWKWARD).to_owned();
            while choices.once_in(3) {
                text += choices.one(AWKWARD);
            }
            json!(text)
        }
    }
}

impl Settings {
    /// A values file that says them; JSON, so that no reading of YAML comes between.
    pub(super) fn values(&self) -> String {
        let block: Map<_, _> = self
            .fields
            .iter()
            .map(|(name, value, _)| ((*name).to_owned(), value.clone()))
            .collect();
        let storage = json!({"backend": self.backend, self.backend: block});
        escaped(&json!({"registry": {"storage": storage}}).to_string())
    }

    /// The registry's parameters that it must end up with: by variable, then in the secret file where there is one.
    pub(super) fn variables(&self) -> Vec<(String, Value, bool)> {
        let mut wanted = vec![("REGISTRY_STORAGE".to_owned(), json!(self.driver), false)];
        let prefix = format!("REGISTRY_STORAGE_{}_", self.driver.to_uppercase());
        for (name, value, secret) in &self.fields {
            if *name == "credentials" {
                let path = json!("/etc/msr-storage/credentials.json");
                wanted.push((format!("{prefix}KEYFILE"), path, false));
            } else {
                wanted.push((
                    prefix.clone() + &name.to_uppercase(),
                    value.clone(),
                    *secret,
                ));
            }
        }
        // Kubernetes on AWS needs it, and there is no endpoint of another service among these settings.
        if self.driver == "s3" {
            wanted.push((prefix + "V4AUTH", json!(true), false));
        }
        wanted
    }

    /// An MSR custom resource with the settings in it: the operator reads them there, secrets too.
    pub(super) fn written_into(&self, resource: &Value) -> Value {
        let mut resource = resource.clone();
        let registry = &mut resource["spec"]["registry"];
        let storage = &mut registry["storage"];
        storage["backend"] = json!(self.backend);
        for (name, value, _) in &self.fields {
            storage[self.backend][*name] = value.clone();
        }
        if self.driver == "s3" {
            storage["s3"]["v4auth"] = json!(true);
        }
        resource
    }

    /// The secret fields, by their names.
    pub(super) fn secrets(&self) -> Vec<(&'static str, &str)> {
        let secrets = self.fields.iter().filter(|(_, _, secret)| *secret);
        secrets
            .map(|(name, value, _)| (*name, value.as_str().expect("secrets are text")))
            .collect()
    }

    /// The content of gcs's key file.
    pub(super) fn key_file(&self) -> Option<&str> {
        let mut secrets = self.secrets().into_iter();
        secrets.find_map(|(name, text)| (name == "credentials").then_some(text))
    }
}

/// JSON that is YAML too: control characters, and those that YAML takes for line breaks, by their escapes.
pub(super) fn escaped(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                write!(text, "\\u{:04x}", u32::from(c)).expect("a string can be written");
            }
            c => text.push(c),
        }
    }
    text
}

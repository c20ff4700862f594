//! The kinds of input: each is a function of its size, and the commands that read it.

#![allow(clippy::too_many_lines, reason = "lists of kinds, one after the other")]

mod hostile;
mod streams;
mod values;

pub(super) use self::hostile::hostile;
pub(super) use self::streams::streams;
pub(super) use self::values::{flags, values};

/// What a size comes to.
#[derive(Default)]
pub(super) struct Made {
    pub(super) files: Vec<(String, String)>,
    pub(super) stdin: String,
    pub(super) flags: Vec<String>,
}

/// A kind of input.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The smaller size: what takes some ten milliseconds.
    pub(super) size: usize,
    pub(super) make: fn(usize) -> Made,
    pub(super) commands: &'static [&'static str],
}

const KEYS: &str = "      region: us-east-2\n      bucket: testing-msr\n      accesskey: AKIAIOSFODNN7EXAMPLE\n      secretkey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";

fn block() -> String {
    format!("registry:\n  storage:\n    backend: s3\n    s3:\n{KEYS}")
}

/// `count` texts, one after the other.
fn times(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// A values file, and a stream with one registry beside it.
fn file(text: String) -> Made {
    Made {
        files: vec![("values.yaml".to_owned(), text)],
        stdin: registry(0),
        flags: Vec::new(),
    }
}

/// A stream, and values for it.
fn stream(text: String) -> Made {
    Made {
        files: vec![
            ("values.yaml".to_owned(), block()),
            ("stream.yaml".to_owned(), text.clone()),
        ],
        stdin: text,
        flags: Vec::new(),
    }
}

fn flagged(flags: Vec<String>) -> Made {
    Made {
        stdin: registry(0),
        flags,
        ..Made::default()
    }
}

fn registry(number: usize) -> String {
    registry_with(number, "", "", "")
}

/// A registry with more in its container's `env` and `volumeMounts`, and in its pod's `volumes`.
fn registry_with(number: usize, env: &str, mounts: &str, volumes: &str) -> String {
    format!(
        "---\n# Source: msr/templates/registry.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: r{number}-msr-registry\n  labels: {{app.kubernetes.io/name: msr, app.kubernetes.io/component: registry}}\nspec:\n  template:\n    spec:\n      serviceAccountName: a{number}\n      containers:\n        - name: registry\n          image: registry.mirantis.com/msr/msr-registry:3.1.4\n          env:\n            - {{name: LOG, value: debug}}\n{env}          volumeMounts:\n            - {{name: storage, mountPath: /storage}}\n{mounts}      volumes:\n        - name: storage\n          persistentVolumeClaim: {{claimName: c{number}}}\n{volumes}"
    )
}

//! The one table of backends and fields that everything else reads. It holds facts only: no parsing, no output.
//!
//! Facts about drivers are docker/distribution 2.8's, read in its source and tried on a running registry.

mod azure;
mod gcs;
mod oss;
mod region;
mod s3;
mod shape;
mod swift;
mod volume;

pub use region::{Partition, S3_REGIONS, S3Region, aws_regions, partition};
pub use shape::Shape;

/// Where the settings lie in Helm values, and under `spec` in an MSR custom resource.
pub const STORAGE_PATH: [&str; 2] = ["registry", "storage"];

/// Every backend, in the order of the vendor's guide; the first is the default.
pub static BACKENDS: [&Backend; 6] = [
    &volume::BACKEND,
    &s3::BACKEND,
    &azure::BACKEND,
    &gcs::BACKEND,
    &swift::BACKEND,
    &oss::BACKEND,
];

/// One storage backend.
pub struct Backend {
    /// The value of `registry.storage.backend`, and the key of its block.
    pub name: &'static str,
    /// The registry's driver for it: the value of `REGISTRY_STORAGE`, and a part of its variables' names.
    pub driver: &'static str,
    /// The full name, as in a sentence.
    pub title: &'static str,
    /// Its fields, in the order they are documented and written.
    pub fields: &'static [Field],
}

/// One key of a backend's block.
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// Who needs it.
    pub level: Level,
    /// Whether the backend can't work without it.
    pub required: bool,
    /// Whether it is a secret: never in a workload, never printed.
    pub secret: bool,
    /// Another field of the block without which this one is not used (and the reverse where that one names this).
    pub pair: Option<&'static str>,
    /// Whether it says which store the images are in: another value means another, perhaps empty, store.
    pub identity: bool,
    /// What values it takes.
    pub kind: Kind,
    /// What a text of it looks like: another one may be a secret in the wrong place, and is not shown.
    pub shape: Shape,
    /// How it reaches the registry.
    pub reach: Reach,
    /// What holds where it is absent, as a phrase.
    pub default: &'static str,
    /// A value as one would write it in YAML.
    pub example: &'static str,
    /// What it means: one sentence.
    pub doc: &'static str,
    /// What people get wrong, one sentence each.
    pub mistakes: &'static [&'static str],
}

/// Who needs a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Everyone.
    Standard,
    /// Those with a special need.
    Advanced,
}

/// What values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any string.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer(Limits),
    /// One of these words, exactly.
    Choice(&'static [&'static str]),
    /// A Kubernetes quantity such as `50Gi`.
    Quantity,
    /// The name of a Kubernetes object.
    ObjectName,
}

/// The range of a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
    /// It must be a multiple of this; 1 for any.
    pub multiple_of: i64,
}

/// How a field reaches the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// As an environment variable, named by [`Backend::env`].
    Env,
    /// As a mounted file; the variable of this suffix holds its path.
    File {
        /// The last part of the variable's name.
        env_suffix: &'static str,
    },
    /// In the claim, not in the registry's environment.
    Claim,
    /// It names the Secret that holds the backend's secret fields.
    SecretName,
}

impl Field {
    /// What most fields are: optional, advanced, public text in a variable.
    const TEXT: Self = Self {
        name: "",
        level: Level::Advanced,
        required: false,
        secret: false,
        pair: None,
        identity: false,
        kind: Kind::Text,
        shape: Shape::Word,
        reach: Reach::Env,
        default: "",
        example: "",
        doc: "",
        mistakes: &[],
    };

    /// The key that names a Secret of the user's own.
    pub const EXISTING_SECRET_NAME: &'static str = "existingSecret";

    /// A Secret of the user's own, in every block with secret fields.
    const EXISTING_SECRET: Self = Self {
        name: Self::EXISTING_SECRET_NAME,
        kind: Kind::ObjectName,
        reach: Reach::SecretName,
        default: "a Secret is made from the values",
        example: "registry-storage",
        doc: "Name of a Secret in the registry's namespace that holds the secret fields, each under the field's own name as its key; they are then left out of the values.",
        mistakes: &[
            "A value with a single quote (') or a line break in it, also one at its end, can't be read from an existing Secret: the registry reads it inside YAML quotes.",
            "Its keys are the fields' names: a Secret made for another chart may have others.",
        ],
        ..Self::TEXT
    };
}

impl Backend {
    /// The backend of this name, exactly.
    pub fn named(name: &str) -> Option<&'static Self> {
        BACKENDS.into_iter().find(|backend| backend.name == name)
    }

    /// The backend that a driver of the registry serves (`filesystem` serves `persistentVolume`).
    pub fn of_driver(driver: &str) -> Option<&'static Self> {
        BACKENDS
            .into_iter()
            .find(|backend| backend.driver == driver)
    }

    /// The backend used where none is named.
    pub fn default_backend() -> &'static Self {
        BACKENDS[0]
    }

    /// The field of this name, exactly.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The environment variable that carries a field (`REGISTRY_STORAGE_S3_REGION`), or the path of its file; none for a field that lies in the claim.
    pub fn env(&self, field: &Field) -> Option<String> {
        let suffix = match field.reach {
            Reach::Env => field.name,
            Reach::File { env_suffix } => env_suffix,
            Reach::Claim | Reach::SecretName => return None,
        };
        Some(format!("REGISTRY_STORAGE_{}_{}", self.driver, suffix).to_uppercase())
    }

    /// The field's full path: `registry.storage.s3.region`.
    pub fn path(&self, field: &Field) -> String {
        format!("{}.{}.{}", STORAGE_PATH.join("."), self.name, field.name)
    }

    /// Whether this is the claim-backed one, whose settings lie in a claim rather than in variables.
    pub fn is_volume(&self) -> bool {
        std::ptr::eq(self, &raw const volume::BACKEND)
    }
}

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests;

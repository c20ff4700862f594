//! What `check --probe` and `msr-storage-probe` say to each other, as JSON on standard input and output. It holds no logic of either.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Both programs are of one package: another version may mean something else by the same words.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is to be tried. It holds secrets, so that it has no `Debug`.
#[derive(Serialize, Deserialize, PartialEq)]
pub struct Request {
    /// The asking program's version: [`VERSION`].
    pub version: String,
    /// The backend's name, as in the values.
    pub backend: String,
    /// The fields of its block that are set, by their names, each of the type that the table says.
    pub fields: Map<String, Value>,
    /// How long one step may take, in seconds.
    pub seconds: u64,
}

impl Request {
    /// The text of a field, if it is set.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// A boolean field; `default` where it is absent.
    pub fn flag(&self, field: &str, default: bool) -> bool {
        self.fields
            .get(field)
            .and_then(Value::as_bool)
            .unwrap_or(default)
    }
}

/// What was tried, and what came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The answering program's version.
    pub version: String,
    /// Where the requests went: scheme, host, and port if it is not the scheme's own.
    pub endpoint: String,
    /// The steps in the order they were tried; those after a failure that leaves them no chance are absent.
    pub steps: Vec<Step>,
    /// What could not be deleted again, by its full name in the bucket or container.
    pub left: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Which one.
    pub what: What,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What went wrong, if anything did.
    pub trouble: Option<Trouble>,
}

/// The steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The endpoint answers: name, connection, TLS.
    Reach,
    /// A token is got (Swift).
    SignIn,
    /// What lies under the root directory is listed.
    List,
    /// A small object is written.
    Write,
    /// It is read, and compared.
    Read,
    /// An object is uploaded in the way that the registry uploads a layer: in parts.
    Multipart,
    /// Both are deleted.
    Delete,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The store's own code for it (`NoSuchBucket`, `403`); blank where none came.
    pub code: String,
    /// What the store, or the network, said: one sentence, perhaps blank.
    pub said: String,
    /// The region that the bucket is really in, where the store told.
    pub region: Option<String>,
}

impl Trouble {
    /// Of a kind, with what was said.
    pub fn new(kind: Kind, said: impl Into<String>) -> Self {
        Self {
            kind,
            code: String::new(),
            said: said.into(),
            region: None,
        }
    }
}

/// The kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The endpoint's name is not known to the name service.
    Name,
    /// No connection: nobody listens there, or the way is blocked.
    Connection,
    /// The proxy can't be reached, or lets the connection not through.
    Proxy,
    /// The connection is there, but TLS fails: a certificate that is not trusted, or no TLS on the other side.
    Tls,
    /// No answer in time.
    Time,
    /// The bucket is in another region.
    Region,
    /// The store does not know the key, or the secret is wrong.
    Credentials,
    /// There are no credentials to be had here.
    NoCredentials,
    /// There is no such bucket or container.
    NoStore,
    /// The credentials are right, and lack the permission.
    Denied,
    /// What was read is not what was written.
    Differs,
    /// Anything else.
    Other,
}

impl Kind {
    /// Whether the steps after it have no chance.
    pub fn ends_all(self) -> bool {
        !matches!(self, Self::Denied | Self::Differs | Self::Other)
    }
}

//! What is tried on a store: list, write, read, upload in parts, delete, all under one name that nobody else has. It decides no order.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use msr_storage::check::probe::protocol::{Kind, Request, Trouble};
use opendal::{Operator, Writer};

use crate::swift::Swift;
use crate::wire::Wire;

/// What the small object holds.
const CONTENT: &[u8] = b"Written by msr-storage check --probe, which deletes it again.\n";

/// The store, by the client that serves it.
pub(crate) enum Store {
    /// S3, Azure, GCS, OSS.
    Dal {
        /// The client.
        operator: Operator,
        /// How an object is uploaded in parts.
        parts: Parts,
    },
    /// Swift.
    Swift(Swift),
}

/// How an upload in parts is made, as the registry's driver makes it.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// Bytes of the first part, the least that the store takes; the second has one.
    first: usize,
    /// Blocks that are appended to a blob (Azure).
    append: bool,
    /// A resumable upload (GCS), which this client makes of an upload on a condition.
    resumable: bool,
}

impl Store {
    /// Of an operator.
    pub(crate) fn of(request: &Request, operator: Operator) -> Self {
        let parts = match request.backend.as_str() {
            "s3" => Parts {
                first: 5 << 20,
                append: false,
                resumable: false,
            },
            "azure" => Parts {
                first: 64 << 10,
                append: true,
                resumable: false,
            },
            "gcs" => Parts {
                first: 256 << 10,
                append: false,
                resumable: true,
            },
            _ => Parts {
                first: 100 << 10,
                append: false,
                resumable: false,
            },
        };
        Self::Dal { operator, parts }
    }
}

/// A store and the names that are tried on it.
pub(crate) struct Tried {
    store: Store,
    wire: Wire,
    /// The folder of this run.
    folder: String,
    /// What stands before it in the bucket or container.
    root: String,
    written: Mutex<Vec<String>>,
    /// Uploads in parts that could not be given up.
    unfinished: Mutex<Vec<String>>,
    limit: Duration,
}

impl Tried {
    /// With a new name.
    pub(crate) fn new(request: &Request, store: Store, wire: Wire) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_nanos());
        let root = request.text("rootdirectory").or(request.text("prefix"));
        let root = root.unwrap_or_default().trim_matches('/');
        Self {
            store,
            wire,
            folder: format!("msr-storage-probe-{now:x}-{:x}", std::process::id()),
            root: root.to_owned(),
            written: Mutex::default(),
            unfinished: Mutex::default(),
            limit: Duration::from_secs(request.seconds),
        }
    }

    /// What failed: what the store said, else what its client says.
    fn trouble(&self, error: &opendal::Error) -> Trouble {
        self.wire.take().unwrap_or_else(|| {
            let text = error.to_string().to_lowercase();
            if text.contains("credential") || text.contains("sign") {
                Trouble::new(Kind::NoCredentials, "")
            } else {
                Trouble::new(Kind::Other, error.kind().into_static())
            }
        })
    }

    /// Lists the folder of this run, which nobody has: what is asked for is the right to.
    pub(crate) async fn list(&self) -> Result<(), Trouble> {
        let listed = match &self.store {
            Store::Dal { operator, .. } => operator
                .list(&format!("{}/", self.folder))
                .await
                .map(drop)
                .map_err(|error| self.trouble(&error)),
            Store::Swift(swift) => swift.list(&self.folder).await,
        };
        listed.map_err(|mut trouble| {
            // A bucket that is not there has no code of its own on GCS and Swift.
            if trouble.kind == Kind::Other && trouble.code == "404" {
                trouble.kind = Kind::NoStore;
            }
            trouble
        })
    }

    /// Notes a name before it is written: nobody knows what became of a write that got no answer.
    fn note(&self, name: &str) -> String {
        let name = format!("{}/{name}", self.folder);
        if let Ok(mut written) = self.written.lock() {
            written.push(name.clone());
        }
        name
    }

    /// Takes a name back that was surely not written.
    fn forget(&self, name: &str, trouble: &Trouble) {
        if trouble.kind == Kind::Denied
            && let Ok(mut written) = self.written.lock()
        {
            written.retain(|known| known != name);
        }
    }

    pub(crate) async fn write(&self) -> Result<(), Trouble> {
        let name = self.note("object");
        let done = self.put(&name).await;
        if let Err(trouble) = &done {
            self.forget(&name, trouble);
        }
        done
    }

    async fn put(&self, name: &str) -> Result<(), Trouble> {
        match &self.store {
            Store::Dal { operator, .. } => operator
                .write(name, CONTENT)
                .await
                .map(drop)
                .map_err(|error| self.trouble(&error)),
            Store::Swift(swift) => swift.put(name, CONTENT.to_vec()).await,
        }
    }

    pub(crate) async fn read(&self) -> Result<(), Trouble> {
        let got = self.get(&format!("{}/object", self.folder)).await?;
        same(&got, CONTENT)
    }

    async fn get(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        match &self.store {
            Store::Dal { operator, .. } => operator
                .read(name)
                .await
                .map(|read| read.to_vec())
                .map_err(|error| self.trouble(&error)),
            Store::Swift(swift) => swift.get(name).await,
        }
    }

    /// Uploads an object in two parts; parts of an upload that fails are given up.
    pub(crate) async fn multipart(&self) -> Result<(), Trouble> {
        let name = self.note("in-parts");
        let done = match &self.store {
            Store::Dal { operator, parts } => self.upload(operator, *parts, &name).await,
            Store::Swift(swift) => {
                let segments = [self.note("segments/1"), self.note("segments/2")];
                swift.large(&name, &segments).await
            }
        };
        if let Err(trouble) = &done {
            self.forget(&name, trouble);
        }
        done
    }

    async fn upload(&self, operator: &Operator, parts: Parts, name: &str) -> Result<(), Trouble> {
        let writer = operator.writer_with(name);
        let writer = if parts.append {
            writer.append(true)
        } else if parts.resumable {
            writer.if_not_exists(true)
        } else {
            writer.chunk(parts.first)
        };
        let mut writer = self.in_time(writer.into_future()).await?;
        let content: Vec<u8> = (0..=parts.first).map(|at| (at % 251) as u8).collect();
        let (first, second) = content.split_at(parts.first);
        let sent = self
            .in_time(in_two(&mut writer, first.to_vec(), second.to_vec()))
            .await;
        if let Err(trouble) = sent {
            if self.in_time(writer.abort()).await.is_err()
                && let Ok(mut unfinished) = self.unfinished.lock()
            {
                unfinished.push(name.to_owned());
            }
            return Err(trouble);
        }
        let got = self.in_time(operator.read(name).into_future()).await?;
        same(&got.to_vec(), &content)
    }

    /// A part of a step within the time of a whole one, so that there is time left to clean up after it.
    async fn in_time<T>(
        &self,
        doing: impl Future<Output = opendal::Result<T>>,
    ) -> Result<T, Trouble> {
        match tokio::time::timeout(self.limit, doing).await {
            Ok(done) => done.map_err(|error| self.trouble(&error)),
            Err(_) => Err(Trouble::new(Kind::Time, "")),
        }
    }

    /// Deletes all that was written.
    pub(crate) async fn delete(&self) -> Result<(), Trouble> {
        let mut first = None;
        for name in self.names() {
            let gone = match &self.store {
                Store::Dal { operator, .. } => operator
                    .delete(&name)
                    .await
                    .map_err(|error| self.trouble(&error)),
                Store::Swift(swift) => swift.delete(&name).await,
            };
            match gone {
                Ok(()) => {
                    if let Ok(mut written) = self.written.lock() {
                        written.retain(|known| *known != name);
                    }
                }
                Err(trouble) => {
                    first.get_or_insert(trouble);
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    fn names(&self) -> Vec<String> {
        self.written
            .lock()
            .map(|written| written.clone())
            .unwrap_or_default()
    }

    /// Whether anything may lie there.
    pub(crate) fn has_written(&self) -> bool {
        !self.names().is_empty()
    }

    fn full(&self, name: &str) -> String {
        match self.root.as_str() {
            "" => name.to_owned(),
            root => format!("{root}/{name}"),
        }
    }

    /// What may still lie there, by its full name.
    pub(crate) fn left(&self) -> Vec<String> {
        let objects = self.names().into_iter().map(|name| self.full(&name));
        let uploads = self.unfinished.lock().map(|names| names.clone());
        let uploads = uploads.unwrap_or_default().into_iter();
        objects
            .chain(uploads.map(|name| format!("the unfinished upload {}", self.full(&name))))
            .collect()
    }
}

async fn in_two(writer: &mut Writer, first: Vec<u8>, second: Vec<u8>) -> opendal::Result<()> {
    writer.write(first).await?;
    writer.write(second).await?;
    writer.close().await.map(drop)
}

pub(crate) fn same(got: &[u8], wanted: &[u8]) -> Result<(), Trouble> {
    if got == wanted {
        return Ok(());
    }
    let said = format!("{} bytes of {}", got.len(), wanted.len());
    Err(Trouble::new(Kind::Differs, said))
}

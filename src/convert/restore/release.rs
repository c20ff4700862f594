//! A release as Helm keeps it in a Secret or a ConfigMap, read without a cluster. It judges nothing.
//!
//! Helm's driver writes base64 of gzip of JSON; a Secret's `data` is base64 once more (`pkg/storage/driver`, the same in 3.22 and 4.3).

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::workload::{Object, Stream};

/// How Helm names them.
const PREFIX: &str = "sh.helm.release.v1.";
/// A release unpacked is not larger: Kubernetes takes a Secret of one MiB, and YAML packs to a twentieth.
const MOST: u64 = 64 << 20;

/// A release that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{title} holds no release that can be read: {problem}")]
pub struct Broken {
    title: String,
    problem: String,
}

/// A release as far as it is of use here.
#[derive(Deserialize)]
pub struct Saved {
    /// The rendered objects.
    #[serde(default)]
    pub manifest: String,
    /// The values that the user gave.
    #[serde(default)]
    pub config: Json,
    /// The revision.
    #[serde(default)]
    version: u64,
    #[serde(default)]
    info: Info,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    status: String,
}

/// The release in a stream of backups: of several revisions the latest that was deployed, else the latest.
///
/// # Errors
/// [`Broken`].
pub fn latest(stream: &Stream) -> Result<Option<Saved>, Broken> {
    let objects = stream
        .all_objects()
        .filter(|object| object.name().starts_with(PREFIX));
    let rank = |release: &Saved| (release.info.status == "deployed", release.version);
    let mut latest: Option<Saved> = None;
    for object in objects {
        let release = saved(object)?;
        // One at a time: each may unpack to a thousand times its size.
        if latest
            .as_ref()
            .is_none_or(|known| rank(known) <= rank(&release))
        {
            latest = Some(release);
        }
    }
    Ok(latest)
}

fn saved(object: &Object) -> Result<Saved, Broken> {
    let broken = |problem: &str| Broken {
        title: object.title(),
        problem: problem.to_owned(),
    };
    let text = |part: &str| object.value[part]["release"].as_str();
    let packed = match (text("data"), text("stringData")) {
        (Some(data), _) if object.kind() == "Secret" => STANDARD
            .decode(data.trim())
            .map_err(|_| broken("data.release is not base64"))?,
        (Some(plain), _) | (None, Some(plain)) => plain.as_bytes().to_vec(),
        (None, None) => return Err(broken("there is no data.release")),
    };
    let packed = STANDARD
        .decode(packed.trim_ascii())
        .map_err(|_| broken("data.release is not base64 of base64"))?;
    let mut json = Vec::new();
    if packed.starts_with(&[0x1f, 0x8b]) {
        let length = GzDecoder::new(packed.as_slice())
            .take(MOST + 1)
            .read_to_end(&mut json)
            .map_err(|_| broken("it can't be unpacked"))?;
        if length as u64 > MOST {
            return Err(broken(&format!(
                "it unpacks to more than {} MiB",
                MOST >> 20
            )));
        }
    } else {
        json = packed;
    }
    // Not the error itself: it may quote a value.
    serde_json::from_slice(&json).map_err(|_| broken("it is not Helm's JSON"))
}

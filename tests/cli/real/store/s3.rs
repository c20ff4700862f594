//! S3: Versity's gateway, which checks signature, bucket and region.

use std::ffi::OsStr;
use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::super::server::{Server, folder, free_port};
use super::{Store, block};
use crate::support::tools::tool;

/// A number to YAML, and a text that YAML, the kubelet and a shell would all read otherwise.
pub(crate) const KEY: &str = "0123456789";
/// See [`KEY`].
pub(crate) const SECRET: &str = "it's: #1 $(HOME) $$ \"é\" $é\\";
/// The bucket that exists.
pub(crate) const BUCKET: &str = "testing-msr";

/// Starts it.
#[track_caller]
pub(crate) fn start() -> Store {
    let server = gateway();
    let endpoint = format!("http://127.0.0.1:{}", server.port);
    Store {
        backend: "s3",
        block: block(json!({
            "accesskey": KEY, "secretkey": SECRET, "region": "us-east-1", "bucket": BUCKET, "regionendpoint": endpoint,
            "secure": false, "v4auth": true, "chunksize": 5_242_880, "rootdirectory": "/msr/images",
        })),
        wrong: Some(("secretkey", "another".to_owned())),
        refusals: &["SignatureDoesNotMatch"],
        network: Vec::new(),
        // 3.0.0 puts the bucket into the host name otherwise, which an address has no room for.
        extra: vec![("REGISTRY_STORAGE_S3_FORCEPATHSTYLE", "true".to_owned())],
        servers: vec![server],
    }
}

/// The gateway over a folder; a folder in that is a bucket.
#[track_caller]
pub(crate) fn gateway() -> Server {
    restart(fresh())
}

/// A folder with the bucket, for [`restart_with`], and a free port.
#[track_caller]
pub(crate) fn fresh() -> (TempDir, u16) {
    let folder = folder("s3");
    fs::create_dir_all(folder.path().join("store").join(BUCKET)).expect("a folder");
    (folder, free_port())
}

fn serve(folder: TempDir, port: u16, more: &[String]) -> Server {
    let (address, store) = (format!("127.0.0.1:{port}"), folder.path().join("store"));
    let args = [
        "--port", &address, "--access", KEY, "--secret", SECRET, "--quiet",
    ];
    let args: Vec<_> = args
        .into_iter()
        .chain(more.iter().map(String::as_str))
        .map(OsStr::new)
        .chain([OsStr::new("posix"), store.as_os_str()])
        .collect();
    let program = tool("versitygw");
    Server::start(folder, port, &program, &args, &[]).ready()
}

/// Ends it; what it stored, and where it listened, is kept for [`restart`].
pub(crate) fn stop(gateway: Server) -> (TempDir, u16) {
    let port = gateway.port;
    (gateway.stop(), port)
}

/// Starts it again on what it had stored.
#[track_caller]
pub(crate) fn restart((folder, port): (TempDir, u16)) -> Server {
    serve(folder, port, &[])
}

/// The same with more arguments.
#[track_caller]
pub(crate) fn restart_with((folder, port): (TempDir, u16), more: &[&str]) -> Server {
    let more: Vec<_> = more.iter().map(|arg| (*arg).to_owned()).collect();
    serve(folder, port, &more)
}

//! OSS: a stand-in of our own behind production's host names, which checks the signature; nobody publishes such a server.

use std::ffi::OsStr;

use serde_json::json;

use super::super::proxy;
use super::super::server::{Server, certificate, folder, free_port};
use super::{Store, block, script};

const KEY_ID: &str = "LTAI4EXAMPLE";
const SECRET: &str = "no: real #secret $(X) $$ é";
const BUCKET: &str = "testing-msr";

/// Starts it.
#[track_caller]
pub(super) fn start() -> Store {
    let folder = folder("oss");
    let (certificate, key) = certificate(folder.path(), "*.oss-cn-hangzhou.aliyuncs.com");
    let port = free_port();
    let (script, text) = (script("oss_store.py"), port.to_string());
    let args: [&OsStr; 7] = [
        script.as_ref(),
        text.as_ref(),
        BUCKET.as_ref(),
        KEY_ID.as_ref(),
        SECRET.as_ref(),
        certificate.as_ref(),
        key.as_ref(),
    ];
    let python = which::which("python3").expect("Python on PATH");
    let server = Server::start(folder, port, &python, &args, &[]).ready();
    let proxy = proxy::to_local(".oss-cn-hangzhou.aliyuncs.com", port);
    Store {
        backend: "oss",
        // encrypt: only with it does the driver send the header that asks for encryption.
        block: block(json!({
            "accesskeyid": KEY_ID, "accesskeysecret": SECRET, "region": "oss-cn-hangzhou", "bucket": BUCKET,
            "secure": true, "internal": false, "encrypt": true, "chunksize": 5_242_880, "rootdirectory": "msr",
        })),
        wrong: Some(("accesskeysecret", "another".to_owned())),
        refusals: &["SignatureDoesNotMatch"],
        network: vec![
            (
                "HTTPS_PROXY".to_owned(),
                format!("http://127.0.0.1:{proxy}"),
            ),
            (
                "SSL_CERT_FILE".to_owned(),
                certificate.display().to_string(),
            ),
        ],
        extra: Vec::new(),
        servers: vec![server],
    }
}

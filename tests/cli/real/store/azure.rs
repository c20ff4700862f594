//! Azure: Azurite with TLS behind production's host names, which checks the shared key.

use std::ffi::OsStr;
use std::process::Command;

use serde_json::json;

use super::super::proxy;
use super::super::server::{Server, certificate, folder, free_port};
use super::{Store, block, script};
use crate::support::tools::tool;

const ACCOUNT: &str = "msrstorage";
const KEY: &str = "bm90IGEgcmVhbCBrZXkgYnV0IHRoZSByaWdodCBmb3JtIQ==";
const CONTAINER: &str = "images";

/// Starts it.
#[track_caller]
pub(super) fn start() -> Store {
    let folder = folder("azure");
    let root = folder.path().to_owned();
    let (certificate, key) = certificate(&root, "*.blob.core.windows.net");
    let port = free_port();
    let program = std::fs::canonicalize(tool("azurite-blob")).expect("a link to Azurite");
    let (preload, text) = (script("azurite.js"), port.to_string());
    let args: [&OsStr; 15] = [
        "-r".as_ref(),
        preload.as_ref(),
        program.as_ref(),
        "--blobHost".as_ref(),
        "127.0.0.1".as_ref(),
        "--blobPort".as_ref(),
        text.as_ref(),
        "--location".as_ref(),
        root.as_ref(),
        "--cert".as_ref(),
        certificate.as_ref(),
        "--key".as_ref(),
        key.as_ref(),
        "--skipApiVersionCheck".as_ref(),
        "--disableTelemetry".as_ref(),
    ];
    let accounts = ("AZURITE_ACCOUNTS".to_owned(), format!("{ACCOUNT}:{KEY}"));
    let node = which::which("node").expect("Node.js on PATH");
    let server = Server::start(folder, port, &node, &args, &[accounts]).ready();
    create_container(port);
    let proxy = proxy::to_local(".blob.core.windows.net", port);
    Store {
        backend: "azure",
        block: block(
            json!({"accountname": ACCOUNT, "accountkey": KEY, "container": CONTAINER, "realm": "core.windows.net"}),
        ),
        wrong: Some((
            "accountkey",
            "YW5vdGhlciBrZXkgb2YgdGhlIHJpZ2h0IGxlbmd0aCAhISE=".to_owned(),
        )),
        refusals: &["AuthorizationFailure", "AuthenticationFailed", "403"],
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
        // 3.0.0 must be told what kind of credential that is.
        extra: vec![(
            "REGISTRY_STORAGE_AZURE_CREDENTIALS_TYPE",
            "shared_key".to_owned(),
        )],
        servers: vec![server],
    }
}

fn create_container(port: u16) {
    let done = Command::new("python3")
        .arg(script("azure_container.py"))
        .args([
            &format!("https://127.0.0.1:{port}/{ACCOUNT}"),
            ACCOUNT,
            KEY,
            CONTAINER,
        ])
        .output()
        .expect("Python starts");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

//! GCS: fake-gcs-server behind production's host names and a sign-in of our own, which checks the service account's key.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::super::proxy;
use super::super::server::{Server, certificate, folder, free_port};
use super::{Store, block, script};
use crate::support::tools::tool;

const BUCKET: &str = "testing-msr";

/// Starts both.
#[track_caller]
pub(super) fn start() -> Store {
    let store = fake_gcs();
    let folder = folder("gcs-gate");
    let (certificate, key) = certificate(folder.path(), "*.googleapis.com");
    let right = service_account(folder.path(), "right");
    let wrong = service_account(folder.path(), "wrong");
    let account = folder.path().join("account.json");
    fs::write(&account, &right).expect("a file");
    let port = free_port();
    let (script, own, onward) = (
        script("gcs_gate.py"),
        port.to_string(),
        store.port.to_string(),
    );
    let args: [&OsStr; 6] = [
        script.as_ref(),
        own.as_ref(),
        onward.as_ref(),
        certificate.as_ref(),
        key.as_ref(),
        account.as_ref(),
    ];
    let python = which::which("python3").expect("Python on PATH");
    let gate = Server::start(folder, port, &python, &args, &[]).ready();
    let proxy = proxy::to_local(".googleapis.com", port);
    Store {
        backend: "gcs",
        block: block(
            json!({"bucket": BUCKET, "credentials": right, "rootdirectory": "msr/images", "chunksize": 5_242_880}),
        ),
        wrong: Some(("credentials", wrong)),
        refusals: &["invalid_grant"],
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
        servers: vec![store, gate],
    }
}

fn fake_gcs() -> Server {
    let folder = folder("gcs");
    let (data, root) = (folder.path().join("data"), folder.path().join("root"));
    let bucket = data.join(BUCKET);
    fs::create_dir_all(&bucket).expect("a folder");
    fs::write(bucket.join("a-file-makes-it-a-bucket"), "").expect("a file");
    let port = free_port();
    let text = port.to_string();
    let args: [&OsStr; 14] = [
        "-scheme".as_ref(),
        "http".as_ref(),
        "-host".as_ref(),
        "127.0.0.1".as_ref(),
        "-port".as_ref(),
        text.as_ref(),
        "-backend".as_ref(),
        "memory".as_ref(),
        "-data".as_ref(),
        data.as_ref(),
        "-filesystem-root".as_ref(),
        root.as_ref(),
        "-external-url".as_ref(),
        "https://storage.googleapis.com".as_ref(),
    ];
    Server::start(folder, port, &tool("fake-gcs-server"), &args, &[]).ready()
}

/// The JSON key of a service account, as Google hands it out, line breaks of the private key included.
fn service_account(folder: &Path, name: &str) -> String {
    let file = folder.join(format!("{name}.pem"));
    let made = Command::new(tool("openssl"))
        .args([
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
        ])
        .arg(&file)
        .output()
        .expect("openssl starts");
    assert!(made.status.success(), "openssl makes no key");
    let content = json!({
        "type": "service_account", "project_id": "p", "private_key_id": "1", "client_id": "1",
        "private_key": fs::read_to_string(&file).expect("a key"),
        "client_email": "registry@p.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    });
    format!("{content:#}\n")
}

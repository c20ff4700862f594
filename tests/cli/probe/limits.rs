//! What the probe does not do, whoever answers: read without end, or show credentials of its surroundings to strangers.

use std::io::{BufReader, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use super::{Values, with};
use crate::real::proxy;

fn block(port: u16) -> Map<String, Value> {
    let block = json!({
        "region": "us-east-1", "bucket": "testing-msr", "accesskey": "AKIANOTREAL", "secretkey": "not-to-be-shown",
        "regionendpoint": format!("http://127.0.0.1:{port}"),
    });
    block.as_object().unwrap().clone()
}

/// Three GiB for every answer with a body, with and without a length; no more than a few MiB are taken.
#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    const SIZE: u64 = 3 << 30;
    for (status, head) in [
        ("200 OK", format!("Content-Length: {SIZE}\r\n")),
        ("403 Forbidden", String::new()),
        ("500 x", "Content-Type: application/xml\r\n".to_owned()),
    ] {
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        let port = proxy::listen(move |mut client| {
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let first = proxy::head(&mut reader)
                .into_iter()
                .next()
                .unwrap_or_default();
            let _ = write!(
                client,
                "HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n"
            );
            let part = [b'x'; 1 << 16];
            let mut left = if first.starts_with("HEAD") { 0 } else { SIZE };
            while left > 0 && client.write_all(&part).is_ok() {
                left = left.saturating_sub(part.len() as u64);
                count.fetch_add(part.len() as u64, Ordering::Relaxed);
            }
        });
        let values = Values::new("s3", &block(port));
        let said = values.probe(&[], &["--probe-timeout=60"]).exits(1).stdout;
        assert!(said.contains("the answer is larger than 8 MiB"), "{said}");
        // Three answers at the most, each with what the sockets hold beyond what is read.
        let sent = sent.load(Ordering::Relaxed) >> 20;
        assert!(sent < 3 * (8 + 16), "{sent} MiB were taken");
    }
}

/// Without keys: those of the surroundings, a session's token among them, go to no endpoint but AWS's, unless asked.
#[test]
fn credentials_of_the_surroundings_go_to_no_stranger() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let port = proxy::listen(move |mut client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        ear.lock().unwrap().extend(proxy::head(&mut reader));
        let _ =
            client.write_all(b"HTTP/1.1 403 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    let block = with(
        &block(port),
        &[("accesskey", Value::Null), ("secretkey", Value::Null)],
    );
    let values = Values::new("s3", &block);
    let env = [
        ("AWS_ACCESS_KEY_ID", "AKIAMINE"),
        ("AWS_SECRET_ACCESS_KEY", "mine"),
        ("AWS_SESSION_TOKEN", "my-session"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for role in [&[][..], &["--iam-role"]] {
        assert_eq!(
            values.found(&env, role),
            ["probe-ambient-kept regionendpoint"]
        );
    }
    assert_eq!(heard.lock().unwrap().as_slice(), <[String; 0]>::default());

    let found = values.found(&env, &["--probe-ambient-credentials"]);
    assert!(
        found.contains(&"probe-ambient bucket".to_owned()),
        "{found:?}"
    );
    let heard = heard.lock().unwrap().join("\n");
    assert!(
        heard.contains("AKIAMINE"),
        "that the listener would have heard: {heard}"
    );
    assert!(heard.contains("my-session"), "{heard}");
}

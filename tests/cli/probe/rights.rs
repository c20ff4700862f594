//! Rights that are missing: a gateway that takes no write, and between the probe and a whole gateway a guard that refuses
//! one kind of request in AWS' words, since the gateway's own policies can't be set without a client of S3.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use serde_json::{Value, json};

use super::{Values, left, with};
use crate::real::proxy;
use crate::real::store::{Store, s3};

const DENIED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

/// Whether a request is refused, by its first line.
type Refuses = fn(&str) -> bool;

/// Hands requests on, one a connection, but for those whose first line is refused: at once, or by no answer at all.
fn guard(port: u16, refuses: Refuses, silently: bool) -> u16 {
    proxy::listen(move |client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let head = proxy::head(&mut reader);
        let Some(first) = head.first() else { return };
        let length = head.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let mut client = client;
        if refuses(first) && silently {
            // Until the other side gives up.
            let _ = reader.read(&mut [0]);
            return;
        }
        if refuses(first) {
            let answer = format!(
                "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{DENIED}",
                DENIED.len()
            );
            let _ = client.write_all(answer.as_bytes());
            return;
        }
        let mut store = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let head = head.join("\r\n") + "\r\nConnection: close\r\n\r\n";
        store.write_all(head.as_bytes()).unwrap();
        store.write_all(&body).unwrap();
        let _ = std::io::copy(&mut store, &mut client);
    })
}

/// A store whose requests pass a guard.
fn guarded(refuses: Refuses, silently: bool) -> (Store, Values) {
    let store = Store::of("s3");
    let port = guard(store.servers[0].port, refuses, silently);
    let endpoint = format!("http://127.0.0.1:{port}");
    let values = Values::new(
        "s3",
        &with(&store.block, &[("regionendpoint", json!(endpoint))]),
    );
    (store, values)
}

#[test]
#[ignore = "scripts/prove"]
fn a_gateway_that_takes_no_write() {
    let server = s3::restart_with(s3::fresh(), &["--readonly"]);
    let store = Store::of("s3");
    let endpoint = json!(format!("http://127.0.0.1:{}", server.port));
    let values = Values::new("s3", &with(&store.block, &[("regionendpoint", endpoint)]));
    assert_eq!(values.found(&[], &[]), ["probe-denied bucket"]);
    let said = values.probe(&[], &[]).exits(1).stdout;
    assert!(
        said.contains("write is denied in testing-msr: s3:PutObject is missing"),
        "{said}"
    );
}

/// Each step's right by its name; what was written before is deleted.
#[test]
#[ignore = "scripts/prove"]
fn each_right_is_named() {
    let cases: [(Refuses, &str); 4] = [
        (
            |line| line.starts_with("GET") && line.contains("prefix="),
            "list is denied in testing-msr: s3:ListBucket is missing",
        ),
        (
            |line| line.starts_with("PUT") && !line.contains("partNumber"),
            "write is denied in testing-msr: s3:PutObject is missing",
        ),
        (
            |line| line.starts_with("GET") && line.contains("/object"),
            "read is denied in testing-msr: s3:GetObject is missing",
        ),
        (
            |line| line.starts_with("POST") && line.contains("uploads"),
            "multipart is denied in testing-msr: s3:PutObject is missing",
        ),
    ];
    for (refuses, wanted) in cases {
        let (store, values) = guarded(refuses, false);
        let said = values.probe(&[], &[]).exits(1).stdout;
        assert!(said.contains(wanted), "{wanted}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{said}");
        let left = left::objects(store);
        assert!(left.is_empty(), "{wanted}: {left:?}");
    }
}

#[test]
#[ignore = "scripts/prove"]
fn what_can_not_be_deleted_is_named() {
    let (store, values) = guarded(|line| line.starts_with("DELETE"), false);
    let outcome = values.probe(&[], &["--format=json"]).exits(1);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let messages = json["diagnostics"].as_array().unwrap().iter();
    let messages: Vec<_> = messages
        .map(|found| found["message"].as_str().unwrap())
        .collect();
    assert!(
        messages
            .iter()
            .any(|text| text
                .starts_with("delete is denied in testing-msr: s3:DeleteObject is missing")),
        "{messages:?}"
    );
    let left = left::objects(store);
    assert_eq!(left.len(), 2, "the object, and the one in parts: {left:?}");
    for path in left {
        let (_, name) = path.split_once("/store/testing-msr/").unwrap();
        let told = format!("the probe could not delete {name} again");
        assert!(messages.contains(&told.as_str()), "{told}: {messages:?}");
    }
}

/// An upload in parts that fails half-way is given up: no part stays.
#[test]
#[ignore = "scripts/prove"]
fn parts_of_a_failed_upload_are_given_up() {
    let second: Refuses = |line| line.starts_with("PUT") && line.contains("partNumber=2");
    for (silently, wanted) in [
        (false, "probe-denied bucket"),
        (true, "probe-unreachable regionendpoint"),
    ] {
        let (store, values) = guarded(second, silently);
        assert_eq!(values.found(&[], &["--probe-timeout=3"]), [wanted]);
        let left = left::objects(store);
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
#[ignore = "scripts/prove"]
fn an_upload_that_can_not_be_given_up_is_named() {
    let refuses: Refuses = |line| {
        (line.starts_with("PUT") && line.contains("partNumber=2"))
            || (line.starts_with("DELETE") && line.contains("uploadId"))
    };
    let (store, values) = guarded(refuses, false);
    assert_eq!(
        values.found(&[], &[]),
        ["probe-denied bucket", "probe-left-behind bucket"]
    );
    let said = values.probe(&[], &[]).exits(1).stdout;
    assert!(
        said.contains(
            "the probe could not delete the unfinished upload msr/images/msr-storage-probe-"
        ),
        "{said}"
    );
    assert!(!left::objects(store).is_empty(), "a part lies there");
}

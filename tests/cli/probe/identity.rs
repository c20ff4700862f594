//! Swift by versions 2 and 3 of the Identity API: a small server that answers as OpenStack's API reference says
//! (v2.0 `POST /tokens`, v3 `POST /auth/tokens`), with the token and the account of the real Swift behind it. It is no Keystone.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Values, left, with};
use crate::real::proxy;
use crate::real::store::Store;

const USER: &str = "msr";
const PASSWORD: &str = "0x12: #not $(read) \"é\"";

/// The requests' bodies, as the server got them.
type Asked = Arc<Mutex<Vec<Value>>>;

/// Swift's own token and account, by version 1. Busy with its start, Swift now and then has none yet: it is asked again.
fn token(store: &Store) -> (String, String) {
    let mut head = Vec::new();
    for _ in 0..50 {
        head = signed_in(store);
        if let (Some(token), Some(url)) = (
            header(&head, "X-Auth-Token"),
            header(&head, "X-Storage-Url"),
        ) {
            return (token, url);
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("no token: {head:?}")
}

/// The head of Swift's answer to its user.
fn signed_in(store: &Store) -> Vec<String> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, store.servers[0].port)).unwrap();
    let password = store.block["password"].as_str().unwrap();
    let request = format!(
        "GET /auth/v1.0 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Auth-User: test:tester\r\nX-Auth-Key: {password}\r\nConnection: close\r\n\r\n",
        store.servers[0].port
    );
    connection.write_all(request.as_bytes()).unwrap();
    proxy::head(&mut BufReader::new(connection))
}

fn header(head: &[String], name: &str) -> Option<String> {
    let mut lines = head.iter().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_owned())
}

fn catalogue_2(account: &str) -> Value {
    json!([
        {"type": "identity", "name": "keystone", "endpoints": [{"region": "RegionOne", "publicURL": "http://127.0.0.1:1/v2.0"}]},
        {"type": "object-store", "name": "swift", "endpoints": [
            {"region": "RegionTwo", "publicURL": "http://127.0.0.1:1/v1/AUTH_two", "internalURL": account, "adminURL": "http://127.0.0.1:1"},
            {"region": "RegionOne", "publicURL": account, "internalURL": "http://127.0.0.1:1/v1/AUTH_one", "adminURL": "http://127.0.0.1:1"},
        ]},
    ])
}

fn catalogue_3(account: &str) -> Value {
    let endpoint = |region: &str, interface: &str, url: &str| json!({"id": "1", "region": region, "region_id": region, "interface": interface, "url": url});
    json!([
        {"type": "identity", "name": "keystone", "endpoints": [endpoint("RegionOne", "public", "http://127.0.0.1:1/v3")]},
        {"type": "object-store", "name": "swift", "endpoints": [
            endpoint("RegionTwo", "public", "http://127.0.0.1:1/v1/AUTH_two"), endpoint("RegionTwo", "internal", account),
            endpoint("RegionOne", "internal", "http://127.0.0.1:1/v1/AUTH_one"), endpoint("RegionOne", "public", account),
        ]},
    ])
}

/// The server; it takes one user.
fn identity(store: &Store) -> (u16, Asked) {
    let (token, account) = token(store);
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let port = proxy::listen(move |mut client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        loop {
            let head = proxy::head(&mut reader);
            let Some(first) = head.first() else { return };
            let length = head.iter().find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            let auth = &body["auth"];
            let right =
                |user: &Value, name: &str| user[name] == USER && user["password"] == PASSWORD;
            let (status, header, answer) = if first.starts_with("POST /v3/auth/tokens ")
                && right(&auth["identity"]["password"]["user"], "name")
            {
                (
                    "201 Created",
                    format!("X-Subject-Token: {token}\r\n"),
                    json!({"token": {"methods": ["password"], "catalog": catalogue_3(&account)}}),
                )
            } else if first.starts_with("POST /v2.0/tokens ")
                && right(&auth["passwordCredentials"], "username")
            {
                (
                    "200 OK",
                    String::new(),
                    json!({"access": {"token": {"id": token, "expires": "2099-01-01T00:00:00Z"}, "serviceCatalog": catalogue_2(&account)}}),
                )
            } else {
                let error = json!({"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."});
                ("401 Unauthorized", String::new(), json!({ "error": error }))
            };
            if !body.is_null() {
                noted.lock().unwrap().push(body.clone());
            }
            let text = if first.starts_with("HEAD") {
                String::new()
            } else {
                answer.to_string()
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\n{header}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
                text.len()
            );
            if client.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    });
    (port, asked)
}

/// A store and settings that sign in at the server.
fn stage(version: &str, changes: &[(&str, Value)]) -> (Store, Values, Asked) {
    let mut store = Store::of("swift");
    // The container is the registry's to make; version 1 makes it here.
    let first = Values::new("swift", &store.block);
    make_container(&store);
    assert_eq!(first.found(&[], &[]), [""; 0]);
    let (port, asked) = identity(&store);
    let url = format!("http://127.0.0.1:{port}/{version}");
    let own = [
        ("authurl", json!(url)),
        ("username", json!(USER)),
        ("password", json!(PASSWORD)),
        ("authversion", Value::Null),
        ("secretkey", Value::Null),
    ];
    store.block = with(&with(&store.block, &own), changes);
    let values = Values::new("swift", &store.block);
    (store, values, asked)
}

pub(super) fn make_container(store: &Store) {
    let (token, account) = token(store);
    let path = account.splitn(4, '/').nth(3).unwrap();
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, store.servers[0].port)).unwrap();
    let container = store.block["container"].as_str().unwrap();
    let request = format!(
        "PUT /{path}/{container} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Auth-Token: {token}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        store.servers[0].port
    );
    connection.write_all(request.as_bytes()).unwrap();
    let head = proxy::head(&mut BufReader::new(connection));
    assert!(
        head[0].contains(" 201 ") || head[0].contains(" 202 "),
        "{head:?}"
    );
}

#[test]
#[ignore = "scripts/prove"]
fn version_3_with_a_domain_a_project_and_a_region() {
    let (store, values, asked) = stage(
        "v3",
        &[
            ("domain", json!("Default")),
            ("tenant", json!("registry")),
            ("region", json!("RegionOne")),
        ],
    );
    assert_eq!(values.found(&[], &[]), [""; 0]);
    let auth = asked.lock().unwrap()[0]["auth"].clone();
    assert_eq!(
        auth["identity"]["password"]["user"]["domain"],
        json!({"name": "Default"})
    );
    assert_eq!(
        auth["scope"],
        json!({"project": {"name": "registry", "domain": {"name": "Default"}}})
    );
    let left = left::objects(store);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
#[ignore = "scripts/prove"]
fn version_3_with_a_trust_and_the_internal_endpoint() {
    let changes = [
        ("domainid", json!("default")),
        ("trustid", json!("9b3ffa8c")),
        ("region", json!("RegionTwo")),
        ("endpointtype", json!("internal")),
    ];
    let (_store, values, asked) = stage("v3", &changes);
    assert_eq!(values.found(&[], &[]), [""; 0]);
    let auth = asked.lock().unwrap()[0]["auth"].clone();
    assert_eq!(
        auth["identity"]["password"]["user"]["domain"],
        json!({"id": "default"})
    );
    assert_eq!(auth["scope"], json!({"OS-TRUST:trust": {"id": "9b3ffa8c"}}));
}

#[test]
#[ignore = "scripts/prove"]
fn version_2_with_a_tenant() {
    let (_store, values, asked) = stage(
        "v2.0",
        &[
            ("tenantid", json!("3d4ff4a4")),
            ("region", json!("RegionOne")),
        ],
    );
    assert_eq!(values.found(&[], &[]), [""; 0]);
    assert_eq!(asked.lock().unwrap()[0]["auth"]["tenantId"], "3d4ff4a4");
}

#[test]
#[ignore = "scripts/prove"]
fn what_the_identity_service_refuses() {
    for version in ["v2.0", "v3"] {
        let (_store, values, _) = stage(version, &[("password", json!("another"))]);
        assert_eq!(
            values.found(&[], &[]),
            ["probe-credentials password"],
            "{version}"
        );
        let (_store, values, _) = stage(version, &[("region", json!("RegionNine"))]);
        assert_eq!(values.found(&[], &[]), ["probe-region region"], "{version}");
    }
}

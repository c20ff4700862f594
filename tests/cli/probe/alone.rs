//! What needs no store: arguments, the second program that is missing or another, what is refused and never tried, claims,
//! keys in a Secret, an endpoint that is silent, and a server that repeats secrets.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::{Values, programs, with};
use crate::real::proxy;
use crate::real::server::free_port;
use crate::support::program;
use crate::support::run::{Run, msr_storage};

const SECRET: &str = "not/to+be shown=";

fn block(endpoint: &str) -> Map<String, Value> {
    let block = json!({
        "region": "us-east-1", "bucket": "testing-msr", "accesskey": "AKIANOTREAL", "secretkey": SECRET, "regionendpoint": endpoint,
    });
    block.as_object().unwrap().clone()
}

/// A listener that counts who comes, and says nothing.
fn silent() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    thread::spawn(move || {
        let mut kept = Vec::new();
        for connection in listener.incoming().flatten() {
            seen.fetch_add(1, Ordering::SeqCst);
            kept.push(connection);
        }
    });
    (port, count)
}

#[test]
fn arguments() {
    for args in [
        &["--probe-timeout=5"][..],
        &["--probe", "--probe-timeout=0"],
        &["--probe", "--probe-timeout=x"],
    ] {
        msr_storage(["check", "values.yaml"].iter().chain(args))
            .run()
            .exits(2);
    }
    let outcome = msr_storage(["check", "--probe"]).run().exits(2);
    assert!(
        outcome.stderr.contains("nothing to check"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn only_where_asked_and_only_what_no_rule_refuses() {
    let (port, count) = silent();
    let endpoint = format!("http://127.0.0.1:{port}");
    let values = Values::new("s3", &block(&endpoint));
    msr_storage(["check", "values.yaml"])
        .folder(values.folder.path())
        .run()
        .exits(0);
    let wrong = Values::new("s3", &with(&block(&endpoint), &[("secure", json!("yes"))]));
    let outcome = wrong.probe(&[], &[]).exits(1);
    assert!(
        outcome.stdout.contains("error[wrong-type]"),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stderr.contains("nothing was probed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(count.load(Ordering::SeqCst), 0);
    // That the listener would have noticed.
    values.probe(&[], &["--probe-timeout=1"]).exits(1);
    assert!(count.load(Ordering::SeqCst) > 0);
}

#[test]
fn a_silent_endpoint_is_not_waited_for_longer_than_said() {
    let (port, _) = silent();
    let values = Values::new("s3", &block(&format!("http://127.0.0.1:{port}")));
    let start = Instant::now();
    assert_eq!(
        values.found(&[], &["--probe-timeout=1"]),
        ["probe-unreachable regionendpoint"]
    );
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
    let said = values.probe(&[], &["--probe-timeout=1"]).exits(1).stdout;
    assert!(
        said.contains(&format!(
            "reach: no answer from http://127.0.0.1:{port} within 1 s"
        )),
        "{said}"
    );
}

/// Name, connection and TLS are told apart.
#[test]
fn an_endpoint_that_is_not_there() {
    let (plain, _) = silent();
    let server = proxy::listen(|mut client| {
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let _ = plain;
    for (endpoint, code, words) in [
        (
            format!("http://127.0.0.1:{}", free_port()),
            "probe-unreachable",
            "no connection to http://127.0.0.1:",
        ),
        (
            "http://no-such-host.invalid".to_owned(),
            "probe-unreachable",
            "has no address: its name is not known here",
        ),
        (
            format!("https://127.0.0.1:{server}"),
            "probe-tls",
            "TLS with https://127.0.0.1:",
        ),
    ] {
        let values = Values::new("s3", &block(&endpoint));
        assert_eq!(
            values.found(&[], &[]),
            [format!("{code} regionendpoint")],
            "{endpoint}"
        );
        let said = values.probe(&[], &[]).exits(1).stdout;
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn every_format_shows_the_place() {
    let values = Values::new("s3", &block(&format!("http://127.0.0.1:{}", free_port())));
    let line = values
        .text
        .lines()
        .position(|line| line.contains("regionendpoint"))
        .unwrap()
        + 1;
    let human = values.probe(&[], &[]).exits(1).stdout;
    assert!(
        human.contains(&format!(" --> values.yaml:{line}:23\n")),
        "{human}"
    );
    assert!(
        human.starts_with("probed s3 testing-msr at http://127.0.0.1:"),
        "{human}"
    );
    assert!(
        !values
            .probe(&[], &["--quiet"])
            .exits(1)
            .stdout
            .contains("probed ")
    );
    let github = values.probe(&[], &["--format=github"]).exits(1);
    assert!(
        github
            .stdout
            .contains(&format!("file=values.yaml,line={line},")),
        "{}",
        github.stdout
    );
    assert!(
        github.stderr.starts_with("probed s3 testing-msr at "),
        "{}",
        github.stderr
    );
    let sarif = values.probe(&[], &["--format=sarif"]).exits(1).stdout;
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let mut results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let unreachable = results
        .find(|result| result["ruleId"] == "probe-unreachable")
        .unwrap();
    assert_eq!(
        unreachable["locations"][0]["physicalLocation"]["region"]["startLine"],
        line
    );
}

/// A server that repeats the secret, in several spellings, in its refusal.
#[test]
fn what_a_store_says_is_masked() {
    let spellings = format!(
        "{SECRET} bm90L3RvK2JlIHNob3duPQ== not%2Fto%2Bbe%20shown%3D AKIANOTREAL of testing-msr"
    );
    let body = format!("<Error><Code>SlowDown</Code><Message>{spellings}</Message></Error>");
    let port = proxy::listen(move |mut client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let first = proxy::head(&mut reader)
            .into_iter()
            .next()
            .unwrap_or_default();
        let body = if first.starts_with("HEAD") { "" } else { &body };
        let answer = format!(
            "HTTP/1.1 503 x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = client.write_all(answer.as_bytes());
    });
    let values = Values::new("s3", &block(&format!("http://127.0.0.1:{port}")));
    for format in ["human", "json", "sarif", "github"] {
        let outcome = values.probe(&[], &[&format!("--format={format}")]).exits(1);
        let text = outcome.stdout + &outcome.stderr;
        assert!(
            text.contains("SlowDown, *** *** *** *** of testing-msr"),
            "{text}"
        );
    }
}

/// S3 says so of the key that objects are encrypted with, in the words of "Access denied error messages" of the IAM user guide.
#[test]
fn a_right_on_the_key_is_told_at_keyid() {
    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let port = proxy::listen(|mut client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let first = proxy::head(&mut reader)
            .into_iter()
            .next()
            .unwrap_or_default();
        let denied = format!(
            "<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/mary is not authorized to perform: kms:GenerateDataKey on resource: {KEY} because no identity-based policy allows the kms:GenerateDataKey action</Message></Error>"
        );
        let listed = "<ListBucketResult><Name>testing-msr</Name><IsTruncated>false</IsTruncated></ListBucketResult>".to_owned();
        let (status, body) = match first.split(' ').next() {
            Some("HEAD") => (200, String::new()),
            Some("GET") => (200, listed),
            _ => (403, denied),
        };
        let answer = format!(
            "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = client.write_all(answer.as_bytes());
        // The body of a request is read, or its sender would not read the answer.
        let _ = std::io::copy(&mut reader, &mut std::io::sink());
    });
    let encrypted = [("encrypt", json!(true)), ("keyid", json!(KEY))];
    let values = Values::new(
        "s3",
        &with(&block(&format!("http://127.0.0.1:{port}")), &encrypted),
    );
    assert_eq!(
        values.found(&[], &["--probe-timeout=3"]),
        ["probe-denied keyid"]
    );
    let said = values.probe(&[], &["--probe-timeout=3"]).exits(1).stdout;
    assert!(
        said.contains("write is denied in testing-msr: kms:GenerateDataKey is missing"),
        "{said}"
    );
}

#[test]
fn a_claim_has_nothing_to_reach() {
    let block = json!({"storageClass": "nfs", "accessMode": "ReadWriteMany", "size": "30Gi"});
    let values = Values::new("persistentVolume", block.as_object().unwrap());
    assert_eq!(values.found(&[], &[]), ["probe-nothing backend"]);
}

#[test]
fn keys_in_a_secret_are_asked_for() {
    let (port, count) = silent();
    let secret = [
        ("accesskey", Value::Null),
        ("secretkey", Value::Null),
        ("existingSecret", json!("registry-storage")),
    ];
    let values = Values::new(
        "s3",
        &with(&block(&format!("http://127.0.0.1:{port}")), &secret),
    );
    assert_eq!(values.found(&[], &[]), ["probe-no-keys existingSecret"]);
    let said = values.probe(&[], &[]).exits(1).stdout;
    assert!(
        said.contains("accesskey and secretkey are in the Secret registry-storage"),
        "{said}"
    );
    assert!(said.contains("--set registry.storage.s3.existingSecret=null --set-literal registry.storage.s3.accesskey=… --set-literal registry.storage.s3.secretkey=…"), "{said}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

/// Wherever the values live; the same settings in two inputs are tried once.
#[test]
fn every_home_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let block = block(&format!("http://127.0.0.1:{}", free_port()));
    let registry = json!({"storage": {"backend": "s3", "s3": block}});
    let homes = [
        ("values.yaml", json!({ "registry": registry })),
        ("umbrella.yaml", json!({"msr": {"registry": registry}})),
        ("swarm.yaml", json!({"swarm": {}, "registry": registry})),
        (
            "msr.yaml",
            json!({
                "apiVersion": "msr.mirantis.com/v1", "kind": "MSR", "metadata": {"name": "msr"}, "spec": {"registry": registry},
            }),
        ),
    ];
    for (name, content) in &homes {
        std::fs::write(folder.path().join(name), content.to_string()).unwrap();
        let outcome = msr_storage(["check", name, "--probe"])
            .folder(folder.path())
            .run()
            .exits(1);
        assert!(
            outcome.stdout.contains("error[probe-unreachable]"),
            "{name}: {}",
            outcome.stdout
        );
        assert!(
            outcome.stdout.contains(&format!("--> {name}:1:")),
            "{name}: {}",
            outcome.stdout
        );
    }
    let names = homes.map(|(name, _)| name);
    let outcome = msr_storage(["check", "--probe"].iter().chain(&names))
        .folder(folder.path())
        .run()
        .exits(1);
    assert_eq!(
        outcome.stdout.matches("probed s3 ").count(),
        1,
        "{}",
        outcome.stdout
    );
}

#[test]
fn nothing_to_try() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("values.yaml"), "replicas: 1\n").unwrap();
    let outcome = msr_storage(["check", "values.yaml", "--probe"])
        .folder(folder.path())
        .run()
        .exits(3);
    assert!(
        outcome
            .stderr
            .contains("--probe: there are no values to try"),
        "{}",
        outcome.stderr
    );
}

/// A copy of msr-storage in a folder of its own.
fn copied(folder: &Path) -> std::path::PathBuf {
    let own = folder.join("msr-storage");
    program::copy(program::under_test(), &own);
    own
}

#[test]
fn the_second_program_is_missing_or_on_path_or_another() {
    let folder = tempfile::tempdir().unwrap();
    let own = copied(folder.path());
    let values = Values::new("s3", &block(&format!("http://127.0.0.1:{}", free_port())));
    let run = |program: &Path| {
        Run::new(program)
            .args(["check", "values.yaml", "--probe"])
            .folder(values.folder.path())
    };
    let outcome = run(&own).run().exits(3);
    assert!(outcome.stderr.contains("--probe needs the program msr-storage-probe, which is neither beside msr-storage nor on PATH; `cargo install --path . --locked`"), "{}", outcome.stderr);
    assert!(
        outcome.stdout.contains("keys-in-values"),
        "the rules' findings are shown: {}",
        outcome.stdout
    );
    let found = run(&own).path(programs()).run().exits(1);
    assert!(
        found.stdout.contains("error[probe-unreachable]"),
        "{}",
        found.stdout
    );
    let probe = folder.path().join("msr-storage-probe");
    for (script, words) in [
        (
            "#!/bin/sh\ncat >/dev/null\necho '{\"version\":\"0.0.1\",\"endpoint\":\"\",\"steps\":[],\"left\":[]}'\n",
            "is of version 0.0.1, and this is msr-storage",
        ),
        ("#!/bin/sh\necho nonsense\n", "ended without an answer"),
    ] {
        program::script(&probe, script);
        let outcome = run(&own).run().exits(3);
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
}

/// Others on the machine see a process's command line and may see its environment.
#[test]
fn no_secret_is_in_the_second_programs_line_or_environment() {
    let folder = tempfile::tempdir().unwrap();
    let own = copied(folder.path());
    let script = "#!/bin/sh\n{ echo \"$@\"; env; } >\"$0.around\"\ncat >\"$0.input\"\n";
    program::script(&folder.path().join("msr-storage-probe"), script);
    let values = Values::new("s3", &block("http://127.0.0.1:1"));
    let run = Run::new(&own).args(["check", "values.yaml", "--probe"]);
    run.folder(values.folder.path()).run().exits(3);
    let said = |end: &str| {
        std::fs::read_to_string(folder.path().join(format!("msr-storage-probe.{end}"))).unwrap()
    };
    assert!(!said("around").contains(SECRET), "{}", said("around"));
    assert!(said("input").contains(SECRET), "it comes by standard input");
}

#[test]
fn the_second_program_by_hand() {
    let outcome = Run::new(&program::probe()).run().exits(2);
    assert!(
        outcome
            .stderr
            .contains("started by `msr-storage check --probe`"),
        "{}",
        outcome.stderr
    );
    let request = json!({"version": "0.0.1", "backend": "s3", "fields": {}, "seconds": 1});
    let outcome = Run::new(&program::probe())
        .stdin(request.to_string())
        .run()
        .exits(0);
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(answer["steps"], json!([]));
}

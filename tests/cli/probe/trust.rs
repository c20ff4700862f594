//! Whom TLS trusts: in every case just whom Go's own client trusts, which is the registry's. The certificates, the servers
//! and Go's verdicts are those of tests/oracles/tlstrust.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::Values;
use crate::support::tools::tool;

/// What rustls cannot do with its cryptography: Go takes these, and the probe says that TLS fails.
const STRICTER: [&str; 5] = [
    // An issuer's certificate as a server's, without being trusted itself.
    "ca-of-ca",
    "key-p521",
    "key-rsa-1024",
    "signed-by-p521",
    "signed-by-rsa-1024",
];

/// Fewer cases, and the oracle was changed without this test.
const AT_LEAST: usize = 200;

/// The servers; they end with their standard input.
struct Servers(Child);

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The servers, what Go says of each, and the proxy that leads to them.
fn start(folder: &Path) -> (Servers, Vec<Value>, String) {
    let mut servers = Servers(
        Command::new(tool("tlstrust"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut cases: Vec<Value> = Vec::new();
    for line in BufReader::new(servers.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(address) = line.strip_prefix("proxy ") {
            assert!(cases.len() >= AT_LEAST, "{} cases", cases.len());
            return (servers, cases, format!("http://{address}"));
        }
        cases.push(serde_json::from_str(&line).unwrap());
    }
    panic!("the oracle names no proxy");
}

#[test]
fn the_probe_trusts_just_whom_go_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let (_servers, cases, proxy) = start(folder.path());

    let mut wrong = Vec::new();
    let mut stricter = BTreeSet::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let values = Values::new("s3", json!({
            "region": "us-east-1", "bucket": "testing-msr", "accesskey": "AKIANOTREAL", "secretkey": "not-to-be-shown",
            "regionendpoint": text("url"),
        }).as_object().unwrap());
        let network = [
            ("HTTPS_PROXY".to_owned(), proxy.clone()),
            ("SSL_CERT_FILE".to_owned(), text("pool").to_owned()),
        ];
        let outcome = values.probe(&network, &[]);
        // The servers know no bucket: a connection that is trusted ends in another finding.
        let refused = outcome.stdout.contains("error[probe-tls]");
        let trusted = outcome.stdout.contains("error[probe-no-store]")
            || outcome.stdout.contains("error[probe-failed]");
        assert!(refused != trusted, "{}: {outcome:?}", text("case"));
        let by_go = text("refused");
        if STRICTER.contains(&text("case")) && refused && by_go.is_empty() {
            stricter.insert(text("case"));
        } else if refused == by_go.is_empty() {
            wrong.push(format!(
                "{}: Go says `{by_go}`, the probe {}",
                text("case"),
                outcome.stdout
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert_eq!(
        stricter,
        BTreeSet::from(STRICTER),
        "an exception that is none any more"
    );
}

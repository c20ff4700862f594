//! Ten thousand broken files: no panic, no hang, no secret in any format.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::origin::SourceKind;
use crate::output::human::Colour;
use crate::output::{Report, github, human, json, line, sarif};

const VALUES: &str = "\
# the registry of the team
registry:
  replicaCount: 2
  storage:
    backend: s3
    s3: {region: us-east-2, bucket: testing-msr, accesskey: AKIAX7Q2M4ZP, secretkey: \"qL8vRn3TzWb5KyHd\"}
    azure:
      accountname: msrstorage
      container: images
      accountkey: Zm9yIG5vIG9uZXMgZXllcw==
    gcs:
      bucket: testing-msr
      credentials: |
        {\"type\": \"service_account\", \"client_email\": \"msr@example.com\",
         \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIEvQ9xTq7LpWm2\\n-----END PRIVATE KEY-----\\n\"}
    swift:
      authurl: https://keystone.example.com/v3
      username: msr
      container: images
      password: 'hJ6#tGv9 pXc2'
";

const OBJECTS: &str = "\
apiVersion: msr.mirantis.com/v1
kind: MSR
metadata: {name: msr}
spec:
  registry:
    storage:
      backend: swift
      swift:
        authurl: https://keystone.example.com/v3
        username: msr
        container: images
        password: hJ6tGv9pXc2Rw4
---
apiVersion: v1
kind: Secret
metadata: {name: msr-storage}
stringData: {secretkey: qL8vRn3TzWb5KyHd}
data:
  accesskey: QUtJQVg3UTJNNFpQ
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: msr-registry}
spec:
  template:
    spec:
      containers:
      - name: registry
        image: registry.mirantis.com/msr/msr-registry:3.1.4
        env:
        - {name: REGISTRY_STORAGE, value: s3}
        - name: REGISTRY_STORAGE_S3_SECRETKEY
          value: qL8vRn3TzWb5KyHd
        - name: REGISTRY_STORAGE_AZURE_ACCOUNTKEY
          value: Zm9yIG5vIG9uZXMgZXllcw==
";

const SECRETS: [&str; 8] = [
    "AKIAX7Q2M4ZP",
    "qL8vRn3TzWb5KyHd",
    "Zm9yIG5vIG9uZXMgZXllcw",
    "MIIEvQ9xTq7LpWm2",
    "hJ6#tGv9 pXc2",
    "hJ6tGv9pXc2Rw4",
    "QUtJQVg3UTJNNFpQ",
    "PRIVATE KEY",
];

/// A part of a secret this long is a secret still.
const TELLING: usize = 7;

/// xorshift64*: the same files on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % sides
    }
}

/// One slip of the hand: a character more, less or other, a line gone, doubled, moved or shifted, the rest cut off.
fn slip(text: &mut String, dice: &mut Dice) {
    const ODD: [&str; 24] = [
        ":", ": ", "#", " #", "-", "- ", "'", "\"", "{", "}", "[", "]", ",", "|", ">", "&", "*",
        "!", "%", "@", "\t", "\n", "\u{e9}", "---\n",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    let at = dice.roll(chars.len().max(1)).min(chars.len());
    match dice.roll(9) {
        0 => chars.truncate(at),
        1 | 2 => {
            let end = (at + 1 + dice.roll(3)).min(chars.len());
            chars.drain(at..end);
        }
        3 | 4 => {
            let odd = ODD[dice.roll(ODD.len())];
            chars.splice(at..at, odd.chars());
        }
        kind => {
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            let at = dice.roll(lines.len().max(1));
            let Some(line) = lines.get(at).cloned() else {
                return;
            };
            match kind {
                5 => drop(lines.remove(at)),
                6 => lines.insert(dice.roll(lines.len()), line),
                7 => lines[at] = format!("  {line}"),
                _ => lines[at] = line.strip_prefix("  ").unwrap_or(&line).to_owned(),
            }
            chars = lines.concat().chars().collect();
        }
    }
    *text = chars.into_iter().collect();
}

/// What people see of a text, and in `all` formats the rest: every format has the same messages, excerpts are the people's alone.
fn outputs(text: &str, all: bool) -> String {
    let source = Arc::new(Source {
        kind: SourceKind::File,
        name: "values.yaml".to_owned(),
        text: text.to_owned(),
    });
    let input = Input {
        source,
        named: true,
    };
    let mut found = super::text(&input, &Options::default()).found;
    rules::Allowed::default().take_away(&mut found);
    let report = Report::new(found);
    let mut output =
        human::render(&report.diagnostics, Colour::Off) + &line::render(&report.diagnostics);
    if all {
        output += &[
            json::render(&report),
            sarif::render(&report),
            github::render(&report),
        ]
        .concat();
    }
    output
}

/// The first part of a secret that an output holds.
fn leak(output: &str) -> Option<String> {
    SECRETS.iter().find_map(|secret| {
        let chars: Vec<char> = secret.chars().collect();
        let mut parts = chars
            .windows(TELLING)
            .map(|part| part.iter().collect::<String>());
        parts.find(|part| output.contains(part))
    })
}

#[test]
fn the_unbroken_files_are_judged_and_show_no_secret() {
    for text in [VALUES, OBJECTS] {
        let output = outputs(text, true);
        assert!(output.contains("keys-in-"), "{output}");
        assert_eq!(leak(&output), None, "{output}");
    }
}

#[test]
fn ten_thousand_broken_files_show_no_secret() {
    let mut dice = Dice(0x5EED);
    for number in 0..10_000 {
        let mut text = [VALUES, OBJECTS][number % 2].to_owned();
        for _ in 0..=dice.roll(3) {
            slip(&mut text, &mut dice);
        }
        let started = Instant::now();
        let output = outputs(&text, number % 10 == 0);
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "file {number} took long:\n{text}"
        );
        if let Some(part) = leak(&output) {
            let end = output.find("\n{").unwrap_or(output.len());
            panic!(
                "file {number} shows {part}:\n{text}\n---\n{}",
                &output[..end]
            );
        }
    }
}

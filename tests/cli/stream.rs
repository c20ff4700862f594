//! The stream as such: bytes of every kind around the registry, and a standard input or output that fails. What the
//! expansion writes is `golden`'s and `fidelity`'s business.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use super::golden::stream_text::documents;
use super::support::kubeyaml;
use super::support::program;
use super::support::tools::root;

const SETTINGS: [&str; 2] = [
    "--set",
    "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,\
     registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE,registry.storage.s3.secretkey=wJalrXUtnFEMI",
];

const REGISTRY: &str = "---
# Source: msr/templates/registry.yaml
apiVersion: v1
kind: Pod
metadata:
  name: msr-msr-registry
spec:
  containers:
  - name: registry
    image: registry.mirantis.com/msr/msr-registry:3.1.4
    args: [serve]
";

struct Output {
    code: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(program::under_test());
    command.args(args).env_clear().current_dir(root());
    command
}

/// In bytes, for streams that are no text.
fn run(args: &[&str], stream: &[u8]) -> Output {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the built program starts");
    let mut stdin = child.stdin.take().expect("a pipe was asked for");
    thread::scope(|scope| {
        // A program that reads nothing closes the pipe early, which is its business.
        scope.spawn(move || drop(stdin.write_all(stream)));
        let output = child.wait_with_output().expect("the built program ends");
        Output {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    })
}

#[track_caller]
fn rendered(stream: &[u8]) -> Vec<u8> {
    let output = run(&SETTINGS, stream);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(output.stderr, "");
    output.stdout
}

#[track_caller]
fn refused(args: &[&str], stream: &[u8], code: i32) -> String {
    let output = run(args, stream);
    assert_eq!(output.code, Some(code), "{}", output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
    output.stderr
}

/// Shows where two outputs part, not megabytes of them.
#[track_caller]
fn same_bytes(got: &[u8], wanted: &[u8]) {
    if got == wanted {
        return;
    }
    let at = got.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    let near = |bytes: &[u8]| {
        let (from, to) = (at.saturating_sub(60), bytes.len().min(at + 60));
        String::from_utf8_lossy(&bytes[from.min(to)..to]).into_owned()
    };
    panic!(
        "{} bytes rather than {}, differing from byte {at}\n--- got\n{}\n--- wanted\n{}",
        got.len(),
        wanted.len(),
        near(got),
        near(wanted)
    );
}

#[test]
fn line_endings_of_windows_stay_and_what_is_added_has_them_too() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let wanted = String::from_utf8(rendered(REGISTRY.as_bytes())).unwrap();
    same_bytes(
        &rendered(windows(REGISTRY).as_bytes()),
        windows(&wanted).as_bytes(),
    );
}

#[test]
fn a_byte_order_mark_stays_first() {
    let mark = |bytes: &[u8]| [b"\xEF\xBB\xBF", bytes].concat();
    same_bytes(
        &rendered(&mark(REGISTRY.as_bytes())),
        &mark(&rendered(REGISTRY.as_bytes())),
    );
    // Without a `---` of its own, as Helm 4 begins: then the new object begins so too.
    let unmarked = REGISTRY.trim_start_matches("---\n").as_bytes();
    let output = String::from_utf8(rendered(&mark(unmarked))).unwrap();
    assert!(output.starts_with("\u{feff}# Source: "), "{output}");
    assert_eq!(kubeyaml::objects(&output).len(), 2);
}

#[test]
fn a_missing_last_line_break_stays_missing() {
    let wanted = rendered(REGISTRY.as_bytes());
    let wanted = wanted.strip_suffix(b"\n").unwrap();
    same_bytes(
        &rendered(REGISTRY.strip_suffix('\n').unwrap().as_bytes()),
        wanted,
    );
}

/// Each file of testdata/stream is foreign: whatever it is, it passes as it came, before the registry and after it.
#[test]
fn foreign_documents_pass_byte_for_byte_on_either_side_of_the_registry() {
    let folder = fs::read_dir(root().join("testdata/stream")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    let files: Vec<_> = files
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    assert!(files.len() >= 9, "{files:?}");
    let alone = rendered(REGISTRY.as_bytes());
    for file in files {
        eprintln!("--- {}", file.display());
        let foreign = fs::read(&file).unwrap();
        assert!(foreign.ends_with(b"\n"), "what follows must be a document");
        same_bytes(
            &rendered(&[&foreign, REGISTRY.as_bytes()].concat()),
            &[&foreign, &alone[..]].concat(),
        );
        // Behind another document it needs its `---`.
        if foreign.starts_with(b"---") {
            same_bytes(
                &rendered(&[REGISTRY.as_bytes(), &foreign].concat()),
                &[&alone[..], &foreign].concat(),
            );
        }
        let passed = run(&["--no-values"], &foreign);
        assert_eq!(passed.code, Some(0), "{}", passed.stderr);
        same_bytes(&passed.stdout, &foreign);
    }
}

#[test]
fn latin_1_that_mentions_the_registry_is_refused_and_elsewhere_passes() {
    let comment = b"---\n# Stra\xDFe\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    same_bytes(
        &rendered(&[comment, REGISTRY.as_bytes()].concat()),
        &[comment, &rendered(REGISTRY.as_bytes())[..]].concat(),
    );
    let inside = [REGISTRY.as_bytes(), b"    command: [\"Stra\xDFe\"]\n"].concat();
    let message = refused(&SETTINGS, &inside, 1);
    assert!(message.contains("the bytes are not UTF-8"), "{message}");
}

/// What Helm 4 hands a post-renderer is printed by kyaml: sequences at the parent's column, the annotation last.
#[test]
fn a_stream_as_helm_4_prints_it_keeps_its_form() {
    let stream = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: msr-msr-registry
  annotations:
    postrenderer.helm.sh/postrender-filename: 'msr/templates/registry/deployment.yaml'
spec:
  template:
    spec:
      containers:
      - name: registry
        image: \"registry.mirantis.com/msr/msr-registry:3.1.4\"
        readinessProbe:
          httpGet: {path: /, port: http}
        env:
        - name: REGISTRY_HTTP_DEBUG_ADDR
          value: \":5001\"
        # Shared by all.
        - name: REGISTRY_HTTP_SECRET
          valueFrom:
            secretKeyRef:
              name: http
              key: secret
";
    let output = String::from_utf8(rendered(stream.as_bytes())).unwrap();
    let kept = documents(&output).into_iter().next_back().unwrap();
    for line in stream.lines() {
        assert!(kept.lines().any(|kept| kept == line), "{line:?} is gone");
    }
    let added = kubeyaml::objects(&output);
    assert_eq!(
        added[0]["metadata"]["annotations"]["postrenderer.helm.sh/postrender-filename"],
        "msr/templates/registry/deployment.yaml"
    );
}

#[test]
fn a_hundred_megabytes_pass_through() {
    let line =
        "    0123456789 the quick brown fox jumps over the lazy dog, and --- is no mark in here\n";
    let mut stream = Vec::with_capacity(101 << 20);
    for number in 0..100 {
        let head = format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: filler-{number}}}\ndata:\n  text: |\n"
        );
        stream.extend_from_slice(head.as_bytes());
        for _ in 0..(1 << 20) / line.len() {
            stream.extend_from_slice(line.as_bytes());
        }
    }
    let mut wanted = stream.clone();
    stream.extend_from_slice(REGISTRY.as_bytes());
    wanted.extend_from_slice(&rendered(REGISTRY.as_bytes()));
    same_bytes(&rendered(&stream), &wanted);
}

#[test]
fn an_empty_stream_is_refused_where_values_were_given_and_else_stays_empty() {
    let message = refused(&SETTINGS, b"", 1);
    assert!(
        message.contains("registry.storage is set, but the stream is empty"),
        "{message}"
    );
    let output = run(&[], b"");
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(output.stdout, b"");
}

/// A reader that went away (`| head`) is told nothing, and its exit code says that not all was written.
#[test]
fn a_closed_standard_output_ends_it_quietly() {
    let mut child = command(&SETTINGS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(REGISTRY.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_full_disk_is_told() {
    let mut child = command(&SETTINGS)
        .stdin(Stdio::piped())
        .stdout(File::options().write(true).open("/dev/full").unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(REGISTRY.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("msr-storage: standard output can't be written: No space left"),
        "{message}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_standard_input_that_can_not_be_read_is_told() {
    let mut child = command(&SETTINGS)
        .stdin(File::open("/").unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut message = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut message)
        .unwrap();
    assert!(
        message.starts_with("msr-storage: standard input can't be read"),
        "{message}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn wrong_usage_is_told_from_a_refused_input() {
    for args in [
        &["--nonsense"][..],
        &["--selector", "a b"],
        &["--iam-role", "--keep-keys"],
        &["post-render", "extra"],
    ] {
        let message = refused(args, REGISTRY.as_bytes(), 2);
        assert!(!message.is_empty(), "{args:?}");
    }
}

//! `convert` from outside: folders of `testdata/convert`, whose wanted files were written by hand; its flags through a real shell and both Helms.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::helm::{Helm, Home};
use super::support::kubeyaml;
use super::support::run::{msr_storage, same_text};
use super::support::tools::root;

#[test]
fn every_folder_gives_what_it_says() {
    let mut cases = 0;
    for entry in fs::read_dir(root().join("testdata/convert")).unwrap() {
        let folder = entry.unwrap().path();
        let args = fs::read_to_string(folder.join("args")).unwrap();
        eprintln!("--- {}", folder.display());
        let outcome = msr_storage(["convert", "input.yaml"])
            .args(args.lines())
            .folder(&folder)
            .run();
        // 1 where `check` has something against the settings, which are converted all the same.
        let code = fs::read_to_string(folder.join("exit")).unwrap_or_default();
        let outcome = outcome.exits(i32::from(code == "1\n"));
        same_text(
            &outcome.stdout,
            &fs::read_to_string(folder.join("want")).unwrap(),
        );
        cases += 1;
    }
    assert!(cases >= 9, "{cases}");
}

/// The result; a case whose settings `check` fails is converted all the same.
fn convert(text: &str, to: &str) -> String {
    let outcome = msr_storage(["convert", "-", "--to", to]).stdin(text).run();
    assert!(!outcome.stdout.is_empty(), "{}", outcome.stderr);
    outcome.stdout
}

/// Every case of the post-renderer with values, from home to home and back: Kubernetes' reader finds the same tree, but for v4auth.
#[test]
fn settings_survive_the_way_through_every_home() {
    let storage = |text: &str| {
        let root = kubeyaml::objects(text).remove(0);
        let at = |path: &str| root.pointer(path).cloned().filter(Value::is_object);
        let mut tree = at("/registry/storage")
            .or_else(|| at("/spec/registry/storage"))
            .unwrap();
        if let Some(s3) = tree["s3"].as_object_mut() {
            s3.remove("v4auth");
        }
        tree
    };
    let mut cases = 0;
    for topic in ["s3", "azure", "gcs", "swift", "oss", "persistentVolume"] {
        for entry in fs::read_dir(root().join("testdata/cases").join(topic)).unwrap() {
            let folder = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(folder.join("values.yaml")) else {
                continue;
            };
            // What the operator and Swarm do not take can't come back from there.
            if !folder.join("want.yaml").exists() || text.contains("existingSecret") {
                continue;
            }
            let wanted = storage(&text);
            let resource = convert(&text, "cr");
            let swarm = convert(&resource, "swarm");
            let helm = convert(&swarm, "helm");
            for text in [&resource, &swarm, &helm] {
                assert_eq!(storage(text), wanted, "{}\n{text}", folder.display());
            }
            let flags = convert(&helm, "set");
            let back = msr_storage(["convert", "--to", "helm"])
                .args(words(&flags))
                .run()
                .stdout;
            assert_eq!(storage(&back), wanted, "{}\n{flags}", folder.display());
            cases += 1;
        }
    }
    assert!(cases > 25, "{cases}");
}

/// The words that a shell makes of flags.
fn words(flags: &str) -> Vec<String> {
    let script = format!("printf '%s\\0' {flags}");
    let outcome = super::support::run::Run::new(Path::new("/bin/sh"))
        .args(["-c", &script])
        .run()
        .exits(0);
    let words = outcome.stdout.split_terminator('\0');
    words.map(str::to_owned).collect()
}

/// Texts that a shell, Helm's parser of flags or its types could take for something else.
const ODD: [&str; 34] = [
    "",
    " ",
    "true",
    "false",
    "null",
    "nil",
    "~",
    "0",
    "007",
    "12345",
    "-1",
    "1e5",
    "1.5",
    "yes",
    "a,b",
    "a\\,b",
    "\\",
    "a\\",
    "{a,b}",
    "{",
    "}",
    "[0]",
    "a=b",
    "a.b",
    "it's",
    "\"q\"",
    "$HOME `id` $(id) \\$",
    "!x",
    "line\nline\n",
    "\ttab",
    "é😀",
    "{\"a\": [1, \"b,c\"]}",
    "#x",
    "@file",
];

/// What a shell and Helm make of the flags is the tree that they were made of.
#[test]
fn both_helms_read_the_flags_as_the_tree() {
    let mut block = serde_json::Map::new();
    for (index, text) in ODD.iter().enumerate() {
        block.insert(format!("f{index}"), json!(text));
        block.insert(format!("k.{index},{text}"), json!(index));
    }
    block.insert("b".to_owned(), json!({"yes": true, "no": false, "big": 10_485_760, "half": 0.5, "list": ["a", 1], "none": {}}));
    let tree = json!({"registry": {"storage": {"backend": "swift", "swift": block}}});
    let flags = convert(&tree.to_string(), "set");
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        let folder = home.path().join("show");
        fs::create_dir_all(folder.join("templates")).unwrap();
        fs::write(
            folder.join("Chart.yaml"),
            "apiVersion: v2\nname: show\nversion: 0.1.0\n",
        )
        .unwrap();
        fs::write(
            folder.join("templates/show.yaml"),
            "kind: Shown\nvalues: {{ .Values | toJson | b64enc }}\n",
        )
        .unwrap();
        let script = format!("helm template rel '{}' {flags}", folder.display());
        let outcome = home
            .run(Path::new("/bin/sh"))
            .args(["-c", &script])
            .run()
            .exits(0);
        let shown = &kubeyaml::objects(&outcome.stdout)[0]["values"];
        let bytes = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            shown.as_str().unwrap(),
        )
        .unwrap();
        let seen: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(seen, tree, "{helm:?}\n{flags}");
    }
}

#[test]
fn a_file_or_flags_and_not_both() {
    for args in [
        &["convert", "--to", "helm"][..],
        &["convert", "x.yaml", "--set", "a=b", "--to", "helm"],
    ] {
        msr_storage(args).run().exits(2);
    }
    let nothing = msr_storage(["convert", "-", "--to", "helm"])
        .stdin("a: 1\n")
        .run()
        .exits(1);
    assert!(
        nothing.stderr.contains("registry.storage"),
        "{}",
        nothing.stderr
    );
    let broken = msr_storage(["convert", "-", "--to", "helm"])
        .stdin("a: [\n")
        .run()
        .exits(1);
    assert!(
        broken.stderr.contains("standard input"),
        "{}",
        broken.stderr
    );
}

/// A file that `check` fails is not converted in silence.
#[test]
fn what_is_wrong_with_a_file_is_said() {
    let text = "registry:\n  storage:\n    backend: s3\n    s3:\n      region: us-esat-2\n      bukcet: testing-msr\n";
    let outcome = msr_storage(["convert", "-", "--to", "cr"])
        .stdin(text)
        .run()
        .exits(1);
    for code in ["unsupported-region", "unknown-field", "missing-field"] {
        assert!(outcome.stderr.contains(code), "{code}: {}", outcome.stderr);
    }
    assert!(
        outcome.stdout.contains("region: us-esat-2"),
        "{}",
        outcome.stdout
    );
    let refused = msr_storage(["convert", "-", "--to", "cr"])
        .stdin("registry:\n  storage:\n    backend: s4\n    s4: {bucket: b}\n")
        .run()
        .exits(1);
    assert!(
        refused.stderr.contains("unknown-backend"),
        "{}",
        refused.stderr
    );
    same_text(&refused.stdout, "");
    let flags = msr_storage([
        "convert",
        "--to",
        "cr",
        "--set",
        "registry.storage.backend=s4",
    ])
    .run()
    .exits(1);
    assert!(flags.stderr.contains("unknown-backend"), "{}", flags.stderr);
}

const RESOURCE: &str = "apiVersion: msr.mirantis.com/v1\nkind: MSR\nmetadata: {name: NAME}\nspec:\n  registry:\n    storage:\n      backend: s3\n      s3: {region: us-east-2, bucket: NAME-images, v4auth: true}\n";

#[test]
fn of_several_resources_one_is_named() {
    let both = ["one", "two"]
        .map(|name| RESOURCE.replace("NAME", name))
        .join("---\n");
    let run = |args: &[&str]| {
        let line = ["convert", "-", "--to", "helm"];
        msr_storage(line.iter().chain(args))
            .stdin(both.as_str())
            .run()
    };
    let unclear = run(&[]).exits(1);
    same_text(&unclear.stdout, "");
    for words in ["MSR/one at line 1", "MSR/two at line 9", "--from NAME"] {
        assert!(
            unclear.stderr.contains(words),
            "{words}: {}",
            unclear.stderr
        );
    }
    let two = run(&["--from", "two"]).exits(0);
    assert!(two.stdout.contains("two-images"), "{}", two.stdout);
    let none = run(&["--from", "three"]).exits(1);
    assert!(none.stderr.contains("MSR/one"), "{}", none.stderr);
}

//! Random settings laid on random workloads in random layouts: what Kubernetes' parser reads of the output is the input and
//! what was meant, nothing else. What was meant is computed here, from the vendor's tables in `fidelity/fields.rs` and
//! the rules of the contract, not by the program's code.

mod choices;
mod fields;
mod kubelet;
mod layout;
mod meant;
mod second;

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::golden::stream_text::documents;
use super::support::kubeyaml;
use super::support::run::{ANY_TEXT, msr_storage};
use choices::Choices;

const BEFORE: &str = "---\n# Source: web/templates/config.yaml\nkind:   ConfigMap # as it is\nmetadata: {'name': \"a\"}\n";
const AFTER: &str = "---\nkind: Service\nmetadata:\n    name: b\n\n# The end.\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_workload_reads_as_the_input_and_what_was_meant(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices::new(&bytes);
        let settings = fields::settings(&mut choices);
        let workload = meant::workload(&mut choices);
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [{"kind": "Service"}, workload]});
        let is_listed = choices.once_in(6);
        let around = if is_listed { &list } else { &workload };
        let document = laid_out(around, &mut choices);
        let (output, shown) = post_rendered(&settings, &document);
        let (registry, new) = output.split_last().expect("the registry is there");
        let registry = if is_listed {
            prop_assert_eq!(&registry["items"][0], &list["items"][0], "{}", shown);
            &registry["items"][1]
        } else {
            registry
        };
        let verdict = meant::judge(&settings, &workload, registry, new);
        prop_assert_eq!(verdict, Ok(()), "{}", shown);
    }

    #[test]
    fn a_custom_resource_reads_as_the_input_and_what_was_meant(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices::new(&bytes);
        let settings = fields::settings(&mut choices);
        let resource = meant::resource(&mut choices);
        let document = laid_out(&resource, &mut choices);
        let (output, shown) = post_rendered(&settings, &document);
        prop_assert_eq!(&output, &vec![settings.written_into(&resource)], "{}", shown);
    }
}

/// A tree as text, checked to be that tree.
fn laid_out(tree: &Value, choices: &mut Choices) -> String {
    let document = layout::write(tree, choices);
    let read = kubeyaml::objects(&document);
    assert_eq!(
        read,
        vec![tree.clone()],
        "the layout is another tree\n{document}"
    );
    document
}

/// The objects that a document becomes between two foreign ones, which stay as they are, once or twice; and all of it to show.
fn post_rendered(settings: &fields::Settings, document: &str) -> (Vec<Value>, String) {
    let stream = format!("{BEFORE}---\n{document}{AFTER}");
    let output = run(settings, &stream);
    let shown = format!(
        "--- values\n{}\n--- input\n{stream}\n--- output\n{output}",
        settings.values()
    );
    assert!(
        output.starts_with(BEFORE),
        "what stands before changed\n{shown}"
    );
    assert!(
        output.ends_with(AFTER),
        "what stands behind changed\n{shown}"
    );
    assert_eq!(run(settings, &output), output, "twice is not once\n{shown}");
    let mut read = kubeyaml::objects(&output);
    assert_eq!(documents(&output).len(), read.len() + 1, "{shown}");
    read.remove(0);
    read.pop();
    (read, shown)
}

fn run(settings: &fields::Settings, stream: &str) -> String {
    let values = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(values.path(), settings.values()).expect("a temporary file");
    let run = msr_storage(["-f"]).args([values.path()]).stdin(stream);
    let run = run.env("MSR_STORAGE_ALLOW", ANY_TEXT);
    run.run().exits(0).stdout
}

/// That the judge can say no: a lost entry, a changed value, a secret in the open, a stray key.
#[test]
fn the_judge_of_these_tests_refuses_what_is_not_meant() {
    let mut choices = Choices::new(&[]);
    let settings = fields::s3_with_keys();
    let workload = meant::workload(&mut choices);
    let stream = layout::write(&workload, &mut choices);
    let read = kubeyaml::objects(&run(&settings, &format!("---\n{stream}")));
    let (secret, registry) = (&read[0], &read[1]);
    let judge = |registry: &Value, secret: &Value| {
        meant::judge(&settings, &workload, registry, std::slice::from_ref(secret))
    };
    judge(registry, secret).unwrap();

    let env = "/spec/template/spec/containers/0/env";
    let mut lost = registry.clone();
    lost.pointer_mut(env).unwrap().as_array_mut().unwrap().pop();
    judge(&lost, secret).unwrap_err();

    let mut stray = registry.clone();
    stray["spec"]["paused"] = json!(true);
    judge(&stray, secret).unwrap_err();

    let mut changed = registry.clone();
    changed
        .pointer_mut(env)
        .unwrap()
        .as_array_mut()
        .unwrap()
        .last_mut()
        .unwrap()["value"] = json!("no");
    judge(&changed, secret).unwrap_err();

    let mut other_key = secret.clone();
    other_key["data"]["secretkey"] = json!("eWVz");
    judge(registry, &other_key).unwrap_err();
}

/// One key gives different sums at different places: they show nobody that two registries share it.
#[test]
fn the_checksum_is_salted_with_its_place() {
    let sums: Vec<_> = [
        "name: msr-msr-registry",
        "name: msr-msr-registry, namespace: a",
        "name: msr-msr-registry, labels: {app.kubernetes.io/instance: b}",
        "name: other-msr-registry",
    ]
    .into_iter()
    .map(|metadata| {
        let stream = format!(
            "kind: Pod\napiVersion: v1\nmetadata: {{{metadata}}}\nspec: {{containers: [{{name: registry, image: msr-registry}}]}}\n"
        );
        let settings = "registry.storage.backend=azure,registry.storage.azure.accountname=msr,registry.storage.azure.accountkey=a2V5,registry.storage.azure.container=msr";
        let outcome = msr_storage(["--set", settings]).stdin(stream).run().exits(0);
        let pod = kubeyaml::objects(&outcome.stdout).pop().unwrap();
        let sum = &pod["metadata"]["annotations"]["msr-storage/checksum"];
        sum.as_str().unwrap().to_owned()
    })
    .collect();
    for (index, sum) in sums.iter().enumerate() {
        assert!(!sums[..index].contains(sum), "{sums:?}");
    }
}

/// The pods restart when a key changes, and only then.
#[test]
fn the_checksum_changes_with_a_key_and_with_nothing_else() {
    let stream = "kind: Pod\napiVersion: v1\nmetadata: {name: msr-msr-registry}\nspec: {containers: [{name: registry, image: msr-registry}]}\n";
    let checksum = |flags: &str| {
        let base = "registry.storage.backend=swift,registry.storage.swift.authurl=https://a/v3,registry.storage.swift.container=msr";
        let outcome = msr_storage(["--set", base, "--set", flags])
            .stdin(stream)
            .run()
            .exits(0);
        let pod = kubeyaml::objects(&outcome.stdout).pop().unwrap();
        pod["metadata"]["annotations"]["msr-storage/checksum"].clone()
    };
    let first = checksum("registry.storage.swift.username=u,registry.storage.swift.password=one");
    assert!(first.is_string());
    assert_eq!(
        first,
        checksum("registry.storage.swift.username=other,registry.storage.swift.password=one")
    );
    assert_ne!(
        first,
        checksum("registry.storage.swift.username=u,registry.storage.swift.password=two")
    );
    // Of two secrets, what stands in which counts.
    let two = |password: &str, key: &str| {
        checksum(&format!(
            "registry.storage.swift.username=u,registry.storage.swift.password={password},registry.storage.swift.secretkey={key}"
        ))
    };
    assert_ne!(two("ab", "c"), two("a", "bc"));
    assert_ne!(two("a", "b"), two("b", "a"));
}

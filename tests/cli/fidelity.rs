//! Random settings laid on random workloads in random layouts: what Kubernetes' parser reads of the output is the input and
//! what was meant, nothing else. What was meant is computed here, from the vendor's tables in `fidelity/fields.rs` and
//! the rules of the contract, not by the program's code.

mod choices;
mod fields;
mod kubelet;
mod layout;
mod meant;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::golden::stream_text::documents;
use super::support::kubeyaml;
use super::support::run::msr_storage;
use choices::Choices;

const BEFORE: &str = "---\n# Source: web/templates/config.yaml\nkind:   ConfigMap # as it is\nmetadata: {'name': \"a\"}\n";
const AFTER: &str = "---\nkind: Service\nmetadata:\n    name: b\n\n# The end.\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_as_the_input_and_what_was_meant(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices::new(&bytes);
        let settings = fields::settings(&mut choices);
        let workload = meant::workload(&mut choices);
        let document = layout::write(&workload, &mut choices);
        let written = kubeyaml::objects(&document);
        prop_assert_eq!(written, vec![workload.clone()], "the layout is another tree\n{}", document);
        check(&settings, &workload, &document);
    }
}

fn check(settings: &fields::Settings, workload: &Value, document: &str) {
    let stream = format!("{BEFORE}---\n{document}{AFTER}");
    let values = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(values.path(), settings.values()).expect("a temporary file");
    let run = |stream: &str| {
        let outcome = msr_storage(["-f"])
            .args([values.path()])
            .stdin(stream)
            .run();
        outcome.exits(0).stdout
    };
    let output = run(&stream);
    let shown = || {
        format!(
            "--- values\n{}\n--- input\n{stream}\n--- output\n{output}",
            settings.values()
        )
    };

    assert!(
        output.starts_with(BEFORE),
        "what stands before changed\n{}",
        shown()
    );
    assert!(
        output.ends_with(AFTER),
        "what stands behind changed\n{}",
        shown()
    );
    assert_eq!(run(&output), output, "twice is not once\n{}", shown());

    let texts = documents(&output);
    let read = kubeyaml::objects(&output);
    // Of the foreign two and the registry's, the rest is new.
    let new = &read[1..read.len() - 2];
    assert_eq!(texts.len(), read.len() + 1, "{}", shown());
    meant::judge(settings, workload, &read[read.len() - 2], new)
        .unwrap_or_else(|fault| panic!("{fault}\n{}", shown()));
}

/// That the judge can say no: a lost entry, a changed value, a secret in the open, a stray key.
#[test]
fn the_judge_of_these_tests_refuses_what_is_not_meant() {
    let bytes = [1_u8; 0];
    let mut choices = Choices::new(&bytes);
    let settings = fields::s3_with_keys();
    let workload = meant::workload(&mut choices);
    let stream = layout::write(&workload, &mut choices);
    let values = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(values.path(), settings.values()).unwrap();
    let output = msr_storage(["-f"])
        .args([values.path()])
        .stdin(format!("---\n{stream}"))
        .run()
        .exits(0)
        .stdout;
    let read = kubeyaml::objects(&output);
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

//! A run on the output of an earlier run: with the same settings it changes nothing, with others it gives what those
//! settings give on the original, to the byte. Random settings, flags and streams; and the sample chart as Helm renders it.
//!
//! What can't come back is what an earlier run took out of the chart's own rendering: see [`without_what_went`]. A claim
//! stays, whoever made it: see [`without_claims`].

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::choices::Choices;
use super::{fields, layout, meant};
use crate::golden::stream_text::documents;
use crate::support::helm::{Helm, Home, chart};
use crate::support::kubeyaml;
use crate::support::run::msr_storage;

const NAME: &str = "msr-msr-registry";

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_run_gives_what_its_settings_give_on_the_original(bytes in prop::collection::vec(any::<u8>(), 0..500), layout in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut choices = Choices::new(&bytes);
        let (first, second) = (Given::any(&mut choices), Given::any(&mut choices));
        let layout = in_blocks(&layout);
        let stream = laid_out(objects(&mut choices), &mut Choices::new(&layout));
        holds(&first, &second, &stream, |output| output.to_owned())?;
    }

    /// Inside brackets and braces, in JSON and in a list of items, blanks between entries and quotes may differ.
    #[test]
    fn a_second_run_in_any_layout_gives_the_same_objects(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut choices = Choices::new(&bytes);
        let (first, second) = (Given::any(&mut choices), Given::any(&mut choices));
        let stream = laid_out(objects(&mut choices), &mut choices);
        holds(&first, &second, &stream, |output| Value::from(kubeyaml::objects(output)).to_string())?;
    }

    #[test]
    fn a_second_run_on_the_sample_chart_does_too(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices::new(&bytes);
        let (first, second) = (Given::any(&mut choices).whole(), Given::any(&mut choices).whole());
        let stream = choices.one(&RENDERINGS.each_ref().map(String::as_str));
        holds(&first, &second, stream, |output| output.to_owned())?;
    }

    /// The chart's own storage variables: those that the first run took out are gone, as if the chart had not rendered them.
    #[test]
    fn a_second_run_on_a_charts_own_variables_misses_no_more_than_what_went(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut choices = Choices::new(&bytes);
        let (first, second) = (Given::any(&mut choices), Given::any(&mut choices));
        let workload = meant::workload(&mut choices);
        let text = layout::write(&workload, &mut choices);
        let Ok(between) = first.run(&text) else { return Ok(()) };
        let left = kubeyaml::objects(&between).pop().expect("the workload");
        let original = without_what_went(&workload, &left);
        let (got, wanted) = (second.run(&between), second.run(&format!("{original}\n")));
        let read = |output: &str| filled(Value::from(kubeyaml::objects(output)));
        let shown = format!("{first:?}\n{second:?}\n--- input\n{text}\n--- between\n{between}");
        match (&got, &wanted) {
            (Ok(got), Ok(wanted)) => {
                let got = without_claims(&first, &second, got);
                prop_assert_eq!(read(&got), read(wanted), "{}", shown);
            }
            _ => prop_assert_eq!(&got, &wanted, "{}", shown),
        }
    }
}

/// Twice is once, and the first run leaves no trace in the second one's output.
fn holds(
    first: &Given,
    second: &Given,
    stream: &str,
    compared: fn(&str) -> String,
) -> Result<(), TestCaseError> {
    let Ok(between) = first.run(stream) else {
        return Ok(());
    };
    let again = first.run(&between);
    prop_assert_eq!(
        again.as_ref(),
        Ok(&between),
        "twice is not once\n{:?}\n--- input\n{}",
        first,
        stream
    );
    let (got, wanted) = (second.run(&between), second.run(stream));
    let compared = |output: String| compared(&without_claims(first, second, &output));
    let (got, wanted) = (got.map(compared), wanted.map(compared));
    if got != wanted {
        let side = |side: &Result<String, Vec<String>>| match side {
            Ok(text) => text.clone(),
            Err(codes) => format!("refused: {codes:?}"),
        };
        let diff = similar::TextDiff::from_lines(side(&wanted), side(&got))
            .unified_diff()
            .header("on the original", "on the output")
            .to_string();
        return Err(TestCaseError::fail(format!(
            "{first:?}\n{second:?}\n--- input\n{stream}\n--- between\n{between}\n{diff}"
        )));
    }
    Ok(())
}

/// What a run is given.
#[derive(Debug)]
struct Given {
    storage: Value,
    flags: Vec<&'static str>,
}

impl Given {
    fn any(choices: &mut Choices) -> Self {
        let mut storage = if choices.once_in(5) {
            volume(choices)
        } else {
            let values = fields::settings(choices).values();
            let values: Value = serde_json::from_str(&values).expect("values in JSON");
            values["registry"]["storage"].clone()
        };
        let backend = storage["backend"].as_str().unwrap_or_default().to_owned();
        let mut flags = Vec::new();
        if backend != "persistentVolume" && choices.once_in(4) {
            if let Some(block) = storage[backend.as_str()].as_object_mut() {
                SECRETS.iter().for_each(|field| drop(block.remove(*field)));
            }
            if choices.once_in(2) {
                storage[backend.as_str()]["existingSecret"] = json!("registry-keys");
            } else {
                flags.push("--existing-secret=registry-keys");
            }
        }
        match choices.below(6) {
            4 => flags.push("--keep-keys"),
            5 => flags.push("--iam-role"),
            _ => {}
        }
        Self { storage, flags }
    }

    /// The same with all of a claim's settings: what an earlier run wrote into a chart's own claim, and the values no longer
    /// name, stays in it.
    fn whole(mut self) -> Self {
        if self.is_on_volume() {
            let mut block =
                json!({"size": "20Gi", "accessMode": "ReadWriteOnce", "storageClass": "nfs"});
            let given = self.storage["persistentVolume"]
                .as_object()
                .into_iter()
                .flatten();
            given.for_each(|(key, value)| block[key.as_str()] = value.clone());
            self.storage["persistentVolume"] = block;
        }
        self
    }

    fn is_on_volume(&self) -> bool {
        self.storage["backend"] == "persistentVolume"
    }

    /// The output, or the codes of what refused it.
    fn run(&self, stream: &str) -> Result<String, Vec<String>> {
        let values = tempfile::NamedTempFile::new().expect("a temporary file");
        let text = json!({"registry": {"storage": self.storage}}).to_string();
        fs::write(values.path(), fields::escaped(&text)).expect("a temporary file");
        let run = msr_storage(["-f"]).args([values.path()]).args(&self.flags);
        let outcome = run.stdin(stream).run();
        if outcome.code == Some(0) {
            return Ok(outcome.stdout);
        }
        let lines = outcome.stderr.lines();
        let codes = lines.filter_map(|line| line.strip_prefix("error[")?.split_once(']'));
        Err(codes.map(|(code, _)| code.to_owned()).collect())
    }
}

const SECRETS: [&str; 7] = [
    "accesskey",
    "secretkey",
    "accountkey",
    "password",
    "credentials",
    "accesskeyid",
    "accesskeysecret",
];

fn volume(choices: &mut Choices) -> Value {
    let mut block = json!({});
    if choices.once_in(2) {
        block["size"] = json!(choices.one(&["10Gi", "50Gi", "1Ti"]));
    }
    if choices.once_in(2) {
        block["accessMode"] = json!(choices.one(&["ReadWriteOnce", "ReadWriteMany"]));
    }
    if choices.once_in(2) {
        block["storageClass"] = json!(choices.one(&["-", "nfs"]));
    }
    json!({"backend": "persistentVolume", "persistentVolume": block})
}

/// Choices by which everything is written in block style: what asks for one in eight never gets it.
fn in_blocks(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.iter();
    bytes
        .map(|byte| if byte % 8 == 7 { byte - 1 } else { *byte })
        .collect()
}

/// The objects of a chart that renders no storage of its own: the registry, and what it may stand among.
fn objects(choices: &mut Choices) -> Vec<Value> {
    let mut objects =
        vec![json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other"}})];
    if choices.once_in(2) {
        objects.push(account(choices));
    }
    if choices.once_in(2) {
        objects.push(config());
    }
    let mut registry = without_storage(meant::workload(choices));
    if choices.once_in(3) {
        let mut job = without_storage(meant::workload(choices));
        job["kind"] = json!("CronJob");
        let template = job["spec"]["template"].take();
        job["spec"] =
            json!({"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}});
        around(&mut job["spec"]["jobTemplate"]["spec"]["template"], choices);
        objects.push(job);
    }
    around(&mut registry["spec"]["template"], choices);
    let at = choices.below(objects.len() + 1);
    objects.insert(at, registry);
    if choices.once_in(4) {
        objects.push(jobrunner());
    }
    objects
}

/// What the pod may have around the container: a role, the configuration file.
fn around(template: &mut Value, choices: &mut Choices) {
    if choices.once_in(2) {
        template["spec"]["serviceAccountName"] = json!("msr");
    }
    if choices.once_in(6) {
        template["metadata"]["annotations"]["iam.amazonaws.com/role"] = json!("msr");
    }
    if choices.once_in(2) {
        let volume = json!({"name": "config", "configMap": {"name": "registry-config"}});
        let mount = json!({"name": "config", "mountPath": "/config"});
        push(&mut template["spec"]["volumes"], volume);
        push(
            &mut template["spec"]["containers"][0]["volumeMounts"],
            mount,
        );
    }
}

fn push(list: &mut Value, item: Value) {
    match list.as_array_mut() {
        Some(list) => list.push(item),
        None => *list = json!([item]),
    }
}

/// Without storage variables, and without what is empty: an empty list that was filled does not come back.
fn without_storage(mut workload: Value) -> Value {
    let env = &mut workload["spec"]["template"]["spec"]["containers"][0]["env"];
    if let Some(entries) = env.as_array_mut() {
        entries.retain(|entry| {
            let name = entry["name"].as_str().unwrap_or_default();
            !name.starts_with("REGISTRY_STORAGE") || name.ends_with("_DELETE_ENABLED")
        });
    }
    filled(workload)
}

fn filled(tree: Value) -> Value {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    match tree {
        Value::Object(map) => {
            let filled = map.into_iter().map(|(key, value)| (key, filled(value)));
            Value::Object(filled.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(filled).collect()),
        other => other,
    }
}

fn account(choices: &mut Choices) -> Value {
    let mut account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "msr"}});
    if choices.once_in(2) {
        let role = "arn:aws:iam::111122223333:role/msr";
        account["metadata"]["annotations"] = json!({"eks.amazonaws.com/role-arn": role});
    }
    account
}

fn config() -> Value {
    let file = "version: 0.1\nstorage:\n  s3: {forcepathstyle: true, encrypt: true}\n  delete: {enabled: true}\n  maintenance:\n    uploadpurging: {enabled: false}\n";
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "registry-config"}, "data": {"config.yml": file}})
}

fn jobrunner() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "msr-msr-jobrunner"},
        "spec": {"template": {"spec": {
            "containers": [{"name": "jobrunner", "image": "registry.mirantis.com/msr/msr-jobrunner:3.1.4",
                "volumeMounts": [{"name": "images", "mountPath": "/storage"}]}],
            "volumes": [{"name": "images", "persistentVolumeClaim": {"claimName": NAME}}]}}}})
}

/// The objects as Helm 3, Helm 4 or a person writes a stream, or as one `List` or `ResourceList`.
fn laid_out(mut objects: Vec<Value>, choices: &mut Choices) -> String {
    match choices.below(8) {
        6 => {
            let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
            return format!("---\n{}", layout::write(&list, choices));
        }
        7 => {
            let items: String = objects.iter().map(|item| format!("- {item}\n")).collect();
            return format!(
                "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}"
            );
        }
        _ => {}
    }
    let is_helm_4 = choices.once_in(3);
    let is_marked = !choices.once_in(3);
    let mut stream = String::new();
    for (index, object) in objects.iter_mut().enumerate() {
        let file = format!("msr/templates/{index}.yaml");
        if is_helm_4 {
            object["metadata"]["annotations"]["postrenderer.helm.sh/postrender-filename"] =
                json!(file);
        }
        if index > 0 || is_marked {
            stream += "---\n";
        }
        let text = layout::write(object, choices);
        if !is_helm_4 {
            let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
            stream += &format!("# Source: {file}{end}");
        }
        stream += &text;
    }
    stream
}

/// A claim is never taken away: one that the first run made, sized or annotated stays as it is under another backend.
fn without_claims(first: &Given, second: &Given, output: &str) -> String {
    if !first.is_on_volume() || second.is_on_volume() {
        return output.to_owned();
    }
    let is_a_claim = |object: &Value| object["kind"] == "PersistentVolumeClaim";
    if output.contains("kind: ResourceList") {
        let mut list = kubeyaml::objects(output).remove(0);
        let items = list["items"].as_array_mut().expect("a list");
        items.retain(|item| !is_a_claim(item));
        return list.to_string();
    }
    let is_claim = |text: &&str| {
        let objects = kubeyaml::objects(text);
        objects.iter().any(is_a_claim)
    };
    let others = documents(output).into_iter().filter(|text| !is_claim(text));
    others.collect::<Vec<_>>().join("---\n")
}

/// The workload without the variables that a run took out of it: another driver's, a field's that the values do not name,
/// and all but one of those that stand there more than once.
fn without_what_went(workload: &Value, left: &Value) -> Value {
    let mut workload = workload.clone();
    let names = |tree: &Value| -> Vec<String> {
        let env = tree.pointer("/spec/template/spec/containers/0/env");
        let entries = env.and_then(Value::as_array).into_iter().flatten();
        entries
            .map(|entry| entry["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let left = names(left);
    let mut seen: Vec<String> = Vec::new();
    let env = &mut workload["spec"]["template"]["spec"]["containers"][0]["env"];
    if let Some(entries) = env.as_array_mut() {
        entries.retain(|entry| {
            let name = entry["name"].as_str().unwrap_or_default().to_owned();
            let stays = left.iter().filter(|other| **other == name).count();
            let before = seen.iter().filter(|other| **other == name).count();
            seen.push(name);
            before < stays
        });
    }
    workload
}

/// The sample chart as both Helms' templates give it, with and without a role.
static RENDERINGS: LazyLock<[String; 4]> = LazyLock::new(|| {
    let role = "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::111122223333:role/msr";
    let rendered = |args: &[&str]| {
        let home = Home::new(Helm::V3);
        home.template("msr", &chart("msr"), args).exits(0).stdout
    };
    let two = [
        rendered(&[]),
        rendered(&["--set", role, "--set", "registry.config.cache="]),
    ];
    // As Helm 4 hands it over: no mark before the first document.
    let unmarked = two.each_ref().map(|text| text.replacen("---\n", "", 1));
    let [first, second] = two;
    let [third, fourth] = unmarked;
    [first, second, third, fourth]
});

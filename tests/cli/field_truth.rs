//! Field truth: whatever is typed into a field is what the registry's own parser hands to its driver. The way there is the
//! real one: values, the program, Kubernetes' YAML reader, the kubelet's expansion, the registries' parsers.

mod fields;
mod strings;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::real::proof;
use crate::real::registry::Registry;
use crate::real::{kubelet, kubelet::Container};
use crate::support::helm::{Helm, Home, chart};
use crate::support::kubeyaml;
use crate::support::run::{ANY_TEXT, msr_storage};
use fields::{Backend, Kind};
use strings::Strings;

/// MSR's chart, rendered without the program.
static RENDERED: LazyLock<String> = LazyLock::new(|| {
    let rendered = Home::new(Helm::V3).template("msr", &chart("msr"), &[]);
    rendered.exits(0).stdout
});

/// How the values are handed over.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// In a file of values.
    File,
    /// `--set-literal` for each text.
    Literal,
}

/// The backend's block with everything set; text fields hold the strings from `first` on, in turn.
fn block(backend: &Backend, strings: &[String], first: usize) -> Map<String, Value> {
    let mut block = Map::new();
    for (position, field) in backend.fields.iter().enumerate() {
        let text = &strings[(first + position) % strings.len()];
        let value = match field.kind {
            // Nothing is what a blank string sets, and some fields must be there.
            Kind::Text if text.is_empty() && field.required => json!("x"),
            Kind::Text => json!(text),
            Kind::Bool => json!(first.is_multiple_of(2)),
            Kind::True => json!(true),
            Kind::Integer(numbers) => json!(numbers[first % numbers.len()]),
            Kind::Word(words) => json!(words[first % words.len()]),
        };
        block.insert(field.name.to_owned(), value);
    }
    block
}

/// The parameters that the driver must see for it.
fn wanted(backend: &Backend, block: &Map<String, Value>) -> Map<String, Value> {
    let set = block.iter().filter(|(_, value)| **value != json!(""));
    set.filter(|(name, _)| !backend.in_file(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The program's output for a block.
#[track_caller]
fn expanded(backend: &Backend, block: &Map<String, Value>, way: Way, input: &str) -> Vec<Value> {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("values.yaml");
    let mut in_file = block.clone();
    let mut args = vec!["-f".to_owned(), file.display().to_string()];
    if matches!(way, Way::Literal) {
        for field in backend.fields {
            if let (Kind::Text, Some(Value::String(text))) = (field.kind, block.get(field.name)) {
                in_file.remove(field.name);
                args.push("--set-literal".to_owned());
                args.push(format!(
                    "registry.storage.{}.{}={text}",
                    backend.name, field.name
                ));
            }
        }
    }
    fs::write(&file, values(backend.name, &in_file)).expect("a file of values");
    let done = msr_storage(args).env("MSR_STORAGE_ALLOW", ANY_TEXT);
    let done = done.stdin(input).run().exits(0);
    kubeyaml::objects(&done.stdout)
}

/// A file of values in YAML; all texts in double quotes, with nothing in them that a YAML reader could stumble over.
fn values(backend: &str, block: &Map<String, Value>) -> String {
    // A block of nothing would be null, into which Helm's flags set nothing.
    let open = if block.is_empty() { " {}" } else { "" };
    let mut text = format!("registry:\n  storage:\n    backend: {backend}\n    {backend}:{open}\n");
    for (name, value) in block {
        let value = match value {
            Value::String(text) => quoted(text),
            other => other.to_string(),
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "      {name}: {value}");
    }
    text
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// What the registry's container of MSR's workload starts with.
#[track_caller]
fn started(objects: &[Value]) -> Container {
    let workload = objects
        .iter()
        .find(|object| {
            object["kind"] == "Deployment" && object["metadata"]["name"] == "msr-msr-registry"
        })
        .expect("MSR's registry");
    kubelet::container(workload, "registry", objects).expect("a container that starts")
}

/// That both registries see what was typed, and that files hold it; or what is different.
fn holds(
    backend: &Backend,
    block: &Map<String, Value>,
    container: &Container,
) -> Result<(), String> {
    let mut wanted = wanted(backend, block);
    for field in backend.fields {
        let (Some(name), Some(Value::String(text))) = (field.file, block.get(field.name)) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let variable = format!("REGISTRY_STORAGE_{}_{name}", backend.driver).to_uppercase();
        let path = container.env.get(&variable).ok_or("no path of a file")?;
        let file = container.files.get(path).ok_or("no mounted file")?;
        if file != text.as_bytes() {
            return Err(format!(
                "{}: typed {text:?}, in the file {file:?}",
                field.name
            ));
        }
        wanted.insert(name.to_owned(), json!(path));
    }
    for registry in Registry::BOTH {
        let (driver, parameters) = registry
            .parameters(container)
            .map_err(|fault| format!("registry {registry:?} does not start: {fault}; {block:?}"))?;
        if driver != backend.driver {
            return Err(format!("registry {registry:?} has the driver {driver}"));
        }
        let names = wanted.keys().chain(parameters.keys());
        let differing: Vec<_> = names
            .filter(|name| wanted.get(*name) != parameters.get(*name))
            .map(|name| {
                format!(
                    "{name}: typed {:?}, seen {:?}",
                    wanted.get(name),
                    parameters.get(name)
                )
            })
            .collect();
        if !differing.is_empty() {
            return Err(differing.join("\n"));
        }
    }
    Ok(())
}

/// One backend, `count` times with other strings in every field; adds to the number of values tried, and to the faults.
#[track_caller]
fn try_backend(
    backend: &Backend,
    strings: &[String],
    count: usize,
    way: Way,
    faults: &mut Vec<String>,
) -> usize {
    let mut tried = 0;
    for first in 0..count {
        let block = block(backend, strings, first);
        let objects = expanded(backend, &block, way, &RENDERED);
        faults.extend(holds(backend, &block, &started(&objects)).err());
        tried += block.len();
    }
    tried
}

fn every_field_of(name: &str) {
    let backend = Backend::named(name);
    let listed = strings::listed();
    let (mut tried, mut faults) = (0, Vec::new());
    for way in [Way::File, Way::Literal] {
        let short: Vec<_> = listed
            .iter()
            // A whole command line of long ones is more than Linux takes, and no argument holds a zero byte.
            .filter(|text| matches!(way, Way::File) || (text.len() < 5_000 && !text.contains('\0')))
            .cloned()
            .collect();
        tried += try_backend(backend, &short, short.len(), way, &mut faults);
    }
    let count = strings::budget();
    let mut random = Strings::new(name);
    for _ in 0..count {
        let some: Vec<_> = backend.fields.iter().map(|_| random.next()).collect();
        tried += try_backend(backend, &some, 1, Way::File, &mut faults);
    }
    assert!(
        faults.is_empty(),
        "{name}: {} faults\n{:.8000}",
        faults.len(),
        faults.join("\n")
    );
    proof::record(
        "fields",
        &[
            ("backend", name),
            ("fields", &backend.fields.len().to_string()),
            (
                "strings",
                &(listed.len() + count * backend.fields.len()).to_string(),
            ),
            ("values", &tried.to_string()),
        ],
    );
}

#[test]
fn every_field_of_s3_arrives_as_typed() {
    every_field_of("s3");
}

#[test]
fn every_field_of_azure_arrives_as_typed() {
    every_field_of("azure");
}

#[test]
fn every_field_of_gcs_arrives_as_typed() {
    every_field_of("gcs");
}

#[test]
fn every_field_of_swift_arrives_as_typed() {
    every_field_of("swift");
}

#[test]
fn every_field_of_oss_arrives_as_typed() {
    every_field_of("oss");
}

/// The user's own Secret is read inside single quotes of YAML: all but quotes, line breaks and what YAML refuses or folds.
fn fits_an_existing_secret(text: &str) -> bool {
    !text.contains(|c: char| {
        c == '\''
            || (c.is_control() && c != '\t')
            || matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
    })
}

#[test]
fn what_an_existing_secret_holds_arrives_too() {
    let strings: Vec<_> = strings::listed()
        .into_iter()
        .filter(|text| fits_an_existing_secret(text))
        .collect();
    let mut faults = Vec::new();
    for backend in ["s3", "azure", "swift", "oss"].map(Backend::named) {
        for first in 0..strings.len() {
            let mut typed = block(backend, &strings, first);
            // A blank one is no secret; and without an access key, swift's temporary URLs are off.
            for (name, value) in &mut typed {
                if *value == json!("") && (backend.is_secret(name) || name == "accesskey") {
                    *value = json!("x");
                }
            }
            let mut secrets = typed.clone();
            secrets.retain(|name, _| backend.is_secret(name));
            let secret = json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "own"},
                "stringData": secrets,
            });
            let mut public = typed.clone();
            public.retain(|name, _| !backend.is_secret(name));
            public.insert("existingSecret".to_owned(), json!("own"));
            let objects = expanded(backend, &public, Way::File, &RENDERED);
            let mut around = objects;
            around.push(secret);
            faults.extend(holds(backend, &typed, &started(&around)).err());
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{:.8000}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_claim_is_what_was_typed() {
    let fields = [
        ("storageClass", ["nfs", "fast.ssd", "a-1", "7"]),
        (
            "accessMode",
            [
                "ReadWriteMany",
                "ReadWriteOnce",
                "ReadWriteOncePod",
                "ReadWriteMany",
            ],
        ),
        ("size", ["100Gi", "1e3", "0.5Ti", "1500M"]),
    ];
    for turn in 0..4 {
        let block: Map<_, _> = fields
            .iter()
            .map(|(name, texts)| ((*name).to_owned(), json!(texts[turn])))
            .collect();
        let text = values("persistentVolume", &block);
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("values.yaml");
        fs::write(&file, text).expect("a file of values");
        let done = msr_storage([OsStr::new("-f"), file.as_os_str()]).stdin(RENDERED.as_str());
        let objects = kubeyaml::objects(&done.run().exits(0).stdout);
        let claim = objects
            .iter()
            .find(|object| {
                object["kind"] == "PersistentVolumeClaim"
                    && object["metadata"]["name"] == "msr-msr-registry"
            })
            .expect("the chart's claim");
        assert_eq!(claim["spec"]["storageClassName"], fields[0].1[turn]);
        assert_eq!(claim["spec"]["accessModes"], json!([fields[1].1[turn]]));
        assert_eq!(
            claim["spec"]["resources"]["requests"]["storage"],
            fields[2].1[turn]
        );
        let container = started(&objects);
        assert_eq!(
            container.claims.get("/storage").map(String::as_str),
            Some("msr-msr-registry")
        );
        let (driver, parameters) = Registry::V2.parameters(&container).expect("it starts");
        assert_eq!(
            (driver.as_str(), &parameters["rootdirectory"]),
            ("filesystem", &json!("/storage"))
        );
    }
}

/// Of the chart's configuration file, nothing but the driver may change.
#[test]
fn settings_beside_the_driver_stay_as_they_were() {
    let variants = [
        "{delete: true, cache: inmemory, redirect: true, uploadPurging: {enabled: true, age: 72h, interval: 12h}}",
        "{delete: false, cache: null, redirect: false, readOnly: true, uploadPurging: {enabled: false}}",
    ];
    for variant in variants {
        let set = format!("registry: {{config: {variant}}}");
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("config.yaml");
        fs::write(&file, set).expect("a file of values");
        let args = ["-f", &file.display().to_string()];
        let rendered = Home::new(Helm::V3)
            .template("msr", &chart("msr"), &args)
            .exits(0)
            .stdout;
        let before = started(&kubeyaml::objects(&rendered));
        for backend in &fields::BACKENDS {
            let block = block(backend, &["x".to_owned()], 0);
            let after = started(&expanded(backend, &block, Way::File, &rendered));
            for registry in Registry::BOTH {
                assert_eq!(
                    registry.settings(&after),
                    registry.settings(&before),
                    "{} on {registry:?} with {variant}",
                    backend.name
                );
            }
        }
    }
}

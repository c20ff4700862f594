//! Umbrella charts: whatever they, files, flags and variables make of the settings, the registry's own parser reads from the output what
//! Helm handed to the template. The charts are made up (`generate`), Helm and the parser are the real ones.

mod generate;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::real::{kubelet, registry::Registry};
use crate::support::helm::{Helm, Home};
use crate::support::kubeyaml;
use crate::support::run::Outcome;
use generate::{REGISTRY, Umbrella, umbrella};

/// How many renderings when nothing else is asked for.
const RENDERINGS: u64 = 500;

/// The file that the registry's image brings.
const CONFIGURATION: (&str, &str) = (
    "/etc/docker/registry/config.yml",
    "version: 0.1\nstorage: {filesystem: {rootdirectory: /storage}}\nhttp: {addr: ':5000'}\n",
);

/// What came of the renderings.
#[derive(Default)]
struct Tally {
    registries: u64,
    left_alone: u64,
    refused: BTreeMap<String, u64>,
    not_rendered: u64,
    faults: Vec<String>,
}

/// One home a thread and Helm: its installation is slow.
struct Bench {
    home: Home,
    number: u64,
    /// Variables of the program.
    env: Vec<(String, String)>,
}

impl Bench {
    fn run(&mut self, case: &Umbrella, args: &[&str], explicit: bool) -> Outcome {
        let folder = self.home.path().join(format!("case{}", self.number));
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
            case.write(&folder);
        }
        let given = case.args.iter().map(String::as_str);
        let mut run = self.home.command().folder(&folder);
        if let Some(text) = case.explicit.as_ref().filter(|_| explicit) {
            run = run.env("MSR_STORAGE_SET", text);
        }
        for (name, text) in &self.env {
            run = run.env(name, text);
        }
        run.args(
            ["template", "r"]
                .into_iter()
                .chain(given)
                .chain(args.iter().copied()),
        )
        .run()
    }

    /// The output of Helm alone, with what the variables say as its own last flag.
    fn plain(&mut self, case: &Umbrella) -> Outcome {
        let last: Vec<_> = case.last.iter().map(String::as_str).collect();
        self.run(case, &last, false)
    }

    fn judge(&mut self, case: &Umbrella, tally: &mut Tally) -> Result<(), String> {
        let done = self.run(case, &["--post-renderer", "msr-storage"], true);
        let is_plain = case.last.is_empty() && done.code == Some(0);
        let seen = (!is_plain).then(|| self.plain(case));
        if seen.as_ref().is_some_and(|seen| seen.code != Some(0)) {
            tally.not_rendered += 1;
            return Ok(());
        }
        let wanted = seen.as_ref().unwrap_or(&done);
        let wanted: Vec<_> = registries(&wanted.stdout).iter().map(shown).collect();
        if wanted.is_empty() && done.code != Some(0) {
            // Helm 4 takes no empty output, whoever made it; settings without a registry are refused.
            tally.not_rendered += 1;
            return Ok(());
        }
        if done.code != Some(0) {
            let code = code(&done).ok_or_else(|| format!("no refusal: {done:?}"))?;
            if wanted.iter().all(|(_, seen)| is_valid(seen)) {
                return Err(format!("refused, but Helm hands over {wanted:?}: {done:?}"));
            }
            *tally.refused.entry(code).or_default() += 1;
            return Ok(());
        }
        let objects = kubeyaml::objects(&done.stdout);
        let found = registries(&done.stdout);
        if found.len() != wanted.len() {
            return Err(format!("{} registries of {}", found.len(), wanted.len()));
        }
        for (workload, (version, seen)) in found.iter().zip(wanted) {
            tally.registries += 1;
            let mut container = kubelet::container(workload, "registry", &objects)?;
            container.command.push(CONFIGURATION.0.to_owned());
            container
                .files
                .insert(CONFIGURATION.0.to_owned(), CONFIGURATION.1.into());
            if !container.env.contains_key("REGISTRY_STORAGE") {
                tally.left_alone += 1;
                let own = case.own[&version].pointer("/registry/storage");
                let own = without_nulls(own.unwrap_or(&Value::Null));
                if without_nulls(&seen) != own && !(case.ignores && seen.is_null()) {
                    return Err(format!("left alone, but Helm hands over {seen}, not {own}"));
                }
                continue;
            }
            let (driver, parameters) = Registry::V2.parameters(&container)?;
            let (wanted, mut fields) = settings(&seen);
            if driver == "filesystem" {
                fields = parameters.clone();
            }
            if driver != wanted || parameters != fields {
                return Err(format!(
                    "Helm hands over {seen}; the registry reads {driver} {}",
                    Value::Object(parameters)
                ));
            }
        }
        Ok(())
    }
}

fn registries(stream: &str) -> Vec<Value> {
    let mut objects = kubeyaml::objects(stream);
    objects.retain(|object| object["kind"] == "Deployment");
    objects.sort_by_key(|object| object["metadata"]["name"].to_string());
    objects
}

/// The version of a workload's chart, and what its template saw.
fn shown(workload: &Value) -> (String, Value) {
    let note = |key: &str| {
        let text = workload["metadata"]["annotations"][key].as_str();
        text.unwrap().to_owned()
    };
    (
        note("version"),
        serde_json::from_str(&note("seen")).unwrap(),
    )
}

/// The code of a refusal, as either Helm shows it.
fn code(done: &Outcome) -> Option<String> {
    let text = done.stderr.split("error[").nth(1)?;
    Some(text.split(']').next()?.to_owned())
}

/// The driver and the parameters that settings mean; what is blank or null is not set.
fn settings(seen: &Value) -> (&'static str, Map<String, Value>) {
    let name = seen["backend"].as_str().unwrap_or_default();
    let driver = match name {
        "s3" => "s3",
        "gcs" => "gcs",
        _ => return ("filesystem", Map::new()),
    };
    let mut fields = seen[name].as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null() && *value != json!(""));
    if driver == "s3" {
        fields.entry("v4auth").or_insert(json!(true));
    }
    (driver, fields)
}

/// Whether a registry starts on them, and none of them is ignored.
fn is_valid(seen: &Value) -> bool {
    let (driver, fields) = settings(seen);
    let is_set = |name| fields.contains_key(name);
    let is_filled = |backend: &str| {
        let fields = seen[backend].as_object().into_iter().flatten();
        fields
            .into_iter()
            .any(|(_, value)| !value.is_null() && *value != json!(""))
    };
    match driver {
        "s3" if is_filled("gcs") => false,
        "gcs" if is_filled("s3") => false,
        "s3" if is_filled("gcs") => false,
        "gcs" if is_filled("s3") => false,
        "s3" => is_set("bucket") && is_set("region") && is_set("accesskey") == is_set("secretkey"),
        "gcs" => is_set("bucket"),
        _ => !is_filled("s3") && !is_filled("gcs"),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect()
        }
        other => other.clone(),
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn every_registry_has_the_settings_that_helm_hands_to_its_template() {
    let (seed, count) = (
        number("MSR_STORAGE_SEED", 1),
        number("MSR_STORAGE_RENDERINGS", RENDERINGS),
    );
    let first = number("MSR_STORAGE_FIRST", 0);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for helm in Helm::BOTH {
            let tally = &tally;
            scope.spawn(move || {
                let mut bench = Bench {
                    home: Home::with_msr_storage(helm),
                    number: 0,
                    env: Vec::new(),
                };
                for index in first..first + count / 2 {
                    bench.number = index;
                    let case = umbrella(seed, index);
                    let mut own = Tally::default();
                    let outcome = bench.judge(&case, &mut own);
                    let _ = fs::remove_dir_all(bench.home.path().join(format!("case{index}")));
                    let mut tally = tally.lock().unwrap();
                    tally.registries += own.registries;
                    tally.left_alone += own.left_alone;
                    tally.not_rendered += own.not_rendered;
                    for (code, number) in own.refused {
                        *tally.refused.entry(code).or_default() += number;
                    }
                    if let Err(fault) = outcome {
                        tally
                            .faults
                            .push(format!("{helm:?}, case {index}: {fault}\n{}", case.show()));
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let refused: u64 = tally.refused.values().sum();
    let summary = format!(
        "{count} renderings: {} registries, {} left alone; {refused} refused ({:?}), {} that Helm itself refuses; {} faults",
        tally.registries,
        tally.left_alone,
        tally.refused,
        tally.not_rendered,
        tally.faults.len()
    );
    if let Ok(file) = std::env::var("MSR_STORAGE_SUMMARY") {
        fs::write(file, &summary).unwrap();
    }
    let shown: Vec<_> = tally.faults.iter().take(3).map(String::as_str).collect();
    assert!(tally.faults.is_empty(), "{summary}\n{}", shown.join("\n\n"));
    // A generator of what is refused would prove little.
    assert!(
        refused * 3 < count && tally.not_rendered * 4 < count,
        "{summary}"
    );
}

const OWN: &str = r#"{"registry": {"storage": {"backend": "s3", "s3": {"bucket": "own", "region": "us-east-2", "rootdirectory": "/own"}}}}"#;

/// A chart of MSR's, and an umbrella around it under two aliases.
fn two_aliases(files: &[(&str, &str)], args: &[&str]) -> Umbrella {
    let listed = r#"{"apiVersion": "v2", "name": "top", "version": "1.0.0", "dependencies": [
        {"name": "msr", "version": "1.x", "alias": "blue"}, {"name": "msr", "version": "1.x", "alias": "green"}]}"#;
    let metadata = r#"{"apiVersion": "v2", "name": "msr", "version": "1.0.0"}"#;
    let chart = [
        ("top/Chart.yaml", listed),
        ("top/charts/msr/Chart.yaml", metadata),
        ("top/charts/msr/values.yaml", OWN),
        ("top/charts/msr/templates/registry.yaml", REGISTRY),
    ];
    let own = serde_json::from_str(OWN).unwrap();
    Umbrella::of(chart.iter().chain(files), args, ("1.0.0", own))
}

#[track_caller]
fn judged(case: &Umbrella, env: &[(&str, &str)]) -> Tally {
    let mut tally = Tally::default();
    for helm in Helm::BOTH {
        let mut bench = Bench {
            home: Home::with_msr_storage(helm),
            number: 0,
            env: env
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        };
        if let Err(fault) = bench.judge(case, &mut tally) {
            panic!("{helm:?}: {fault}\n{}", case.show());
        }
    }
    tally
}

/// Nulls and blanks alone are given as much as anything else: the settings are written out.
#[test]
fn nulls_and_blanks_alone_are_given() {
    for set in [
        "blue.registry.storage.s3.rootdirectory=null",
        "blue.registry.storage.s3.rootdirectory=",
        "blue.registry.storage.gcs=null",
        "blue.registry.storage.s3=null,blue.registry.storage.backend=null",
        "blue.registry.storage=null",
        "blue.registry=null",
    ] {
        let tally = judged(&two_aliases(&[], &["./top", "--set", set]), &[]);
        assert_eq!(
            (tally.registries, tally.left_alone),
            (4, 2),
            "{set}: {:?}",
            tally.refused
        );
    }
}

/// Values for one of two aliases are not misplaced for the other.
#[test]
fn settings_for_one_of_two_aliases_are_its_own() {
    let set = "green.registry.storage.s3.bucket=line,green.registry.storage.backend=s3";
    let tally = judged(&two_aliases(&[], &["./top", "--set", set]), &[]);
    assert_eq!(
        (tally.registries, tally.left_alone),
        (4, 2),
        "{:?}",
        tally.refused
    );
    let file = (
        "f.yaml",
        "green: {registry: {storage: {backend: gcs, gcs: {bucket: testing-msr}, s3: null}}}\n",
    );
    let tally = judged(&two_aliases(&[file], &["./top", "-f", "f.yaml"]), &[]);
    assert_eq!(
        (tally.registries, tally.left_alone),
        (4, 2),
        "{:?}",
        tally.refused
    );
}

/// A null in a file that is given to the program itself takes away what Helm's line gave.
#[test]
fn a_null_on_top_takes_the_lines_value_away() {
    let root = "blue.registry.storage.s3.rootdirectory=/line";
    let mut case = two_aliases(&[], &["./top", "--set", root]);
    let null = "blue.registry.storage.s3.rootdirectory=null".to_owned();
    case.explicit = Some(null.clone());
    case.last = vec!["--set".to_owned(), null];
    let tally = judged(&case, &[]);
    assert_eq!(
        (tally.registries, tally.left_alone),
        (4, 2),
        "{:?}",
        tally.refused
    );
    // The same by a file, which Helm reads as its last one.
    let null = (
        "null.yaml",
        "blue: {registry: {storage: {s3: {rootdirectory: null}}}}\n",
    );
    let line = (
        "line.yaml",
        "blue: {registry: {storage: {s3: {rootdirectory: /line}}}}\n",
    );
    let mut case = two_aliases(&[null, line], &["./top", "-f", "line.yaml"]);
    case.last = vec!["-f".to_owned(), "null.yaml".to_owned()];
    let tally = judged(&case, &[("MSR_STORAGE_VALUES", "null.yaml")]);
    assert_eq!(
        (tally.registries, tally.left_alone),
        (4, 2),
        "{:?}",
        tally.refused
    );
}

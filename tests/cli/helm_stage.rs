//! A stage for the library's view of Helm: a post-renderer, run by real Helm, that is this very test binary. It writes
//! down what the library learns in there; the tests compare that with what Helm's templates saw in the same run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use msr_storage::helm::{
    Helm as Around, HelmError, Over, Owner, is_plugin_run_by_helm4, nearest_helm,
};
use msr_storage::values::{Map, Value as Kind};
use serde_json::{Value, json};

use super::support::helm::{Helm, Home};
use super::support::program;
use super::support::run::Outcome;

/// Where the report goes; only the stage sets it.
const REPORT: &str = "MSR_STORAGE_TEST_REPORT";

/// Outside of a stage no Helm runs the tests; inside of one, this is the post-renderer.
#[test]
fn no_helm_runs_these_tests_but_on_stage() {
    let Some(report) = std::env::var_os(REPORT) else {
        assert!(nearest_helm().unwrap().is_none());
        assert!(!is_plugin_run_by_helm4());
        return;
    };
    let start = Instant::now();
    let found = nearest_helm().unwrap().expect("Helm runs this");
    let micros = start.elapsed().as_micros();
    let stream = fs::read_to_string(Path::new(&report).with_extension("stream")).unwrap();
    let learned = Around::around()
        .map(Option::unwrap)
        .and_then(|helm| learned(&helm, &stream));
    let mut learned =
        learned.unwrap_or_else(|error| json!({"error": error.to_string(), "help": error.help()}));
    learned["micros"] = json!(micros);
    learned["directory"] = json!(found.directory);
    learned["plugin_of_helm4"] = json!(is_plugin_run_by_helm4());
    fs::write(report, learned.to_string()).unwrap();
}

fn learned(helm: &Around, stream: &str) -> Result<Value, HelmError> {
    let line = helm.line();
    let mut values = BTreeMap::new();
    let mut explicit = helm.given()?.clone();
    explicit.value = Kind::Map(Map::new());
    let over = Over {
        explicit: &explicit,
        resource: None,
    };
    for template in templates(stream) {
        let seen = helm.seen(&helm.owner(owner(template)), &over)?;
        values.insert(template, seen.values.as_ref().map(Value::from));
    }
    Ok(json!({
        "dialect": format!("{:?}", helm.dialect()),
        "action": format!("{:?}", line.action),
        "release": line.release,
        "given": Value::from(helm.given()?),
        "values": values,
        "revision": helm.revision()?.map(|revision| revision.number),
        "manifest": helm.deployed_manifest()?,
        "output_dir": helm.refuse_output_dir().map_err(|error| error.to_string()).err(),
    }))
}

/// The templates of a stream: Helm 3 names them in a comment, Helm 4 in an annotation.
fn templates(stream: &str) -> Vec<&str> {
    const MARKS: [&str; 2] = ["# Source: ", "postrenderer.helm.sh/postrender-filename: "];
    let names = stream
        .lines()
        .filter_map(|line| MARKS.iter().find_map(|mark| Some(line.split_once(mark)?.1)));
    names
        .map(|name| name.trim_matches(['\'', '"', '}', ' ']))
        .collect()
}

/// The chart of a template.
fn owner(template: &str) -> Owner {
    let mut parts = template.split('/');
    let top = parts.next().map(str::to_owned);
    let parts: Vec<_> = parts.collect();
    let charts = parts.chunks(2).take_while(|pair| pair[0] == "charts");
    Owner {
        top,
        keys: charts.map(|pair| pair[1].to_owned()).collect(),
    }
}

/// A home with that post-renderer.
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) helm: Helm,
}

/// What came of one run on stage.
#[derive(Debug)]
pub(crate) struct Report {
    /// What the library learned.
    pub(crate) learned: Value,
    /// By template, what it saw: the `values` of each `ConfigMap`.
    pub(crate) seen: BTreeMap<String, Value>,
    pub(crate) outcome: Outcome, // for the message of a failing test, and for whether Helm went on
}

/// A template that shows what it sees.
const SHOW: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  \
    name: {{ printf \"%s-%s\" .Release.Name (sha256sum .Template.Name | trunc 8) | quote }}\ndata:\n  \
    template: {{ .Template.Name | quote }}\n  values: {{ toJson .Values | quote }}\n";

impl Stage {
    pub(crate) fn new(helm: Helm) -> Self {
        Self::in_home(helm, Home::new(helm))
    }

    pub(crate) fn in_home(helm: Helm, home: Home) -> Self {
        let script = home.path().join("report.sh");
        let tests = std::env::current_exe().unwrap();
        let text = format!(
            "#!/bin/sh\ncat >\"$WORK/report.stream\"\n{REPORT}=\"$WORK/report.json\" {tests:?} --exact \
             helm_stage::no_helm_runs_these_tests_but_on_stage >\"$WORK/report.log\" 2>&1\n\
             cat \"$WORK/report.stream\"\n"
        );
        program::script(&script, &text);
        home.install_renderer("report", &script);
        Self { home, helm }
    }

    /// A chart with a template that shows what it sees; `inside` is where, under the home.
    pub(crate) fn chart(&self, inside: &str, metadata: &str, values: &str) -> PathBuf {
        let folder = self.home.path().join(inside);
        fs::create_dir_all(folder.join("templates")).unwrap();
        fs::write(
            folder.join("Chart.yaml"),
            format!("apiVersion: v2\nversion: 1.0.0\n{metadata}"),
        )
        .unwrap();
        fs::write(folder.join("values.yaml"), values).unwrap();
        fs::write(folder.join("templates/show.yaml"), SHOW).unwrap();
        folder
    }

    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.home.path().join(name), text).unwrap();
    }

    /// Runs Helm with the post-renderer, whose report must come.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Report {
        self.run_as(
            &self.helm.program(),
            &[args, &["--post-renderer", "report"]].concat(),
        )
    }

    /// Runs another program that comes to run Helm with the post-renderer.
    #[track_caller]
    pub(crate) fn run_as(&self, program: &Path, args: &[&str]) -> Report {
        let work = self.home.path();
        for ending in ["json", "log", "stream"] {
            let _ = fs::remove_file(work.join("report").with_extension(ending));
        }
        let outcome = self.home.run(program).env("WORK", work).args(args).run();
        let read = |ending| fs::read_to_string(work.join("report").with_extension(ending));
        let Ok(report) = read("json") else {
            panic!(
                "no report from {args:?}: {outcome:?}\n{}",
                read("log").unwrap_or_default()
            );
        };
        let objects = super::support::kubeyaml::objects(&read("stream").unwrap());
        let seen = objects.iter().filter_map(|object| {
            let data = &object["data"];
            let values = serde_json::from_str(data["values"].as_str()?).unwrap();
            Some((data["template"].as_str()?.to_owned(), values))
        });
        Report {
            learned: serde_json::from_str(&report).unwrap(),
            seen: seen.collect(),
            outcome,
        }
    }
}

impl Report {
    /// That the library came to what each template saw, for the key `key` of its values.
    #[track_caller]
    pub(crate) fn agrees_on(&self, key: &str) {
        assert!(!self.seen.is_empty(), "{self:?}");
        for (template, seen) in &self.seen {
            let learned = &self.learned["values"][template];
            assert!(learned.is_object(), "{template}: {self:?}");
            assert_eq!(learned.get(key), seen.get(key), "{template}: {self:?}");
        }
    }
}

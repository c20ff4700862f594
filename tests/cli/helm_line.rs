//! That Helm's command line means to us what it means to Helm: real lines, as the kernel shows them to a post-renderer,
//! against what the templates of the same run saw.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use msr_storage::helm::{Action, Line, Reuse};
use msr_storage::origin::SourceKind;
use msr_storage::values::{self, Dialect};
use serde_json::{Value, json};

use super::support::helm::{Helm, Home};
use super::support::kubeyaml;
use super::support::program;

/// A chart whose one object holds all that its templates see, and a post-renderer that keeps the line of the Helm above.
struct Stage {
    home: Home,
    dialect: Dialect,
}

impl Stage {
    fn new(helm: Helm) -> Self {
        let home = Home::new(helm);
        let chart = home.path().join("chart");
        fs::create_dir_all(chart.join("templates")).unwrap();
        fs::write(
            chart.join("Chart.yaml"),
            "apiVersion: v2\nname: show\nversion: 1.0.0\n",
        )
        .unwrap();
        let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: show}\ndata:\n  \
            values: {{ toJson .Values | quote }}\n  release: {{ .Release.Name | quote }}\n  \
            namespace: {{ .Release.Namespace | quote }}\n";
        fs::write(chart.join("templates/show.yaml"), template).unwrap();
        let script = home.path().join("keep.sh");
        program::script(
            &script,
            "#!/bin/sh\ncat /proc/$PPID/cmdline >\"$LINE\"\nexec cat\n",
        );
        home.install_renderer("keep", &script);
        let dialect = match helm {
            Helm::V3 => Dialect::Helm3,
            Helm::V4 => Dialect::Helm4,
        };
        Self { home, dialect }
    }

    fn kept(&self) -> PathBuf {
        self.home.path().join("line")
    }

    /// Runs the line; what the templates saw, and the line as read here.
    fn run(&self, args: &[&str]) -> (Value, Line) {
        let outcome = self
            .home
            .command()
            .env("LINE", self.kept())
            .args(args)
            .run()
            .exits(0);
        let objects = kubeyaml::objects(&outcome.stdout);
        let show = objects
            .iter()
            .find(|object| object["metadata"]["name"] == "show");
        let line = fs::read(self.kept()).unwrap();
        let line: Vec<_> = line
            .strip_suffix(b"\0")
            .unwrap()
            .split(|byte| *byte == 0)
            .skip(1)
            .map(|argument| OsString::from_vec(argument.to_vec()).into_string().unwrap())
            .collect();
        assert_eq!(line, args);
        let line = Line::read(&line, self.dialect, &[]).unwrap();
        (show.unwrap()["data"].clone(), line)
    }

    fn values(&self, line: &Line) -> Value {
        let node = values::load(
            &line.values,
            self.home.path(),
            SourceKind::HelmFlag,
            self.dialect,
        );
        Value::from(&node.unwrap())
    }
}

/// Lines of `helm template` in every spelling that pflag takes; the chart is the folder `chart`.
const LINES: &[&[&str]] = &[
    &["template", "chart"],
    &["template", "r", "chart", "--set", "a=b"],
    &["template", "--set=a=b", "r", "--set", "c=d", "chart"],
    &[
        "template",
        "-f",
        "one.yaml",
        "-fb/two.yaml",
        "-f=one.yaml",
        "chart",
    ],
    &["template", "-f", "one.yaml,b/two.yaml", "chart"],
    &["template", "--values=\"with,comma.yaml\",one.yaml", "chart"],
    &["template", "-gf", "one.yaml", "chart"],
    &["template", "-f", "", "--set", "", "chart"],
    &["template", "--set", "--dry-run=1", "--set", "a=1", "chart"],
    &[
        "template",
        "--wait",
        "r",
        "--no-hooks=false",
        "chart",
        "--set",
        "a=1",
    ],
    &["template", "--dry-run", "r", "chart", "--set-string", "a=1"],
    &[
        "template",
        "-n",
        "space",
        "r",
        "chart",
        "--set-literal",
        "a=b,c",
    ],
    &[
        "--namespace",
        "space",
        "template",
        "r",
        "chart",
        "--set-json",
        "a={\"b\":1}",
    ],
    &[
        "-nspace",
        "--debug",
        "template",
        "r",
        "chart",
        "--set-file",
        "a=one.yaml",
    ],
    &["-v", "1", "template", "r", "chart", "-n=space"],
    &["--kube-context", "upgrade", "template", "r", "chart"],
    &["--set", "install=1", "template", "r", "chart"],
    &["template", "--set", "a=1", "--", "r", "chart"],
    &[
        "template",
        "r",
        "chart",
        "--set",
        "a=x y\tz",
        "--set",
        "u=ü,n=1e3,m=null",
    ],
    &[
        "template",
        "chart",
        "--name-template",
        "r",
        "-l",
        "a=b",
        "-a",
        "x/v1",
    ],
    &[
        "template",
        "r",
        "chart",
        "-s",
        "templates/show.yaml",
        "--set",
        "a=2",
        "--is-upgrade",
    ],
    &[
        "template",
        "r",
        "chart",
        "--namespace",
        "one",
        "--namespace=two",
        "--set-string",
        "a=,b=2",
    ],
];

#[test]
fn a_line_brings_the_values_that_helms_templates_see() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        let home = stage.home.path();
        fs::create_dir(home.join("b")).unwrap();
        fs::write(home.join("one.yaml"), "file: one\nfrom: {one: yes}\n").unwrap();
        fs::write(home.join("b/two.yaml"), "file: two\nfrom: {two: 0644}\n").unwrap();
        fs::write(home.join("with,comma.yaml"), "comma: true\n").unwrap();
        for args in LINES {
            let args = [args, &["--post-renderer", "keep"][..]].concat();
            // What follows `--` is a word, so ours has to stand before it.
            let args = match args.iter().position(|argument| *argument == "--") {
                Some(_) => [
                    &args[..1],
                    &args[args.len() - 2..],
                    &args[1..args.len() - 2],
                ]
                .concat(),
                None => args,
            };
            let (seen, line) = stage.run(&args);
            let wanted: Value = serde_json::from_str(seen["values"].as_str().unwrap()).unwrap();
            assert_eq!(stage.values(&line), wanted, "{helm:?} {args:?}");
            assert_eq!(line.action, Action::Template, "{helm:?} {args:?}");
            assert_eq!(line.chart.as_deref(), Some("chart"), "{helm:?} {args:?}");
            if let Some(release) = &line.release {
                assert_eq!(seen["release"], json!(release), "{helm:?} {args:?}");
            }
            let namespace = line.namespace.as_deref().unwrap_or("default");
            assert_eq!(seen["namespace"], json!(namespace), "{helm:?} {args:?}");
            assert_eq!(
                line.post_renderer.as_deref(),
                Some("keep"),
                "{helm:?} {args:?}"
            );
        }
    }
}

fn read(dialect: Dialect, line: &[&str]) -> Line {
    let line: Vec<_> = line.iter().map(|text| (*text).to_owned()).collect();
    Line::read(&line, dialect, &[]).unwrap()
}

/// As `helm upgrade --help` and pkg/action/upgrade.go have it: reset before reuse before reset-then-reuse.
#[test]
fn an_upgrades_flags_say_what_is_reused() {
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        for (flags, wanted) in [
            (&[][..], Reuse::IfNoneGiven),
            (&["--reuse-values"], Reuse::All),
            (&["--reuse-values=false"], Reuse::IfNoneGiven),
            (&["--reuse-values", "--reset-values"], Reuse::None),
            (&["--reset-then-reuse-values", "--reuse-values"], Reuse::All),
            (&["--reset-then-reuse-values"], Reuse::Values),
            (&["--reset-values", "--reset-values=0"], Reuse::IfNoneGiven),
        ] {
            let line = read(dialect, &[&["upgrade", "r", "c"], flags].concat());
            assert_eq!(line.reuse, wanted, "{flags:?}");
        }
        for (flags, install) in [
            (&["-i"][..], true),
            (&["--install"], true),
            (&["-i=f"], false),
            (&[], false),
        ] {
            let line = read(dialect, &[&["upgrade", "r", "c"], flags].concat());
            assert_eq!(line.action, Action::Upgrade { install }, "{flags:?}");
        }
    }
}

#[test]
fn what_helm_is_asked_again_with_is_kept_as_typed() {
    let line = read(
        Dialect::Helm3,
        &[
            "upgrade",
            "r",
            "oci://x/c",
            "--kube-context",
            "a",
            "-n",
            "b",
            "--version=1",
            "--set",
            "x=1",
            "--username",
            "u",
            "--kubeconfig=k",
            "--plain-http",
            "-f",
            "a,b",
            "--timeout",
            "5s",
        ],
    );
    assert_eq!(
        line.reach,
        ["--kube-context=a", "--namespace=b", "--kubeconfig=k"]
    );
    assert_eq!(
        line.chart_flags,
        ["--version=1", "--username=u", "--plain-http=true"]
    );
    assert_eq!(line.value_flags, ["--set=x=1", "--values=a,b"]);
}

#[test]
fn a_dry_run_is_known_in_the_words_of_each_helm() {
    for (dialect, flag, dry) in [
        (Dialect::Helm3, "--dry-run", true),
        (Dialect::Helm3, "--dry-run=none", false),
        (Dialect::Helm3, "--dry-run=false", false),
        (Dialect::Helm4, "--dry-run", true),
        (Dialect::Helm4, "--dry-run=none", false),
        (Dialect::Helm4, "--dry-run=server", true),
    ] {
        assert_eq!(
            read(dialect, &["install", "r", "c", flag]).dry_run,
            dry,
            "{dialect:?} {flag}"
        );
    }
}

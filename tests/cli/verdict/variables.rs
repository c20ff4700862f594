//! Every `MSR_STORAGE_*` variable of the post-renderer, and wrong usage where its user sees it: under both Helms.

use super::bad::{REGISTRY, registry_with};
use crate::support::helm::{Helm, Home, chart};
use crate::support::run::{Outcome, msr_storage};

const S3: &str = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr";
const KEYS: &str = "registry.storage.s3.accesskey=A,registry.storage.s3.secretkey=never-shown";

/// The filter on the registry, with these values and variables.
fn filter(set: &str, variables: &[(&str, &str)]) -> Outcome {
    let run = msr_storage(["--set", set]).stdin(REGISTRY);
    let run = variables.iter().fold(run, |run, (name, value)| {
        run.env(format!("MSR_STORAGE_{name}"), value)
    });
    run.run()
}

#[test]
fn switches_understand_the_words_for_a_boolean() {
    let is_on = |outcome: &Outcome| !outcome.stdout.contains("REGISTRY_STORAGE");
    for (word, on) in [
        ("1", true),
        ("true", true),
        ("TRUE", true),
        ("yes", true),
        ("on", true),
        ("0", false),
        ("false", false),
        ("no", false),
        ("off", false),
        ("", false),
    ] {
        let outcome = filter(S3, &[("NO_VALUES", word)]).exits(0);
        assert_eq!(is_on(&outcome), on, "{word}");
        let with_keys = format!("{S3},{KEYS}");
        for (name, dropped) in [("IAM_ROLE", on), ("KEEP_KEYS", false)] {
            let outcome = filter(&with_keys, &[(name, word)]).exits(0);
            assert_eq!(
                outcome.stdout.contains("secretKeyRef"),
                !dropped,
                "{name}={word}"
            );
        }
    }
    let both = [("IAM_ROLE", "0"), ("KEEP_KEYS", "1")];
    filter(S3, &both).exits(0);
}

#[test]
fn a_wrong_variable_is_named_with_all_that_is_wrong() {
    let outcome = filter(
        S3,
        &[
            ("NO_VALUES", "maybe"),
            ("IAM_ROLE", "perhaps"),
            ("EXISTING_SECRET", "Bad_Name"),
            ("SELECTOR", "a b"),
            ("ALLOW", "buket-name,wrong-type"),
        ],
    )
    .exits(2);
    for wanted in [
        "MSR_STORAGE_NO_VALUES must be",
        "MSR_STORAGE_IAM_ROLE must be",
        "MSR_STORAGE_EXISTING_SECRET: `Bad_Name` is not the name of a Secret",
        "--selector: `a b` is no label selector",
        "there is no rule `buket-name` (did you mean `bucket-name`?)",
        "`wrong-type` can't be allowed",
    ] {
        assert!(
            outcome.stderr.contains(wanted),
            "no {wanted:?} in {}",
            outcome.stderr
        );
    }
    assert_eq!(outcome.stdout, "");
    let slash = filter(S3, &[("EXISTING_SECRET", "x/y")]).exits(2);
    assert!(
        slash.stderr.contains("`x/y` is not the name"),
        "{}",
        slash.stderr
    );
}

#[test]
fn a_blank_variable_is_an_absent_one() {
    let names = [
        "EXISTING_SECRET",
        "SELECTOR",
        "CONTAINER",
        "VALUES_PATH",
        "ALLOW",
        "ALLOW_REGION",
        "ALLOW_BACKEND_SWITCH",
    ];
    let blank: Vec<_> = names.iter().map(|name| (*name, "")).collect();
    let with = filter(S3, &blank).exits(0);
    assert_eq!(with.stdout, filter(S3, &[]).exits(0).stdout);
}

#[test]
fn every_other_variable_does_what_its_flag_does() {
    let region = "registry.storage.backend=s3,registry.storage.s3.region=eu-north-1,registry.storage.s3.bucket=testing-msr";
    filter(region, &[]).exits(1);
    filter(region, &[("ALLOW_REGION", "eu-west-3, eu-north-1")]).exits(0);
    filter(region, &[("ALLOW", "v4auth-off, unsupported-region")]).exits(0);
    let named = filter(S3, &[("EXISTING_SECRET", "own")]).exits(0).stdout;
    assert!(named.contains("name: own"), "{named}");
    let other = REGISTRY
        .replace("component: registry", "component: store")
        .replace("name: registry", "name: store");
    let chosen = msr_storage(["--set", S3]).stdin(other);
    let chosen = chosen.env("MSR_STORAGE_SELECTOR", "app.kubernetes.io/component=store");
    chosen.env("MSR_STORAGE_CONTAINER", "store").run().exits(0);
    let nested = S3.replace("registry.storage", "msr.registry.storage");
    let under = filter(&nested, &[("VALUES_PATH", "msr")]).exits(0).stdout;
    assert!(under.contains("testing-msr"), "{under}");
}

/// The same for `check`, of which `--allow-region` and the variables are asked too.
#[test]
fn check_takes_the_same() {
    let region = "registry.storage.backend=s3,registry.storage.s3.region=eu-north-1,registry.storage.s3.bucket=testing-msr";
    let check = |args: &[&str]| msr_storage(["check", "--set", region]).args(args);
    check(&[]).run().exits(1);
    check(&["--allow-region=eu-north-1"]).run().exits(0);
    check(&["--allow-region", "eu-west-3,eu-north-1"])
        .run()
        .exits(0);
    check(&[])
        .env("MSR_STORAGE_ALLOW_REGION", "eu-north-1")
        .run()
        .exits(0);
    check(&[])
        .env("MSR_STORAGE_ALLOW", "unsupported-region")
        .run()
        .exits(0);
    check(&["--allow=unsupported-regoin"]).run().exits(2);
    let stream = registry_with(
        "[{name: REGISTRY_STORAGE, value: s3}, {name: REGISTRY_STORAGE_S3_REGION, value: eu-north-1}, {name: REGISTRY_STORAGE_S3_BUCKET, value: testing-msr}]",
    );
    let rendered = |args: &[&str]| {
        msr_storage(["check", "-"])
            .args(args)
            .stdin(stream.as_str())
            .run()
    };
    rendered(&[]).exits(1);
    rendered(&["--allow-region=eu-north-1"]).exits(0);
}

#[test]
fn diff_and_the_krm_function_let_through_too() {
    let bad = format!("{S3},registry.storage.s3.chunksize=1");
    let diff = |args: &[&str]| {
        msr_storage(["diff", "--set", &bad])
            .args(args)
            .stdin(REGISTRY)
            .run()
    };
    assert!(diff(&[]).exits(1).stderr.contains("error[out-of-range]"));
    assert!(
        diff(&["--allow=out-of-range"])
            .exits(1)
            .stdout
            .contains("testing-msr")
    );
    let item = format!("  {}", REGISTRY.replace('\n', "\n  "));
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: msr-storage/v1\n  kind: StorageValues\n  metadata: {{name: msr}}\n  registry:\n    storage:\n      backend: s3\n      s3:\n        region: us-east-2\n        bucket: testing-msr\n        chunksize: 1\nitems:\n- {}\n",
        item.trim()
    );
    let krm = |list: &str| msr_storage::<_, &str>([]).stdin(list);
    krm(&list).run().exits(1);
    krm(&list)
        .env("MSR_STORAGE_ALLOW", "out-of-range")
        .run()
        .exits(0);
    let commented = list.replace(
        "chunksize: 1",
        "chunksize: 1 # msr-storage: allow out-of-range",
    );
    krm(&commented).run().exits(0);
}

/// What Helm says of a render that the post-renderer refuses, with arguments and a variable for it.
fn refusal(home: &Home, args: &[&str], variable: Option<(&str, &str)>) -> String {
    let chart = chart("msr");
    let mut all = vec![
        "template",
        "rel",
        chart.to_str().unwrap(),
        "--set",
        S3,
        "--post-renderer",
        "msr-storage",
    ];
    for arg in args {
        all.extend(["--post-renderer-args", arg]);
    }
    let run = variable
        .into_iter()
        .fold(home.command().args(all), |run, (name, value)| {
            run.env(name, value)
        });
    let outcome = run.run().exits(1);
    assert_eq!(outcome.stdout, "", "{args:?}");
    outcome.stderr
}

/// Helm 4 shows nothing of a plugin's standard error, but this is seen.
#[test]
fn wrong_usage_is_seen_under_both_helms() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        for (args, variable, wanted) in [
            (
                &["--nonsense", "--selector=a b", "--more-nonsense"][..],
                None,
                &[
                    "'--nonsense'",
                    "'--more-nonsense'",
                    "`a b` is no label selector",
                ][..],
            ),
            (
                &["--selector=a b", "--existing-secret=x/y"],
                None,
                &[
                    "`a b` is no label selector",
                    "`x/y` is not the name of a Secret",
                ],
            ),
            (
                &["--iam-role", "--keep-keys"],
                None,
                &["--iam-role drops the keys and --keep-keys keeps them"],
            ),
            (
                &["--allow=no-such-rule"],
                None,
                &["there is no rule `no-such-rule`"],
            ),
            (
                &[],
                Some(("MSR_STORAGE_NO_VALUES", "maybe")),
                &["MSR_STORAGE_NO_VALUES must be"],
            ),
        ] {
            let said = refusal(&home, args, variable);
            for wanted in wanted {
                assert!(
                    said.contains(wanted),
                    "{helm:?} {args:?}: no {wanted:?} in {said}"
                );
            }
        }
    }
}

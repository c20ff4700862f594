//! What docs/pipelines.md says: the hooks by the real pre-commit, the GitHub Action and the GitLab job by their lines in a
//! shell, and the workflow by the checkers of such files. No GitHub and no GitLab runs here.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::support::markdown::block;
use super::support::program;
use super::support::run::{Outcome, Run};
use super::support::tools::{root, tool};

mod action; // action.yml as the runner would run it

const RIGHT: &str = "registry:\n  storage:\n    backend: s3\n    s3:\n      region: us-east-2\n      bucket: testing-msr\n";
const WRONG: &str = "registry:\n  storage:\n    backend: s3\n    s3:\n      region: us-est-2\n      bucket: testing-msr\n";
/// Another product's values.
const OTHERS: &str = "registry: docker.io\nstorage: {size: 8Gi}\n";

fn page() -> String {
    fs::read_to_string(root().join("docs/pipelines.md")).unwrap()
}

/// A folder of files, under Git where a test needs that.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A program in a folder, with the built msr-storage on PATH and a home that is nobody's.
#[track_caller]
fn run(program: &Path, folder: &Path, home: &Path, args: &[&str]) -> Outcome {
    let built = program::under_test();
    Run::new(program)
        .args(args)
        .folder(folder)
        .path(built.parent().unwrap())
        .env("HOME", home)
        .env("PRE_COMMIT_HOME", home.join("pre-commit"))
        .env("PRE_COMMIT_COLOR", "never")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "test")
        .env("GIT_AUTHOR_EMAIL", "none")
        .env("GIT_COMMITTER_NAME", "test")
        .env("GIT_COMMITTER_EMAIL", "none")
        .run()
}

/// Makes a folder a Git repository with one commit of all that is in it, tagged v0.1.0.
#[track_caller]
fn commit(folder: &Path) {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "all"],
        &["tag", "v0.1.0"],
    ] {
        run(Path::new("/usr/bin/git"), folder, home.path(), args).exits(0);
    }
}

/// A repository with nothing but the hooks' description in it: no program has to be built for them.
fn hooks() -> TempDir {
    let text = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let folder = folder(&[(".pre-commit-hooks.yaml", &text)]);
    commit(folder.path());
    folder
}

#[test]
fn pre_commit_lets_right_values_pass_and_stops_wrong_ones_at_their_line() {
    let hooks = hooks();
    let home = tempfile::tempdir().unwrap();
    let hook = |files: &[(&str, &str)]| {
        let folder = folder(files);
        commit(folder.path());
        let hooks = hooks.path().to_str().unwrap();
        let args = ["try-repo", hooks, "msr-storage-check-system", "--all-files"];
        run(&tool("pre-commit"), folder.path(), home.path(), &args)
    };
    // A chart's template is no YAML yet: it must not be asked about, and neither must what only mentions values.
    let passed = hook(&[
        ("msr/values-prod.yaml", RIGHT),
        ("other/values.yml", OTHERS),
        (
            "msr/templates/registry.yaml",
            "{{ .Values.registry.storage.backend }}: {",
        ),
        ("values/notes.md", WRONG),
    ]);
    assert!(passed.stdout.contains("Passed"), "{}", passed.stdout);
    passed.exits(0);
    let stopped = hook(&[("msr/values.yaml", WRONG), ("other/values.yaml", OTHERS)]).exits(1);
    for shown in [
        "Failed",
        "error[unsupported-region]",
        "--> msr/values.yaml:5:15",
        "did you mean `us-east-2`?",
    ] {
        assert!(
            stopped.stdout.contains(shown),
            "{shown}: {}",
            stopped.stdout
        );
    }
}

#[test]
fn both_hooks_are_as_pre_commit_wants_them_and_differ_only_in_the_program() {
    let home = tempfile::tempdir().unwrap();
    let args = ["validate-manifest", ".pre-commit-hooks.yaml"];
    run(&tool("pre-commit"), root(), home.path(), &args).exits(0);
    let text = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let mut hooks: Vec<serde_yaml::Mapping> = serde_yaml::from_str(&text).unwrap();
    let languages: Vec<_> = hooks
        .iter_mut()
        .map(|hook| {
            hook.remove("id");
            hook.remove("description");
            hook.remove("language").unwrap()
        })
        .collect();
    assert_eq!(languages, ["rust", "system"]);
    assert_eq!(hooks[0], hooks[1]);
}

/// The page's file as it stands, but for where the hooks come from and who builds the program.
#[test]
fn the_pages_pre_commit_file_works() {
    let hooks = hooks();
    let home = tempfile::tempdir().unwrap();
    let config = block(&page(), "repos:")
        .replace("REPOSITORY", hooks.path().to_str().unwrap())
        .replace("id: msr-storage-check", "id: msr-storage-check-system");
    for (values, code) in [(RIGHT, 0), (WRONG, 1)] {
        let folder = folder(&[
            (".pre-commit-config.yaml", &config),
            ("values.yaml", values),
        ]);
        commit(folder.path());
        run(
            &tool("pre-commit"),
            folder.path(),
            home.path(),
            &["run", "--all-files"],
        )
        .exits(code);
    }
}

#[test]
fn the_gitlab_jobs_lines_judge_the_repository() {
    let job: serde_yaml::Value = serde_yaml::from_str(&block(&page(), "image:")).unwrap();
    let job = &job["msr-storage"];
    let lines: Vec<_> = ["before_script", "script"]
        .into_iter()
        .flat_map(|key| job[key].as_sequence().unwrap())
        .map(|line| line.as_str().unwrap())
        .collect();
    let script = format!("set -e\n{}", lines.join("\n"));
    for (values, code) in [(RIGHT, 0), (WRONG, 1)] {
        let folder = folder(&[("clusters/values.yaml", values)]);
        let cargo_home = format!("CARGO_HOME={}", folder.path().join(".cargo").display());
        let home = tempfile::tempdir().unwrap();
        let args = [&cargo_home, "sh", "-c", &script];
        let outcome = run(Path::new("/usr/bin/env"), folder.path(), home.path(), &args);
        assert_eq!(
            outcome.stdout.contains("clusters/values.yaml:5:15"),
            code == 1
        );
        outcome.exits(code);
    }
}

/// What the checkers of workflows see: the page's file beside the action, as if this were the repository that holds both.
fn workflow(action_is: &str, change: impl Fn(String) -> String) -> TempDir {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let workflow = block(&page(), "jobs:");
    assert!(workflow.contains("uses: REPOSITORY@v0.1.0"), "{workflow}");
    let workflow = change(workflow.replace("REPOSITORY@v0.1.0", action_is));
    let folder = folder(&[
        ("action.yml", &action),
        (".github/workflows/msr-storage.yaml", &workflow),
        // A file to copy names versions; the action itself pins what it uses.
        (
            "zizmor.yml",
            "rules: {unpinned-uses: {config: {policies: {'actions/*': ref-pin, 'example/*': ref-pin, '*': hash-pin}}}}",
        ),
    ]);
    commit(folder.path());
    folder
}

#[test]
fn actionlint_finds_nothing_in_the_workflow_and_knows_the_actions_inputs() {
    let home = tempfile::tempdir().unwrap();
    let lint = |folder: &Path| run(&tool("actionlint"), folder, home.path(), &[]);
    let outcome = lint(workflow("./", |text| text).path());
    assert_eq!(outcome.stdout, "");
    outcome.exits(0);
    let outcome = lint(workflow("./", |text| text.replace("paths: |", "pahts: |")).path()).exits(1);
    assert!(outcome.stdout.contains("\"pahts\""), "{}", outcome.stdout);
}

#[test]
fn zizmor_finds_nothing_in_the_action_and_the_workflow() {
    let home = tempfile::tempdir().unwrap();
    let used = "example/msr-storage@v0.1.0";
    let audit = |folder: &Path| {
        let args = ["--offline", "--no-progress", "--config", "zizmor.yml", "."];
        run(&tool("zizmor"), folder, home.path(), &args)
    };
    audit(workflow(used, |text| text).path()).exits(0);
    let outcome = audit(
        workflow(used, |text| {
            text.replace("pull_request:", "pull_request_target:")
        })
        .path(),
    );
    assert!(
        outcome.stdout.contains("dangerous-triggers"),
        "{}",
        outcome.stdout
    );
}

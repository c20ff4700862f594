//! `explain`, and the texts for shells and readers made from the same definitions: `completions` and `man`.

use super::support::run::{Run, msr_storage};

#[test]
fn a_field_is_explained_by_its_short_and_its_full_name() {
    let short = msr_storage(["explain", "s3.chunksize"]).run().exits(0);
    for words in [
        "registry.storage.s3.chunksize",
        "whole number",
        "10485760",
        "5368709120 (5 GiB)",
        "REGISTRY_STORAGE_S3_CHUNKSIZE",
    ] {
        assert!(short.stdout.contains(words), "{words}: {}", short.stdout);
    }
    let full = msr_storage(["explain", "registry.storage.s3.chunksize"])
        .run()
        .exits(0);
    assert_eq!(full.stdout, short.stdout);
    assert_eq!(full.stderr, "");
}

#[test]
fn nothing_named_is_the_overview_of_six_backends() {
    let whole = msr_storage(["explain"]).run().exits(0);
    for backend in ["persistentVolume", "s3", "azure", "gcs", "swift", "oss"] {
        let line = whole
            .stdout
            .lines()
            .find(|line| line.trim_start().starts_with(backend));
        assert!(line.is_some(), "{backend}: {}", whole.stdout);
        let block = msr_storage(["explain", backend]).run().exits(0);
        assert!(
            block
                .stdout
                .contains(&format!("registry.storage.{backend}: "))
        );
    }
}

#[test]
fn an_unknown_name_is_wrong_usage_and_gets_the_nearest() {
    for (name, near) in [
        ("s3.secretKey", "s3.secretkey"),
        ("azrue", "azure"),
        ("s3.buckte", "s3.bucket"),
        ("registry.storage.gcs.keyfile", "did you mean"),
    ] {
        let outcome = msr_storage(["explain", name]).run().exits(2);
        assert_eq!(outcome.stdout, "");
        let expected = if near == "did you mean" {
            "`msr-storage explain` lists"
        } else {
            near
        };
        assert!(
            outcome.stderr.contains(expected),
            "{name}: {}",
            outcome.stderr
        );
    }
}

/// The vendor's table has these two wrong; see the guide's rows for Swift.
#[test]
fn the_vendors_slips_on_swift_are_not_repeated() {
    let authurl = msr_storage(["explain", "swift.authurl"])
        .run()
        .exits(0)
        .stdout
        .to_lowercase();
    assert!(authurl.contains("url") && !authurl.contains("user name"));
    let region = msr_storage(["explain", "swift.region"])
        .run()
        .exits(0)
        .stdout
        .to_lowercase();
    assert!(!region.contains("key"));
}

#[test]
fn bash_completes_commands_and_the_names_of_fields() {
    let script = msr_storage(["completions", "bash"]).run().exits(0).stdout;
    let complete = |words: &[&str]| {
        let last = words.len() - 1;
        let asked = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={last}; $(complete -p msr-storage | sed 's/.*-F //; s/ .*//') msr-storage '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words[last],
            words[last - 1]
        );
        let run = Run::new("/bin/bash".as_ref())
            .args(["-c", &asked])
            .run()
            .exits(0);
        run.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["msr-storage", "expl"]), ["explain"]);
    assert_eq!(
        complete(&["msr-storage", "explain", "s3.regi"]),
        ["s3.region", "s3.regionendpoint"]
    );
    assert_eq!(
        complete(&["msr-storage", "schema", "--draft", "2"]),
        ["2020-12"]
    );
    assert_eq!(complete(&["msr-storage", "plugin", "inst"]), ["install"]);
}

#[test]
fn every_shell_has_a_script_that_names_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = msr_storage(["completions", shell]).run().exits(0).stdout;
        for command in ["explain", "plugin", "schema"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    msr_storage(["completions", "tcsh"]).run().exits(2);
}

#[test]
fn man_prints_a_page_and_writes_all() {
    let page = msr_storage(["man"]).run().exits(0).stdout;
    assert!(
        page.contains(".TH msr-storage 1") && page.contains("explain"),
        "{page}"
    );
    let page = msr_storage(["man", "plugin", "install"])
        .run()
        .exits(0)
        .stdout;
    assert!(page.contains(".TH msr-storage-plugin-install 1"), "{page}");
    msr_storage(["man", "nothing"]).run().exits(2);

    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    msr_storage(["man", "--dir"]).args([&pages]).run().exits(0);
    for name in [
        "msr-storage.1",
        "msr-storage-explain.1",
        "msr-storage-plugin-install.1",
    ] {
        assert!(pages.join(name).is_file(), "{name}");
    }
    assert!(
        !pages.join("msr-storage-generate.1").exists(),
        "what is hidden has no page"
    );
}

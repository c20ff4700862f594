//! docs/helm-diff.md and docs/helm-secrets.md: plugins that start Helm themselves. They can't be had here: stand-ins do to Helm's line
//! what they do, and the chain of processes is real.

use std::fs;

use super::is_expanded;
use crate::support::helm::Helm;
use crate::support::page::{Desk, Page};
use crate::support::program::script;

/// Makes a Helm plugin of a script, with further lines of its manifest.
fn plugin(desk: &Desk, name: &str, more: &str, text: &str) {
    let folder = desk.plugins().join(name);
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "name: {name}\nversion: 1.0.0\nusage: {name}\ndescription: a stand-in\n\
         command: $HELM_PLUGIN_DIR/run.sh\n{more}"
    );
    fs::write(folder.join("plugin.yaml"), manifest).unwrap();
    script(&folder.join("run.sh"), text);
}

/// `helm diff upgrade RELEASE CHART FLAGS…` is `helm template RELEASE CHART FLAGS…` to what it renders.
#[test]
fn helm_diffs_rendering_is_seen_through_the_plugin() {
    for helm in Helm::BOTH {
        let desk = Desk::new(helm, &Page::named("helm-diff.md"));
        plugin(
            &desk,
            "diff",
            "",
            "#!/bin/sh\nshift\n\"$HELM_BIN\" template \"$@\"\n",
        );
        let command =
            "helm diff upgrade msr ./chart --values values.yaml --post-renderer msr-storage";
        let page =
            fs::read_to_string(crate::support::tools::root().join("docs/helm-diff.md")).unwrap();
        assert!(
            page.contains(&format!("\n{command}\n")),
            "the page says another command"
        );
        is_expanded(&desk.run(command).exits(0).stdout);
        desk.change("values.yaml", "us-east-2", "us-esat-2");
        let outcome = desk.run(command);
        assert_ne!(outcome.code, Some(0));
        assert!(
            outcome.stderr.contains("did you mean `us-east-2`?"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn without_helm_diff_our_own_shows_the_change() {
    for helm in Helm::BOTH {
        let page = Page::named("helm-diff.md");
        let desk = Desk::new(helm, &page);
        let [command] = page.commands.as_slice() else {
            panic!("{:?}", page.commands);
        };
        let outcome = desk.run(command).exits(1);
        assert!(
            outcome.stdout.contains("Deployment/msr-msr-registry\n"),
            "{}",
            outcome.stdout
        );
        assert!(
            outcome
                .stdout
                .contains("+            - name: REGISTRY_STORAGE_S3_BUCKET\n"),
            "{}",
            outcome.stdout
        );
    }
}

/// The cipher of these tests is base64.
const SECRETS: &str =
    "registry: {storage: {s3: {accesskey: AKIANOTREAL, secretkey: not-to-be-shown}}}";

/// Decrypts what is named `secrets.yaml` beside it, as helm-secrets does, and takes it away when Helm has ended.
const WRAPPER: &str = "#!/bin/sh
base64 -d secrets.yaml >secrets.yaml.dec || exit 1
for word; do
    shift
    [ \"$word\" != secrets.yaml ] || word=secrets.yaml.dec
    set -- \"$@\" \"$word\"
done
\"$HELM_BIN\" \"$@\"
code=$?
rm -f secrets.yaml.dec
exit $code
";

/// Prints what is behind `secrets://`, the last argument.
const GETTER: &str = "#!/bin/sh\nfor last; do :; done\nexec base64 -d \"${last#secrets://}\"\n";

fn desk_with_secrets(helm: Helm, secrets: &str) -> (Page, Desk) {
    let page = Page::named("helm-secrets.md");
    let desk = Desk::new(helm, &page);
    plugin(&desk, "secrets", "", WRAPPER);
    // One of its own: to Helm 4 a plugin is a command or a downloader.
    let downloader = "downloaders:\n- command: run.sh\n  protocols: [secrets]\n";
    plugin(&desk, "secrets-getter", downloader, GETTER);
    desk.write("plain.yaml", secrets);
    desk.run("base64 plain.yaml >secrets.yaml && rm plain.yaml")
        .exits(0);
    (page, desk)
}

#[test]
fn decrypted_files_are_read_while_they_are_there() {
    for helm in Helm::BOTH {
        let (page, desk) = desk_with_secrets(helm, SECRETS);
        desk.run_all(&page);
        let text = desk.read("expanded.yaml");
        is_expanded(&text);
        assert!(
            text.contains("bm90LXRvLWJlLXNob3du"),
            "the Secret holds the key"
        );
        assert!(!text.contains("not-to-be-shown"));
        assert!(
            !desk.path("secrets.yaml.dec").exists(),
            "the stand-in takes it away"
        );
    }
}

#[test]
fn what_helm_decrypts_itself_is_asked_of_helm() {
    for helm in Helm::BOTH {
        let (_, desk) = desk_with_secrets(helm, SECRETS);
        let command = "helm template msr ./chart --values values.yaml --values secrets://secrets.yaml --post-renderer msr-storage";
        let text = desk.run(command).exits(0).stdout;
        is_expanded(&text);
        assert!(
            text.contains("bm90LXRvLWJlLXNob3du"),
            "the Secret holds the key"
        );
    }
}

#[test]
fn a_wrong_value_in_the_encrypted_file_is_refused_without_showing_a_key() {
    for helm in Helm::BOTH {
        let (page, desk) = desk_with_secrets(helm, &SECRETS.replace("accesskey:", "acceskey:"));
        let outcome = desk.run(&page.commands[0]);
        assert_ne!(outcome.code, Some(0));
        assert!(
            outcome.stderr.contains("did you mean `accesskey`?"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("secrets.yaml.dec:1:"),
            "{}",
            outcome.stderr
        );
        for secret in ["not-to-be-shown", "AKIANOTREAL"] {
            assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
        }
    }
}

#[test]
fn what_can_be_read_only_once_is_refused_with_the_way_out() {
    for helm in Helm::BOTH {
        let (_, desk) = desk_with_secrets(helm, SECRETS);
        let helm_line =
            "helm template msr ./chart --values values.yaml --post-renderer msr-storage";
        for command in [
            format!("bash -c '{helm_line} --values <(base64 -d secrets.yaml)'"),
            format!("base64 -d secrets.yaml | {helm_line} --values -"),
        ] {
            let outcome = desk.run(&command);
            assert_ne!(outcome.code, Some(0), "{command}");
            assert!(
                outcome.stderr.contains("write it to a file"),
                "{}",
                outcome.stderr
            );
        }
    }
}

//! `helm plugin install` of a checkout: both work afterwards, or nothing is left behind.

use std::fs;
use std::path::{Path, PathBuf};

use super::home::{Place, program};
use super::{both_work, says};
use crate::support::helm::Helm;
use crate::support::run::Run;
use crate::support::tools::root;

/// As much of a checkout as Helm and the hook look at, under another name than the plugin's.
fn checkout(place: &Place) -> PathBuf {
    let checkout = place.folder().join("my checkout");
    for file in [
        "plugin.yaml",
        "plugins/msr-storage/plugin.yaml",
        "plugins/msr-storage-cli/plugin.yaml",
        "scripts/plugin-hook",
    ] {
        let to = checkout.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(file), to).unwrap();
    }
    checkout
}

/// `helm plugin install SOURCE` with a built program at hand.
fn install(place: &Place, source: &Path, with: &Path) -> Run {
    place
        .helm_run(["plugin", "install"])
        .args([source])
        .env("MSR_STORAGE_PROGRAM", with)
}

/// What lies in Helm's plugin folder.
fn installed(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.plugins()).into_iter().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_checkout_gives_both() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let checkout = checkout(&place);
        install(&place, &checkout, program()).run().exits(0);
        both_work(&place);
        assert!(!installed(&place).contains(&"my checkout".to_owned()));
        // Nothing of it is a link into the checkout, which may go.
        fs::remove_dir_all(&checkout).unwrap();
        both_work(&place);
        place.plugin(["status"]).exits(0);
    }
}

#[test]
fn a_checkout_over_an_installed_plugin_takes_its_place() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        install(&place, &checkout(&place), program()).run().exits(0);
        both_work(&place);
    }
}

#[test]
fn a_failing_hook_leaves_nothing_behind() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let failed = install(&place, &checkout(&place), Path::new("/bin/false")).run();
        assert_ne!(failed.code, Some(0));
        says(&failed, &["the plugin was not installed"]);
        assert_eq!(installed(&place), Vec::<String>::new());
        assert!(!place.bin().join("msr-storage").exists());
    }
}

#[test]
fn a_refused_install_leaves_nothing_behind_and_says_why() {
    let place = Place::new(Helm::V4);
    std::os::unix::fs::symlink(Helm::V3.program(), place.bin().join("helm3")).unwrap();
    let refused = install(&place, &checkout(&place), program()).run();
    assert_ne!(refused.code, Some(0));
    says(
        &refused,
        &["share the plugin folder", "plugin install --helm"],
    );
    assert_eq!(installed(&place), Vec::<String>::new());
}

#[test]
fn the_hook_builds_the_program_where_none_is_given() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        // Stands for cargo: a build takes minutes. It must be asked for a release, and where the hook then looks.
        place.write_script(
            "cargo",
            &format!(
                "#!/bin/sh\n[ \"$1 $2 $3\" = 'build --release --locked' ] || exit 1\nwhile [ \"$1\" != --target-dir ]; do shift; done\nmkdir -p \"$2/release\"\ncp '{}' \"$2/release/msr-storage\"\n",
                program().display()
            ),
        );
        place
            .helm_run(["plugin", "install"])
            .args([checkout(&place)])
            .run()
            .exits(0);
        both_work(&place);
    }
}

#[test]
fn without_cargo_and_program_nothing_is_left_behind() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let failed = place
            .helm_run(["plugin", "install"])
            .args([checkout(&place)])
            .run();
        assert_ne!(failed.code, Some(0));
        says(&failed, &["needs Rust", "msr-storage plugin install"]);
        assert_eq!(installed(&place), Vec::<String>::new());
    }
}

#[test]
fn either_plugin_of_helm_4_in_a_checkout_gives_both() {
    for plugin in ["plugins/msr-storage", "plugins/msr-storage-cli"] {
        let place = Place::new(Helm::V4);
        install(&place, &checkout(&place).join(plugin), program())
            .run()
            .exits(0);
        both_work(&place);
    }
}

#[test]
fn helm_4_puts_a_checkout_elsewhere_than_it_looks_and_the_hook_mends_it() {
    let place = Place::new(Helm::V4);
    let own = place.folder().join("own");
    install(&place, &checkout(&place), program())
        .env("HELM_PLUGINS", &own)
        .run()
        .exits(0);
    assert_eq!(installed(&place), Vec::<String>::new());
    let list = place
        .helm_run(["plugin", "list"])
        .env("HELM_PLUGINS", &own)
        .run()
        .exits(0);
    says(&list, &["postrenderer/v1", "cli/v1"]);
}

#[test]
fn a_repository_gives_both_or_nothing() {
    for helm in Helm::BOTH {
        for (with, works) in [(program(), true), (Path::new("/bin/false"), false)] {
            let place = Place::new(helm);
            let checkout = checkout(&place);
            let commit = "git init -q . && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm a";
            place
                .any("/bin/sh".as_ref())
                .args(["-c", commit])
                .folder(&checkout)
                .run()
                .exits(0);
            let url = format!("file://{}", checkout.display());
            // Helm 4 asks for a signature, which a repository has none of.
            let unsigned: &[&str] = if helm == Helm::V4 {
                &["--verify=false"]
            } else {
                &[]
            };
            let outcome = install(&place, Path::new(&url), with).args(unsigned).run();
            if works {
                outcome.exits(0);
                both_work(&place);
            } else {
                assert_ne!(outcome.code, Some(0));
                assert_eq!(installed(&place), Vec::<String>::new());
            }
        }
    }
}

//! `msr-storage plugin …` and `helm plugin install` of a checkout, through real Helms: what works afterwards, and that what fails changes nothing.

mod checkout;
mod home;
mod interrupted;
mod refusals;

use super::support::helm::Helm;
use super::support::run::Outcome;
use home::Place;

/// Demands that `--post-renderer msr-storage` and `helm msr-storage …` both reach this program, arguments included.
#[track_caller]
pub(crate) fn both_work(place: &Place) {
    let version = concat!("msr-storage ", env!("CARGO_PKG_VERSION"));
    let command = place.helm(["msr-storage", "--version"]).exits(0);
    assert_eq!(command.stdout.trim_end(), version);
    // What the program prints is Helm's manifest: Helm 3 hands it out, Helm 4 quotes it as no object.
    let args = [
        "--post-renderer",
        "msr-storage",
        "--post-renderer-args",
        "--version",
    ];
    let rendered = place.template(&args);
    let said = format!("{}{}", rendered.stdout, rendered.stderr);
    assert!(
        said.contains(version),
        "the post-renderer did not run: {rendered:?}"
    );
}

fn says(outcome: &Outcome, words: &[&str]) {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    for word in words {
        assert!(said.contains(word), "{word:?} is not said:\n{said}");
    }
}

#[test]
fn after_install_both_work_and_status_shows_it() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["status"]).exits(1);
        place.plugin(["install"]).exits(0);
        both_work(&place);
        let status = place.plugin(["status"]).exits(0);
        says(
            &status,
            &[
                "works   helm msr-storage …",
                "works   --post-renderer msr-storage",
            ],
        );
        assert!(!status.stdout.contains("amiss"), "{}", status.stdout);
    }
}

#[test]
fn the_command_gets_its_arguments_and_helm_its_exit_code() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let explained = place.helm(["msr-storage", "explain", "s3.region"]).exits(0);
        says(&explained, &["REGISTRY_STORAGE_S3_REGION"]);
        let unknown = place.helm(["msr-storage", "explain", "s3.regoin"]).exits(2);
        says(&unknown, &["s3.region"]);
    }
}

#[test]
fn installing_again_changes_nothing() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let before = place.files();
        says(&place.plugin(["install"]).exits(0), &["all is in place"]);
        assert_eq!(place.files(), before);
    }
}

#[test]
fn installing_again_brings_an_older_one_up_to_date() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let manifest = place.plugins().join("msr-storage/plugin.yaml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let older = text.replace(
            concat!("version: ", env!("CARGO_PKG_VERSION")),
            "version: 0.0.1",
        );
        std::fs::write(&manifest, older).unwrap();
        place.replace_program_on_path_if_helm_3("#!/bin/sh\necho an older build\n");
        says(&place.plugin(["status"]).exits(1), &["0.0.1"]);
        place.plugin(["install"]).exits(0);
        both_work(&place);
        place.plugin(["status"]).exits(0);
    }
}

#[test]
fn uninstall_leaves_everything_as_it_was() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.write_plugin(
            "other",
            "name: other\nversion: 1.0.0\nusage: other\ncommand: echo\n",
        );
        let before = place.names();
        place.plugin(["install"]).exits(0);
        assert_ne!(place.names(), before);
        place.plugin(["uninstall"]).exits(0);
        assert_eq!(place.names(), before);
        says(
            &place.plugin(["uninstall"]).exits(0),
            &["nothing of this plugin"],
        );
        says(&place.helm(["plugin", "list"]).exits(0), &["other"]);
    }
}

#[test]
fn a_companion_of_the_program_goes_where_the_program_goes_and_with_it() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let copy = place.copy_of_program("unpacked");
        let companion = copy.with_file_name("msr-storage-probe");
        crate::support::program::script(&companion, "#!/bin/sh\n");
        let before = place.names();
        place.run(&copy, ["plugin", "install"]).exits(0);
        let of_command = match helm {
            Helm::V3 => "msr-storage",
            Helm::V4 => "msr-storage-cli",
        };
        let plugin = place.plugins().join(of_command);
        assert!(plugin.join("bin/msr-storage-probe").is_file(), "{helm:?}");
        let on_path = place.bin().join("msr-storage-probe");
        assert_eq!(on_path.is_file(), helm == Helm::V3);
        // A plugin that lacks it is not all that there is to put in place.
        std::fs::remove_file(plugin.join("bin/msr-storage-probe")).unwrap();
        place.run(&copy, ["plugin", "install"]).exits(0);
        assert!(plugin.join("bin/msr-storage-probe").is_file(), "{helm:?}");
        place.run(&copy, ["plugin", "uninstall"]).exits(0);
        assert_eq!(place.names(), before, "{helm:?}");
    }
}

#[test]
fn uninstall_leaves_a_program_on_path_that_it_did_not_put_there() {
    let place = Place::new(Helm::V3);
    place.link_program();
    says(&place.plugin(["install"]).exits(0), &["on PATH:"]);
    both_work(&place);
    place.plugin(["uninstall"]).exits(0);
    assert!(place.bin().join("msr-storage").exists());
}

#[test]
fn a_dry_run_changes_nothing_and_names_what_it_would_do() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let before = place.names();
        says(
            &place.plugin(["install", "--dry-run"]).exits(0),
            &["would write", "plugins/msr-storage"],
        );
        assert_eq!(place.names(), before);
        place.plugin(["install"]).exits(0);
        let before = place.files();
        says(
            &place.plugin(["uninstall", "--dry-run"]).exits(0),
            &["would remove"],
        );
        assert_eq!(place.files(), before);
    }
}

#[test]
fn an_install_for_the_other_helm_takes_the_place_of_the_first() {
    // The user's Helm was brought from 3 to 4, or back: the old one is gone.
    for (first, then) in [(Helm::V3, Helm::V4), (Helm::V4, Helm::V3)] {
        let mut place = Place::new(first);
        let helm = place.bin().join("helm");
        std::os::unix::fs::symlink(first.program(), &helm).unwrap();
        place.plugin(["install"]).exits(0);
        std::fs::remove_file(&helm).unwrap();
        std::os::unix::fs::symlink(then.program(), &helm).unwrap();
        place.change_helm(then);
        place.plugin(["install"]).exits(0);
        both_work(&place);
    }
}

#[test]
fn the_program_may_go_once_the_plugin_is_installed() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let moved = place.copy_of_program("elsewhere");
        place.run(&moved, ["plugin", "install"]).exits(0);
        std::fs::remove_file(&moved).unwrap();
        both_work(&place);
    }
}

#[test]
fn helm_is_the_one_named_else_the_one_in_helm_bin_else_the_one_on_path() {
    let place = Place::new(Helm::V4);
    let helm3 = Helm::V3.program().display().to_string();
    says(&place.plugin(["status"]), &["Helm 4."]);
    says(&place.plugin(["status", "--helm", &helm3]), &["Helm 3."]);
    let by_variable = place
        .command(["plugin", "status"])
        .env("HELM_BIN", &helm3)
        .run();
    says(&by_variable, &["Helm 3."]);
    // Run by Helm as its command, it is for that Helm, whatever else is said.
    place.plugin(["install"]).exits(0);
    let by_helm = place
        .helm_run(["msr-storage", "plugin", "status"])
        .env("HELM_BIN", &helm3)
        .run();
    says(&by_helm.exits(0), &["Helm 4."]);
}

#[test]
fn a_plugin_folder_of_ones_own_is_used_and_named() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let own = place.folder().join("own plugins");
        let installed = place
            .plugin(["install", "--plugins", own.to_str().unwrap()])
            .exits(0);
        says(&installed, &["HELM_PLUGINS="]);
        let list = place
            .helm_run(["plugin", "list"])
            .env("HELM_PLUGINS", &own)
            .run()
            .exits(0);
        says(&list, &["msr-storage"]);
        place
            .plugin(["uninstall", "--plugins", own.to_str().unwrap()])
            .exits(0);
        assert_eq!(std::fs::read_dir(&own).unwrap().count(), 0);
    }
}

#[test]
fn helm_plugins_names_the_folder() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let own = place.folder().join("by variable");
        place
            .command(["plugin", "install"])
            .env("HELM_PLUGINS", &own)
            .run()
            .exits(0);
        assert!(own.join("msr-storage/plugin.yaml").is_file());
        assert!(!place.plugins().exists());
    }
}

#[test]
fn the_installed_post_renderer_expands_a_chart() {
    let values = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr";
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let by_args = [
            "--post-renderer-args",
            "--set",
            "--post-renderer-args",
            values,
        ];
        let rendered =
            place.template(&[&["--post-renderer", "msr-storage"], &by_args[..]].concat());
        says(
            &rendered.exits(0),
            &["REGISTRY_STORAGE_S3_BUCKET", "testing-msr"],
        );
    }
}

#[test]
fn helm_completes_the_commands_words() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let complete = |words: &[&str]| {
            let said = place
                .helm([&["__complete", "msr-storage"], words].concat())
                .exits(0)
                .stdout;
            said.lines()
                .filter(|line| !line.starts_with(':'))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(complete(&["expl"]), ["explain"], "{helm:?}");
        assert_eq!(
            complete(&["explain", "s3.region"]),
            ["s3.region", "s3.regionendpoint"],
            "{helm:?}"
        );
        assert_eq!(complete(&["plugin", "uninst"]), ["uninstall"], "{helm:?}");
        assert!(
            complete(&["plugin", "install", "--dry"])
                .iter()
                .any(|word| word.starts_with("--dry-run")),
            "{helm:?}"
        );
    }
}

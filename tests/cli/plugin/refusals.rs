//! What is refused or fails, that it changes nothing, and that the way out it names is one.

use std::fs;

use super::home::{Place, program};
use super::{both_work, says};
use crate::support::helm::Helm;
use crate::support::run::Outcome;

/// Demands this exit code, and that nothing changed meanwhile.
#[track_caller]
fn changes_nothing(place: &Place, code: i32, run: impl FnOnce() -> Outcome) -> Outcome {
    let before = place.files();
    let outcome = run().exits(code);
    assert_eq!(place.files(), before, "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    outcome
}

/// A home where both Helms are, Helm 4 as `helm` and Helm 3 as `helm3`, with a plugin of Helm 3's.
fn shared() -> Place {
    let place = Place::new(Helm::V4);
    std::os::unix::fs::symlink(Helm::V3.program(), place.bin().join("helm3")).unwrap();
    place.write_plugin(
        "other",
        "name: other\nversion: 1.0.0\nusage: other\ncommand: echo\n",
    );
    place
}

#[test]
fn one_plugin_of_helm_4_costs_helm_3_all_of_its_folder() {
    let place = shared();
    let helm3 = Helm::V3.program();
    says(&place.run(&helm3, ["plugin", "list"]).exits(0), &["other"]);
    place.write_plugin(
        "new",
        "apiVersion: v1\nname: new\ntype: postrenderer/v1\nruntime: subprocess\nversion: 1.0.0\n",
    );
    says(
        &place.run(&helm3, ["plugin", "list"]).exits(1),
        &["unknown field"],
    );
    place.run(&helm3, ["other", "hello"]).exits(1);
}

#[test]
fn a_folder_that_helm_3_shares_is_refused_and_the_way_out_works() {
    let place = shared();
    let refused = changes_nothing(&place, 1, || place.plugin(["install"]));
    says(
        &refused,
        &["share the plugin folder", "costs Helm 3 every plugin"],
    );

    // The two commands that the refusal prints, as a shell takes them.
    let lines = refused.stderr.lines().map(str::trim);
    let wanted =
        lines.filter(|line| line.contains(" plugin install ") || line.starts_with("export "));
    let script = wanted
        .chain(["helm msr-storage --version", "helm plugin list"])
        .collect::<Vec<_>>()
        .join("\n");
    let ran = place.run("/bin/sh".as_ref(), ["-ec", &script]).exits(0);
    says(
        &ran,
        &[
            "postrenderer/v1",
            concat!("msr-storage ", env!("CARGO_PKG_VERSION")),
        ],
    );
    // And Helm 3 has what it had.
    place.run(&Helm::V3.program(), ["other", "hello"]).exits(0);
}

#[test]
fn a_folder_named_by_a_variable_is_refused_where_helm_3s_plugins_lie_in_it() {
    let place = shared();
    let own = place.folder().join("own");
    fs::create_dir(&own).unwrap();
    let install = || {
        place
            .command(["plugin", "install"])
            .env("HELM_PLUGINS", &own)
            .run()
    };
    install().exits(0);
    fs::rename(place.plugins().join("other"), own.join("other")).unwrap();
    changes_nothing(&place, 1, install);
}

#[test]
fn the_helm_that_a_plugin_was_installed_for_is_remembered() {
    // Neither Helm is on PATH; each is named.
    for (first, then) in [(Helm::V3, Helm::V4), (Helm::V4, Helm::V3)] {
        let place = Place::new(first);
        let install = |helm: Helm| {
            let script = format!(
                "PATH='{}':/usr/bin:/bin exec '{}' plugin install --helm '{}'",
                place.bin().display().to_string().replace('\'', "'\\''"),
                program().display(),
                helm.program().display()
            );
            place.run("/bin/sh".as_ref(), ["-c", &script])
        };
        install(first).exits(0);
        let refused = changes_nothing(&place, 1, || install(then));
        says(&refused, &["--plugins"]);
        both_work(&place);
    }
}

#[test]
fn helm_3_is_served_beside_helm_4_and_told_what_helm_4_will_lack() {
    let place = shared();
    let helm3 = place.bin().join("helm3");
    let installed = place
        .plugin(["install", "--helm", helm3.to_str().unwrap()])
        .exits(0);
    says(&installed, &["note:", "Helm 4."]);
    says(
        &place.run(&helm3, ["msr-storage", "--version"]).exits(0),
        &["msr-storage"],
    );
    says(&place.run(&helm3, ["other", "hello"]).exits(0), &["hello"]);
}

#[test]
fn helm_3_is_not_served_where_a_plugin_of_helm_4_costs_it_all() {
    let place = Place::new(Helm::V3);
    place.write_plugin(
        "new",
        "apiVersion: v1\nname: new\ntype: postrenderer/v1\nruntime: subprocess\nversion: 1.0.0\n",
    );
    let refused = changes_nothing(&place, 1, || place.plugin(["install"]));
    says(
        &refused,
        &["plugins/new", "Helm 3 loads no plugin at all beside it"],
    );
}

#[test]
fn helm_3_needs_the_program_on_path() {
    let place = Place::new(Helm::V3);
    // A home whose own bin folder is not on PATH.
    let bare = |args: &[&str]| {
        let system = "/usr/bin:/bin";
        let helm = Helm::V3.program();
        let path = format!("{}:{system}", helm.parent().unwrap().display());
        let script = format!(
            "PATH='{path}' exec '{}' plugin install \"$@\"",
            program().display()
        );
        place.run("/bin/sh".as_ref(), [&["-c", &script, "sh"], args].concat())
    };
    let refused = changes_nothing(&place, 1, || bare(&[]));
    says(&refused, &["--bin-dir FOLDER", "export PATH="]);
    let elsewhere = place.folder().join("elsewhere");
    let refused = changes_nothing(&place, 1, || {
        bare(&["--bin-dir", elsewhere.to_str().unwrap()])
    });
    says(&refused, &["is not on PATH", "export PATH="]);
    // With the folder on PATH it is taken.
    place
        .plugin(["install", "--bin-dir", place.bin().to_str().unwrap()])
        .exits(0);
    both_work(&place);
}

#[test]
fn another_build_on_path_is_refused_until_its_place_is_named() {
    let place = Place::new(Helm::V3);
    place.write_script("msr-storage", "#!/bin/sh\necho another build\n");
    let refused = changes_nothing(&place, 1, || place.plugin(["install"]));
    says(&refused, &["another build", "--bin-dir"]);
    place
        .plugin(["install", "--bin-dir", place.bin().to_str().unwrap()])
        .exits(0);
    both_work(&place);
}

#[test]
fn another_programs_plugin_of_the_name_is_left_alone() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.write_plugin(
            "mine",
            "name: msr-storage\nversion: 9.0.0\nusage: mine\ncommand: echo\n",
        );
        let refused = changes_nothing(&place, 1, || place.plugin(["install"]));
        says(&refused, &["plugins/mine", "another program's plugin"]);
        let before = place.files();
        place.plugin(["uninstall"]).exits(0);
        assert_eq!(place.files(), before);
    }
}

#[test]
fn a_folder_in_the_way_is_left_alone() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        fs::create_dir_all(place.plugins().join("msr-storage")).unwrap();
        fs::write(place.plugins().join("msr-storage/notes.txt"), "mine").unwrap();
        says(
            &changes_nothing(&place, 1, || place.plugin(["install"])),
            &["in the way"],
        );
    }
}

#[test]
fn where_helm_does_not_take_the_plugin_all_is_as_it_was() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        place.plugin(["install"]).exits(0);
        let manifest = place.plugins().join("msr-storage/plugin.yaml");
        // Something to be brought up to date, by a Helm that then fails.
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(&manifest, format!("{text}# older\n")).unwrap();
        let real = helm.program().display().to_string();
        let failing = place.write_script(
            "failing-helm",
            &format!("#!/bin/sh\n[ \"$1\" != plugin ] || {{ echo 'no plugins today' >&2; exit 1; }}\nexec '{real}' \"$@\"\n"),
        );
        let failed = changes_nothing(&place, 3, || {
            place.plugin(["install", "--helm", failing.to_str().unwrap()])
        });
        says(&failed, &["no plugins today"]);
        both_work(&place);
    }
}

#[test]
fn a_plugin_folder_that_cannot_be_written_changes_nothing() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        fs::create_dir_all(place.plugins().parent().unwrap()).unwrap();
        fs::write(place.plugins(), "a file where a folder should be").unwrap();
        changes_nothing(&place, 3, || place.plugin(["install"]));
        assert!(!place.bin().join("msr-storage").exists());
    }
}

#[test]
fn without_a_helm_it_says_so() {
    let place = Place::new(Helm::V4);
    let named = place
        .plugin(["install", "--helm", "/no/such/helm"])
        .exits(3);
    says(&named, &["/no/such/helm"]);
    let not_helm = place.plugin(["install", "--helm", "/bin/echo"]).exits(3);
    says(&not_helm, &["does not say which Helm it is"]);
    let script = format!(
        "PATH=/usr/bin:/bin exec '{}' plugin install",
        program().display()
    );
    let none = place.run("/bin/sh".as_ref(), ["-c", &script]).exits(3);
    says(&none, &["--helm"]);
}

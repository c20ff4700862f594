//! The packages that scripts/package built, as someone gets them who has no source: what is in them, that they run where nothing else is, and both Helms' ways
//! to install, verify, update and remove them. It builds none of them.

mod helm3;
mod helm4;
mod key;
mod server;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::support::helm::{Helm, Home, chart};
use super::support::run::{Outcome, Run, msr_storage, same_text};
use super::support::tools::root;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Settings that every way of the program to the user is tried with.
const SETTINGS: [&str; 6] = [
    "--set=registry.storage.backend=s3",
    "--set=registry.storage.s3.region=us-east-2",
    "--set=registry.storage.s3.bucket=testing-msr",
    "--set=registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE",
    "--set=registry.storage.s3.secretkey=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "--set=registry.storage.s3.rootdirectory=/packaged",
];

/// A file of `dist`, `VERSION` in its name standing for the version.
#[track_caller]
fn package(name: &str) -> PathBuf {
    let path = root().join("dist").join(name.replace("VERSION", VERSION));
    assert!(
        path.is_file(),
        "{} is not there: run scripts/package",
        path.display()
    );
    path
}

fn tarball() -> PathBuf {
    package("msr-storage-VERSION-linux-amd64.tar.gz")
}

fn helm3_package() -> PathBuf {
    package("msr-storage-helm3-VERSION-linux-amd64.tgz")
}

/// Helm 4's two, the post-renderer's and the command's.
fn helm4_packages() -> [PathBuf; 2] {
    ["msr-storage-VERSION.tgz", "msr-storage-cli-VERSION.tgz"].map(package)
}

fn shell(script: &str, args: &[&Path]) -> Run {
    Run::new(Path::new("/bin/sh"))
        .args(["-c", script, "sh"])
        .args(args)
}

/// The tarball, unpacked as its user does; the folder that is in it.
fn unpacked() -> (TempDir, PathBuf) {
    let keep = TempDir::with_prefix("msr-storage-package-").unwrap();
    shell("tar -xzf \"$1\" -C \"$2\"", &[&tarball(), keep.path()])
        .run()
        .exits(0);
    let folder = keep
        .path()
        .join(format!("msr-storage-{VERSION}-linux-amd64"));
    (keep, folder)
}

/// The paths of the files in an archive.
fn files(archive: &Path) -> BTreeSet<String> {
    let listed = shell("tar -tzf \"$1\"", &[archive]).run().exits(0);
    let lines = listed.stdout.lines().filter(|line| !line.ends_with('/'));
    lines.map(str::to_owned).collect()
}

/// Cargo, with what it fetched for the build.
fn cargo() -> Run {
    let program = Path::new(env!("CARGO"));
    let home = std::env::home_dir().unwrap();
    let fetched = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    Run::new(program)
        .path(program.parent().unwrap())
        .env("HOME", home)
        .env("CARGO_HOME", fetched)
}

/// The programs that Cargo.toml defines.
fn programs() -> Vec<String> {
    let asked = cargo()
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .run()
        .exits(0);
    let metadata: Value = serde_json::from_str(&asked.stdout).unwrap();
    let targets = metadata["packages"][0]["targets"].as_array().unwrap();
    let programs = targets.iter().filter(|target| target["kind"][0] == "bin");
    programs
        .map(|target| target["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Demands that the post-renderer, asked for in this way, and the command do their work; the values are Helm's own.
#[track_caller]
fn both_work(post_renderer: &str, helm: impl Fn() -> Run) {
    let rendered = helm()
        .args(["template", "rel"])
        .args([chart("msr")])
        .args(SETTINGS)
        .args(["--post-renderer", post_renderer])
        .run()
        .exits(0);
    for wanted in ["REGISTRY_STORAGE_S3_ROOTDIRECTORY", "/packaged"] {
        assert!(rendered.stdout.contains(wanted), "{}", rendered.stdout);
    }
    command_works(helm);
}

/// Demands that the command does its work.
#[track_caller]
fn command_works(helm: impl Fn() -> Run) {
    let explained = helm().args(["msr-storage", "explain", "s3.region"]).run();
    says(&explained.exits(0), "REGISTRY_STORAGE_S3_REGION");
    let checked = helm()
        .args(["msr-storage", "check", "-"])
        .stdin("registry: {storage: {backend: s3, s3: {region: us-east-9, bucket: b}}}\n")
        .run();
    says(&checked.exits(1), "us-east-9");
}

#[track_caller]
fn says(outcome: &Outcome, words: &str) {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(said.contains(words), "{words:?} is not said:\n{said}");
}

#[test]
fn every_package_holds_every_program() {
    let programs = programs();
    assert!(programs.contains(&"msr-storage".to_owned()));
    let folder = format!("msr-storage-{VERSION}-linux-amd64/");
    let [renderer, command] = helm4_packages();
    for (archive, folder) in [
        (tarball(), folder.as_str()),
        (renderer, "msr-storage/bin/"),
        (command, "msr-storage-cli/bin/"),
        (helm3_package(), ""),
    ] {
        let files = files(&archive);
        for program in &programs {
            let path = format!("{folder}{program}");
            assert!(files.contains(&path), "{path} in {}", archive.display());
        }
    }
}

/// Else the other tests would judge an earlier state.
#[test]
fn the_plugins_are_of_this_source() {
    let (wanted, got) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    msr_storage(["generate", "--packages"])
        .args([wanted.path()])
        .run()
        .exits(0);
    let [renderer, command] = helm4_packages();
    for (archive, plugin, into) in [
        (renderer, "msr-storage", ""),
        (command, "msr-storage-cli", ""),
        (helm3_package(), "msr-storage-helm3", "msr-storage-helm3"),
    ] {
        let into = got.path().join(into);
        fs::create_dir_all(&into).unwrap();
        shell("tar -xzf \"$1\" -C \"$2\"", &[&archive, &into])
            .run()
            .exits(0);
        for file in fs::read_dir(wanted.path().join(plugin)).unwrap() {
            let file = file.unwrap();
            let packed = got.path().join(plugin).join(file.file_name());
            same_text(
                &fs::read_to_string(packed).unwrap(),
                &fs::read_to_string(file.path()).unwrap(),
            );
        }
    }
}

#[test]
fn the_tarball_holds_what_its_user_needs() {
    let (_keep, folder) = unpacked();
    for file in [
        "LICENSE",
        "CHANGELOG.md",
        "man/man1/msr-storage.1",
        "man/man1/msr-storage-check.1",
        "completions/msr-storage.bash",
        "completions/msr-storage.fish",
        "completions/_msr-storage",
    ] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.lines().count() > 5, "{file}: {text}");
    }
    // No link of the README leads nowhere.
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let command = helm4_packages()[1].file_name().unwrap().to_owned();
    assert!(readme.contains(command.to_str().unwrap()), "{readme}");
    let links = readme.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split([')', '#']).next());
    let inside: Vec<_> = links.filter(|link| !link.contains("://")).collect();
    assert!(inside.contains(&"docs/fields.md"), "{inside:?}");
    for link in inside {
        assert!(folder.join(link).exists(), "{link}");
    }
}

#[test]
fn the_checksums_are_those_of_all_files() {
    let dist = package("SHA256SUMS").parent().unwrap().to_owned();
    let check = "cd \"$1\" && sha256sum --strict --check SHA256SUMS";
    shell(check, &[&dist]).run().exits(0);
    let sums = fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
    let summed: BTreeSet<_> = sums
        .lines()
        .map(|line| line.split_once("  ").unwrap().1.to_owned())
        .collect();
    let there: BTreeSet<_> = fs::read_dir(&dist)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // A provenance holds a sum of its own, and a time.
        .filter(|name| name != "SHA256SUMS" && !name.ends_with(".prov"))
        .collect();
    assert_eq!(summed, there);
    // One byte more, and the file is not the one that was meant.
    let copy = TempDir::new().unwrap();
    let spoil = "cp \"$1\"/* \"$2\" && cd \"$2\" && echo >>\"$3\" && sha256sum --check SHA256SUMS";
    let file = helm3_package();
    let name = Path::new(file.file_name().unwrap());
    let spoilt = shell(spoil, &[&dist, copy.path(), name]).run().exits(1);
    says(&spoilt, "linux-amd64.tgz: FAILED");
}

#[test]
fn the_program_runs_where_nothing_else_is() {
    let (_keep, folder) = unpacked();
    let empty = TempDir::new().unwrap();
    super::support::program::copy(
        &folder.join("msr-storage"),
        &empty.path().join("msr-storage"),
    );
    let stream = fs::read(root().join("testdata/cases/input.yaml")).unwrap();
    // Root may change its root; anyone else is root in a namespace of their own.
    let enter = "root=$1; shift; [ \"$(id -u)\" = 0 ] && exec /usr/sbin/chroot \"$root\" /msr-storage \"$@\"; exec unshare -r /usr/sbin/chroot \"$root\" /msr-storage \"$@\"";
    let alone = shell(enter, &[empty.path()])
        .args(SETTINGS)
        .stdin(stream.clone())
        .run()
        .exits(0);
    let here = msr_storage(SETTINGS).stdin(stream).run().exits(0);
    assert!(alone.stdout.contains("/packaged"), "{}", alone.stdout);
    same_text(&alone.stdout, &here.stdout);
}

fn bill_of_materials() -> Value {
    let file = package("msr-storage-VERSION-linux-amd64.cdx.json");
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The crates, each as `NAME vVERSION`, that cargo takes along over some kinds of edges for the target of the packages.
fn crates(edges: &str) -> BTreeSet<String> {
    let bill = bill_of_materials();
    let mut properties = bill["metadata"]["properties"].as_array().unwrap().iter();
    let target = properties
        .find(|property| property["name"] == "cdx:rustc:sbom:target:triple")
        .unwrap();
    let tree = cargo()
        .args(["tree", "--offline", "--locked", "--prefix=none"])
        .args(["--format={p}", &format!("--edges={edges}")])
        .args(["--target", target["value"].as_str().unwrap()])
        .run()
        .exits(0);
    let lines = tree.stdout.lines();
    let crates: BTreeSet<_> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("msr-storage "))
        .map(|line| line.split(" (").next().unwrap().to_owned())
        .collect();
    assert!(crates.len() > 50, "{crates:?}");
    crates
}

#[test]
fn the_bill_of_materials_leaves_out_nothing_and_invents_nothing() {
    let bill = bill_of_materials();
    assert_eq!(bill["bomFormat"], "CycloneDX");
    assert_eq!(bill["metadata"]["component"]["name"], "msr-storage");
    let components = bill["components"].as_array().unwrap().iter();
    let listed: BTreeSet<_> = components
        .map(|component| {
            let text = |key: &str| component[key].as_str().unwrap();
            format!("{} v{}", text("name"), text("version"))
        })
        .collect();
    // It may name a crate that only a feature of another crate would take along, never one that is not locked.
    let taken = crates("normal,build");
    let missing: Vec<_> = taken.difference(&listed).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for crate_of in &listed {
        let (name, version) = crate_of.split_once(" v").unwrap();
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{crate_of}");
    }
}

#[test]
fn each_package_holds_the_licences_of_all_that_is_linked() {
    let (_keep, folder) = unpacked();
    let text = fs::read_to_string(folder.join("THIRD-PARTY-LICENSES")).unwrap();
    for crate_of in crates("normal") {
        let line = format!("\n{}: ", crate_of.replace(" v", " "));
        assert!(text.contains(&line), "{crate_of}");
    }
    for terms in ["Permission is hereby granted", "Apache License"] {
        assert!(text.contains(terms), "{terms}");
    }
    for archive in helm4_packages().into_iter().chain([helm3_package()]) {
        let files = files(&archive);
        let held = files
            .iter()
            .any(|file| file.ends_with("THIRD-PARTY-LICENSES"));
        assert!(held, "{archive:?}: {files:?}");
    }
}

#[test]
fn a_program_of_the_tarball_installs_its_plugin() {
    for helm in Helm::BOTH {
        let (_keep, folder) = unpacked();
        let home = Home::new(helm);
        let program = folder.join("msr-storage");
        home.run(&program)
            .args(["plugin", "install"])
            .run()
            .exits(0);
        // The folder may go: the plugin has copies of its own.
        fs::remove_dir_all(folder).unwrap();
        both_work("msr-storage", || home.command());
    }
}

//! An installation that a signal ends, that is killed, or whose Helm does not answer. With real signals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::home::Place;
use super::{both_work, says};
use crate::support::helm::Helm;
use crate::support::program;

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Helm that hangs where it is asked for its plugins, after a word that it does.
fn hanging(place: &Place, helm: Helm) -> PathBuf {
    let path = place.folder().join("hanging-helm");
    let real = helm.program();
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = plugin ] || exec {real:?} \"$@\"\ntouch {:?}\nexec sleep 300\n",
        asked(place)
    );
    program::script(&path, &script);
    path
}

fn asked(place: &Place) -> PathBuf {
    place.folder().join("asked")
}

/// An installation that has put everything in place and waits for Helm.
fn installing(place: &Place, helm: Helm) -> Child {
    let _ = fs::remove_file(asked(place));
    let program = hanging(place, helm);
    let child = Command::new(program::under_test())
        .args(["plugin", "install", "--helm"])
        .arg(program)
        .env_clear()
        .envs(place.surroundings())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until(|| asked(place).exists());
    child
}

#[track_caller]
fn until(mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "it does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("/bin/kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[track_caller]
fn ended(child: &mut Child) -> ExitStatus {
    let mut status = None;
    until(|| {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

/// What lies about in a folder.
fn left(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with(".msr-storage-")
        })
        .collect()
}

fn all_left(place: &Place) -> Vec<PathBuf> {
    [left(&place.plugins()), left(&place.bin())].concat()
}

/// An older one in place, so that there is something to be taken and to be put back.
fn with_an_older_one(helm: Helm) -> Place {
    let place = Place::new(helm);
    place.plugin(["install"]).exits(0);
    let manifest = place.plugins().join("msr-storage/plugin.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}# older\n")).unwrap();
    place.replace_program_on_path_if_helm_3("#!/bin/sh\necho an older build\n");
    place
}

#[test]
fn a_signal_leaves_everything_as_it_was() {
    for helm in Helm::BOTH {
        for name in ["INT", "TERM", "HUP"] {
            let place = with_an_older_one(helm);
            let before = place.files();
            let mut child = installing(&place, helm);
            assert!(!all_left(&place).is_empty(), "the test comes too late");
            signal(&child, name);
            assert_eq!(ended(&mut child).code(), Some(3), "{helm:?} {name}");
            let mut said = String::new();
            std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
            assert!(said.contains("nothing was changed: interrupted"), "{said}");
            fs::remove_file(asked(&place)).unwrap();
            fs::remove_file(place.folder().join("hanging-helm")).unwrap();
            assert_eq!(place.files(), before, "{helm:?} {name}");
        }
    }
}

#[test]
fn a_second_signal_ends_it_at_once_and_the_next_install_sweeps() {
    for helm in Helm::BOTH {
        let place = with_an_older_one(helm);
        let mut child = installing(&place, helm);
        // One that is still running is left alone by another one, whatever that one does.
        let other = place.plugin(["install"]);
        let staging = all_left(&place);
        assert!(!staging.is_empty(), "{other:?}");
        signal(&child, "KILL");
        assert_eq!(ended(&mut child).code(), None);
        assert_eq!(all_left(&place), staging);
        // Of this version, but not what would be put there now.
        let manifest = place.plugins().join("msr-storage/plugin.yaml");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(&manifest, format!("{text}# older\n")).unwrap();
        place.plugin(["install"]).exits(0);
        assert_eq!(all_left(&place), <[PathBuf; 0]>::default());
        both_work(&place);
    }
}

#[test]
fn a_helm_that_does_not_answer_is_not_waited_for_longer_than_half_a_minute() {
    let place = Place::new(Helm::V4);
    let silent = place.folder().join("silent-helm");
    program::script(&silent, "#!/bin/sh\nexec sleep 300\n");
    let start = Instant::now();
    let outcome = place
        .plugin(["install", "--helm", silent.to_str().unwrap()])
        .exits(3);
    says(
        &outcome,
        &["silent-helm version --template {{.Version}}` did not answer within 30 s"],
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(!place.plugins().exists(), "nothing was begun");
}

//! Pairs of renderings, a folder each: `testdata/guard/WHAT-IT-SHOWS/{old.yaml,new.yaml,want.diag}`, with `confirm` where
//! a switch is confirmed. No `want.diag`: it passes without a word. `MSR_STORAGE_BLESS=1` rewrites the wanted files.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::output::human::{self, Colour};
use crate::schema::BACKENDS;

struct Case {
    folder: PathBuf,
    old: String,
    new: String,
}

impl Case {
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guard");
        let mut folders: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        folders.sort();
        let text = |folder: &Path, name| fs::read_to_string(folder.join(name)).unwrap();
        let cases = folders.into_iter().map(|folder| Self {
            old: text(&folder, "old.yaml"),
            new: text(&folder, "new.yaml"),
            folder,
        });
        cases.collect()
    }

    fn name(&self) -> &str {
        self.folder.file_name().unwrap().to_str().unwrap()
    }

    fn optional(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }
}

fn compared(old: &str, new: &str, switch_to: Option<&str>) -> Vec<Diagnostic> {
    let confirmed = Confirmed {
        switch_to: switch_to.map(str::to_owned),
    };
    let (old, new) = (Stream::new(old.as_bytes()), Stream::new(new.as_bytes()));
    compare(&old, &new, &Choice::default(), &confirmed)
}

/// The words after the flag in a refusal, as a shell hands them over.
fn printed_target(finding: &Diagnostic) -> Option<String> {
    let help = finding.help.as_ref()?;
    let (_, rest) = help.split_once("--allow-backend-switch ")?;
    let (target, _) = rest.split_once(" (or MSR_STORAGE_ALLOW_BACKEND_SWITCH=")?;
    shlex::split(target)?.pop()
}

#[test]
fn every_pair_gives_what_its_folder_says() {
    let mut wrong = Vec::new();
    for case in Case::all() {
        let confirm = case.optional("confirm");
        let found = compared(&case.old, &case.new, confirm.as_deref().map(str::trim_end));
        let got = (!found.is_empty()).then(|| human::render(&found, Colour::Off));
        let file = case.folder.join("want.diag");
        if std::env::var_os("MSR_STORAGE_BLESS").is_some() {
            let _ = fs::remove_file(&file);
            got.iter().for_each(|text| fs::write(&file, text).unwrap());
        }
        let wanted = case.optional("want.diag");
        if got != wanted {
            wrong.push(format!("{}\n{got:?}\n{wanted:?}", case.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_rendering_twice_passes_without_a_word() {
    for case in Case::all()
        .iter()
        .filter(|case| !case.name().starts_with("unreadable"))
    {
        for text in [&case.old, &case.new] {
            assert!(compared(text, text, None).is_empty(), "{}", case.name());
        }
    }
}

#[test]
fn only_the_printed_target_lets_a_switch_through() {
    for case in Case::all() {
        for finding in compared(&case.old, &case.new, None) {
            if finding.rule.code != "backend-switch" {
                continue;
            }
            let target = printed_target(&finding).unwrap();
            let stays = |switch_to: &str| {
                let found = compared(&case.old, &case.new, Some(switch_to));
                found.iter().any(|other| other.message == finding.message)
            };
            assert!(!stays(&target), "{}", case.name());
            let (backend, _) = target.split_once(':').unwrap_or((&target, ""));
            for other in ["", "s3", &format!("{target}x"), &format!("{backend}:other")] {
                assert!(stays(other) || other == target, "{}: {other}", case.name());
            }
            // The way back is another move; nor does what was confirmed once let a change in the same bucket through.
            let back = compared(&case.new, &case.old, Some(&target));
            assert!(
                back.iter().any(|other| other.rule.code == "backend-switch"),
                "{}",
                case.name()
            );
        }
    }
}

/// The list, field by field: each has a pair in which it alone differs.
#[test]
fn every_field_that_tells_stores_apart_has_a_pair_that_is_refused() {
    let cases = Case::all();
    for backend in BACKENDS.into_iter().filter(|backend| !backend.is_volume()) {
        for field in backend.fields.iter().filter(|field| field.identity) {
            let name = format!("{}-{}", backend.name, field.name);
            let case = cases.iter().find(|case| case.name() == name);
            let case = case.unwrap_or_else(|| panic!("no pair {name}"));
            let found = compared(&case.old, &case.new, None);
            assert_eq!(found.len(), 1, "{name}");
            let target = printed_target(&found[0]).unwrap();
            let is_place = ["bucket", "container"].contains(&field.name);
            assert!(
                is_place || target.contains(&format!(":{}:", field.name)),
                "{name}: {target}"
            );
        }
    }
}

//! The files of the repository that the program prints are what it prints.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::run::{msr_storage, same_text};
use super::support::tools::root;

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn files_are_as_printed() {
    let folder = tempfile::tempdir().unwrap();
    msr_storage(["generate", "--write"])
        .args([folder.path()])
        .run()
        .exits(0);
    let written = files(folder.path());
    for path in &written {
        let checked_in = root().join(path.strip_prefix(folder.path()).unwrap());
        let text = fs::read_to_string(&checked_in)
            .unwrap_or_else(|error| panic!("{}: {error}", checked_in.display()));
        same_text(&text, &fs::read_to_string(path).unwrap());
    }
    // So that none can be dropped unseen.
    for path in [
        "README.md",
        "docs/fields.md",
        "docs/values.schema.json",
        "plugin.yaml",
        "plugins/msr-storage/plugin.yaml",
        "plugins/msr-storage-cli/plugin.yaml",
    ] {
        assert!(written.contains(&folder.path().join(path)), "{path}");
    }
}

#[test]
fn the_readme_shows_every_field() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, table) = readme.split_once("<!-- fields: printed by").unwrap();
    let (table, _) = table.split_once("<!-- fields end -->").unwrap();
    assert!(
        table.contains(
            "| `gcs` | `bucket` | **`credentials`** `rootdirectory` `chunksize` `existingSecret` |"
        ),
        "{table}"
    );
}

#[test]
fn one_is_printed_by_its_name() {
    let printed = msr_storage(["generate", "fields"]).run().exits(0);
    same_text(
        &printed.stdout,
        &fs::read_to_string(root().join("docs/fields.md")).unwrap(),
    );
    msr_storage(["generate", "nothing"]).run().exits(2);
}

#[test]
fn every_manifest_has_the_programs_version() {
    for path in [
        "plugin.yaml",
        "plugins/msr-storage/plugin.yaml",
        "plugins/msr-storage-cli/plugin.yaml",
    ] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let version = concat!("\nversion: ", env!("CARGO_PKG_VERSION"), "\n");
        assert!(text.contains(version), "{path}");
    }
}

#[test]
fn generate_is_not_in_the_help() {
    assert!(
        !msr_storage(["--help"])
            .run()
            .exits(0)
            .stdout
            .contains("generate")
    );
}

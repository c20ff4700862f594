//! The files of the repository that the program prints are what it prints, and there is none that it does not know.

use std::fs;

use super::support::run::{msr_storage, same_text};
use super::support::tools::root;

/// Each file with its name for `generate`, written out here so that one can't be dropped unseen.
const FILES: [(&str, &str); 6] = [
    ("fields", "docs/fields.md"),
    ("schema", "docs/values.schema.json"),
    ("rules", "docs/rules.md"),
    ("plugin", "plugin.yaml"),
    ("plugin-post-renderer", "plugins/msr-storage/plugin.yaml"),
    ("plugin-command", "plugins/msr-storage-cli/plugin.yaml"),
];

#[test]
fn files_are_as_printed() {
    for (name, path) in FILES {
        let printed = msr_storage(["generate", name]).run().exits(0);
        same_text(
            &fs::read_to_string(root().join(path)).unwrap(),
            &printed.stdout,
        );
    }
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
fn all_are_written_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for (_, path) in FILES {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
    }
    msr_storage(["generate", "--write"])
        .args([folder.path()])
        .run()
        .exits(0);
    for (_, path) in FILES {
        let written = fs::read_to_string(folder.path().join(path)).unwrap();
        same_text(&written, &fs::read_to_string(root().join(path)).unwrap());
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

//! A Helm of another user above this program: nothing is read from it, and it is never run. In real processes of two users,
//! made by `setpriv`: these tests want root, or a `sudo` that asks for no password.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::support::helm::{Helm, Home, chart};
use super::support::program;
use super::support::run::{Outcome, Run};
use super::support::tools::root;

const NOBODY: &str = "setpriv --reuid=65534 --regid=65534 --clear-groups";

/// A folder that everybody may enter, with a copy of the program.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    program::copy(program::under_test(), &folder.path().join("msr-storage"));
    folder
}

/// Runs a shell's script as root.
fn as_root(script: &str, folder: &Path) -> Outcome {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    let run = if is_root {
        Run::new(Path::new("/bin/sh"))
    } else {
        Run::new(Path::new("/usr/bin/sudo")).args(["-n", "--", "/bin/sh"])
    };
    run.args(["-ec", script])
        .folder(folder)
        .path(folder)
        .run()
        .exits(0)
}

/// As `sudo msr-storage` below a program of nobody's that calls itself Helm. Helm's part is played by a shell, which runs
/// whatever it is asked for, a file of that name in its folder: with the rights of whoever asks.
fn below_nobodys_helm(line: &str) -> (Outcome, TempDir) {
    let folder = open_folder();
    program::copy(Path::new("/bin/sh"), &folder.path().join("helm"));
    for asked in [
        "version", "history", "get", "list", "status", "show", "template", "upgrade", "install",
        "pull",
    ] {
        let file = folder.path().join(asked);
        fs::write(file, "id -u >\"$PWNED\"; echo 4.3.1\n").unwrap();
    }
    let registry = root().join("testdata/cases/input.yaml");
    fs::copy(registry, folder.path().join("input.yaml")).unwrap();
    // The child is root's from its start; its parent turns into nobody's Helm before the child goes on.
    let script = format!(
        "export PWNED=\"$PWD/pwned\" HELM_PLUGIN_DIR=x
         {{ until grep -qx helm /proc/$$/comm; do sleep 0.02; done
            ./msr-storage <input.yaml >out 2>err && echo 0 >code || echo $? >code; }} &
         exec {NOBODY} ./helm -c 'until [ -e code ]; do sleep 0.02; done' {line}"
    );
    let outcome = as_root(&script, folder.path());
    (outcome, folder)
}

#[test]
fn nobodys_helm_is_not_run_with_our_rights() {
    for line in [
        "upgrade r c --reuse-values --post-renderer msr-storage",
        "template r c --set registry.storage.backend=s3 --post-renderer msr-storage",
    ] {
        let (_, folder) = below_nobodys_helm(line);
        let said = fs::read_to_string(folder.path().join("err")).unwrap();
        assert!(
            !folder.path().join("pwned").exists(),
            "{line}: it was run: {said}"
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("code")).unwrap(),
            "1\n",
            "{said}"
        );
        assert_eq!(fs::read_to_string(folder.path().join("out")).unwrap(), "");
        assert!(
            said.contains("belongs to user 65534, and this program runs as user 0"),
            "{said}"
        );
        assert!(said.contains("--no-values"), "the way out: {said}");
    }
}

/// The other way about, as `sudo -u nobody msr-storage` as a post-renderer of root's Helm; and the ways out that are said.
#[test]
fn roots_helm_is_not_asked_by_nobody() {
    for helm in Helm::BOTH {
        let folder = open_folder();
        let own = folder.path().join("msr-storage");
        fs::write(
            folder.path().join("values.yaml"),
            "registry: {storage: {backend: persistentVolume}}\n",
        )
        .unwrap();
        let render = |arguments: &str| {
            let home = Home::new(helm);
            let script = folder.path().join("renderer");
            program::script(
                &script,
                &format!("#!/bin/sh\nexec {NOBODY} {} {arguments}\n", own.display()),
            );
            home.install_renderer("renderer", &script);
            home.template("msr", &chart("msr"), &["--post-renderer", "renderer"])
        };
        let refused = render("").exits(1);
        let said = refused.stdout + &refused.stderr;
        if helm == Helm::V3 {
            assert!(
                said.contains("belongs to user 0, and this program runs as user 65534"),
                "{said}"
            );
            assert!(said.contains("-f FILE, --set KEY=VALUE"), "{said}");
        }
        let values = folder.path().join("values.yaml");
        render(&format!("-f {}", values.display())).exits(0);
        render("--no-values").exits(0);
    }
}

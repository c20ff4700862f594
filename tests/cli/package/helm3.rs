//! Helm 3 and its package, which it takes from a web server: installed with and without a folder of PATH, updated, removed, installed again.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::server::serve;
use super::{VERSION, both_work, helm3_package, says, shell};
use crate::support::helm::{Helm, Home};
use crate::support::program::script;
use crate::support::run::Run;

/// The package's URL, on a server that says what it is: Helm 3 goes by nothing else.
fn url() -> String {
    url_as("application/gzip")
}

fn url_as(content_type: &'static str) -> String {
    let package = helm3_package();
    let name = package.file_name().unwrap().to_str().unwrap();
    let folder = package.parent().unwrap().to_owned();
    format!("{}/{name}", serve(folder, content_type))
}

#[test]
fn an_install_puts_the_program_on_path_too() {
    let home = Home::new(Helm::V3);
    home.helm(["plugin", "install", &url()]).exits(0);
    both_work("msr-storage", || home.command());
    home.helm(["msr-storage", "plugin", "status"]).exits(0);
    let list = home.helm(["plugin", "list"]).exits(0);
    says(&list, concat!("msr-storage\t", env!("CARGO_PKG_VERSION")));
    // The plugin itself takes all of it away again; Helm's own way leaves the program on PATH.
    home.helm(["msr-storage", "plugin", "uninstall"]).exits(0);
    assert!(!home.path().join("bin/msr-storage").exists());
    assert!(!home.plugins().join("msr-storage").exists());
}

#[test]
fn where_no_folder_of_path_is_the_users_the_program_is_given_by_its_path() {
    let home = TempDir::with_prefix("msr-storage-home-").unwrap();
    let helm = || {
        Run::new(&Helm::V3.program())
            .env("HOME", home.path())
            .env("KUBECONFIG", home.path().join("none"))
            .path(Helm::V3.program().parent().unwrap())
            .folder(home.path())
    };
    let installed = helm().args(["plugin", "install", &url()]).run().exits(0);
    says(&installed, "Installed plugin: msr-storage");
    let plugins = helm().args(["env", "HELM_PLUGINS"]).run().exits(0).stdout;
    let program = Path::new(plugins.trim_end()).join("msr-storage-helm3/bin/msr-storage");
    let program = program.to_str().unwrap();
    says(&installed, &format!("--post-renderer \"{program}\""));
    says(&installed, "plugin install --bin-dir FOLDER");
    both_work(program, helm);
}

/// Helm updates only what it took from version control; an install over an older one does it.
#[test]
fn an_update_is_refused_by_helm_and_an_install_over_it_does_it() {
    let home = Home::new(Helm::V3);
    let url = url();
    home.helm(["plugin", "install", &url]).exits(0);
    let update = home.helm(["plugin", "update", "msr-storage"]).exits(1);
    says(&update, "cannot get information about plugin source");
    both_work("msr-storage", || home.command());

    // An older one, of another build.
    let manifest = home.plugins().join("msr-storage/plugin.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    let older = text.replace(VERSION, "0.0.1");
    assert_ne!(text, older);
    fs::write(&manifest, older).unwrap();
    let older = "#!/bin/sh\necho older\n";
    let on_path = home.path().join("bin/msr-storage");
    for program in [
        &home.plugins().join("msr-storage/bin/msr-storage"),
        &on_path,
    ] {
        script(program, older);
    }
    home.helm(["plugin", "install", &url]).exits(0);
    assert_eq!(fs::read_to_string(&manifest).unwrap(), text);
    both_work("msr-storage", || home.command());
}

#[test]
fn helms_own_uninstall_takes_the_plugin_and_the_same_url_installs_again() {
    let home = Home::new(Helm::V3);
    let url = url();
    home.helm(["plugin", "install", &url]).exits(0);
    home.helm(["plugin", "uninstall", "msr-storage"]).exits(0);
    let left: Vec<_> = fs::read_dir(home.plugins()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    home.helm(["plugin", "install", &url]).exits(0);
    both_work("msr-storage", || home.command());
}

/// Where a server does not say that it is an archive, the README has another way.
#[test]
fn from_a_server_that_names_no_archive_it_is_unpacked_by_hand() {
    let home = Home::new(Helm::V3);
    let url = url_as("application/octet-stream");
    says(
        &home.helm(["plugin", "install", &url]).exits(1),
        "Cannot detect VCS",
    );
    let folder = home.path().join("unpacked");
    fs::create_dir(&folder).unwrap();
    shell("tar -xzf \"$1\" -C \"$2\"", &[&helm3_package(), &folder])
        .run()
        .exits(0);
    home.command()
        .args(["plugin", "install"])
        .args([&folder])
        .run()
        .exits(0);
    fs::remove_dir_all(folder).unwrap();
    both_work("msr-storage", || home.command());
}

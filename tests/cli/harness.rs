//! That the harness itself works: real Helm, a real API server, Kubernetes' own YAML reader, a clean environment. What
//! the program does is the other modules' business.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::support::helm::{Helm, Home, chart};
use super::support::kube::Cluster;
use super::support::kubeyaml;
use super::support::program;
use super::support::run::{Run, msr_storage, same_text};
use super::support::tools::root;

/// A post-renderer that renames the image of MSR's nginx. A file of the tree, not one written here: while another test
/// starts a program, a file just written may still be open for writing in its copy of this process, and can't be run.
fn renaming_renderer() -> PathBuf {
    root().join("testdata/post-renderers/rename-nginx")
}

#[test]
fn nothing_of_the_tests_environment_reaches_a_program() {
    let outcome = Run::new(Path::new("/usr/bin/env"))
        .env("GIVEN", "yes")
        .run()
        .exits(0);
    same_text(&outcome.stdout, "GIVEN=yes\nPATH=/usr/bin:/bin\n");
}

/// What ships is what is tested: `scripts/test` names the program out of the package that lies in `dist`. Elsewhere it is the one of this source, so no name at all.
#[test]
fn the_program_under_test_is_the_packaged_one() {
    let program = program::under_test();
    let Some(chosen) = std::env::var_os(program::CHOICE) else {
        assert!(program.starts_with(root().join("target")));
        return;
    };
    assert_eq!(program.as_os_str(), chosen);
    let package = format!("msr-storage-{0}-linux-amd64", env!("CARGO_PKG_VERSION"));
    let folder = tempfile::tempdir().unwrap();
    Run::new(Path::new("/bin/tar"))
        .args(["-xzf"])
        .args([root().join("dist").join(format!("{package}.tar.gz"))])
        .folder(folder.path())
        .run()
        .exits(0);
    for (name, tested) in [
        ("msr-storage", program.to_owned()),
        ("msr-storage-probe", program::probe()),
    ] {
        let packaged = fs::read(folder.path().join(&package).join(name)).unwrap();
        assert!(fs::read(tested).unwrap() == packaged, "{name} is another");
    }
}

/// A test that named cargo's program itself would test what nobody gets.
#[test]
fn no_other_module_chooses_a_program() {
    let name = ["CARGO_BIN", "EXE"].join("_");
    let mut naming = Vec::new();
    let mut folders = vec![root().join("tests/cli")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && fs::read_to_string(&path).unwrap().contains(&name)
            {
                naming.push(path);
            }
        }
    }
    assert_eq!(naming, [root().join("tests/cli/support/program.rs")]);
}

#[test]
fn the_program_under_test_says_its_version() {
    let version = msr_storage(["--version"]).run().exits(0);
    same_text(
        &version.redacted(&version.stdout),
        "msr-storage [VERSION]\n",
    );
}

#[test]
fn what_is_hidden_is_shown_by_its_mark_and_the_longest_path_first() {
    let outcome = Run::new(Path::new("/bin/cat"))
        .stdin(format!(
            "/a/b/c /a/b msr-storage {}",
            env!("CARGO_PKG_VERSION")
        ))
        .hide(Path::new("/a/b"), "[OUTER]")
        .hide(Path::new("/a/b/c"), "[INNER]")
        .run()
        .exits(0);
    same_text(
        &outcome.redacted(&outcome.stdout),
        "[INNER] [OUTER] msr-storage [VERSION]",
    );
}

#[test]
#[should_panic(expected = "wanted \"b\\n\"")]
fn differing_texts_fail_and_show_the_line() {
    same_text("a\nB\n", "a\nb\n");
}

#[test]
fn kubernetes_reads_what_yaml_1_1_says_and_names_what_it_cannot_read() {
    assert_eq!(
        kubeyaml::objects(
            "a: yes\nb: \"yes\"\n--- # next\n# comments alone\n---\nmode: 0644\nsame: 1\nsame: 2\n"
        ),
        [
            json!({"a": true, "b": "yes"}),
            json!({"mode": 420, "same": 2})
        ]
    );
    let read = kubeyaml::documents("a: 1\n---\nb: [\n---\nc: 3\n");
    assert_eq!(read[0], Ok(json!({"a": 1})));
    assert!(
        read[1]
            .as_ref()
            .is_err_and(|text| text.starts_with("yaml: line ")),
        "{read:?}"
    );
    assert_eq!(read[2], Ok(json!({"c": 3})));
}

#[test]
fn every_sample_chart_passes_both_helms_lint_and_renders_what_kubernetes_reads() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        for name in ["msr", "platform", "distribution"] {
            home.helm(["lint", "--strict", &chart(name).display().to_string()])
                .exits(0);
            let rendered = home.template("rel", &chart(name), &[]).exits(0);
            let registries = kubeyaml::objects(&rendered.stdout)
                .iter()
                .filter(|object| object["kind"] == "Deployment")
                .filter(|object| {
                    ["rel-msr-registry", "rel-distribution"]
                        .iter()
                        .any(|name| object["metadata"]["name"] == *name)
                })
                .count();
            assert_eq!(registries, 1, "{helm:?} {name}");
        }
    }
}

#[test]
fn both_helms_pipe_a_rendered_chart_through_a_post_renderer() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        home.install_renderer("rename", &renaming_renderer());
        let plain = home.template("rel", &chart("msr"), &[]).exits(0);
        let piped = home
            .template("rel", &chart("msr"), &["--post-renderer", "rename"])
            .exits(0);
        let images = |stream: &str| -> Vec<String> {
            let objects = kubeyaml::objects(stream);
            let nginx = objects
                .iter()
                .filter(|object| object["metadata"]["name"] == "rel-msr-nginx");
            nginx
                .filter_map(|object| {
                    object
                        .pointer("/spec/template/spec/containers/0/image")?
                        .as_str()
                        .map(str::to_owned)
                })
                .collect()
        };
        assert_eq!(
            images(&plain.stdout),
            ["registry.mirantis.com/msr/msr-nginx:3.1.4"],
            "{helm:?}"
        );
        assert_eq!(
            images(&piped.stdout),
            ["registry.mirantis.com/msr/renamed:3.1.4"],
            "{helm:?}"
        );
    }
}

#[test]
fn both_helms_install_upgrade_and_uninstall_against_a_real_api() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let home = Home::new(helm).kubeconfig(cluster.kubeconfig());
        home.install_renderer("rename", &renaming_renderer());
        let namespace = cluster.namespace();
        let here = ["--namespace", namespace.as_str()];
        home.install(
            "rel",
            &chart("msr"),
            &[&here[..], &["--post-renderer", "rename"]].concat(),
        )
        .exits(0);
        let manifest = home
            .helm([&["get", "manifest", "rel"], &here[..]].concat())
            .exits(0);
        assert!(
            manifest
                .stdout
                .contains("registry.mirantis.com/msr/renamed:3.1.4"),
            "{helm:?}"
        );
        let image = |name: &str| {
            let deployment = cluster.get(&namespace, "deployment", name);
            deployment["spec"]["template"]["spec"]["containers"][0]["image"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            image("rel-msr-nginx"),
            "registry.mirantis.com/msr/renamed:3.1.4",
            "{helm:?}"
        );

        home.upgrade(
            "rel",
            &chart("msr"),
            &[&here[..], &["--set", "image.tag=3.1.5"]].concat(),
        )
        .exits(0);
        assert_eq!(
            image("rel-msr-nginx"),
            "registry.mirantis.com/msr/msr-nginx:3.1.5",
            "{helm:?}"
        );

        home.helm([&["uninstall", "rel", "--no-hooks"], &here[..]].concat())
            .exits(0);
        cluster
            .kubectl([
                "get",
                "deployment",
                "rel-msr-nginx",
                "--namespace",
                &namespace,
            ])
            .exits(1);
    }
}

#[test]
fn msr_storage_is_a_command_of_both_helms() {
    for helm in Helm::BOTH {
        let listed = Home::with_msr_storage(helm)
            .helm(["plugin", "list"])
            .exits(0);
        let names: Vec<_> = listed
            .stdout
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        match helm {
            Helm::V3 => assert_eq!(names, ["msr-storage"]),
            Helm::V4 => assert_eq!(names, ["msr-storage", "msr-storage-cli"]),
        }
        let version = Home::with_msr_storage(helm)
            .helm(["msr-storage", "--version"])
            .exits(0);
        same_text(
            &version.redacted(&version.stdout),
            "msr-storage [VERSION]\n",
        );
    }
}

#[test]
fn a_cluster_ends_when_its_pipe_closes_as_it_does_when_the_test_process_dies() {
    let cluster = Cluster::start();
    let folder = cluster.kubeconfig().parent().unwrap().to_owned();
    let kubeconfig = fs::read_to_string(cluster.kubeconfig()).unwrap();
    let server = kubeconfig
        .split("https://")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    TcpStream::connect(server).expect("the API server listens");
    drop(cluster);
    assert!(!folder.exists(), "the watchdog left {}", folder.display());
    TcpStream::connect(server).expect_err("the API server is gone");
}

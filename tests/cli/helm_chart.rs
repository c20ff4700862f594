//! The charts on Helm's line: folder, archive, repository, URL; and whose template is whose. Each time against what the
//! templates themselves saw.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::thread;

use super::helm_stage::Stage;
use super::support::helm::Helm;

/// An umbrella `top` around `mid` under the alias `m`, in a folder, around `leaf`, packed.
fn umbrella(stage: &Stage) -> PathBuf {
    let leaf = stage.chart(
        "leaf",
        "name: leaf\n",
        "registry: {from: leaf, storage: {backend: s3, s3: {bucket: leaf, region: eu-west-1}}}\n",
    );
    let top = stage.chart(
        "top",
        "name: top\ndependencies:\n- {name: mid, alias: m, version: ^1.0.0, repository: ''}\n",
        "registry: {from: top}\nm:\n  registry: {top: [1, 2]}\n  leaf: {registry: {storage: {s3: {bucket: top}}}}\n",
    );
    stage.chart(
        "top/charts/mid",
        "name: mid\ndependencies:\n- {name: leaf, version: 1.0.0, repository: ''}\n",
        "\u{feff}registry: {from: mid, top: none}\nleaf: {registry: {storage: {s3: {bucket: mid}}, mid: 1}}\n",
    );
    let into = top.join("charts/mid/charts");
    fs::create_dir_all(&into).unwrap();
    fs::write(into.join("_notes.md"), "none of Helm's business\n").unwrap();
    let packed = [
        leaf.to_str().unwrap(),
        "--destination",
        into.to_str().unwrap(),
    ];
    stage
        .home
        .helm([&["package"], &packed[..]].concat())
        .exits(0);
    top
}

const LEAF: &str = "top/charts/m/charts/leaf/templates/show.yaml";

#[test]
fn every_template_gets_the_values_of_its_own_chart() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        umbrella(&stage);
        for flags in [
            &[][..],
            &[
                "--set",
                "m.leaf.registry.storage.s3.bucket=line,m.registry.from=line",
            ],
            &[
                "--set",
                "m.leaf.registry.storage.s3.region=null,registry.from=null",
            ],
        ] {
            let report = stage.run(&[&["template", "r", "top"], flags].concat());
            assert_eq!(report.seen.len(), 3, "{report:?}");
            assert!(report.seen.contains_key(LEAF), "{report:?}");
            report.agrees_on("registry");
        }
    }
}

#[test]
fn a_packed_chart_is_read_as_its_folder() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        umbrella(&stage);
        stage.home.helm(["package", "top"]).exits(0);
        let report = stage.run(&["template", "r", "./top-1.0.0.tgz"]);
        assert!(report.seen.contains_key(LEAF), "{report:?}");
        report.agrees_on("registry");
    }
}

#[test]
fn two_versions_of_one_chart_lie_side_by_side_under_aliases() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        stage.chart(
            "top",
            "name: top\ndependencies:\n- {name: leaf, alias: old, version: 1.0.0}\n- {name: leaf, alias: new, version: 2.0.0}\n",
            "old: {registry: {given: old}}\n",
        );
        for version in ["1", "2"] {
            let inside = format!("top/charts/leaf-{version}");
            let folder = stage.chart(
                &inside,
                "name: leaf\n",
                &format!("registry: {{from: v{version}}}\n"),
            );
            let metadata = format!("apiVersion: v2\nname: leaf\nversion: {version}.0.0\n");
            fs::write(folder.join("Chart.yaml"), metadata).unwrap();
        }
        let report = stage.run(&["template", "r", "top", "--set", "new.registry.given=new"]);
        assert_eq!(report.seen.len(), 3, "{report:?}");
        report.agrees_on("registry");
    }
}

/// A chart that is not on disk is fetched by Helm itself, from wherever and as whoever its line says.
#[test]
fn a_chart_that_is_elsewhere_is_fetched_by_helm() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        umbrella(&stage);
        let home = &stage.home;
        home.helm(["package", "top", "--destination", "served"])
            .exits(0);
        let address = serve(home.path().join("served"), "dXNlcjpwYXNz");
        home.helm(["repo", "index", "served", "--url", &address])
            .exits(0);
        let login = ["--username", "user", "--password", "pass"];
        let add = ["repo", "add", "far", &address];
        home.helm([&add[..], &login].concat()).exits(0);
        fs::rename(home.path().join("top"), home.path().join("away")).unwrap();
        let url = format!("{address}/top-1.0.0.tgz");
        for place in [
            &["far/top"][..],
            &["far/top", "--version", "^1"],
            &[
                "top", "--repo", &address, login[0], login[1], login[2], login[3],
            ],
            &[&url, login[0], login[1], login[2], login[3]],
        ] {
            let report = stage.run(&[&["template", "r"], place].concat());
            assert!(report.seen.contains_key(LEAF), "{report:?}");
            report.agrees_on("registry");
        }
    }
}

/// A folder of the repository's chart's name lies there too: Helm 3 takes it, Helm 4 does not.
#[test]
fn a_folder_of_the_name_of_a_repositorys_chart_is_helm_3s_alone() {
    for helm in Helm::BOTH {
        let stage = Stage::new(helm);
        let home = &stage.home;
        stage.chart("top", "name: top\n", "registry: {from: repository}\n");
        home.helm(["package", "top", "--destination", "served"])
            .exits(0);
        let address = serve(home.path().join("served"), "");
        home.helm(["repo", "index", "served", "--url", &address])
            .exits(0);
        stage.chart("top", "name: top\n", "registry: {from: folder}\n");
        let line = ["template", "r", "top", "--repo", &address];
        let report = stage.run(&[&line[..], &["--set", "registry.storage.a=b"]].concat());
        let wanted = match helm {
            Helm::V3 => "folder",
            Helm::V4 => "repository",
        };
        let seen = &report.seen["top/templates/show.yaml"]["registry"]["from"];
        assert_eq!(*seen, wanted, "{report:?}");
        report.agrees_on("registry");
    }
}

/// Serves a folder to those who know the password, until the tests end.
fn serve(folder: PathBuf, login: &'static str) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            let allowed = lines
                .take_while(|line| !line.is_empty())
                .filter(|line| line.ends_with(login))
                .count()
                > 0;
            let name = first
                .split(' ')
                .nth(1)
                .unwrap_or_default()
                .trim_start_matches('/')
                .to_owned();
            let (status, body) = match fs::read(folder.join(&name)) {
                _ if !allowed => ("401 Unauthorized", Vec::new()),
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all(&[head.into_bytes(), body].concat());
        }
    });
    address
}

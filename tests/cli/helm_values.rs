//! What Helm's templates see of values in umbrella charts, case by case, against the library's own view in the same run: nulls, aliases,
//! ranges, imports, conditions, older and packed forms.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::helm_stage::{Report, Stage};
use super::support::helm::Helm;

const OWN: &str = "registry: {from: leaf, storage: {backend: s3, s3: {bucket: leaf, region: eu-west-1, chunksize: null}}}\n\
                   exports: {data: {registry: {exported: 1}}}\n";

/// `top`, with what it lists and its own values, around `leaf` of the versions in folders `leaf-VERSION`.
fn stage(helm: Helm, listed: &str, values: &str, versions: &[&str]) -> Stage {
    let stage = Stage::new(helm);
    stage.chart("top", &format!("name: top\n{listed}"), values);
    for version in versions {
        let own = format!("{OWN}version: \"{version}\"\n");
        let folder = stage.chart(&format!("top/charts/leaf-{version}"), "name: leaf\n", &own);
        let metadata = format!("apiVersion: v2\nname: leaf\nversion: {version}\n");
        fs::write(folder.join("Chart.yaml"), metadata).unwrap();
    }
    stage
}

#[track_caller]
fn agrees(stage: &Stage, flags: &[&str], charts: usize) -> Report {
    let report = stage.run(&[&["template", "r", "top"], flags].concat());
    assert_eq!(report.seen.len(), charts, "{report:?}");
    report.agrees_on("registry");
    report.agrees_on("version");
    report
}

const LISTED: &str = "dependencies:\n- {name: leaf, version: '>0'}\n";

/// Values of the chart around, each with a null at another level.
const AROUND: [&str; 6] = [
    "leaf: {registry: {storage: {s3: {bucket: top}}}}\n",
    "leaf: {registry: {storage: {s3: {bucket: null, region: top}}}}\n",
    "leaf: {registry: {storage: {s3: null}}}\n",
    "leaf: {registry: {storage: null}}\n",
    "leaf: {registry: null}\n",
    "leaf: {registry: {storage: {gcs: null, s3: {other: null}}}}\n",
];

#[test]
fn a_null_does_what_helms_own_does_at_every_level() {
    for helm in Helm::BOTH {
        for listed in [LISTED, ""] {
            for around in AROUND {
                let stage = stage(helm, listed, around, &["1.0.0"]);
                stage.file("null.yaml", "leaf: {registry: {storage: {s3: null}}}\n");
                stage.file("key.yaml", "leaf:\n  registry:\n    storage:\n");
                for flags in [
                    &[][..],
                    &["--set", "leaf.registry.storage=null"],
                    &["--set", "leaf.registry.storage.s3=null"],
                    &["--set", "leaf.registry.storage.s3.bucket=null"],
                    &["--set", "leaf.registry=null"],
                    &["--set", "leaf=null"],
                    &["--set-json", "leaf.registry.storage={\"s3\": null}"],
                    &["-f", "null.yaml"],
                    &["-f", "key.yaml"],
                ] {
                    agrees(&stage, flags, 2);
                }
            }
        }
    }
}

#[test]
fn versions_of_one_chart_are_told_apart_by_their_ranges() {
    let listed = "dependencies:\n- {name: leaf, version: ~1.0, alias: blue}\n- {name: leaf, version: ~2.1, alias: green}\n";
    let values = "green: {registry: {storage: {s3: {bucket: top, region: null}}}}\n";
    for helm in Helm::BOTH {
        let stage = stage(helm, listed, values, &["1.0.3", "2.1.0"]);
        let report = agrees(
            &stage,
            &["--set", "blue.registry.storage.s3.bucket=line"],
            3,
        );
        let of = |key: &str| &report.seen[&format!("top/charts/{key}/templates/show.yaml")];
        assert_eq!(
            (&of("blue")["version"], &of("green")["version"]),
            (&"1.0.3".into(), &"2.1.0".into())
        );
    }
}

#[test]
fn one_chart_goes_by_two_aliases() {
    let listed = "dependencies:\n- {name: leaf, version: ~1.0, alias: blue}\n- {name: leaf, version: ^1, alias: green}\n";
    for helm in Helm::BOTH {
        let stage = stage(
            helm,
            listed,
            "blue: {registry: {storage: {s3: {bucket: top}}}}\n",
            &["1.0.3"],
        );
        agrees(&stage, &["--set", "green.registry.storage=null"], 3);
    }
}

/// Helm 3 calls the chart around by its own name in the paths of templates below it; both Helms do if no version fits the alias.
#[test]
fn a_chart_that_only_lies_in_one_under_an_alias_is_told_by_its_values() {
    for helm in Helm::BOTH {
        for range in ["'>0'", "''", "'>5'"] {
            let stage = Stage::new(helm);
            let listed =
                format!("name: top\ndependencies:\n- {{name: mid, version: {range}, alias: m}}\n");
            let given = "{leaf: {registry: {storage: {s3: {bucket: top}}}}}";
            stage.chart("top", &listed, &format!("m: {given}\nmid: {given}\n"));
            stage.chart(
                "top/charts/mid",
                "name: mid\n",
                "leaf: {registry: {storage: {s3: {region: null}}}}\n",
            );
            stage.chart("top/charts/mid/charts/leaf", "name: leaf\n", OWN);
            agrees(&stage, &["--set", "m.leaf.registry.storage.s3.line=1"], 3);
        }
    }
}

#[test]
fn values_that_charts_import_from_each_other_count() {
    let data = "exports: {data: {leaf: {registry: {storage: {s3: {bucket: exported}}}}}}\n\
                storage: {s3: {region: imported, rootdirectory: null}}\n";
    for helm in Helm::BOTH {
        for imports in [
            "[data]",
            "[{child: storage, parent: leaf.registry.storage}]",
            "[data, {child: storage, parent: leaf.registry.storage}, {child: none, parent: x}]",
            "[{child: exports.data, parent: .}]",
        ] {
            for condition in ["", ", condition: other.enabled", ", tags: [a]"] {
                let listed = format!(
                    "{LISTED}- {{name: other, version: '>0', import-values: {imports}{condition}}}\n"
                );
                let stage = stage(helm, &listed, "registry: {from: top}\n", &["1.0.0"]);
                stage.chart("top/charts/other", "name: other\n", data);
                agrees(
                    &stage,
                    &["--set", "leaf.registry.storage.s3.bucket=null"],
                    3,
                );
                let charts = if condition.is_empty() { 3 } else { 2 };
                agrees(
                    &stage,
                    &["--set", "other.enabled=false,tags.a=false"],
                    charts,
                );
            }
        }
    }
}

/// A chart's own exports, which the chart around it takes in, change nothing for itself.
#[test]
fn what_the_chart_around_imports_is_not_the_charts_own() {
    let listed = "dependencies:\n- {name: leaf, version: '>0', import-values: [data, {child: registry, parent: leaf.copy}]}\n";
    for helm in Helm::BOTH {
        let stage = stage(
            helm,
            listed,
            "leaf: {registry: {storage: {s3: null}}}\n",
            &["1.0.0"],
        );
        agrees(&stage, &[], 2);
    }
}

#[test]
fn the_older_form_lists_its_charts_in_a_file_of_its_own() {
    for helm in Helm::BOTH {
        for both in ["", LISTED] {
            let stage = stage(
                helm,
                both,
                "blue: {registry: {storage: {s3: {bucket: top}}}}\n",
                &["1.0.0"],
            );
            let top = stage.home.path().join("top");
            let metadata = format!("apiVersion: v1\nname: top\nversion: 1.0.0\n{both}");
            fs::write(top.join("Chart.yaml"), metadata).unwrap();
            let listed = "dependencies:\n- {name: leaf, version: 1.x, alias: blue}\n";
            fs::write(top.join("requirements.yaml"), listed).unwrap();
            let report = agrees(
                &stage,
                &["--set", "blue.registry.storage.s3.region=null"],
                2,
            );
            assert!(
                report
                    .seen
                    .contains_key("top/charts/blue/templates/show.yaml")
            );
        }
    }
}

#[test]
fn what_helm_leaves_out_of_a_folder_gives_no_defaults() {
    for helm in Helm::BOTH {
        for rules in [
            "/values.yaml\n",
            "values.yaml\n",
            "charts/*/values.yaml\n",
            "charts/leaf-?.0.0/val[u]es.yaml\n",
            "# values.yaml\n*.bak\n.git/\n",
        ] {
            let stage = stage(helm, LISTED, "leaf: {registry: {from: top}}\n", &["1.0.0"]);
            stage.file("top/.helmignore", rules);
            agrees(
                &stage,
                &["--set", "leaf.registry.storage.s3.bucket=line"],
                2,
            );
        }
    }
}

/// Helm reads an archive to its end, in however many gzip members it comes.
#[test]
fn an_archive_of_several_members_is_read_whole() {
    for helm in Helm::BOTH {
        let stage = stage(
            helm,
            LISTED,
            "leaf: {registry: {storage: {s3: {bucket: top}}}}\n",
            &["1.0.0"],
        );
        let charts = stage.home.path().join("top/charts");
        let mut archive = tar::Builder::new(Vec::new());
        archive
            .append_dir_all("leaf", charts.join("leaf-1.0.0"))
            .unwrap();
        let bytes = archive.into_inner().unwrap();
        let mut packed = Vec::new();
        for part in bytes.chunks(700) {
            let mut member = GzEncoder::new(Vec::new(), Compression::fast());
            member.write_all(part).unwrap();
            packed.extend(member.finish().unwrap());
        }
        fs::remove_dir_all(charts.join("leaf-1.0.0")).unwrap();
        fs::write(charts.join("leaf-1.0.0.tgz"), packed).unwrap();
        agrees(
            &stage,
            &["--set", "leaf.registry.storage.s3.region=null"],
            2,
        );
    }
}

/// A key twice, first as what Helm could not take: the last one counts.
#[test]
fn of_a_key_that_stands_twice_the_last_counts() {
    for helm in Helm::BOTH {
        for first in [".inf", "-.Inf", ".nan", "{a: [.NaN]}"] {
            let values = format!("leaf: {{registry: {{from: {first}, from: top}}}}\n");
            let stage = stage(helm, LISTED, &values, &["1.0.0"]);
            stage.file(
                "f.yaml",
                &format!("leaf:\n  registry: {{more: {first}, more: file}}\n"),
            );
            agrees(&stage, &["-f", "f.yaml"], 2);
        }
    }
}

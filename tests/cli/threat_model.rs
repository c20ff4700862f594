//! docs/threat-model.md: every test that it names is there.

use std::fs;
use std::path::PathBuf;

use super::support::tools::root;

/// The files that the module of a test may be in: `a::b` of the tests is `tests/cli/a/b.rs`, of the library `src/a/b.rs`, and
/// a module `tests` may be in the file of its parent.
fn files(modules: &[&str]) -> Vec<PathBuf> {
    let inner = modules.split_last().filter(|(last, _)| **last == "tests");
    let paths = [Some(modules), inner.map(|(_, above)| above)];
    let paths = paths.into_iter().flatten().map(|path| path.join("/"));
    paths
        .flat_map(|path| {
            ["tests/cli", "src"].map(|folder| {
                let module = root().join(folder).join(&path);
                [module.with_extension("rs"), module.join("mod.rs")]
            })
        })
        .flatten()
        .collect()
}

fn is_test(name: &str) -> bool {
    let parts: Vec<_> = name.split("::").collect();
    let Some((test, modules)) = parts.split_last() else {
        return false;
    };
    let texts = files(modules)
        .into_iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    let head = format!("fn {test}()");
    texts.into_iter().any(|text| {
        let before = text.split_once(&head).map(|(before, _)| before);
        // The attributes and the comment of a function stand between it and what came before.
        before.is_some_and(|before| {
            before
                .rsplit("\n\n")
                .next()
                .is_some_and(|own| own.contains("#[test]"))
        })
    })
}

#[test]
fn every_test_that_is_named_exists() {
    let page = fs::read_to_string(root().join("docs/threat-model.md")).unwrap();
    let names = page.split('`').skip(1).step_by(2).filter(|code| {
        code.contains("::")
            && code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_:".contains(c))
    });
    let names: Vec<_> = names.collect();
    let missing: Vec<_> = names.iter().filter(|name| !is_test(name)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    // Every line of what is defended names one.
    let defended = page
        .split_once("## Defended")
        .unwrap()
        .1
        .split_once("## Not")
        .unwrap()
        .0;
    for line in defended
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
    {
        assert!(
            line.starts_with("| ---") || line.contains("::"),
            "no test: {line}"
        );
    }
    assert!(!is_test("threat_model::no_such_test"));
}

//! What a test from outside cannot see: where values come from, what messages say and keep to themselves, which paths are no files.

use std::fs;
use std::path::Path;

use super::{Dialect, FlagKind, Node, ValueFlag, ValueFlags, ValuesError, load};
use crate::origin::{Origin, SourceKind};

fn flags(typed: &[(FlagKind, &str)]) -> ValueFlags {
    let flag = |(kind, text): &(FlagKind, &str)| ValueFlag {
        kind: *kind,
        text: (*text).to_owned(),
    };
    ValueFlags {
        flags: typed.iter().map(flag).collect(),
    }
}

fn load_in(base: &Path, typed: &[(FlagKind, &str)]) -> Result<Node, ValuesError> {
    load(&flags(typed), base, SourceKind::HelmFlag, Dialect::Helm3)
}

fn loaded(typed: &[(FlagKind, &str)]) -> Result<Node, ValuesError> {
    load_in(Path::new("nowhere"), typed)
}

/// The text that an origin points at.
fn at(origin: &Origin) -> &str {
    &origin.source.text[origin.span.clone()]
}

/// The text of the value at `path`, of its key, and the text as typed.
fn places<'a>(root: &'a Node, path: &[&str]) -> (&'a str, &'a str, Option<&'a str>) {
    let node = root.at(path).unwrap();
    let key = node.key.as_ref().unwrap();
    (at(&node.origin), at(key), node.typed.as_deref())
}

#[test]
fn values_of_flags_know_their_text() {
    let root = loaded(&[
        (FlagKind::Set, r"a.k\.ey=0123,b=x\,y"),
        (FlagKind::SetString, "c=1"),
        (FlagKind::SetJson, r#"d={"e": 1e3}"#),
        (FlagKind::SetLiteral, "f.g=a,b"),
    ])
    .unwrap();
    assert_eq!(
        places(&root, &["a", "k.ey"]),
        ("0123", r"k\.ey", Some("0123"))
    );
    assert_eq!(places(&root, &["b"]), (r"x\,y", "b", Some("x,y")));
    assert_eq!(places(&root, &["c"]), ("1", "c", None));
    assert_eq!(places(&root, &["d", "e"]), ("1e3", "\"e\"", Some("1e3")));
    assert_eq!(places(&root, &["f", "g"]), ("a,b", "g", None));
    assert_eq!(
        root.at(&["f", "g"]).unwrap().origin.source.name,
        "--set-literal"
    );
}

#[test]
fn values_of_files_know_their_text_and_the_later_file_is_the_source() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("one.yaml"),
        "\u{feff}a: &x 0123\nb: *x\nc: 'q'\n",
    )
    .unwrap();
    fs::write(folder.path().join("two.yaml"), "# two\nc: yes # really\n").unwrap();
    let root = load_in(
        folder.path(),
        &[
            (FlagKind::Values, "one.yaml"),
            (FlagKind::Values, "two.yaml"),
        ],
    )
    .unwrap();
    assert_eq!(places(&root, &["a"]), ("0123", "a", Some("0123")));
    // The text of an alias is that of its anchor: it is there that it can be corrected, and must be hidden.
    assert_eq!(places(&root, &["b"]), ("0123", "b", Some("0123")));
    assert_eq!(places(&root, &["c"]), ("yes", "c", Some("yes")));
    assert_eq!(root.get("c").unwrap().origin.source.name, "two.yaml");
}

#[test]
fn values_of_a_later_document_know_their_place_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("v.yaml"), "a: 1\n---\né: 2\nb: text").unwrap();
    let typed = flags(&[(FlagKind::Values, "v.yaml")]);
    let root = load(&typed, folder.path(), SourceKind::HelmFlag, Dialect::Helm4).unwrap();
    assert_eq!(places(&root, &["b"]), ("text", "b", Some("text")));
    assert_eq!(places(&root, &["é"]), ("2", "é", Some("2")));
}

#[test]
fn a_file_that_is_wrong_is_named_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("list.yaml"), "# c\n- a\n").unwrap();
    fs::write(path.join("tag.yaml"), "a:\n  é: !!int hunter2\n").unwrap();
    fs::write(path.join("syntax.yaml"), "a: b\n  c: d\n").unwrap();
    fs::write(path.join("latin.yaml"), b"a: b\nc: \xe9\n").unwrap();
    fs::create_dir(path.join("folder")).unwrap();
    let say = |name: &str| {
        load_in(path, &[(FlagKind::Values, name)])
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        say("list.yaml"),
        "list.yaml:2:1: the top of a values file must be a mapping (`key: value`)"
    );
    assert_eq!(
        say("tag.yaml"),
        "tag.yaml:2:6: the tag !!int does not fit what follows it"
    );
    assert!(say("syntax.yaml").starts_with("syntax.yaml:2:4: cannot be read as YAML: "));
    assert_eq!(
        say("latin.yaml"),
        "--values: `latin.yaml` is not UTF-8 (line 2, byte 8)"
    );
    assert_eq!(say("none.yaml"), "--values: `none.yaml` does not exist");
    assert_eq!(say("folder"), "--values: `folder` is a directory");
}

#[test]
fn no_message_tells_a_value() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("v.yaml"), "a: !!int hunter2\n").unwrap();
    fs::write(folder.path().join("w.yaml"), "a: *hunter2\n").unwrap();
    fs::write(folder.path().join("x.yaml"), "a: \"hunter2\n").unwrap();
    for typed in [
        (FlagKind::Set, "password=abc,hunter2"),
        (FlagKind::Set, "a[hunter2]=1"),
        (FlagKind::Set, "a={hunter2"),
        (FlagKind::Set, "a[0]hunter2=1"),
        (FlagKind::SetFile, "a=hunter2"),
        (FlagKind::SetJson, "a=hunter2"),
        (FlagKind::SetJson, "a=\"hunter2"),
        (FlagKind::SetLiteral, "hunter2"),
        (FlagKind::Values, "v.yaml"),
        (FlagKind::Values, "w.yaml"),
        (FlagKind::Values, "x.yaml"),
        (FlagKind::Values, "https://user:hunter2@host/v.yaml"),
    ] {
        let error = load_in(folder.path(), &[typed]).unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("hunter2"), "{typed:?}: {text}");
        }
    }
}

#[test]
fn what_is_no_file_on_disk_is_told_apart() {
    let is_stream = |path: &str| {
        let error = loaded(&[(FlagKind::Values, path)]).unwrap_err();
        matches!(error, ValuesError::Stream { .. })
    };
    for path in [
        "-",
        " - ",
        "/dev/zero",
        "/dev/stdin",
        "/dev/fd/0",
        "/proc/self/fd/0",
    ] {
        assert!(is_stream(path), "{path}");
    }
    let nothing = loaded(&[(FlagKind::Values, "/dev/null")]).unwrap();
    assert!(nothing.as_map().unwrap().is_empty());
    let scheme = |path: &str| match loaded(&[(FlagKind::Values, path)]).unwrap_err() {
        ValuesError::Remote { scheme, .. } => scheme,
        other => panic!("{path}: {other}"),
    };
    assert_eq!(scheme("https://host/v.yaml"), "https");
    assert_eq!(scheme("secrets://v.yaml"), "secrets");
    assert_eq!(scheme("HTTP://host/v.yaml#x"), "http");
    assert_eq!(scheme("age+file:v.yaml"), "age+file");
}

/// As Go's `url.Parse`, of which Helm asks the scheme of every path.
#[test]
fn a_path_that_no_url_could_be_is_refused_as_helm_refuses_it() {
    let say = |path: &str| loaded(&[(FlagKind::Values, path)]).unwrap_err().to_string();
    for path in ["a%zz.yaml", "100%", "1:b", ":a", "a#%", "a_b:c", "a\tb"] {
        assert!(say(path).contains("is no path to Helm"), "{}", say(path));
    }
    for path in [
        "a%41.yaml",
        "dir/a:b",
        "./1:b",
        "a?b=%",
        "a#b",
        "C:\\values.yaml",
        "a b",
    ] {
        assert!(say(path).contains("does not exist"), "{}", say(path));
    }
}

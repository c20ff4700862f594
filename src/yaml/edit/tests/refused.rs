//! What is refused rather than guessed.

use super::super::Reason;
use super::{EditError, apply, edits, refusal};

#[test]
fn what_other_places_share_is_not_touched() {
    let anchored = "x: &x\n  b: 1\n  l: &l [1]\ny2: *x\nz: {<<: *x, own: 1}\nl: *l\n";
    for (script, path, reason) in [
        ("set /y2/b 2", "y2.b", Reason::Alias),
        ("add /l 2", "l", Reason::Alias),
        ("set /x/b 2", "x.b", Reason::Anchored),
        ("add /x/l 2", "x.l", Reason::Anchored),
        ("del /x", "x", Reason::Anchored),
        ("set /x 1", "x", Reason::Anchored),
        ("set /z/b 2", "z.b", Reason::Merged),
        ("set /z/b/c 2", "z.b.c", Reason::Merged),
        ("del /z/b", "z.b", Reason::Merged),
        ("add /z/l 2", "z.l", Reason::Merged),
    ] {
        assert_eq!(
            refusal(anchored, script),
            EditError::Refused {
                path: path.to_owned(),
                reason
            },
            "{script}"
        );
    }
    let fine = apply(
        anchored,
        &edits("set /y2 1; set /z/own 2; set /z/new 3; del /l"),
    )
    .unwrap();
    assert_eq!(
        fine,
        "x: &x\n  b: 1\n  l: &l [1]\ny2: 1\nz: {<<: *x, own: 2, new: 3}\n"
    );
}

#[test]
fn doubt_is_refused() {
    for (text, script, path, reason) in [
        ("a: 1\na: 2\n", "set /a 3", "a", Reason::DuplicateKey),
        (
            "a: {b: 1}\na: {b: 1}\n",
            "set /a/b 3",
            "a.b",
            Reason::DuplicateKey,
        ),
        (
            "yes: a\n\"true\": b\n",
            "set /true 3",
            "true",
            Reason::DuplicateKey,
        ),
        ("l: [1]\n", "set /l/1 3", "l[1]", Reason::NoSuchItem),
        ("l: [1]\n", "del /l/1", "l[1]", Reason::NoSuchItem),
        ("l: [1]\n", "ins /l 2 1", "l", Reason::NoSuchItem),
        ("l: [1]\n", "set /l/a 3", "l.a", Reason::NotAMapping),
        ("l: x\n", "set /l/a 3", "l.a", Reason::NotAMapping),
        ("l: x\n", "add /l 3", "l", Reason::NotASequence),
        (
            "l: {a: [1]}\n",
            "add /l/a/0 3",
            "l.a[0]",
            Reason::NotASequence,
        ),
        ("a: 1\n", "set / 3", "", Reason::Root),
        ("a: 1\n", "del /", "", Reason::Root),
        ("a: 1\n", "set /b 1; set /b/c 2", "b.c", Reason::Conflict),
        ("a: 1\n", "set /b 1; set /b 2", "b", Reason::Conflict),
        ("a: [1]\n", "add /a 1; del /a", "a", Reason::Conflict),
        ("a: [1]\n", "set /a/0 2; del /a/0", "a[0]", Reason::Conflict),
        ("a: 1\n", "add /b 1; set /b/c 2", "b.c", Reason::Conflict),
    ] {
        assert_eq!(
            refusal(text, script),
            EditError::Refused {
                path: path.to_owned(),
                reason
            },
            "{script}"
        );
    }
}

#[test]
fn a_duplicate_beside_the_path_does_no_harm() {
    let edited = apply("a: 1\nb: 2\nb: 3\n", &edits("set /a 2")).unwrap();
    assert_eq!(edited, "a: 2\nb: 2\nb: 3\n");
}

#[test]
fn messages_name_the_place() {
    let shown = refusal("spec:\n  containers:\n  - env: *x\nx: 1\n", "add /x 1").to_string();
    assert_eq!(
        shown,
        "line 3, column 10: while parsing node, found unknown anchor"
    );
    let shown = refusal(
        "x: &x []\nspec:\n  c:\n  - env: *x\n",
        "add /spec/c/0/env 1",
    )
    .to_string();
    assert_eq!(
        shown,
        "spec.c[0].env: the value is a YAML alias (*), which other places share"
    );
    assert!(matches!(
        refusal("a: 1\n---\nb: 1\n", "set /a 2"),
        EditError::Syntax(_)
    ));
}

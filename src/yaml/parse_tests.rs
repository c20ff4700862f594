//! Tests of the tree and its spans. Wanted spans are given as the text they cut out.

use super::*;
use crate::yaml::{LineIndex, Step, to_json};

fn one(text: &str) -> Node {
    parse_one(text).unwrap().unwrap()
}

fn cut<'t>(text: &'t str, path: &[Step]) -> &'t str {
    let node = one(text);
    &text[node.at(path).unwrap().span.clone()]
}

fn path(steps: &str) -> Vec<Step> {
    let step = |part: &str| {
        part.parse::<usize>()
            .map_or_else(|_| Step::from(part), Step::from)
    };
    steps
        .split('.')
        .filter(|part| !part.is_empty())
        .map(step)
        .collect()
}

#[test]
fn spans_hold_the_value_and_nothing_else() {
    for (text, at, wanted) in [
        ("a: b # c\n", "a", "b"),
        ("a: \"q\" # c\n", "a", "\"q\""),
        ("a: 'q'  # c\n", "a", "'q'"),
        ("a:   # c\nb: 1", "a", ""),
        ("a: !!str &x 5 # c", "a", "5"),
        ("a: x\n  y # c\nb: 1", "a", "x\n  y"),
        ("a: {b: c,\n d: e }  # c", "a", "{b: c,\n d: e }"),
        ("a: [b: c, d]", "a.0", "b: c"),
        ("a:\n- b # c\n- d # e\n\nf: 1", "a", "- b # c\n- d"),
        ("a:\n  - b # c\n  -\nf: 1", "a", "- b # c\n  -"),
        ("- - a\n  - b\n- c", "0", "- a\n  - b"),
        ("- - a\n  - b\n- - c", "1", "- c"),
        ("- # c\n  a: b\n  c: d # e\n", "0", "a: b\n  c: d"),
        ("--- # c\na: b\n...\n", "", "a: b"),
        ("a: |+ # c\n  x\n\n\nb: 1", "a", "|+ # c\n  x\n\n"),
        (
            "a: | # c\n  x\n\n  # no\n\n# c\nb: 1",
            "a",
            "| # c\n  x\n\n  # no",
        ),
        ("a: |\n   x\n\n  # yes\nb: 1", "a", "|\n   x"),
        ("a: |\n  x\n     \n  \nb: 1", "a", "|\n  x\n     "),
        ("a: |\r\n  x\r\n\r\nb: 1", "a", "|\r\n  x"),
        ("a: |\nb: 1", "a", "|"),
        ("a: |+\n\n\nb: 1", "a", "|+\n\n"),
        ("a: >-\n\n  x\n", "a", ">-\n\n  x"),
        ("- a: |+\n  b: 1\n", "0.a", "|+"),
        ("- !t &a |\n    z\n- q", "0", "|\n    z"),
        ("? a\n: b\n", "a", "b"),
        ("ü: ä # ö", "ü", "ä"),
        ("\u{feff}a: b", "a", "b"),
        ("{a, b: , \"c\":d}", "a", ""),
        ("{a, b: , \"c\":d}", "c", "d"),
    ] {
        assert_eq!(cut(text, &path(at)), wanted, "{at} of {text:?}");
    }
}

#[test]
fn indicators_are_found() {
    let text = "a: 1\nb:\n-\n- x\n? c\n: - y\n";
    let root = one(text);
    let at = |steps| root.at(&path(steps)).unwrap().indicator.unwrap();
    assert_eq!(
        [at("a"), at("b"), at("b.0"), at("b.1"), at("c"), at("c.0")],
        [1, 6, 8, 10, 18, 20]
    );
    assert_eq!(one("{a}").at(&path("a")).unwrap().indicator, None);
}

#[test]
fn absent_values_come_after_their_indicator() {
    for (text, at, wanted) in [
        ("a:  # c\nb: 1", "a", 2),
        ("-\n- b", "0", 1),
        ("a: &x # c\n", "a", 5),
        ("a: !!str\n", "a", 8),
    ] {
        let span = one(text).at(&path(at)).unwrap().span.clone();
        assert_eq!(span, wanted..wanted, "{text:?}");
    }
}

#[test]
fn anchors_and_aliases_know_each_other() {
    let root = one("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n");
    let anchor = |key| root.get(key).unwrap().anchor().unwrap().id;
    let alias = |key| match &root.get(key).unwrap().kind {
        Kind::Alias(alias) => alias.id,
        other => panic!("{other:?}"),
    };
    assert_eq!((alias("c"), alias("e")), (anchor("a"), anchor("d")));
    assert_eq!(
        to_json(&root).unwrap().to_string(),
        r#"{"a":{"b":1},"c":{"b":1},"d":2,"e":2}"#
    );
}

#[test]
fn one_document_or_none() {
    for text in ["", "# c\n", "---\n", "---\n# Source: x\n\n", "\u{feff}\n"] {
        assert_eq!(parse_one(text).unwrap(), None, "{text:?}");
    }
    assert!(parse_one("--- ~\n").unwrap().unwrap().is_null());
    let second = parse_one("a: 1\n---\nb: 1").unwrap_err();
    assert_eq!((second.line, second.column, second.offset), (2, 1, 5));
    assert_eq!(parse_all("a: 1\n---\n---\nb: 1").unwrap().len(), 3);
}

/// What `sigs.k8s.io/yaml` 1.6.0 prints for the text itself, and behind apimachinery's `YAMLReader`.
#[test]
fn a_last_line_without_its_break_ends_a_block_scalar_in_two_ways() {
    let text = "a: |\n  x";
    assert_eq!(to_json(&parse_all(text).unwrap()[0]).unwrap()["a"], "x");
    assert_eq!(to_json(&one(text)).unwrap()["a"], "x\n");
}

#[test]
fn errors_name_their_place() {
    let wrong = parse_one("ü: 1\n  b: 2\n").unwrap_err();
    assert_eq!((wrong.line, wrong.column), (2, 4));
    assert_eq!(&"ü: 1\n  b: 2\n"[wrong.offset..], ": 2\n");
}

#[test]
fn depth_and_aliases_are_bounded() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(5_000),
        "a: &x ".repeat(9),
    ] {
        assert!(parse_one(&text).is_err());
    }
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} [*a{below}, *a{below}]\n"));
    }
    assert!(
        to_json(&one(&bomb))
            .unwrap_err()
            .message
            .contains("aliases")
    );
    assert!(
        to_json(&one("a: &a [*a]"))
            .unwrap_err()
            .message
            .contains("itself")
    );
}

/// What `sigs.k8s.io/yaml` 1.6.0 prints.
#[test]
fn merges_apply_where_they_stand() {
    let root = one("x: &x {a: 1, b: 1}\nz:\n  a: 2\n  <<: *x\n  b: 2\n");
    assert!(
        to_json(root.get("z").unwrap()).is_err(),
        "a part without its anchors"
    );
    assert_eq!(to_json(&root).unwrap()["z"].to_string(), r#"{"a":1,"b":2}"#);
}

#[test]
fn lines_and_columns_count_from_one_and_in_characters() {
    let text = "a\r\nüb\nc\rd";
    let index = LineIndex::new(text);
    let places: Vec<_> = [0, 3, 5, 7, 9, 99]
        .map(|at| index.position(text, at))
        .to_vec();
    assert_eq!(places, [(1, 1), (2, 1), (2, 2), (3, 1), (4, 1), (4, 2)]);
}

//! Values that are replaced: what is right already stays, and the notation is kept where it can hold the new value.

use super::{apply, edits, table};
use crate::yaml::{Edit, Step};

#[test]
fn what_is_there_already_is_left_alone() {
    for (text, script) in [
        ("a: 1\n", "set /a 1"),
        ("a: 0x10 # c\n", "set /a 16"),
        ("a: yes\n", "set /a true"),
        ("a: 1e3\nb: 1000\n", "set /a 1000; set /b 1000.0"),
        ("a: 'yes'\n", "set /a \"yes\""),
        ("a: |\n  x\n  y\n", "set /a \"x\\ny\\n\""),
        ("a: {b: 1,  c: [x]}\n", "set /a {\"c\": [\"x\"], \"b\": 1}"),
        ("x: &x {b: 1}\na: *x\n", "set /a {\"b\": 1}"),
        ("a:\n", "set /a null"),
        ("a: 2001-01-01\n", "set /a \"2001-01-01\""),
    ] {
        assert_eq!(apply(text, &edits(script)).as_deref(), Ok(text), "{script}");
    }
}

#[test]
fn the_kind_of_a_value_counts() {
    table(&[
        ("a: 1\n", "set /a \"1\"", "a: \"1\"\n"),
        ("a: yes\n", "set /a \"yes\"", "a: \"yes\"\n"),
        ("a: \"true\"\n", "set /a true", "a: true\n"),
        ("a: ''\n", "set /a null", "a: null\n"),
        ("a: 0644\n", "set /a \"0644\"", "a: \"0644\"\n"),
        ("a: !!str 1\n", "set /a 1", "a: 1\n"),
        ("a: !!int &x \"1\" # c\n", "set /a \"x\"", "a: \"x\" # c\n"),
        ("a: &x 1 # c\n", "set /a \"x\"", "a: &x x # c\n"),
    ]);
}

#[test]
fn scalars_keep_comment_and_notation() {
    table(&[
        ("a: b # c\n", "set /a \"d\"", "a: d # c\n"),
        ("a: \"b\"   # c\n", "set /a \"d\"", "a: \"d\"   # c\n"),
        ("a: 'b'\n", "set /a \"it's\"", "a: 'it''s'\n"),
        ("a: 'b'\n", "set /a \"x\\ty\"", "a: \"x\\ty\"\n"),
        ("a: b\n", "set /a \"on\"", "a: \"on\"\n"),
        ("a:\n  b # c\n", "set /a \"d\"", "a:\n  d # c\n"),
        ("a: b\n  c\nd: 1\n", "set /a \"x\"", "a: x\nd: 1\n"),
        ("a: \"b\n  c\" # d\n", "set /a \"x\"", "a: \"x\" # d\n"),
        ("a: # c\nb: 1\n", "set /a \"x\"", "a: x # c\nb: 1\n"),
        ("-\n", "set /0 \"x\"", "- x\n"),
        (
            "a: | # c\n  x\n\nb: 1\n",
            "set /a \"1\\n2\\n\"",
            "a: | # c\n  1\n  2\n\nb: 1\n",
        ),
        (
            "a: |+ # c\n  x\n\nb: 1\n",
            "set /a \"w\"",
            "a: w # c\nb: 1\n",
        ),
        ("a: >-\n  x\n  y\nb: 1\n", "set /a [1]", "a:\n- 1\nb: 1\n"),
        ("a: |\nb: 1\n", "set /a 5", "a: 5\nb: 1\n"),
        (
            "a: x # c\nb: 1\n",
            "set /a \"1\\n2\"",
            "a: |- # c\n  1\n  2\nb: 1\n",
        ),
        (
            "- |\n  x\n- y\n",
            "set /0 \"1\\n2\\n\"",
            "- |\n  1\n  2\n- y\n",
        ),
    ]);
}

#[test]
fn collections_take_the_place_of_others() {
    table(&[
        (
            "a: 1 # c\nb: 2\n",
            "set /a {\"x\": [1, {\"y2\": 2}]}",
            "a: # c\n  x:\n  - 1\n  - y2: 2\nb: 2\n",
        ),
        (
            "a: # c\n  # d\n  x: 1\n  z: 2 # e\nb: 2\n",
            "set /a 5",
            "a: 5 # c\n  # d\nb: 2\n",
        ),
        ("a:\n- 1\n- 2\nb: 2\n", "set /a [3]", "a:\n- 3\nb: 2\n"),
        (
            "a:\n- 1\n- 2\nb: 2\n",
            "set /a {\"c\": 3}",
            "a:\n  c: 3\nb: 2\n",
        ),
        ("a:\n- 1\nb: 2\n", "set /a []", "a: []\nb: 2\n"),
        ("a: [1, 2] # c\n", "set /a [3]", "a: [3] # c\n"),
        ("a: [1,\n 2] # c\n", "set /a [3]", "a: # c\n- 3\n"),
        (
            "- a: 1\n  b: 2 # c\n- x\n",
            "set /0 {\"d\": 1, \"e\": 2}",
            "- d: 1 # c\n  e: 2\n- x\n",
        ),
        ("- a: 1\n  b: 2 # c\n- x\n", "set /0 5", "- 5 # c\n- x\n"),
        (
            "- 5 # c\n- x\n",
            "set /0 {\"d\": 1, \"e\": [2]}",
            "- d: 1 # c\n  e:\n  - 2\n- x\n",
        ),
        ("- x\n", "set /0 [1, 2]", "- - 1\n  - 2\n"),
        (
            "x: &x [1]\na: *x # c\n",
            "set /a [2]",
            "x: &x [1]\na: # c\n- 2\n",
        ),
        ("a: !t\n  b: 1\nc: 1\n", "set /a 5", "a: 5\nc: 1\n"),
        (
            "a: &t\n  b: 1\nc: 1\n",
            "set /a {\"d\": 5}",
            "a: &t\n  d: 5\nc: 1\n",
        ),
    ]);
}

#[test]
fn a_mapping_becomes_another_key_by_key() {
    table(&[
        (
            "- name: A # n\n  value: 'x' # v\n",
            "set /0 {\"name\": \"A\", \"value\": \"y\"}",
            "- name: A # n\n  value: 'y' # v\n",
        ),
        (
            "- name: A\n  value: x\n- y\n",
            "set /0 {\"name\": \"A\", \"valueFrom\": {\"secretKeyRef\": {\"name\": \"s\", \"key\": \"k\"}}}",
            "- name: A\n  valueFrom:\n    secretKeyRef:\n      name: s\n      key: k\n- y\n",
        ),
        (
            "- {name: A, value: x} # c\n",
            "set /0 {\"name\": \"A\", \"valueFrom\": {\"k\": 1}}",
            "- {name: A, valueFrom: {k: 1}} # c\n",
        ),
        (
            "a: [x, {b: 1}]\n",
            "set /a [\"x\", {\"b\": 2}]",
            "a: [x, {b: 2}]\n",
        ),
        (
            "a:\n- x # c\n- 0x1\n",
            "set /a [\"y1\", 1]",
            "a:\n- y1 # c\n- 0x1\n",
        ),
        ("a:\n- x # c\n", "set /a [\"x\", 1]", "a:\n- x # c\n- 1\n"),
    ]);
}

#[test]
fn ambiguous_strings_are_quoted() {
    for text in [
        "y",
        "NO",
        "on",
        "0644",
        "1_000",
        "12:30",
        "1e3",
        "2001-01-01",
        "=",
        "<<",
        "~",
        "null",
        "0x1F",
        ".5",
    ] {
        let wanted = format!("a: 1\nb: \"{text}\"\n\"{text}\": \"{text}\"\n");
        let step = |key: &str| vec![Step::from(key)];
        let value = serde_json::Value::from(text);
        let set = [
            Edit::Set {
                path: step("b"),
                value: value.clone(),
            },
            Edit::Set {
                path: step(text),
                value,
            },
        ];
        assert_eq!(apply("a: 1\nb: x\n", &set), Ok(wanted), "{text}");
    }
    table(&[
        ("b: x\n", "set /b \"- a\"", "b: \"- a\"\n"),
        ("b: x\n", "set /b \"a: b\"", "b: \"a: b\"\n"),
    ]);
}

//! Brackets and braces: on one line, over several, YAML and JSON.

use super::table;

#[test]
fn on_one_line() {
    table(&[
        (
            "a: {b: 1} # c\n",
            "set /a/d \"e,f\"",
            "a: {b: 1, d: \"e,f\"} # c\n",
        ),
        (
            "a: [1, 2]\n",
            "add /a {\"x\": \"yes\"}",
            "a: [1, 2, {x: \"yes\"}]\n",
        ),
        ("a: [1, 2, ]\n", "add /a 3", "a: [1, 2, 3, ]\n"),
        (
            "a: [1, 2,]\n",
            "ins /a 0 0; ins /a 1 5",
            "a: [0, 1, 5, 2,]\n",
        ),
        (
            "a: {b: [], c: , d: {}}\n",
            "add /a/b 1; set /a/c/x 2; set /a/d/y2 3",
            "a: {b: [1], c: {x: 2}, d: {y2: 3}}\n",
        ),
        ("{a, b: }\n", "set /a 1; set /b 2", "{a: 1, b: 2}\n"),
        (
            "{a: 1}",
            "set /b {\"c\": [1, null]}",
            "{a: 1, b: {c: [1, null]}}",
        ),
        ("a: [b: 1]\n", "set /a/0/b 2", "a: [b: 2]\n"),
        ("a: [b: 1]\n", "set /a/0/c 2", "a: [{b: 1, c: 2}]\n"),
        (
            "a: {b: x, c: \"y\", d: 'z'}\n",
            "set /a/b \"1\"; set /a/c \"2\"; set /a/d \"3\"",
            "a: {b: \"1\", c: \"2\", d: '3'}\n",
        ),
        (
            "a: {b: x y, c: {d: 1}} # c\n",
            "set /a/c/d 2; set /a/c/e 3; set /a/f 4",
            "a: {b: x y, c: {d: 2, e: 3}, f: 4} # c\n",
        ),
    ]);
}

#[test]
fn removal_takes_one_comma() {
    table(&[
        ("a: {b: 1, c: 2, d: 3}\n", "del /a/b", "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "del /a/c", "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "del /a/d", "a: {b: 1, c: 2}\n"),
        (
            "a: {b: 1, c: 2, d: 3, }\n",
            "del /a/d",
            "a: {b: 1, c: 2, }\n",
        ),
        (
            "a: {b: 1, c: 2, d: 3}\n",
            "del /a/c; del /a/d",
            "a: {b: 1}\n",
        ),
        (
            "a: {b: 1, c: 2, d: 3}\n",
            "del /a/b; del /a/c",
            "a: {d: 3}\n",
        ),
        ("a: [1, 2, 3]\n", "del /a/0; del /a/2", "a: [2]\n"),
        ("a: {b: 1} # c\n", "del /a/b", "a: {} # c\n"),
        ("a: [ 1, 2 ]\n", "del /a/0; del /a/1", "a: []\n"),
        (
            "[{a: 1}, {b: 2}]\n",
            "del /0/a; add /1/c 3",
            "[{}, {b: 2, c: [3]}]\n",
        ),
        ("a: [b: 1, c]\n", "del /a/0/b", "a: [{}, c]\n"),
        ("a: [1, 2]\n", "del /a/0; add /a 3", "a: [2, 3]\n"),
        (
            "a: {b: 'x', c: {d: [e, f]}}\n",
            "del /a/b; set /a/g 1; del /a/c/d/0",
            "a: {c: {d: [f]}, g: 1}\n",
        ),
    ]);
}

#[test]
fn over_several_lines() {
    table(&[
        (
            "a: [\n  1, # one\n  2 # two\n]\nb: 1\n",
            "add /a 3",
            "a: [\n  1, # one\n  2, # two\n  3\n]\nb: 1\n",
        ),
        (
            "a: [\n  1,\n  2, # two\n]\nb: 1\n",
            "add /a 3; add /a 4",
            "a: [\n  1,\n  2, # two\n  3,\n  4,\n]\nb: 1\n",
        ),
        (
            "a: {\n  b: 1,\n  c: 2}\n",
            "set /a/d 3",
            "a: {\n  b: 1,\n  c: 2,\n  d: 3}\n",
        ),
        (
            "a: {\n  b: 1,\n  c: 2, }\n",
            "set /a/d 3",
            "a: {\n  b: 1,\n  c: 2,\n  d: 3, }\n",
        ),
        (
            "a: {b: 1,\n    c: 2}\n",
            "set /a/d 3",
            "a: {b: 1,\n    c: 2,\n    d: 3}\n",
        ),
        (
            "a: [\n  1,\n  2\n]\n",
            "ins /a 0 0; ins /a 1 9",
            "a: [\n  0,\n  1,\n  9,\n  2\n]\n",
        ),
        (
            "a: [\n  1, # one\n  2, # two\n  3 # three\n]\n",
            "del /a/1",
            "a: [\n  1, # one\n  3 # three\n]\n",
        ),
        (
            "a: [\n  1, # one\n  2, # two\n  3 # three\n]\n",
            "del /a/2",
            "a: [\n  1, # one\n  2 # two\n]\n",
        ),
        (
            "a: [\n  1, # one\n  2, # two\n  3, # three\n]\n",
            "del /a/1; del /a/2",
            "a: [\n  1, # one\n]\n",
        ),
        ("a: [\n  1,\n]\n", "del /a/0", "a: []\n"),
        ("a: [1, # one\n  2]\n", "del /a/1", "a: [1 # one\n  ]\n"),
        // brackets at the parent's column
        (
            "env: [\n{name: A},\n{name: B}\n]\nx: 1\n",
            "add /env {\"name\": \"C\"}",
            "env: [\n{name: A},\n{name: B},\n{name: C}\n]\nx: 1\n",
        ),
        ("env:\n [\n1\n]\n", "add /env 2", "env:\n [\n1,\n2\n]\n"),
        (
            "a: [[1],\n  [2]]\n",
            "add /a/0 3; add /a/1 4; add /a 5",
            "a: [[1, 3],\n  [2, 4],\n  5]\n",
        ),
    ]);
}

#[test]
fn json_stays_json() {
    table(&[
        (
            "{\"a\": {\"b\": [\"x\"]}, \"c\": null}",
            "add /a/b {\"n\": \"yes\"}; set /c \"d\"; set /e 1",
            "{\"a\": {\"b\": [\"x\", {\"n\": \"yes\"}]}, \"c\": \"d\", \"e\": 1}",
        ),
        (
            "{\n  \"a\": \"b\",\n  \"c\": [\n    \"d\"\n  ]\n}\n",
            "set /e {\"f\": \"g\"}; add /c \"h\"",
            "{\n  \"a\": \"b\",\n  \"c\": [\n    \"d\",\n    \"h\"\n  ],\n  \"e\": {\"f\": \"g\"}\n}\n",
        ),
        (
            "{\n  \"a\": 1,\n  \"b\": 2\n}\n",
            "del /b",
            "{\n  \"a\": 1\n}\n",
        ),
        (
            "{\"a\":\"b\",\"c\":[]}",
            "add /c \"d\"",
            "{\"a\":\"b\",\"c\":[\"d\"]}",
        ),
        (
            "a: {\"b\": \"c\"}\n",
            "set /a/d \"e\"",
            "a: {\"b\": \"c\", \"d\": \"e\"}\n",
        ),
    ]);
}

//! Block style, as Helm 3, Helm 4 and people write it.

use super::table;

#[test]
fn keys_and_items_are_added_in_the_layout_that_is_there() {
    table(&[
        ("a: 1\n", "set /b 2", "a: 1\nb: 2\n"),
        (
            "a:\n  b: 1\nc: 1\n",
            "set /a/d 2",
            "a:\n  b: 1\n  d: 2\nc: 1\n",
        ),
        (
            "a:\n    b: 1\nc: 1\n",
            "set /a/d {\"e\": 1}",
            "a:\n    b: 1\n    d:\n      e: 1\nc: 1\n",
        ),
        // dashes at the parent's column, and behind it
        (
            "env:\n- a\nx: 1\n",
            "add /env \"b\"",
            "env:\n- a\n- b\nx: 1\n",
        ),
        (
            "env:\n  - a\nx: 1\n",
            "add /env \"b\"",
            "env:\n  - a\n  - b\nx: 1\n",
        ),
        ("env:\n  - a\n", "set /b [1]", "env:\n  - a\nb:\n  - 1\n"),
        ("env:\n- a\n", "set /b [1]", "env:\n- a\nb:\n- 1\n"),
        ("a: 1\n", "set /b [1]", "a: 1\nb:\n- 1\n"),
        (
            "env:\n- name: A\n  value: a # c\n# tail\n\nx: 1\n",
            "add /env {\"name\": \"B\", \"value\": \"yes\"}",
            "env:\n- name: A\n  value: a # c\n- name: B\n  value: \"yes\"\n# tail\n\nx: 1\n",
        ),
        (
            "- a\n- b\n",
            "add / \"c\"; ins / 0 \"z\"",
            "- z\n- a\n- b\n- c\n",
        ),
    ]);
}

#[test]
fn entries_are_added_wherever_the_collection_begins() {
    table(&[
        (
            "- - a\n  - b\n- c\n",
            "add /0 \"d\"; ins /0 0 \"z\"; ins / 1 \"w\"",
            "- - z\n  - a\n  - b\n  - d\n- w\n- c\n",
        ),
        (
            "a:\n- x\n# about y\n- y\n",
            "ins /a 1 \"m\"",
            "a:\n- x\n- m\n# about y\n- y\n",
        ),
        (
            "a:\n# head\n- x\n",
            "ins /a 0 \"m\"",
            "a:\n# head\n- m\n- x\n",
        ),
        ("- a: 1\n  b: 2\n", "set /0/c 3", "- a: 1\n  b: 2\n  c: 3\n"),
        (
            "-   a: 1\n    b: 2\n",
            "set /0/c 3",
            "-   a: 1\n    b: 2\n    c: 3\n",
        ),
        (
            "-\n  a: 1\n- # c\n  b: 2\n",
            "set /0/c 3; set /1/d 4",
            "-\n  a: 1\n  c: 3\n- # c\n  b: 2\n  d: 4\n",
        ),
        ("? a\n: b\n", "set /c 1; set /a 2", "? a\n: 2\nc: 1\n"),
        (
            "  a: 1\n  b:\n    c: 1\n",
            "set /d 1",
            "  a: 1\n  b:\n    c: 1\n  d: 1\n",
        ),
        (
            "---\n# Source: x\na: 1\n...\n",
            "set /b 2",
            "---\n# Source: x\na: 1\nb: 2\n...\n",
        ),
        (
            "%YAML 1.1\n---\na: 1\n",
            "set /b 2",
            "%YAML 1.1\n---\na: 1\nb: 2\n",
        ),
        ("\u{feff}a: 1\n", "set /b 2", "\u{feff}a: 1\nb: 2\n"),
        ("ü: 1\nä:\n- ö\n", "add /ä \"ß\"", "ü: 1\nä:\n- ö\n- ß\n"),
    ]);
}

#[test]
fn a_missing_last_line_break_stays_missing() {
    table(&[
        ("a: 1", "set /b 2", "a: 1\nb: 2"),
        ("a: 1\nb: 2", "del /b", "a: 1"),
        (
            "a: 1\nb:",
            "set /b {\"c\": [1]}; set /d 2",
            "a: 1\nb:\n  c:\n  - 1\nd: 2",
        ),
        (
            "a:\n- b",
            "add /a \"c\"; set /d \"x\\ny\\n\"",
            "a:\n- b\n- c\nd: \"x\\ny\\n\"",
        ),
        ("a: |\n  x", "set /b 1", "a: |\n  x\nb: 1"),
        ("a: >+\n  x", "set /b 1", "a: >+\n  x\nb: 1"),
        ("a: |\n  x\nb: 1", "del /b", "a: |\n  x\n"),
        ("a: |-\n  x\nb: 1", "del /b", "a: |-\n  x\n"),
        ("a: 1 # c", "set /a 2; set /b 3", "a: 2 # c\nb: 3"),
        ("-", "set /0 1; add / 2", "- 1\n- 2"),
        ("---", "set /a 1", "---\na: 1"),
        ("a:\n- 1\nb:\n- 2", "set /b [3, 4]", "a:\n- 1\nb:\n- 3\n- 4"),
    ]);
}

#[test]
fn empty_values_are_filled_and_keep_their_comments() {
    for empty in ["", " ~", " null", " []", " {}", " Null", " [ ]", " !!null"] {
        for comment in ["", " # c", "   # c"] {
            let text = format!("env:{empty}{comment}\nx: 1\n");
            let wanted = format!("env:{comment}\n- name: A\nx: 1\n");
            table(&[(&text, "add /env {\"name\": \"A\"}", &wanted)]);
            let wanted = format!("env:{comment}\n  a:\n    b: 1\nx: 1\n");
            table(&[(&text, "set /env/a/b 1", &wanted)]);
        }
    }
    table(&[
        ("a:\n  null\nb: 1\n", "add /a 1", "a:\n- 1\nb: 1\n"),
        (
            "a: # c\n  {} # d\nb: 1\n",
            "add /a 1",
            "a: # c\n  # d\n- 1\nb: 1\n",
        ),
        (
            "a:\n  b:\n",
            "add /a/b 1; set /a/c 2; set /d 3",
            "a:\n  b:\n  - 1\n  c: 2\nd: 3\n",
        ),
        (
            "a:\n  b:\n    c: 1\n",
            "add /a/b/d 1; set /a/e 2; set /f 3",
            "a:\n  b:\n    c: 1\n    d:\n    - 1\n  e: 2\nf: 3\n",
        ),
        ("-\n- x\n", "set /0/a 1; ins / 1 2", "- a: 1\n- 2\n- x\n"),
        ("- []\n", "add /0 1; add /0 2", "- - 1\n  - 2\n"),
        ("", "set /a/b 1", "a:\n  b: 1\n"),
        ("# c\n", "add / 1", "# c\n- 1\n"),
        ("---\n# c\n...\n", "set /a 1", "---\n# c\na: 1\n...\n"),
        ("--- {}\n", "set /a 1", "---\na: 1\n"),
        ("{} # c\n", "set /a 1", "# c\na: 1\n"),
        ("null\n", "set /a 1", "a: 1\n"),
        ("a: &x\nb: 1\n", "set /a/c 1", "a: &x\n  c: 1\nb: 1\n"),
    ]);
}

#[test]
fn several_edits_are_made_together() {
    table(&[
        (
            "a: 1\n",
            "set /m/x 1; set /m/y/z 2; add /m/l 3; add /m/l 4",
            "a: 1\nm:\n  x: 1\n  \"y\":\n    z: 2\n  l:\n  - 3\n  - 4\n",
        ),
        (
            "l:\n- name: A\n  value: x\n- name: B\n",
            "set /l/0/value \"z\"; add /l 1; add /l 2; del /l/1; ins /l 0 0",
            "l:\n- 0\n- name: A\n  value: z\n- 1\n- 2\n",
        ),
        (
            "l:\n- a\n- b\n",
            "del /l/0; del /l/1; add /l \"c\"",
            "l:\n- c\n",
        ),
        ("a: 1\nb: 2\n", "del /a; del /b; set /c 3", "c: 3\n"),
        (
            "- a: 1\n  b:\n  - c\n",
            "add /0/b 1; set /0/d 2; add / 3",
            "- a: 1\n  b:\n  - c\n  - 1\n  d: 2\n- 3\n",
        ),
        (
            "l: [] # c\n",
            "add /l 1; set /x 2; add /l 3",
            "l: # c\n- 1\n- 3\nx: 2\n",
        ),
    ]);
}

#[test]
fn removal_takes_lines_and_leaves_comments() {
    table(&[
        ("a: 1\nb: 2 # c\nc: 3\n", "del /b", "a: 1\nc: 3\n"),
        (
            "a: 1\n# about b\nb:\n  x: 1\n  # in b\n  y: 2\n# about c\nc: 3\n",
            "del /b",
            "a: 1\n# about b\n# about c\nc: 3\n",
        ),
        (
            "- name: A # n\n  value: 1\n- x\n",
            "del /0/name",
            "- value: 1\n- x\n",
        ),
        (
            "- a: 1\n  # note\n  b: 2\n  c: 3\n",
            "del /0/a; del /0/b",
            "- # note\n  c: 3\n",
        ),
        (
            "- a: 1\n  b: 2\n  c: 3\n",
            "del /0/a; del /0/b; set /0/d 4",
            "- c: 3\n  d: 4\n",
        ),
        ("- - a\n  - b\n", "del /0/0", "- - b\n"),
        ("-\n- a\n-\n", "del /0; del /2", "- a\n"),
        (
            "a:\n- x\n\n- y\n# c\n- z\n",
            "del /a/1",
            "a:\n- x\n\n# c\n- z\n",
        ),
        ("a: |+\n  x\n\n\nb: 1\n", "del /a", "b: 1\n"),
        ("a: |\n  x\n\n\nb: 1\n", "del /a", "\n\nb: 1\n"),
        ("? a\n: b\n? c\n: d\n", "del /a", "? c\n: d\n"),
        ("a: 1\n", "del /b; del /c/d", "a: 1\n"),
        ("a:\n", "del /a/b/c", "a:\n"),
    ]);
}

#[test]
fn removing_the_last_one_leaves_an_empty_collection() {
    table(&[
        ("a:\n  b: 1\nc: 2\n", "del /a/b", "a: {}\nc: 2\n"),
        (
            "a: # c\n  # d\n  b: 1 # e\nc: 2\n",
            "del /a/b",
            "a: {} # c\n  # d\nc: 2\n",
        ),
        ("a:\n- 1\n- 2\n", "del /a/0; del /a/1", "a: []\n"),
        ("- a: 1\n", "del /0/a", "- {}\n"),
        ("- a: 1\n  b: 2\n- x\n", "del /0/a; del /0/b", "- {}\n- x\n"),
        ("- - 1\n", "del /0/0", "- []\n"),
        ("a: 1\n", "del /a", "{}\n"),
        ("---\na: 1", "del /a", "---\n{}"),
        ("a: &x\n  b: 1\n", "del /a/b", "a: &x {}\n"),
    ]);
}

/// Cut from what `helm template` 3.22 and 4.3 print, the latter with its annotation in a template's flow mapping.
#[test]
fn what_helm_prints() {
    let helm3 = "---\n# Source: msr/templates/registry.yaml\napiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: registry\n          env:\n            - name: A\n              value: \"1\"\n          volumeMounts:\n            []\n";
    table(&[
        (
            helm3,
            "add /spec/template/spec/containers/0/env {\"name\": \"B\"}; add /spec/template/spec/containers/0/volumeMounts {\"name\": \"v\"}",
            &helm3
                .replace("value: \"1\"\n", "value: \"1\"\n            - name: B\n")
                .replace("            []\n", "            - name: v\n"),
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {a: b, postrenderer.helm.sh/postrender-filename: 'msr/templates/a.yaml'}\n",
            "set /metadata/annotations/msr-storage~1notes \"n1\"",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {a: b, postrenderer.helm.sh/postrender-filename: 'msr/templates/a.yaml', msr-storage/notes: n1}\n",
        ),
    ]);
}

#[test]
fn after_block_scalars_blank_lines_stay_what_they_are() {
    table(&[
        (
            "a:\n  b: |+\n    x\n\n\nc: 1\n",
            "set /a/d 2",
            "a:\n  b: |+\n    x\n\n\n  d: 2\nc: 1\n",
        ),
        (
            "a:\n  b: |\n    x\n\n\nc: 1\n",
            "set /a/d 2",
            "a:\n  b: |\n    x\n  d: 2\n\n\nc: 1\n",
        ),
        (
            "a:\n  b: >-\n    x\n\n    y\n# c\nc: 1\n",
            "set /a/d 2",
            "a:\n  b: >-\n    x\n\n    y\n  d: 2\n# c\nc: 1\n",
        ),
        (
            "a:\n- |\n  x\n\n- y\n",
            "ins /a 1 1",
            "a:\n- |\n  x\n- 1\n\n- y\n",
        ),
        ("a:\n  b: |\n", "set /a/d 2", "a:\n  b: |\n  d: 2\n"),
        (
            "a:\n  b: |2+ # c\n     x\n\n",
            "set /a/d 2",
            "a:\n  b: |2+ # c\n     x\n\n  d: 2\n",
        ),
    ]);
}

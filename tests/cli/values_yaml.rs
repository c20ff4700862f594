//! Makes up YAML: the notations that people use, those that go-yaml reads in a way of its own, and damaged ones.

use super::values_generator::{Dice, damage};

#[rustfmt::skip]
const SCALARS: &[&str] = &[
    "1", "0", "-1", "+1", "0644", "0o17", "08", "0x1F", "0b11", "-0b11", "1_000", "_1", "1__0", "1_", "0x_f",
    "12345678901234567890", "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1.5", ".5",
    "-.5", "+.5", "5.", "1e3", "1E+3", "1e400", "1_0.5", ".1_0", "0x", "1:30", "190:20:30", "true", "True", "TRUE",
    "tRUE", "false", "yes", "Yes", "no", "NO", "on", "Off", "y", "n", "Y", "N", "~", "null", "Null", "NULL", "", "",
    "2001-12-14", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10", "2001-1-1", "=", "<", "a", "abc", "a b", "a  b",
    "a#b", "a #b", "a:b", ":a", "-a", "?a", "'a'", "'it''s'", "'a: b'", "''", "\"a\"", "\"\\t\\x41\\u00e9\"",
    "\"\\N\\_\\L\\P\"", "\"a\\\n  b\"", "\"a\n\n  b\"", "'a\n  b'", "\"\\U0001F680\"", "é", "日本", "🚀", "a\u{a0}b",
    "&a", "!a", "|", ">", "{}", "[]", "[a, b]", "[a,b]", "[1, yes, ~]", "{a: 1}", "{a: 1, b: [2]}", "{a, b}",
    "[a: 1]", "[a, ]", "{a: 1,}", "{\"a\":1}", "{a:1}", "{'a':1}", "[a\n, b]", "{a: 1,\n b: 2}", "[[a], {b: c}]",
    "[? a : b]", "[\"a\":b]", "!!str 1", "!!int 1", "!!int \"1\"", "!!float 1", "!!bool yes", "!!null ''",
    "!!binary aGk=", "!!binary /w==", "!!timestamp 2001-01-01", "!!map {a: 1}", "!!seq [a]", "!!set {a}", "!x a",
    "!<tag:yaml.org,2002:str> 1", "! 1", "!!merge <<", "!!str", "$(A)", "${A}", "a,b", "a]", "a}", "---", "...",
    "--- a", "# c", "a # c", "a\tb", "a\t", "\ta", "1e", "e1", "1e+", "+", ".", "..5", "1.2.3", "0.1e-2", "1,000",
    "0o8", "0b2", "00", "-0", "-0.0", "+0", "0.0", "1e-400", "9007199254740993", "0x8000000000000000",
    "-0x8000000000000000", "0777777777777777777777", "Infinity", "inf", "nan", "0x1p-2", "1e1_0", "_", "-_1", "+_1",
    "1_e3",
];
/// Those that break most places they stand in.
#[rustfmt::skip]
const BROKEN_SCALARS: &[&str] = &[
    ".inf", "-.inf", ".nan", "a: b", "- a", "\"\\/\"", "\"\\ud83d\\ude80\"", "\"\\z\"", "%a", "@a", "`a", "*a", "[,]",
    "!!int a", "!!binary x", "!!null a", "[a", "{a", "'a", "\"a", "a:\tb", "-", "+.inf",
];
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "a", "b", "c", "d", "a", "registry", "storage", "s3", "a b", "a-b", "'a'", "\"b\"", "1", "01", "1.5", "true",
    "yes", "y", "!!str 1", "\"<<\"", "é", "🚀", "0x1", "1e3", ".inf", "''", "on", "a.b", "a:b", "&k a", "-a",
    "2001-01-01", "!!int 1", "1_0", "1e20", "123456789", "0.1", "=", "!!binary YQ==",
];
/// Those that break most places they stand in.
#[rustfmt::skip]
const BROKEN_KEYS: &[&str] = &[
    "~", "null", "? a", "? [a]", "<<", "*x", "a #b", "{a: b}", "[a]", "9223372036854775808",
];

/// YAML of any kind.
pub(crate) fn odd(dice: &mut Dice) -> String {
    let mut text = String::new();
    let documents = if dice.one_in(8) { 2 + dice.below(2) } else { 1 };
    if dice.one_in(20) {
        text.push_str(dice.pick(&[
            "---\n",
            "--- \n",
            "%YAML 1.1\n---\n",
            "# c\n---\n",
            "\u{feff}",
            "\n\n",
            "--- # c\n",
            "%TAG ! tag:x,2000:\n---\n",
            "...\n",
            "\u{feff}---\n",
            "---\t\n",
            "%FOO a\n---\n",
        ]));
    }
    for index in 0..documents {
        if index > 0 {
            text.push_str(dice.pick(&[
                "---\n",
                "---\n",
                "---\n",
                "--- # c\n",
                "...\n---\n",
                "...\n",
                "--- x\n",
                "---x\n",
                "---\r\n",
                "--- {z: 1}\n",
            ]));
        }
        block(dice, &mut text, 0, 0, false);
    }
    if dice.one_in(12) {
        text = text.replace('\n', "\r\n");
    }
    if dice.one_in(8) {
        text = text.trim_end_matches('\n').to_owned();
    }
    if dice.one_in(6) {
        text = damage(
            dice,
            &text,
            " \n\t:-#{}[],&*!|>'\"%@?a0\r~\u{85}\u{2028}\u{feff}",
        );
    }
    text
}

/// YAML that parses, with maps on some of `names`, for the rules of merging.
pub(crate) fn plain(dice: &mut Dice, names: &[&str]) -> String {
    let mut text = String::new();
    plain_map(dice, names, 0, &mut text);
    if text.is_empty() && dice.one_in(2) {
        text.push_str(dice.pick(&["", "{}\n", "# nothing\n", "null\n"]));
    }
    text
}

fn plain_map(dice: &mut Dice, names: &[&str], depth: usize, text: &mut String) {
    for key in ["a", "b", "c", "x"].iter().chain(names) {
        if dice.one_in(2) {
            continue;
        }
        text.push_str(&"  ".repeat(depth));
        text.push_str(key);
        text.push(':');
        if depth < 3 && dice.one_in(2) {
            text.push('\n');
            let below = text.len();
            plain_map(
                dice,
                if depth == 0 { &["global", "u"] } else { &[] },
                depth + 1,
                text,
            );
            if text.len() == below {
                text.pop();
                text.push_str(" {}\n");
            }
        } else {
            text.push(' ');
            text.push_str(dice.pick(&[
                "1",
                "2",
                "text",
                "null",
                "null",
                "~",
                "[1]",
                "{}",
                "[{a: null}]",
                "yes",
            ]));
            text.push('\n');
        }
    }
}

fn block(dice: &mut Dice, text: &mut String, indent: usize, depth: usize, inline: bool) {
    let sequence = depth > 0 && dice.one_in(3);
    for index in 0..=dice.below(if depth == 0 { 5 } else { 3 }) {
        if index > 0 || !inline {
            if dice.one_in(15) {
                text.push_str(dice.mostly(4, &["\n", "# c\n", "  # c\n", " \n", "\t\n", "#\n"]));
            }
            text.push_str(&" ".repeat(indent));
        }
        if sequence {
            text.push_str(dice.mostly(1, &["- ", "-  ", "-\t"]));
        } else {
            let key = match dice.below(60) {
                0 => dice.pick(BROKEN_KEYS),
                1..=20 => dice.pick(KEYS),
                _ => dice.pick(&KEYS[..8]),
            };
            text.push_str(key);
            text.push_str(dice.mostly(1, &[": ", ":  ", " : ", ":\t", ":"]));
        }
        node(dice, text, indent, depth, sequence);
    }
}

fn node(dice: &mut Dice, text: &mut String, indent: usize, depth: usize, sequence: bool) {
    if dice.one_in(14) {
        text.push_str(dice.mostly(
            2,
            &[
                "&x ",
                "&y ",
                "!!str ",
                "!!map ",
                "!!seq ",
                "!t ",
                "&x !!str ",
                "!!str &x ",
            ],
        ));
    }
    match dice.below(10) {
        0..=2 if depth < 3 => {
            if sequence && dice.one_in(2) {
                block(dice, text, indent + 2, depth + 1, true);
            } else {
                text.push('\n');
                let flat = dice.one_in(9);
                let deeper = indent + dice.pick(&[2, 2, 2, 1, 4, 3, usize::from(!flat)]);
                block(dice, text, deeper, depth + 1, false);
            }
        }
        3 => block_scalar(dice, text, indent),
        4 if text.contains("&x ") => {
            text.push_str(dice.mostly(
                6,
                &[
                    "*x",
                    "{<<: *x}",
                    "{<<: *x, a: 2}",
                    "{a: 2, <<: *x}",
                    "[*x, *x]",
                    "*x # c",
                    "*y",
                    "{<<: [*x, *y]}",
                    "{<<: [*x]}",
                    "{<<: {b: 1}, a: 2}",
                    "{<<: 1}",
                ],
            ));
            text.push('\n');
        }
        5 if dice.one_in(3) => several_lines(dice, text, indent),
        _ => {
            let broken = dice.one_in(40);
            text.push_str(dice.pick(if broken { BROKEN_SCALARS } else { SCALARS }));
            if dice.one_in(12) {
                text.push_str(dice.mostly(4, &[" # c", " ", " #", "#c", "\t", "\t# c"]));
            }
            text.push('\n');
        }
    }
}

/// A plain scalar of several lines.
fn several_lines(dice: &mut Dice, text: &mut String, indent: usize) {
    text.push_str("one");
    for _ in 0..=dice.below(2) {
        text.push_str(dice.mostly(3, &["\n", "\n\n", " \n", "\t\n", " # c\n"]));
        text.push_str(&" ".repeat(indent + 1 + dice.below(2)));
        text.push_str(dice.mostly(4, &["two", "- three", "five #", "'", "six: 6", "#four"]));
    }
    text.push('\n');
}

fn block_scalar(dice: &mut Dice, text: &mut String, indent: usize) {
    text.push_str(dice.mostly(
        10,
        &[
            "|", "|-", "|+", ">", ">-", ">+", "| # c", "|  ", "|", ">", "|1", "|2", ">1-", "|+3",
            "|0", "|-+", ">2", "|\t",
        ],
    ));
    text.push('\n');
    let deeper = indent + 1 + dice.below(3);
    for _ in 0..=dice.below(4) {
        match dice.below(8) {
            0 => text.push_str(dice.mostly(2, &["", " ", "\t", "     "])),
            1 => {
                text.push_str(&" ".repeat(deeper + 1));
                text.push_str("more");
            }
            2 => {
                text.push_str(&" ".repeat(deeper));
                text.push_str(dice.pick(&["# no comment", "\ttab", "- a", "a: b", "---", "'q"]));
            }
            _ => {
                text.push_str(&" ".repeat(deeper));
                text.push_str(dice.pick(&["line", "line ", "é"]));
            }
        }
        text.push('\n');
    }
}

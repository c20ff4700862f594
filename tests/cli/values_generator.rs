//! Makes up cases of values from a number: mostly well-formed, with odd pieces, and some of them damaged. The same number
//! gives the same case. It knows nothing of what is right.

use super::values_case::{Case, ChartCase, Content};
use super::values_yaml;

/// What kind of cases to make up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// The `--set` family alone.
    Flags,
    /// Values files, odd YAML in them.
    Files,
    /// Files, flags and a chart with charts inside.
    Charts,
}

/// Numbers that look random and are not (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ index);
        dice.0 = dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap();
        usize::try_from(self.next() % limit).unwrap()
    }

    /// True in one of `of` throws.
    pub(crate) fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// One of the first `common` nine times of ten, else any.
    pub(crate) fn mostly<T: Copy>(&mut self, common: usize, from: &[T]) -> T {
        let common = if self.one_in(10) { from.len() } else { common };
        self.pick(&from[..common])
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The case of a number.
pub(crate) fn generate(shape: Shape, seed: u64, index: u64) -> Case {
    let mut dice = Dice::new(seed, index);
    let dice = &mut dice;
    let mut case = Case::default();
    match shape {
        Shape::Flags => {
            for _ in 0..=dice.below(3) {
                flag(dice, &mut case, true);
            }
        }
        Shape::Files => {
            for _ in 0..=dice.below(4) / 3 {
                let text = values_yaml::odd(dice);
                file(&mut case, text);
            }
            if dice.one_in(6) {
                flag(dice, &mut case, false);
            }
        }
        Shape::Charts => {
            for _ in 0..dice.below(3) {
                let text = values_yaml::plain(dice, &["s", "t", "global"]);
                file(&mut case, text);
            }
            for _ in 0..dice.below(3) {
                flag(dice, &mut case, false);
            }
            case.chart = Some(chart(dice, "p", 0));
        }
    }
    case
}

/// A further `-f`.
fn file(case: &mut Case, text: String) {
    let name = format!("f{}", case.files.len());
    case.files.insert(name.clone(), Content::Text(text));
    case.flags.push(("values".to_owned(), name));
}

fn chart(dice: &mut Dice, name: &str, depth: usize) -> ChartCase {
    let mut dependencies = Vec::new();
    let inside: &[&str] = match depth {
        0 => &["s", "t"],
        1 => &["u", "a"],
        _ => &[],
    };
    for inner in inside {
        if dice.one_in(2) {
            dependencies.push(chart(dice, inner, depth + 1));
        }
    }
    ChartCase {
        name: name.to_owned(),
        values: Content::Text(values_yaml::plain(dice, &["s", "t", "u", "global"])),
        dependencies,
        unlisted: dice.one_in(6),
    }
}

#[rustfmt::skip]
const KEYS: &[&str] = &[
    "a", "b", "c", "d", "e", "registry", "storage", "s3", "a-b", "A", "x y", "a\\.b", "0", "a", "b", "\\.", "b\\,c",
    "\\\\", "\\=", "é", "\"q\"", "", "true", "global", "s", "t", "null", "\\[0\\]", " a", "{", "}", "🚀",
];
#[rustfmt::skip]
const INDICES: &[&str] = &[
    "0", "0", "1", "2", "3", "+1", "-1", "", "x", "0x1", "00", "9999999999999999999999", " 1", "\\1", "1_0", "-0",
];
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "1", "0", "-1", "+5", "-0", "007", "0123", "1.5", "1e3", "true", "True", "TRUE", "false", "fal\u{17f}e", "null",
    "NULL", "Null", "~", "yes", "no", "on", "", " ", "a", "a b", "text", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "12345678901234567890", "1_000", "0x10", ".inf", "2020-01-01", "a\\,b", "a\\=b", "\\\\",
    "\\", "a=b", "a.b", "a[0]", "{", "}", "{}", "\\{a\\}", "\"q\"", "'q'", "é", "日本", "🚀", "a:b", "#x", "$(A)", "%41",
    "\t", "\n", "a\nb", "\u{feff}", "+", "-", "١",
];
#[rustfmt::skip]
const LISTS: &[&str] = &[
    "{}", "{a}", "{a,b}", "{1,true,null}", "{a,}", "{,}", "{ a , b }", "{a\\,b,c}", "{a", "{a}b", "{{a}}", "{a,b},",
    "{a},", "{0,00,1.5,x=y}", "{\"a\",'b'}", "{[0],a.b}",
];
#[rustfmt::skip]
const JSON: &[&str] = &[
    "1", "0", "-0", "1.5", "1e3", "-1E-2", "true", "false", "null", "\"\"", "\"a\"", "\"a,b\"", "\"\\u0041\\n\"", "",
    "[]", "[1]", "[1,[2,{}]]", "{}", "{\"a\":1}", "{\"a\":{\"b\":[null]}}", "1e400", "1e-400", "01", "1.", ".5", "+1",
    "nul", "True", "\"\\ud83d\\ude80\"", "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ude80\"", "\"\\x\"", "\"a\tb\"",
    "\"é\"", "'a'", "a", " ", "[1,]", "[,]", "[1,2]", "{\"a\":1,\"a\":2}", "{\"a\":{\"x\":1},\"a\":{\"y\":2}}",
    "{\"a\":null}", "{a:1}", "{\"a\":1", "{\"a\" : 1 }", " 1 ", "\t1", "\u{a0}1", "12345678901234567890",
    "9007199254740993", "1 2", "[1]]", "\"\u{7f}\"", "\u{feff}1", "5e-324", "2e-324", "1.7976931348623159e308",
    "\"\\ud83d\\ud83d\\ude80\"", "\"\\/\\b\\f\"", "\"\\u12\"", "{\"a\":1,}", "{\"a\"}", "[1 2]", "nulll", "truex",
    "\"a\"b", "-", "--1", "1e", "1e+", "0x1", "NaN",
];

fn flag(dice: &mut Dice, case: &mut Case, odd: bool) {
    let kind = dice.pick(&[
        "set",
        "set",
        "set",
        "set-string",
        "set-json",
        "set-file",
        "set-literal",
    ]);
    let mut text = match kind {
        "set-json" if dice.one_in(3) => object(dice),
        "set-literal" => format!("{}={}", path(dice), dice.pick(VALUES)),
        _ => pairs(dice, case, kind),
    };
    if odd && dice.one_in(8) {
        text = damage(dice, &text, "=,.[]{}\\ \"'a0:-+");
    }
    // Lists of that length are slow to print, so there are few.
    if odd && dice.one_in(300) {
        text = text.replacen("[1]", dice.pick(&["[65536]", "[65537]"]), 1);
    }
    case.flags.push((kind.to_owned(), text));
}

fn object(dice: &mut Dice) -> String {
    let blank = dice.pick(&["", "", " ", "\n", "\t ", "\u{a0}"]);
    let key = dice.pick(&["a", "b", "c", "registry", "a.b", ""]);
    let value = dice.mostly(20, JSON);
    format!(
        "{blank}{{\"{key}\":{value}}}{}",
        dice.mostly(3, &["", " ", "\n", ",", "x", "{}"])
    )
}

fn pairs(dice: &mut Dice, case: &mut Case, kind: &str) -> String {
    let mut text = String::new();
    for index in 0..=dice.below(3) {
        if index > 0 {
            text.push_str(dice.mostly(1, &[",", ", ", ",,"]));
        }
        text.push_str(&path(dice));
        if dice.one_in(80) {
            continue;
        }
        text.push('=');
        match kind {
            "set-json" => text.push_str(dice.mostly(20, JSON)),
            "set-file" => text.push_str(&path_of_file(dice, case)),
            _ if dice.one_in(4) => text.push_str(dice.mostly(5, LISTS)),
            _ => text.push_str(dice.pick(VALUES)),
        }
    }
    text
}

fn path_of_file(dice: &mut Dice, case: &mut Case) -> String {
    let name = dice
        .pick(&[
            "x", "x", "y", "z", "x\\,y", "{x,y}", "", "-1", "w%41", "w%4", "a:b", "1:b",
        ])
        .to_string();
    for (file, text) in [
        ("x", "one"),
        ("y", "two\nlines\n"),
        ("z", "\u{feff}true"),
        ("w%41", "w"),
    ] {
        if name.contains(file) {
            case.files
                .insert(file.to_owned(), Content::Text(text.to_owned()));
        }
    }
    name
}

fn path(dice: &mut Dice) -> String {
    let mut path = dice.mostly(12, KEYS).to_string();
    let more = if dice.one_in(60) {
        26 + dice.below(10)
    } else {
        dice.below(4)
    };
    for _ in 0..more {
        if dice.one_in(3) {
            path.push('[');
            path.push_str(dice.mostly(5, INDICES));
            path.push(']');
        } else {
            path.push('.');
            path.push_str(dice.mostly(12, KEYS));
        }
    }
    path
}

/// The text with a few characters lost, doubled or put in.
pub(crate) fn damage(dice: &mut Dice, text: &str, with: &str) -> String {
    let with: Vec<char> = with.chars().collect();
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(chars.len() + 1);
        match dice.below(3) {
            0 => chars.insert(at, dice.pick(&with)),
            1 if at < chars.len() => {
                chars.remove(at);
            }
            2 if at < chars.len() => chars[at] = dice.pick(&with),
            _ => {}
        }
    }
    chars.into_iter().collect()
}

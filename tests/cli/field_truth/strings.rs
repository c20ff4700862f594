//! Strings that something between a keyboard and a driver takes for something else, and random ones made of their pieces.
//! Random ones are the same in every run: a failure says which, and comes again.

use std::env;

/// How many random blocks a backend is tried with; `MSR_STORAGE_RANDOM` sets it, for long runs.
pub(super) fn budget() -> usize {
    env::var("MSR_STORAGE_RANDOM").map_or(25, |count| count.parse().expect("a number"))
}

/// What readers of YAML, the kubelet, shells and people stumble over.
const PIECES: &[&str] = &[
    "",
    " ",
    "  ",
    " x",
    "x ",
    "'",
    "\"",
    "it's",
    "\"x\"",
    "''",
    "a\"b'c",
    "$",
    "$$",
    "$$$",
    "$(X)",
    "$(",
    "$)",
    "a$(HOME)b",
    "$$(X)",
    "${X}",
    "$é",
    "a$\u{1f600}",
    "$\u{a0}",
    "\\",
    "\\n",
    "a\\",
    "12345",
    "012345",
    "0123",
    "1e5",
    "1.5",
    ".5",
    "+1",
    "-1",
    "0x1F",
    "0o17",
    "0b1",
    "1_000",
    "1:30",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    ".inf",
    ".nan",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "<<",
    "=",
    "a: b",
    "a:",
    ":a",
    "x #y",
    "#x",
    "[x",
    "x]",
    "[x]",
    "{x",
    "{x}",
    "{a: b}",
    "*x",
    "&x",
    "!x",
    "!!int 5",
    "|",
    "|-",
    ">",
    ">-",
    "%",
    "%TAG",
    "@",
    "`x",
    "?",
    "? x",
    "-",
    "- x",
    "--",
    "---",
    "--- x",
    "...",
    ",",
    ",x",
    "a,b",
    "a\nb",
    "a\n",
    "\na",
    "a\n\nb",
    "a\n b\n",
    "a\r\nb",
    "\r",
    "a\tb",
    "\t",
    "\ta",
    "a\u{7f}b",
    "a\u{1b}[31mb",
    "a\u{0}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}",
    "\u{feff}a",
    "a\u{feff}b",
    "a\u{fffe}b",
    "a\u{ffff}b",
    "a\u{fffd}b",
    "\u{1f600}",
    "👩‍👩‍👧",
    "e\u{301}",
    "שלום",
    "\u{202e}abc",
    "\u{200f}x",
    "汉字",
    "ümlaut",
    "\u{e0001}",
    "\u{10ffff}",
    "{{ .Values.x }}",
    "<nil>",
    "a=b",
    "a;b",
    "a|b",
    "a&b",
    "\"12345\"",
    "'12345'",
    "!!binary aGk=",
    "key: |\n  text\n",
    "/x/y/",
    "../x",
];

/// The list, with long ones.
pub(super) fn listed() -> Vec<String> {
    let long = [
        "x".repeat(64 << 10),
        "a: '\"$(b) ".repeat(6_553),
        "line\n".repeat(1_000),
    ];
    PIECES
        .iter()
        .map(|&piece| piece.to_owned())
        .chain(long)
        .collect()
}

/// Random strings (SplitMix64).
pub(super) struct Strings {
    state: u64,
}

impl Strings {
    /// A row of its own for each name.
    pub(super) fn new(name: &str) -> Self {
        let state = name
            .bytes()
            .fold(0, |state, byte| state * 131 + u64::from(byte));
        Self { state }
    }

    /// The next one: up to eight pieces, characters among them from all of Unicode.
    pub(super) fn next(&mut self) -> String {
        let count = 1 + self.below(8);
        (0..count).map(|_| self.piece()).collect()
    }

    fn piece(&mut self) -> String {
        match self.below(4) {
            0 => char::from_u32(u32::try_from(self.below(0x11_0000)).expect("in range"))
                .map(String::from)
                .unwrap_or_default(),
            1 => char::from(u8::try_from(self.below(128)).expect("in range")).to_string(),
            _ => PIECES[self.below(PIECES.len())].to_owned(),
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }
}

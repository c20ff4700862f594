//! Random documents in every layout, drawn from bytes so that a failing case can shrink. It names nothing of the crate:
//! the tests in tests/cli use it too.

/// Decisions, taken from bytes; when they have run out, always the first choice.
pub(crate) struct Choices<'b>(pub(crate) &'b [u8]);

impl Choices<'_> {
    pub(crate) fn pick(&mut self, of: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % of
    }

    pub(crate) fn one_in(&mut self, of: usize) -> bool {
        self.pick(of) == of - 1
    }

    pub(crate) fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.pick(list.len())]
    }
}

const PLAIN: [&str; 16] = [
    "a",
    "x y",
    "1",
    "0644",
    "yes",
    "~",
    "1e3",
    "2001-01-01",
    "http://x:1/y",
    "a#b",
    "-x",
    ".5",
    "ü",
    "a\\b",
    "$(A)",
    "null",
];
const QUOTED: [&str; 10] = [
    "\"q\"",
    "'q'",
    "''",
    "\"\"",
    "'it''s # no'",
    "\"a: b, {\"",
    "\"\\u00e9\\t\"",
    "\"on\"",
    "'0644'",
    "\"]}\"",
];
const FLOW_PLAIN: [&str; 8] = ["a", "x y", "1", "yes", "~", "http://x:1/y", "null", "b#c"];
const JSON: [&str; 8] = [
    "1",
    "true",
    "null",
    "\"a\"",
    "\"\"",
    "\"x, y\"",
    "-0.5",
    "\"\\\"\\\\\"",
];

/// A document.
pub(crate) fn document(choices: &mut Choices<'_>) -> String {
    let mut writer = Writer {
        choices,
        text: String::new(),
        anchors: Vec::new(),
        names: 0,
    };
    writer.document();
    writer.text
}

struct Writer<'c, 'b> {
    choices: &'c mut Choices<'b>,
    text: String,
    /// The anchors that may be used, and whether a mapping is behind them.
    anchors: Vec<(String, bool)>,
    names: usize,
}

impl Writer<'_, '_> {
    fn document(&mut self) {
        let start = self.choices.of(&[
            "",
            "---\n",
            "# top\n---\n",
            "--- # top\n",
            "# top\n",
            "\u{feff}",
            "%YAML 1.1\n---\n",
        ]);
        self.text.push_str(start);
        match self.choices.pick(8) {
            6 => self.block_sequence(0, 0),
            7 => {
                let json = self.choices.one_in(2);
                self.flow(1, 0, json);
                self.end_line();
            }
            _ => {
                let column = self.choices.pick(2) * self.choices.pick(3);
                self.text.push_str(&" ".repeat(column));
                self.block_mapping(column, 0);
            }
        }
        let end = self.choices.of(&["", "", "", "# end\n", "\n\n", "...\n"]);
        self.text.push_str(end);
        if self.choices.one_in(4) {
            self.text.truncate(self.text.trim_end_matches('\n').len());
        }
        if self.choices.one_in(4) {
            self.text = self.text.replace('\n', "\r\n");
        }
    }

    fn name(&mut self) -> String {
        self.names += 1;
        let base = self
            .choices
            .of(&["k", "name", "key with blank", "a.b/c", "ü", "8"]);
        let name = format!("{base}{}", self.names);
        match self.choices.pick(8) {
            6 => format!("'{name}'"),
            7 => format!("\"{name}\""),
            _ => name,
        }
    }

    fn end_line(&mut self) {
        let comment = self
            .choices
            .of(&["", "", "", "", " # c", "   # c: [d]", " "]);
        self.text.push_str(comment);
        self.text.push('\n');
    }

    fn between(&mut self, column: usize) {
        match self.choices.pick(10) {
            8 => self.text.push('\n'),
            9 => self
                .text
                .push_str(&format!("{}# own line: x\n", " ".repeat(column))),
            _ => {}
        }
    }

    /// Entries at `column`; the first where the text stands now.
    fn block_mapping(&mut self, column: usize, depth: usize) {
        for index in 0..=self.choices.pick(4) {
            if index > 0 {
                self.between(column);
                self.text.push_str(&" ".repeat(column));
            }
            let merge = index > 0 && self.choices.one_in(12);
            if let (true, Some((anchor, true))) = (merge, self.anchors.last().cloned()) {
                self.text.push_str(&format!("<<: *{anchor}"));
                self.end_line();
                return;
            }
            let name = self.name();
            let gap = self.choices.of(&["", "", "", " "]);
            self.text.push_str(&format!("{name}{gap}:"));
            self.block_value(column, depth + 1, false);
        }
    }

    fn block_sequence(&mut self, column: usize, depth: usize) {
        for index in 0..=self.choices.pick(3) {
            if index > 0 {
                self.between(column);
                self.text.push_str(&" ".repeat(column));
            }
            self.text.push('-');
            self.block_value(column, depth + 1, true);
        }
    }

    /// A value behind an indicator whose collection stands at `column`, up to the end of its last line.
    fn block_value(&mut self, column: usize, depth: usize, dash: bool) {
        let anchor = self.choices.one_in(12);
        if anchor {
            self.names += 1;
            self.text.push_str(&format!(" &anchor{}", self.names));
        }
        let name = format!("anchor{}", self.names);
        let kind = self.choices.pick(if depth > 4 { 8 } else { 16 });
        match kind {
            0..=2 => self.scalar(),
            3 => self.empty(),
            4 => self.block_scalar(column),
            5 => self.multi_line_scalar(column),
            6 | 7 => {
                self.text.push(' ');
                let json = self.choices.one_in(4);
                self.flow(depth, column + 1, json);
                self.end_line();
            }
            8..=11 => self.nested_mapping(column, depth, dash && !anchor),
            _ => self.nested_sequence(column, depth, dash && !anchor),
        }
        if anchor {
            self.anchors.push((name, (8..=11).contains(&kind)));
        }
    }

    fn scalar(&mut self) {
        let alias = self.choices.one_in(10);
        if let (true, Some((name, _)), false) = (
            alias,
            self.anchors.last(),
            self.text.ends_with(|c: char| c.is_ascii_digit()),
        ) {
            self.text.push_str(&format!(" *{name}"));
            return self.end_line();
        }
        let scalar = match self.choices.pick(8) {
            0..=3 => self.choices.of(&PLAIN),
            4..=6 => self.choices.of(&QUOTED),
            _ => self
                .choices
                .of(&["!!str 5", "!!int \"5\"", "!custom x", "!!str"]),
        };
        let gap = self.choices.of(&[" ", " ", " ", "   "]);
        self.text.push_str(&format!("{gap}{scalar}"));
        self.end_line();
    }

    fn empty(&mut self) {
        let empty = self
            .choices
            .of(&["", " ~", " null", " []", " {}", " [ ]", "  # c"]);
        self.text.push_str(empty);
        self.end_line();
    }

    fn block_scalar(&mut self, column: usize) {
        let style = self
            .choices
            .of(&[" |", " >", " |-", " >-", " |+", " >+", " |2", " |2-"]);
        let explicit = style.contains('2');
        let comment = self.choices.of(&["", "", " # c"]);
        let indent = if explicit {
            column + 2
        } else {
            column + 1 + self.choices.pick(4)
        };
        self.text.push_str(&format!("{style}{comment}\n"));
        let lines = self.choices.pick(4);
        for _ in 0..lines {
            let line =
                self.choices
                    .of(&["line", "# no comment", "- x", "a: b", "", "  more", "  "]);
            let pad = if line.is_empty() { 0 } else { indent };
            let line = if !explicit { line.trim_start() } else { line };
            self.text.push_str(&format!(
                "{}{line}\n",
                if line.is_empty() {
                    String::new()
                } else {
                    " ".repeat(pad)
                }
            ));
        }
        self.text.push_str(&"\n".repeat(self.choices.pick(3)));
    }

    fn multi_line_scalar(&mut self, column: usize) {
        let pad = " ".repeat(column + 1 + self.choices.pick(3));
        let text = match self.choices.pick(4) {
            0 => format!(" plain\n{pad}goes on"),
            1 => format!(" \"double # x\n{pad}goes on\""),
            2 => format!(" 'single\n\n{pad}goes: on'"),
            _ => format!("\n{pad}below"),
        };
        self.text.push_str(&text);
        self.end_line();
    }

    fn nested_mapping(&mut self, column: usize, depth: usize, dash: bool) {
        if dash && self.choices.pick(4) > 0 {
            let gap = 1 + self.choices.pick(2) * self.choices.pick(3);
            self.text.push_str(&" ".repeat(gap));
            return self.block_mapping(column + 1 + gap, depth);
        }
        self.end_line();
        let inner = column + 1 + self.choices.pick(4);
        self.between(inner);
        self.text.push_str(&" ".repeat(inner));
        self.block_mapping(inner, depth);
    }

    fn nested_sequence(&mut self, column: usize, depth: usize, dash: bool) {
        if dash && self.choices.pick(3) > 0 {
            self.text.push(' ');
            return self.block_sequence(column + 2, depth);
        }
        let in_sequence = dash || self.text.ends_with('-');
        self.end_line();
        let inner = column + self.choices.pick(3).max(usize::from(in_sequence));
        let inner = if self.text.trim_end().ends_with('-') || in_sequence {
            inner.max(column + 1)
        } else {
            inner
        };
        self.between(inner);
        self.text.push_str(&" ".repeat(inner));
        self.block_sequence(inner, depth);
    }

    /// A flow collection whose further lines stand at `column` at least.
    fn flow(&mut self, depth: usize, column: usize, json: bool) {
        let mapping = self.choices.pick(3) > 0;
        let count = self.choices.pick(4);
        let lines = count > 0 && self.choices.one_in(3);
        let pad = format!("\n{}", " ".repeat(column + self.choices.pick(3)));
        self.text.push(if mapping { '{' } else { '[' });
        if !lines && self.choices.one_in(4) {
            self.text.push(' ');
        }
        for index in 0..count {
            if index > 0 {
                self.text.push(',');
                if !lines {
                    self.text.push(' ');
                } else if !json && self.choices.one_in(4) {
                    self.text.push_str(" # c");
                }
            }
            if lines {
                self.text.push_str(&pad);
            }
            self.flow_element(mapping, depth, column, json);
        }
        if count > 0 && !json && self.choices.one_in(4) {
            self.text.push(',');
        }
        if lines && self.choices.one_in(2) {
            self.text.push_str(&format!("\n{}", " ".repeat(column)));
        }
        self.text.push(if mapping { '}' } else { ']' });
    }

    fn flow_element(&mut self, mapping: bool, depth: usize, column: usize, json: bool) {
        if mapping {
            self.names += 1;
            let name = format!("f{}", self.names);
            self.text
                .push_str(&if json { format!("\"{name}\"") } else { name });
            if !json && self.choices.one_in(10) {
                return; // a key without its value
            }
            let colon = if json && self.choices.one_in(2) {
                ":"
            } else {
                ": "
            };
            self.text.push_str(colon);
        }
        match self.choices.pick(if depth > 5 { 6 } else { 9 }) {
            6.. => self.flow(depth + 1, column, json),
            _ if json => {
                let scalar = self.choices.of(&JSON);
                self.text.push_str(scalar);
            }
            4 | 5 => {
                let scalar = self.choices.of(&QUOTED);
                self.text.push_str(scalar);
            }
            3 if mapping => {}
            _ => {
                let scalar = self.choices.of(&FLOW_PLAIN);
                self.text.push_str(scalar);
            }
        }
    }
}

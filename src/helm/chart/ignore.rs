//! `.helmignore`: which files of a chart's folder Helm leaves out. It reads no folder.
//!
//! Helm's rules are its own, not Git's: the first rule that decides wins, and a negated one decides for all that it does not match.

use std::path::Path;

/// The rules of a folder, in their order.
#[derive(Default)]
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    glob: String,
    negated: bool,
    folders_only: bool,
    /// Whether the glob stands for a path from the chart's folder on, rather than for a name anywhere.
    is_path: bool,
}

impl Rules {
    /// Those of a chart's folder; none if it has no `.helmignore`.
    pub(super) fn of(folder: &Path) -> Result<Self, String> {
        let file = folder.join(".helmignore");
        if !file.exists() {
            return Ok(Self::default());
        }
        let bytes = super::files::bounded(&file)?;
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }

    fn parse(text: &str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        Self(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(|line| {
                    let (negated, glob) = match line.strip_prefix('!') {
                        Some(glob) => (true, glob),
                        None => (false, line),
                    };
                    let (folders_only, glob) = match glob.strip_suffix('/') {
                        Some(glob) => (true, glob),
                        None => (false, glob),
                    };
                    Rule {
                        glob: glob.strip_prefix('/').unwrap_or(glob).to_owned(),
                        negated,
                        folders_only,
                        is_path: glob.contains('/'),
                    }
                })
                .collect(),
        )
    }

    /// Whether Helm leaves a file or a folder out; `path` is from the chart's folder on.
    pub(super) fn leave_out(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        for rule in &self.0 {
            let matches = || {
                let subject = if rule.is_path { path } else { name };
                matches(rule.glob.as_bytes(), subject.as_bytes())
            };
            match (rule.folders_only && !is_folder, rule.negated) {
                (true, true) => return true,
                (true, false) => {}
                (false, true) if !matches() => return true,
                (false, false) if matches() => return true,
                (false, _) => {}
            }
        }
        false
    }
}

/// Go's `filepath.Match`: `*` and `?` stop at a slash, `[a-z]` and `[^a-z]` are classes, `\` escapes.
fn matches<'a>(mut glob: &'a [u8], mut text: &'a [u8]) -> bool {
    // What to go on with if the last `*` takes one byte more.
    let mut star: Option<(&'a [u8], &'a [u8])> = None;
    loop {
        if let Some(rest) = glob.strip_prefix(b"*") {
            star = Some((rest, text));
            glob = rest;
        } else if glob.is_empty() && text.is_empty() {
            return true;
        } else if let Some(rest) = one_character(glob, text) {
            (glob, text) = rest;
        } else if let Some((behind, [first, rest @ ..])) = star
            && *first != b'/'
        {
            star = Some((behind, rest));
            (glob, text) = (behind, rest);
        } else {
            return false;
        }
    }
}

/// What is left of both when the glob's first element takes the text's first character.
fn one_character<'a>(glob: &'a [u8], text: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (first, rest) = text.split_first()?;
    match glob {
        [b'?', glob @ ..] if *first != b'/' => {
            let length = rest.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
            Some((glob, rest.get(length..)?))
        }
        [b'[', glob @ ..] => {
            let (is_in, glob) = class(glob, *first)?;
            is_in.then_some((glob, rest))
        }
        [b'\\', wanted, glob @ ..] | [wanted, glob @ ..] if wanted == first => Some((glob, rest)),
        _ => None,
    }
}

/// Whether a byte is in the class that a glob begins with, and the glob behind it; `None` for a broken class.
fn class(glob: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let (negated, mut rest) = match glob.strip_prefix(b"^") {
        Some(rest) => (true, rest),
        None => (false, glob),
    };
    let mut is_in = false;
    let mut first = true;
    loop {
        if let Some(behind) = rest.strip_prefix(b"]").filter(|_| !first) {
            return Some((is_in != negated, behind));
        }
        first = false;
        let (low, behind) = one(rest)?;
        let (high, behind) = match behind.strip_prefix(b"-") {
            Some(behind) => one(behind)?,
            None => (low, behind),
        };
        is_in |= (low..=high).contains(&byte);
        rest = behind;
    }
}

fn one(glob: &[u8]) -> Option<(u8, &[u8])> {
    match glob {
        [] | [b'-' | b']', ..] => None,
        [b'\\', byte, rest @ ..] | [byte, rest @ ..] => Some((*byte, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Helm's own `pkg/ignore/rules_test.go`, as far as they are about paths of a chart.
    #[test]
    fn a_rule_decides_as_helms_does() {
        for (rules, path, is_folder, wanted) in [
            ("helm.txt", "helm.txt", false, true),
            ("helm.*", "helm.txt", false, true),
            ("helm.*", "rudder.txt", false, false),
            ("*.txt", "tiller.txt", false, true),
            ("*.txt", "cargo/a.txt", false, true),
            ("cargo/*.txt", "cargo/a.txt", false, true),
            ("cargo/*.*", "cargo/a.txt", false, true),
            ("ru[a-z][^x]er.txt", "rudder.txt", false, true),
            ("templates/.?*", "templates/.dotfile", false, true),
            (".*", ".joonix", false, true),
            (".*", "helm.txt", false, false),
            ("cargo/", "cargo", true, true),
            ("cargo/", "cargo", false, false),
            ("cargo/", "mast", true, false),
            ("!helm.txt", "helm.txt", false, false),
            ("!helm.txt", "tiller.txt", false, true),
            ("!*.txt", "cargo", true, true),
            ("/mast/", "mast", true, true),
            ("/a.txt", "a.txt", false, true),
            ("/a.txt", "cargo/a.txt", false, false),
            ("/cargo/a.txt", "cargo/a.txt", false, true),
            ("a/b?.txt", "a/bä.txt", false, true),
            (
                "# note\n\n  *.yaml  ",
                "charts/msr/values.yaml",
                false,
                true,
            ),
        ] {
            let rules = Rules::parse(rules);
            assert_eq!(rules.leave_out(path, is_folder), wanted, "{path}");
        }
    }
}

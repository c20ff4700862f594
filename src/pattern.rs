//! The regular expressions of the program, all of them. Each is ASCII's (`(?-u)`) as far as it names classes of letters or ignores case: the Unicode tables that
//! it would otherwise need cost start-up time, and are not part of the program.

use std::sync::LazyLock;

use regex::Regex;

macro_rules! patterns {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$meta])* pub static $name: LazyLock<Regex> = LazyLock::new(|| compiled($text));)*

        /// Compiles every pattern. The packages are not made by a program that can't: `scripts/package` has it run this.
        pub fn compile_all() {
            $(LazyLock::force(&$name);)*
        }
    };
}

patterns! {
    /// `# msr-storage: allow CODE, CODE` in a file; the codes are group 1.
    ALLOW_COMMENT = r"(?m)(?:^|[ \t])#[ \t]*msr-storage:[ \t]*allow[ \t]+([A-Za-z0-9_-]+(?:[ \t]*,[ \t]*[A-Za-z0-9_-]+)*)";

    /// A row of Helm's `--help`: `  -f, --values strings   text`, `      --dry-run string[="client"]   text`, `      --wait   text`.
    FLAG_ROW = concat!(
        r"^ +(?:-([A-Za-z0-9_]), )?--([A-Za-z0-9][A-Za-z0-9_-]*)",
        r#"(?: ([^\t\[ ]+)(?:\[="?([^\]"]*)"?\])?)?(?:   |$)"#,
    );
}

#[expect(
    clippy::expect_used,
    reason = "a pattern that doesn't compile is a fault of this file: no package is made of it, and its tests fail"
)]
fn compiled(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this program compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        compile_all();
    }

    /// A test's own crates bring the Unicode tables, so the pattern's text is looked at as well.
    #[test]
    fn none_needs_the_unicode_tables() {
        for pattern in [&ALLOW_COMMENT, &FLAG_ROW] {
            for class in [r"\w", r"\s", r"\d", r"\b", r"\p", "(?i)"] {
                assert!(!pattern.as_str().contains(class), "{class} in {pattern:?}");
            }
        }
    }
}

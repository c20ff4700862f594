//! Values: files of them, and flags.

use super::{Kind, block, file, flagged, times};

/// What reads a values file.
const VALUES: &[&str] = &[
    "check values.yaml",
    "check values.yaml --format json",
    "check values.yaml --format sarif",
    "check values.yaml --format github",
    "values -f values.yaml",
    "convert values.yaml --to cr",
    "convert values.yaml --to set",
    "policy -f values.yaml",
    "post-render -f values.yaml",
];

/// Everything that is in a values file.
pub(crate) fn values() -> Vec<Kind> {
    let kind = |name, size, make| Kind {
        name,
        size,
        make,
        commands: VALUES,
    };
    vec![
        kind("unknown keys", 2000, |n| {
            file(block() + &times(n, |i| format!("      key{i}: x\n")))
        }),
        kind("unknown keys on one line", 2000, |n| {
            let keys = times(n, |i| format!("key{i}: x, "));
            file(format!(
                "registry: {{storage: {{backend: s3, s3: {{{keys}bucket: b}}}}}}\n"
            ))
        }),
        kind("unknown blocks", 2000, |n| {
            file(times(n, |i| format!("    other{i}: x\n")).replacen("", &block(), 1))
        }),
        kind("keys that are nearly right", 2000, |n| {
            file(block() + &times(n, |i| format!("      buckt{i}: x\n")))
        }),
        kind("the same key", 4000, |n| {
            file(block() + &times(n, |_| "      bucket: b\n".to_owned()))
        }),
        kind("other keys", 8000, |n| {
            file(block() + &times(n, |i| format!("other{i}: x\n")))
        }),
        kind("other maps", 4000, |n| {
            file(block() + &times(n, |i| format!("m{i}: {{a: {{b: c}}}}\n")))
        }),
        kind("one long list", 8000, |n| {
            file(format!(
                "{}other: [{}]\n",
                block(),
                times(n, |_| "x, ".to_owned())
            ))
        }),
        kind("a list for a field", 8000, |n| {
            file(block().replace(
                "testing-msr",
                &format!("[{}]", times(n, |_| "x, ".to_owned())),
            ))
        }),
        kind("comments", 10_000, |n| {
            file(times(n, |_| "# a comment\n".to_owned()) + &block())
        }),
        kind("comments that allow", 2000, |n| {
            file(
                block()
                    + &times(n, |i| {
                        format!("      # msr-storage: allow unknown-field\n      key{i}: x\n")
                    }),
            )
        }),
        kind("comments over one entry", 4000, |n| {
            file(times(n, |_| "# msr-storage: allow unknown-field\n".to_owned()) + &block())
        }),
        kind("comments that allow nothing known", 2000, |n| {
            file(times(n, |i| format!("# msr-storage: allow nothing-{i}\n")) + &block())
        }),
        kind("codes in one comment", 2000, |n| {
            let codes = times(n, |i| format!("code{i}, "));
            file(format!("# msr-storage: allow {codes}z\n{}", block()))
        }),
        kind("anchors and aliases", 4000, |n| {
            file(block() + &times(n, |i| format!("a{i}: &a{i} x\nb{i}: *a{i}\n")))
        }),
        kind("merges", 4000, |n| {
            file(format!(
                "base: &base {{a: b}}\n{}{}",
                block(),
                times(n, |i| format!("m{i}: {{<<: *base}}\n"))
            ))
        }),
        kind("tags", 4000, |n| {
            file(block() + &times(n, |i| format!("t{i}: !t{i} x\n")))
        }),
        kind("a long text", 100_000, |n| {
            file(block().replace("testing-msr", &"x".repeat(n)))
        }),
        kind("a long text over many lines", 8000, |n| {
            file(block().replace("testing-msr", &times(n, |_| "x\n        ".to_owned())))
        }),
        kind("a block of text", 8000, |n| {
            file(format!(
                "{}other: |\n{}",
                block(),
                times(n, |_| "  text\n".to_owned())
            ))
        }),
        kind("blank lines in a block of text", 20_000, |n| {
            file(format!("{}other: |+\n  a\n{}", block(), "\n".repeat(n)))
        }),
        kind("escapes", 20_000, |n| {
            file(format!("{}other: \"{}\"\n", block(), "\\n".repeat(n)))
        }),
        kind("tabs", 20_000, |n| {
            file(format!("{}other: a # {}\n", block(), "\t#".repeat(n)))
        }),
        kind("tabs behind a text", 20_000, |n| {
            file(format!("{}other: a {}\n", block(), "\t".repeat(n)))
        }),
        kind("lone carriage returns", 8000, |n| {
            file(block() + &times(n, |i| format!("k{i}: x\r")))
        }),
        kind("documents", 2000, |n| {
            file(block() + &times(n, |i| format!("---\nkey{i}: x\n")))
        }),
        kind("documents with settings", 500, |n| {
            file(times(n, |_| format!("---\n{}", block())))
        }),
        kind("directives", 4000, |n| {
            file(times(n, |_| "%YAML 1.1\n".to_owned()) + "---\n" + &block())
        }),
        kind("a long key", 50_000, |n| {
            file(format!("{}      {}: x\n", block(), "k".repeat(n)))
        }),
        kind("a long number", 50_000, |n| {
            file(block().replace("testing-msr", &"1".repeat(n)))
        }),
        kind("a long number of minutes", 20_000, |n| {
            file(block().replace("testing-msr", &format!("1{}", ":1".repeat(n))))
        }),
    ]
}

/// Everything that is on the command line, which the system limits to some two megabytes.
pub(crate) fn flags() -> Vec<Kind> {
    const FLAGS: &[&str] = &[
        "values FLAGS",
        "check FLAGS",
        "convert FLAGS --to set",
        "policy FLAGS",
        "post-render FLAGS",
    ];
    let kind = |name, size, make| Kind {
        name,
        size,
        make,
        commands: FLAGS,
    };
    vec![
        kind("--set flags", 2000, |n| {
            flagged(
                (0..n)
                    .map(|i| format!("--set=registry.storage.s3.k{i}=v"))
                    .collect(),
            )
        }),
        kind("keys of one --set", 1500, |n| {
            flagged(vec![format!(
                "--set={}",
                times(n, |i| format!("registry.k{i}=v,"))
            )])
        }),
        kind("one list of one --set", 5000, |n| {
            flagged(vec![format!(
                "--set=registry.storage.backend=s3,other={{{}x}}",
                times(n, |_| "x,".to_owned())
            )])
        }),
        kind("items by their places", 2000, |n| {
            flagged(
                (0..n)
                    .map(|i| format!("--set-string=registry.storage.list[{i}]=v"))
                    .collect(),
            )
        }),
        kind("--set-json", 5000, |n| {
            flagged(vec![format!(
                "--set-json=registry.storage.s3=[{}1]",
                "1,".repeat(n)
            )])
        }),
        kind("--set-literal", 20_000, |n| {
            flagged(vec![format!(
                "--set-literal=registry.storage.s3.bucket={}",
                "x,".repeat(n)
            )])
        }),
    ]
}

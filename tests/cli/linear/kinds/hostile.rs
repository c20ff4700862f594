//! What is written to do harm.

use super::{Kind, Made, registry, times};

/// What only somebody who means harm writes: the deepest nesting, the longest line, text of nothing but brackets.
pub(crate) fn hostile() -> Vec<Kind> {
    const ALL: &[&str] = &[
        "check values.yaml",
        "check values.yaml --format json",
        "values -f values.yaml",
        "values stream.yaml",
        "convert values.yaml --to helm",
        "restore stream.yaml",
        "post-render -f values.yaml",
        "post-render",
        "diff -f values.yaml",
    ];
    /// The text as values, and behind a registry and words that make every reader look at it as a stream.
    fn both(text: String) -> Made {
        let stream = format!(
            "{}---\nkind: Deployment\nimage: msr-registry\nx: {text}",
            registry(0)
        );
        Made {
            files: vec![
                (
                    "values.yaml".to_owned(),
                    format!("registry: {{storage: {{backend: s3}}}}\nx: {text}"),
                ),
                ("stream.yaml".to_owned(), stream.clone()),
            ],
            stdin: stream,
            flags: Vec::new(),
        }
    }
    let kind = |name, size, make| Kind {
        name,
        size,
        make,
        commands: ALL,
    };
    vec![
        kind("open brackets", 25_000, |n| both("[".repeat(n))),
        kind("brackets", 25_000, |n| {
            both("[".repeat(n) + &"]".repeat(n) + "\n")
        }),
        kind("open braces", 25_000, |n| both("{a: ".repeat(n))),
        kind("quoted braces", 25_000, |n| both("{\"a\":".repeat(n))),
        kind("dashes", 25_000, |n| {
            both(format!("\n{}x\n", "- ".repeat(n)))
        }),
        kind("question marks", 25_000, |n| {
            both(format!("\n{}x\n", "? ".repeat(n)))
        }),
        kind("deep indentation", 500, |n| {
            both((1..=n).fold("\n".to_owned(), |all, i| all + &" ".repeat(i) + "a:\n"))
        }),
        kind("anchors of anchors", 5000, |n| {
            both(format!(
                "[{}]\n",
                times(n, |i| format!("&a{i} [*a{}], ", i.max(1) - 1))
            ))
        }),
        kind("brackets that close", 25_000, |n| {
            both(format!("[{}]\n", "[],".repeat(n)))
        }),
        kind("open quotes", 50_000, |n| {
            both(format!("\"{}", "a ".repeat(n)))
        }),
        kind("colons", 20_000, |n| {
            both(format!("[{}]\n", ":,".repeat(n)))
        }),
        kind("hashes", 20_000, |n| both(format!("a{}\n", " #".repeat(n)))),
        kind("percent signs", 20_000, |n| {
            both(format!("\n{}", "%\n".repeat(n)))
        }),
        kind("stars", 20_000, |n| {
            both(format!("[{}]\n", "*a,".repeat(n)))
        }),
        kind("exclamation marks", 20_000, |n| {
            both(format!("[{}]\n", "!a ".repeat(n)))
        }),
        kind("template brackets", 20_000, |n| both("{{ x }}\n".repeat(n))),
    ]
}

//! `docs/fields.md`: every field of every backend as a table. It adds no fact to the schema's.

use std::fmt::Write;

use super::words;
use crate::schema::{BACKENDS, Backend, Field, Level, STORAGE_PATH};

/// The whole page.
pub fn page() -> String {
    let path = STORAGE_PATH.join(".");
    let mut page = format!(
        "<!-- Printed by `msr-storage generate fields`, which a test compares; do not edit. -->\n\
         # The fields of `{path}`\n\n\
         `{path}.backend` chooses one of the backends below; the block of that name holds its fields.\n\
         In the custom resource of MSR the same stands under `spec`.\n\
         A **bold** field is secret: it is kept in a Secret and never stands in a workload.\n\
         `msr-storage explain s3.region` tells more of one field.\n"
    );
    for backend in BACKENDS {
        section(&mut page, backend);
    }
    page
}

/// The README with the table of fields between its marks as it must be.
pub fn readme() -> String {
    const README: &str = include_str!("../../README.md");
    const MARKS: (&str, &str) = (
        "<!-- fields: printed by `msr-storage generate readme` -->\n",
        "<!-- fields end -->",
    );
    match README
        .split_once(MARKS.0)
        .and_then(|(before, rest)| Some((before, rest.split_once(MARKS.1)?.1)))
    {
        Some((before, after)) => format!("{before}{}{}{}{after}", MARKS.0, summary(), MARKS.1),
        None => README.to_owned(),
    }
}

/// The table that the README shows: a row a backend, its fields by level.
fn summary() -> String {
    let mut table =
        "| backend | standard fields | advanced fields |\n| --- | --- | --- |\n".to_owned();
    for backend in BACKENDS {
        let of_level = |level: Level| {
            let fields = backend.fields.iter().filter(|field| field.level == level);
            fields.map(name).collect::<Vec<_>>().join(" ")
        };
        let (standard, advanced) = (of_level(Level::Standard), of_level(Level::Advanced));
        // Writing into a String can't fail.
        let _ = writeln!(table, "| `{}` | {standard} | {advanced} |", backend.name);
    }
    table
}

fn section(page: &mut String, backend: &'static Backend) {
    // Writing into a String can't fail.
    let _ = write!(
        page,
        "\n## {}\n\n{}{}{}.\n\n| field | type | level | default | reaches the registry as | meaning |\n| --- | --- | --- | --- | --- | --- |\n",
        backend.name,
        backend.title[..1].to_uppercase(),
        &backend.title[1..],
        if backend.is_volume() {
            "; the default backend"
        } else {
            ""
        },
    );
    for field in backend.fields {
        let _ = writeln!(page, "{}", row(backend, field));
    }
}

/// A field's name, bold where it is secret.
fn name(field: &Field) -> String {
    if field.secret {
        format!("**`{}`**", field.name)
    } else {
        format!("`{}`", field.name)
    }
}

fn row(backend: &Backend, field: &Field) -> String {
    let name = name(field);
    let kind = match words::limits(backend, field) {
        Some(limits) => format!("{}: {limits}", words::kind(field)),
        None => words::kind(field).to_owned(),
    };
    let default = if field.required {
        "must be set"
    } else {
        field.default
    };
    let meaning = std::iter::once(&field.doc)
        .chain(field.mistakes)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let cells = [
        &name,
        &kind,
        words::level(field),
        default,
        &words::reach(backend, field),
        &meaning,
    ];
    // The one character that ends a cell.
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    format!("| {} |", cells.join(" | "))
}

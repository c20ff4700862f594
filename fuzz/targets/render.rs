//! The post-renderer as a whole: values, a zero byte, a stream. What comes out, put in again, comes out the same, and
//! documents that no edit means stand in it byte for byte.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use msr_storage::origin::{Source, SourceKind};
use msr_storage::pipeline::sources::{Layer, Scope};
use msr_storage::pipeline::{self, Given, write};
use msr_storage::rules::shape::is_object_name;
use msr_storage::values::{Dialect, file};
use msr_storage::workload::Stream;

const CARRIER: &[u8] = b"StorageValues";

/// The output, and which documents of the input were to stay as they are; none where it is refused.
fn render(values: &str, input: &[u8]) -> Option<(Vec<u8>, Vec<usize>)> {
    let source = Arc::new(Source {
        kind: SourceKind::Flag,
        name: "values".to_owned(),
        text: values.to_owned(),
    });
    let root = file::read(&source, Dialect::Helm3).ok()?;
    let given = Given {
        explicit: vec![Layer {
            root,
            scope: Scope::Whole,
        }],
        ..Given::default()
    };
    let stream = Stream::new(input);
    let plan = pipeline::plan(&stream, &given).ok()?;
    let parts = write::parts(&stream, &plan, false).ok()?;
    let untouched = (0..stream.documents.len())
        .filter(|number| !plan.edits.contains_key(number) && !plan.removals.contains(number));
    Some((parts.concat(), untouched.collect()))
}

fuzz_target!(|input: &[u8]| {
    let Some(end) = input.iter().position(|byte| *byte == 0) else {
        return;
    };
    let Ok(values) = std::str::from_utf8(&input[..end]) else {
        return;
    };
    let stream = &input[end + 1..];
    let Some((output, untouched)) = render(values, stream) else {
        return;
    };
    let documents = Stream::new(stream);
    let mut rest = output.as_slice();
    for number in untouched {
        // A byte order mark stays at the front, before what was added.
        let raw = documents.documents[number].raw();
        let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
        if raw.is_empty() {
            continue;
        }
        let place = rest.windows(raw.len()).position(|window| window == raw);
        let place = place.unwrap_or_else(|| panic!("document {number} is not there as it was"));
        rest = &rest[place + raw.len()..];
    }
    // The API server takes no other names, and a Secret named after one is not looked for in its escaped spelling.
    let objects = (0..documents.documents.len()).flat_map(|number| documents.objects(number));
    if !objects.map(|object| object.name()).all(is_object_name) {
        return;
    }
    // A values carrier is consumed: without it, the second time has other values.
    if stream
        .windows(CARRIER.len())
        .any(|window| window == CARRIER)
    {
        return;
    }
    let (again, _) = render(values, &output).expect("the output is a stream to take");
    assert!(again == output, "the same again changes nothing");
});

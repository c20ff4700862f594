//! The stream reader: no byte is lost, and every document can be asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use msr_storage::workload::Stream;

fuzz_target!(|input: &[u8]| {
    let stream = Stream::new(input);
    let joined: Vec<u8> = stream
        .documents
        .iter()
        .flat_map(|document| document.raw())
        .copied()
        .collect();
    assert_eq!(joined, input, "the documents together are the stream");
    for number in 0..stream.documents.len() {
        // A document that can't be read says where, within its own bytes.
        if let Err(error) = stream.read(number) {
            assert!(error.offset <= stream.body(number).len(), "{error:?}");
        }
    }
});

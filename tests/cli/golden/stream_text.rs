//! A stream cut into its documents as text, by the simplest rule there is: so that the program's own splitting is not what
//! it is judged by.

/// The documents' texts, without their `---` lines; a byte order mark is not of the first.
pub(crate) fn documents(stream: &str) -> Vec<&str> {
    let stream = stream.trim_start_matches('\u{feff}');
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in stream.split_inclusive('\n') {
        let after = line.strip_prefix("---");
        if after.is_some_and(|after| after.is_empty() || after.starts_with(char::is_whitespace)) {
            documents.push(&stream[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    documents.push(&stream[start..]);
    documents
}

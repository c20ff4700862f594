//! Programs that a test makes. The test's own process never opens one for writing: a process that another test starts at that
//! moment would inherit the file, and the program could not run (“Text file busy”).

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes an executable script.
#[track_caller]
pub(crate) fn script(path: &Path, text: &str) {
    // A new file takes the old one's place, so that one that runs at the moment stays as it is.
    let mut writer = Command::new("/bin/sh")
        .args([
            "-c",
            "cat >\"$0.new\" && chmod 755 \"$0.new\" && mv -f \"$0.new\" \"$0\"",
        ])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writer
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(writer.wait().unwrap().success(), "{}", path.display());
}

/// Copies a program.
#[track_caller]
pub(crate) fn copy(from: &Path, to: &Path) {
    let status = Command::new("/bin/cp").arg(from).arg(to).status().unwrap();
    assert!(status.success(), "{} to {}", from.display(), to.display());
}

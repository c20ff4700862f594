//! The program that is tested, and programs that a test makes. The test's own process never opens one for writing: a process that another test starts at that
//! moment would inherit the file, and the program could not run (“Text file busy”).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Names the program to test in place of cargo's debug build; its probe is beside it. `scripts/test` names the packaged one.
pub(crate) const CHOICE: &str = "MSR_STORAGE_TESTED_PROGRAM";

static UNDER_TEST: LazyLock<PathBuf> = LazyLock::new(|| {
    let Some(chosen) = std::env::var_os(CHOICE) else {
        say(
            "tested: cargo's debug build, for MSR_STORAGE_TESTED_PROGRAM names no program; scripts/test tests the packaged one\n",
        );
        return env!("CARGO_BIN_EXE_msr-storage").into();
    };
    let chosen = PathBuf::from(chosen);
    assert!(
        chosen.is_absolute() && chosen.is_file(),
        "{CHOICE}={} is no absolute path of a program",
        chosen.display()
    );
    chosen
});

/// Past the capture of a test's output: it is said once in a run, whichever test comes first.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// `msr-storage`, as its user has it.
pub(crate) fn under_test() -> &'static Path {
    &UNDER_TEST
}

/// `msr-storage-probe`, which is of the same build.
pub(crate) fn probe() -> PathBuf {
    // Named so that cargo builds it for these tests.
    let built = Path::new(env!("CARGO_BIN_EXE_msr-storage-probe"));
    under_test().with_file_name(built.file_name().unwrap())
}

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

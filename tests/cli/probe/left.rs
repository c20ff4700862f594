//! What lies in a store, asked in another way than the probe has: from the store's files, or by a client of our own.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::real::store::Store;
use crate::support::tools::root;

/// The names of all objects in the store that a probe can have made; ends the store.
#[track_caller]
pub(super) fn objects(store: Store) -> Vec<String> {
    let Store {
        backend,
        block,
        mut servers,
        ..
    } = store;
    let text = |field: &str| block[field].as_str().unwrap().to_owned();
    let listed = |args: &[String]| {
        let script = root().join("tests/real/stores/listing.py");
        let done = Command::new("python3")
            .arg(script)
            .args(args)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let names = String::from_utf8(done.stdout).unwrap();
        names.lines().map(str::to_owned).collect()
    };
    let port = servers[0].port.to_string();
    match backend {
        "azure" => listed(&[
            "azure".to_owned(),
            port,
            text("accountname"),
            text("accountkey"),
            text("container"),
        ]),
        "oss" => listed(&[
            "oss".to_owned(),
            port,
            text("accesskeyid"),
            text("accesskeysecret"),
            text("bucket"),
        ]),
        "gcs" => listed(&["gcs".to_owned(), port, text("bucket")]),
        _ => {
            let folder = servers.swap_remove(0).stop();
            let kept = if backend == "swift" { "dev" } else { "store" };
            let mut names = Vec::new();
            files(&folder.path().join(kept), &mut names);
            // Swift notes what was deleted in files of their own, and lists in databases.
            names.retain(|name| backend != "swift" || name.ends_with(".data"));
            names
        }
    }
    .into_iter()
    .filter(|name| !name.is_empty() && !name.contains("a-file-makes-it-a-bucket"))
    .collect()
}

fn files(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with(".vgwlocks") {
                files(&path, names);
            }
        } else {
            names.push(path.display().to_string());
        }
    }
}

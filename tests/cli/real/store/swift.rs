//! Swift: OpenStack's own servers, in one process, with version 1 of the authentication.

use std::ffi::OsStr;

use serde_json::json;

use super::super::server::{Server, folder, free_port};
use super::{Store, block, script};
use crate::support::tools::tool;

/// A number that must stay a text: the driver refuses an integer.
const PASSWORD: &str = "0012345";

/// What temporary URLs are signed with: pulls are redirected to them.
const URL_KEY: &str = "temporary: #URLs $(X)";

/// Starts it.
#[track_caller]
pub(super) fn start() -> Store {
    let folder = folder("swift");
    let port = free_port();
    let (script, root) = (script("swift_store.py"), folder.path().to_owned());
    let text = port.to_string();
    let args = [script.as_os_str(), root.as_os_str()];
    let user = [&text, "test", "tester", PASSWORD, URL_KEY].map(OsStr::new);
    let args: Vec<_> = args.into_iter().chain(user).collect();
    let server = Server::start(folder, port, &tool("swift"), &args, &[]).ready();
    Store {
        backend: "swift",
        block: block(json!({
            "authurl": format!("http://127.0.0.1:{port}/auth/v1.0"), "username": "test:tester", "password": PASSWORD,
            "container": "images", "prefix": "msr/store", "chunksize": 1_048_576, "authversion": 1,
            "insecureskipverify": false, "endpointtype": "public", "secretkey": URL_KEY,
        })),
        wrong: Some(("password", "12345".to_owned())),
        refusals: &["Authorization Failed", "401"],
        network: Vec::new(),
        extra: Vec::new(),
        servers: vec![server],
    }
}

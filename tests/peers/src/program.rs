//! The same servers as programs: over standard input and output, in a process for each account.

use attache_support::{Client, Setup, TestApp};
use serde_json::json;

use crate::call::{succeed, tool, tools};
use crate::everything::connect;
use crate::install::{Program, node, python};

/// What it is called here.
const SERVICE: &str = "PROGRAM";

/// A server that `fastmcp` makes, as short as can be.
const SHORT: &str = "
from fastmcp import FastMCP
server = FastMCP('short')
@server.tool
def add(a: int, b: int) -> int:
    return a + b
server.run(transport='stdio', show_banner=False)
";

/// Somebody with an account at a program.
async fn connected(era: &str, program: &Program, arguments: &[&str]) -> (TestApp, Client) {
    let toml = format!(
        "[services.{SERVICE}]\nname = \"Program\"\nconnect = \"none\"\n\
         protocol_era = {era:?}\n\
         [services.{SERVICE}.program]\ncommand = \"{}\"\narguments = {arguments:?}\ndirectory = \"{}\"\n",
        program.executable.display(),
        program.directory.display()
    );
    let launcher = Some(env!("CARGO_BIN_EXE_peers-launcher").into());
    let app = Setup { toml, launcher, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    connect(&ada, SERVICE).await;
    (app, ada)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_an_older_revision_is_called_over_its_standard_input() {
    let script = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    let (app, ada) = connected("legacy", &node(), &[script, "stdio"]).await;
    assert!(tools(&ada).await.len() > 8);
    let sum = succeed(&ada, &tool(&ada, "get-sum").await, json!({ "a": 2, "b": 3 })).await;
    assert!(sum.to_string().contains('5'), "{sum}");
    // It shows its environment to whoever asks, and has none of ours.
    let shown = succeed(&ada, &tool(&ada, "get-env").await, json!({})).await.to_string();
    assert!(!shown.contains("ATTACHE_") && !shown.contains("HOME"), "{shown}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_somebody_elses_library_makes_is_called_over_its_standard_input() {
    let (app, ada) = connected("modern", &python(), &["-c", SHORT]).await;
    let sum = succeed(&ada, &tool(&ada, "add").await, json!({ "a": 2, "b": 3 })).await;
    assert!(sum.to_string().contains('5'), "{sum}");
    app.end().await;
}

//! Services that are programs of this machine, and speak MCP over standard input and output.

mod bounds;
mod entrusted;
mod lifetime;

use std::path::Path;

use attache_support::{Client, Setup, TestApp, eventually};
use serde_json::{Value, json};

use crate::invoke::calls_are_held_back;

/// The program that is the server, and the program that is the service.
const PROGRAM: &str = env!("CARGO_BIN_EXE_attache");

/// The service that is a program and wants nothing.
const LOCAL: &str = "LOCAL";
/// The service that is a program and takes a key.
const LOCKED: &str = "LOCKED";

/// Both services. `arguments` are of the program, `more` is more of its table.
fn programs(arguments: &[&str], more: &str) -> String {
    let arguments = [&["playground"], arguments].concat();
    let program = |code: &str| {
        format!(
            "[services.{code}.program]\ncommand = {PROGRAM:?}\narguments = {arguments:?}\n{more}\n"
        )
    };
    format!(
        r#"
[services.{LOCAL}]
name = "Local"
connect = "none"
{}
[services.{LOCKED}]
name = "Locked"
connect = "api_key"
key_fields = [{{ name = "key", label = "Key", variable = "NOTES_KEY" }}]
{}
"#,
        program(LOCAL),
        program(LOCKED)
    )
}

/// A server that offers them.
async fn offering(arguments: &[&str], more: &str) -> TestApp {
    let toml = programs(arguments, more);
    Setup { toml, launcher: Some(PROGRAM.into()), ..Setup::default() }.start().await
}

async fn connect(client: &Client) -> String {
    client.connect_with(json!({ "serviceCode": LOCAL })).await
}

async fn connect_locked(client: &Client, key: &str) -> String {
    client.connect_with(json!({ "serviceCode": LOCKED, "apiKey": key })).await
}

async fn call(client: &Client, tool: &str, arguments: Value) -> Value {
    let tool = client.tool(tool).await;
    client.invoke(&tool, arguments).await
}

/// What the process of the viewer's only account was given.
async fn given(client: &Client) -> Value {
    let said = call(client, "process", json!({})).await;
    assert_eq!(said["state"], "SUCCEEDED", "{said}");
    said["result"]["structuredContent"].clone()
}

async fn process(client: &Client) -> u64 {
    given(client).await["process"].as_u64().unwrap()
}

/// Whether there is such a process, be it a dead one that nobody has asked about.
fn is_there(process: u64) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

async fn until_gone(process: u64) {
    eventually("the end of a process", async || (!is_there(process)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_called_in_both_eras_and_tells_how_far_it_is() {
    for (arguments, version) in [(&[][..], "modern"), (&["--legacy"][..], "legacy")] {
        let app = offering(arguments, "").await;
        let ada = app.viewer("ada");
        connect(&ada).await;
        let first = process(&ada).await;
        let mut watch = ada.watch_from_now().await;
        let tool = ada.tool("countdown").await;
        let call = ada.start(&tool, json!({ "from": 3, "pauseMs": 300 })).await;
        watch
            .until("progress", |event| {
                let progress = &event["invocation"]["progress"];
                event["invocation"]["id"] == call.as_str() && progress["total"] == 3.0
            })
            .await;
        ada.until_invocation(&call, "SUCCEEDED").await;
        assert_eq!(process(&ada).await, first, "{version}: one process, however many calls");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_a_program_before_a_call_is_written_down() {
    for mode in ["", "--legacy"] {
        let directory = tempfile::tempdir().unwrap();
        let written = directory.path().join("written");
        let script = format!("tee -a {} | {PROGRAM} playground {mode}", written.display());
        let toml = format!(
            "[services.{LOCAL}]\nname = \"Local\"\nconnect = \"none\"\n\
             program = {{ command = \"/bin/sh\", arguments = [\"-c\", {script:?}] }}\n"
        );
        let app = Setup { toml, launcher: Some(PROGRAM.into()), ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        connect(&ada).await;
        let calls = || std::fs::read_to_string(&written).unwrap().matches("tools/call").count();
        calls_are_held_back(&app, &ada, calls).await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tools_say_of_headers_is_nothing_to_a_program() {
    for arguments in [&[][..], &["--legacy"][..]] {
        let app = offering(arguments, "").await;
        let ada = app.viewer("ada");
        connect(&ada).await;
        let said = call(&ada, "weigh", json!({ "weight": 1.5 })).await;
        assert_eq!(said["result"]["structuredContent"]["weight"], 1.5, "{said}");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_not_told_of_tasks_which_would_end_with_its_process() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    // A task would say more.
    let arguments = json!({ "steps": 3 });
    let done = call(&ada, "report", arguments.clone()).await;
    assert_eq!(done["result"]["structuredContent"], arguments, "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_asks_the_person_and_is_told_to_stop() {
    for arguments in [&[][..], &["--legacy"][..]] {
        let app = offering(arguments, "").await;
        let ada = app.viewer("ada");
        connect(&ada).await;
        let tool = ada.tool("book_table").await;
        let asking = ada.start(&tool, json!({})).await;
        let question = eventually("a question", async || {
            let viewer = ada.run("Questions", json!({})).await;
            viewer["pendingElicitations"].as_array()?.first().cloned()
        })
        .await;
        let content = json!({ "date": "2026-12-24", "people": 2 });
        let id = &question["id"];
        let answer = json!({ "elicitationId": id, "action": "ACCEPT", "content": content });
        assert_eq!(ada.run("Answer", answer).await["problems"], json!([]));
        ada.until_invocation(&asking, "SUCCEEDED").await;

        let first = process(&ada).await;
        let tool = ada.tool("hang").await;
        let hanging = ada.start(&tool, json!({})).await;
        ada.until_invocation(&hanging, "RUNNING").await;
        ada.run("Stop", json!({ "invocationId": hanging })).await;
        ada.until_invocation(&hanging, "CANCELLED").await;
        assert_eq!(process(&ada).await, first, "stopping a call costs no process");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_offers_can_be_read_and_listened_to() {
    for arguments in [&[][..], &["--legacy"][..]] {
        let app = offering(arguments, "").await;
        let ada = app.viewer("ada");
        let account = connect(&ada).await;
        let query = "query ($id: ID!) { node(id: $id) { ... on Account {
            resources { nodes { uri } problem { code } } prompts { nodes { name } } } } }";
        let read = ada.query(query, json!({ "id": account })).await["node"].clone();
        let resources = read["resources"]["nodes"].as_array().unwrap();
        assert!(!resources.is_empty(), "{read}");
        assert!(!read["prompts"]["nodes"].as_array().unwrap().is_empty(), "{read}");
        app.end().await;
    }
}

//! Tools that only a program has: they show what it was given, and misbehave as programs can.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::Out;
use crate::tools::{plain, structured};

/// Whether nothing is read any more.
pub(super) static IS_DEAF: AtomicBool = AtomicBool::new(false);

pub(super) fn definitions() -> Vec<Value> {
    vec![
        plain("process", "Shows what this process was given."),
        plain("die", "Ends in the middle of the call."),
        plain("endless", "Answers with a line that does not end."),
        plain("say", "Writes to standard error, and shows there what a variable holds."),
        plain("deaf", "Reads nothing from then on."),
        plain("flood", "Reads nothing from then on, and asks without end."),
        plain("leave_child", "Starts a process that holds the output open, and ends."),
        plain("look_at_parent", "Says whether the environment of its parent can be read."),
        tool_with_header(),
        plain("start_child", "Starts a process and leaves it alone."),
    ]
}

/// One that wants a header over HTTP, of a kind that no header can have.
fn tool_with_header() -> Value {
    let mut tool = plain("weigh", "Weighs something.");
    tool["inputSchema"]["properties"]["weight"] =
        json!({ "type": "number", "x-mcp-header": "Weight" });
    tool
}

/// Runs one of them. `None` where the tool is another one.
pub(super) async fn run(params: &Value, out: &Out) -> Option<Value> {
    let arguments = &params["arguments"];
    let text = |name: &str| arguments[name].as_str().unwrap_or_default();
    Some(match params["name"].as_str()? {
        "process" => structured(&given()),
        "die" => std::process::exit(3),
        "endless" => {
            while out.send(vec![b'x'; 64 * 1024]).await.is_ok() {}
            Value::Null
        }
        "say" => {
            let shown = variables().remove(text("variable")).unwrap_or_default();
            let line = format!("{}{shown}\n", text("text"));
            let mut errors = std::io::stderr().lock();
            for _ in 0..arguments["times"].as_u64().unwrap_or(1) {
                let _ = errors.write_all(line.as_bytes());
            }
            structured(&json!({ "said": true }))
        }
        "deaf" => {
            IS_DEAF.store(true, Ordering::SeqCst);
            structured(&json!({ "said": true }))
        }
        "flood" => {
            IS_DEAF.store(true, Ordering::SeqCst);
            let id = "x".repeat(1024);
            let ping =
                |n: u64| json!({ "jsonrpc": "2.0", "id": format!("{n}-{id}"), "method": "ping" });
            let mut number = 0;
            while out.send(format!("{}\n", ping(number)).into_bytes()).await.is_ok() {
                number += 1;
            }
            Value::Null
        }
        "leave_child" => {
            let mut command = Command::new("/bin/sleep");
            // It outlives the test that wants it, and not by much.
            command.arg("60").process_group(0).stdin(Stdio::null()).stderr(Stdio::null());
            let _ = command.spawn();
            std::process::exit(3)
        }
        "look_at_parent" => {
            let parent = std::os::unix::process::parent_id();
            let read = std::fs::read(format!("/proc/{parent}/environ"));
            structured(&json!({ "parent": parent, "could_read": read.is_ok() }))
        }
        "weigh" => structured(&json!({ "weight": arguments["weight"] })),
        "start_child" => {
            let mut command = Command::new("/bin/sleep");
            command.arg("600").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let child = command.spawn().map(|child| child.id()).ok();
            structured(&json!({ "process": child }))
        }
        _ => return None,
    })
}

/// Whether there is a key that this program does not start with.
pub(super) fn is_disliked() -> bool {
    variables().values().any(|value| value.starts_with("pk_disliked"))
}

fn given() -> Value {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of_status = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|rest| rest.split_whitespace().collect::<Vec<_>>())
    };
    json!({
        "process": std::process::id(),
        "arguments": std::env::args().collect::<Vec<_>>(),
        "variables": variables(),
        "directory": std::env::current_dir().unwrap_or_default(),
        "limits": limits.lines().collect::<Vec<_>>(),
        "users": of_status("Uid:"),
        "groups": of_status("Groups:"),
    })
}

#[expect(clippy::disallowed_methods, reason = "to show what the environment is, is the point")]
fn variables() -> BTreeMap<String, String> {
    std::env::vars().collect()
}

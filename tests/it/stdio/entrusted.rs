//! What a program is given, and what it is not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use attache_playground::Options;
use attache_support::{ServerProcess, Setup, eventually};
use serde_json::{Value, json};

use super::{PROGRAM, call, connect, connect_locked, given, offering, programs};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_what_is_configured_and_the_persons_key_and_nothing_else() {
    let more =
        "secret_variables = [\"TOKEN\"]\nvariables = { LANG = \"C.UTF-8\" }\nlog_stderr = true";
    let token = "planted-token-of-the-operator";
    let variables = ["LOCAL", "LOCKED"]
        .map(|code| (format!("ATTACHE_{code}_VARIABLE_TOKEN"), token.to_owned()))
        .to_vec();
    let (toml, launcher) = (programs(&[], more), Some(PROGRAM.into()));
    let app = Setup { toml, variables, launcher, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let key = "pk_entered-by-ada";
    connect_locked(&ada, key).await;
    let given = given(&ada).await;
    // Nothing of the server's own environment: no PATH, no HOME, no database.
    let all = json!({ "LANG": "C.UTF-8", "TOKEN": token, "NOTES_KEY": key });
    assert_eq!(given["variables"], all);
    assert_eq!(given["arguments"], json!([PROGRAM, "playground"]));
    assert_eq!(given["directory"], "/");
    let process = given["process"].as_u64().unwrap();
    let line = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap();
    assert!(line.contains("playground") && !line.contains(key) && !line.contains(token), "{line}");

    // What it says of them is not seen.
    for variable in ["NOTES_KEY", "TOKEN"] {
        call(&ada, "say", json!({ "text": "it-is ", "variable": variable })).await;
    }
    let log = eventually("the words of the program", async || {
        let log = app.log();
        (log.matches("it-is (hidden)").count() >= 2).then_some(log)
    })
    .await;
    assert!(!log.contains(key) && !log.contains(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_says_goes_nowhere_unless_the_operator_wants_it() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let words = "these-words-are-for-nobody";
    call(&ada, "say", json!({ "text": words, "times": 3 })).await;
    call(&ada, "process", json!({})).await;
    assert!(!app.log().contains(words));
}

/// What comes before a command to run it without what lets root look at everything.
fn without_power() -> &'static [&'static str] {
    let own = fs::read_to_string("/proc/self/status").unwrap();
    let is_root = own.lines().any(|line| line.starts_with("Uid:\t0\t"));
    if is_root {
        &["/usr/bin/setpriv", "--bounding-set=-sys_ptrace,-perfmon,-sys_admin", "--inh-caps=-all"]
    } else {
        &[]
    }
}

/// Whether a process can look into another one of its user where nothing is done about it.
fn can_look() -> bool {
    let look = "sleep 20 & cat /proc/$!/environ > /dev/null; could=$?; kill $!; exit $could";
    let words = [without_power(), &["/bin/sh", "-c", look]].concat();
    Command::new(words[0]).args(&words[1..]).status().is_ok_and(|status| status.success())
}

/// A program that is the server, without that.
fn powerless(directory: &Path) -> PathBuf {
    let file = directory.join("powerless");
    let text = format!("#!/bin/sh\nexec {} {PROGRAM} \"$@\"\n", without_power().join(" "));
    // By another process: whatever this one starts meanwhile would hold the file open for writing.
    let write = "printf %s \"$1\" > \"$0\" && chmod +x \"$0\"";
    let written = Command::new("/bin/sh").args(["-c", write]).arg(&file).arg(text).status();
    assert!(written.unwrap().success());
    file
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "who runs this has to know that it says nothing here")]
async fn a_program_cannot_read_what_the_server_was_started_with() {
    if !can_look() {
        eprintln!("skipped: here no process can look into another one anyway");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (program, toml) = (powerless(directory.path()), programs(&[], ""));
    let server = ServerProcess::start_many(program, 1, Options::default(), &toml).await;
    let ada = server.viewer("ada");
    connect(&ada).await;
    let said = call(&ada, "look_at_parent", json!({})).await;
    assert_eq!(said["result"]["structuredContent"]["could_read"], false, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_runs_within_its_limits() {
    let more = "directory = \"/tmp\"\nlimits = { memory_mib = 700, cpu_time = \"90s\", \
        open_files = 77, processes = 5000 }";
    let app = offering(&[], more).await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let given = given(&ada).await;
    assert_eq!(given["directory"], "/tmp");
    let limits: BTreeMap<&str, Vec<&str>> = given["limits"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line.as_str()?.split_at_checked(26))
        .map(|(name, rest)| (name.trim(), rest.split_whitespace().take(2).collect()))
        .collect();
    for (name, most) in [
        ("Max data size", (700 * 1024 * 1024).to_string()),
        ("Max cpu time", "90".to_owned()),
        ("Max open files", "77".to_owned()),
        ("Max processes", "5000".to_owned()),
        ("Max core file size", "0".to_owned()),
    ] {
        assert_eq!(limits[name], [&most, &most], "{name} of {limits:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "who runs this has to know that it says nothing here")]
async fn a_program_runs_as_whom_the_operator_says() {
    let own = fs::read_to_string("/proc/self/status").unwrap();
    let is_root = own.lines().any(|line| line.starts_with("Uid:\t0\t"));
    // Somebody else than who runs this: oneself may be anybody's choice.
    let user = if own.contains("Uid:\t65534\t") { 65533 } else { 65534 };
    let app = offering(&[], &format!("user = {user}\ngroup = {user}")).await;
    let ada = app.viewer("ada");
    if is_root {
        // It has to be able to reach the program.
        let reach = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "--version"])
            .output();
        if !reach.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: nobody but root reaches the program here");
            return;
        }
        connect(&ada).await;
        let given = given(&ada).await;
        assert_eq!(given["users"], json!(["65534", "65534", "65534", "65534"]));
        assert_eq!(given["groups"], Value::Array(Vec::new()));
    } else {
        // Nobody but root may do that, and it is said and not left out.
        let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
            account { id } } }";
        let input = json!({ "input": { "serviceCode": "LOCAL" } });
        let connected = ada.query(query, input).await["connectWithKey"].clone();
        ada.until_catalog(connected["account"]["id"].as_str().unwrap(), "FAILED").await;
    }
}

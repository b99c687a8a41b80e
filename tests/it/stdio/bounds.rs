//! What programs cannot do, however they behave.

use std::fs;
use std::process::Command;

use attache_support::{Client, Setup, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{LOCAL, PROGRAM, call, connect, is_there, offering, process, programs, until_gone};

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_does_not_end_is_not_read_for_ever() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let first = process(&ada).await;
    let ended = call(&ada, "endless", json!({})).await;
    assert_eq!(ended["state"], "FAILED", "{ended}");
    let message = ended["problem"]["message"].as_str().unwrap();
    assert!(message.contains("too large") && message.contains("may have acted"), "{message}");
    until_gone(first).await;
    assert_ne!(process(&ada).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_knows_of_a_call_that_was_under_way_beside_an_answer_that_is_too_large() {
    for arguments in [&[][..], &["--legacy"][..]] {
        let app = offering(arguments, "").await;
        let ada = app.viewer("ada");
        connect(&ada).await;
        let tool = ada.tool("hang").await;
        let hanging = ada.start(&tool, json!({})).await;
        ada.until_invocation(&hanging, "RUNNING").await;
        call(&ada, "endless", json!({})).await;
        ada.until_invocation(&hanging, "INTERRUPTED").await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_is_said_to_be_and_the_next_call_works() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let large = call(&ada, "large", json!({ "bytes": 5 * 1024 * 1024 })).await;
    assert_eq!(large["problem"]["code"], "SERVICE_REFUSED", "{large}");
    let fits = call(&ada, "large", json!({ "bytes": 100_000 })).await;
    assert_eq!(fits["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_words_fills_no_log_and_holds_nobody_up() {
    let app = offering(&[], "log_stderr = true").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let word = "flooding-the-log-of-the-server-";
    let said = call(&ada, "say", json!({ "text": word.repeat(30), "times": 20_000 })).await;
    assert_eq!(said["state"], "SUCCEEDED", "{said}");
    process(&ada).await;
    let lines = app.log().lines().filter(|line| line.contains(word)).count();
    assert!((1..=200).contains(&lines), "{lines} lines of 20,000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_want_to_end_is_ended() {
    let app = offering(&["--stubborn"], "").await;
    let ada = app.viewer("ada");
    let account = connect(&ada).await;
    let process = process(&ada).await;
    ada.disconnect(&account).await;
    until_gone(process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_reads_nothing_holds_nobody_up_and_is_ended() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    let account = connect(&ada).await;
    let process = process(&ada).await;
    call(&ada, "deaf", json!({})).await;
    // More than fits into a pipe, so that whatever comes then waits.
    let tool = ada.tool("echo").await;
    let unread = ada.start(&tool, json!({ "text": "x".repeat(200_000) })).await;
    ada.until_invocation(&unread, "RUNNING").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Account {
        resources { problem { code } } } } }";
    let variables = json!({ "id": account });
    tokio::join!(ada.query(query, variables), ada.disconnect(&account));
    until_gone(process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_without_end_and_reads_nothing_is_ended() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let first = process(&ada).await;
    let ended = call(&ada, "flood", json!({})).await;
    assert_eq!(ended["state"], "INTERRUPTED", "{ended}");
    until_gone(first).await;
    assert!(app.log().contains("a program asks and reads nothing"));
    assert_ne!(process(&ada).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_programs_run_than_may_and_who_is_idle_makes_room() {
    let toml = format!("[programs]\nrunning = 1\n{}", programs(&[], ""));
    let app = Setup { toml, launcher: Some(PROGRAM.into()), ..Setup::default() }.start().await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    connect(&ada).await;
    let first = process(&ada).await;
    connect(&grace).await;
    let second = process(&grace).await;
    assert!(!is_there(first) && is_there(second));

    // Who is not idle does not.
    let tool = grace.tool("hang").await;
    let hanging = grace.start(&tool, json!({})).await;
    grace.until_invocation(&hanging, "RUNNING").await;
    eventually("the call in the program", async || {
        let refused = call(&ada, "process", json!({})).await;
        (refused["problem"]["code"] == "SERVICE_UNAVAILABLE").then_some(())
    })
    .await;
    assert!(is_there(second));
}

async fn add_service(client: &Client, url: &str) -> Value {
    let query = "mutation ($input: AddServiceInput!) { addService(input: $input) {
        service { code } problems { code } } }";
    let input = json!({ "name": "Mine", "mcpUrl": url });
    client.execute(query, json!({ "input": input })).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_adds_a_program_of_their_own() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    for url in ["stdio:///bin/sh", "file:///bin/sh", "/bin/sh", "exec:/bin/sh"] {
        let answer = add_service(&ada, url).await;
        assert!(answer["data"]["addService"]["service"].is_null(), "{url}: {answer}");
        let said = answer.to_string();
        assert!(said.contains("INVALID_INPUT") || said.contains("errors"), "{url}: {answer}");
    }
}

/// What the operator is told of a configuration with this service.
fn check(service: &str) -> (bool, String) {
    ask(&["check"], service)
}

/// What a command says of a configuration with this service.
fn ask(command: &[&str], service: &str) -> (bool, String) {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("attache.toml");
    let base = "public_url = \"https://attache.example.com\"\n[auth]\nissuer = \"x\"\n\
        audience = \"attache\"\n[returns]\ndefault = \"https://app.example.com\"\n";
    fs::write(&file, format!("{base}{service}")).unwrap();
    let ring = Command::new(PROGRAM).args(["keys", "generate"]).output().unwrap();
    let checked = Command::new(PROGRAM)
        .args(command)
        .arg("--config")
        .arg(&file)
        .env_clear()
        .env("ATTACHE_KEYS", String::from_utf8(ring.stdout).unwrap().trim())
        .env("ATTACHE_DATABASE_URL", "postgres://127.0.0.1:1/nowhere")
        .env("ATTACHE_JWT_SECRET", "planted-secret-of-at-least-32-bytes")
        .env("ATTACHE_LOCAL_VARIABLE_TOKEN", "planted-token")
        .output()
        .unwrap();
    let said = String::from_utf8([checked.stdout, checked.stderr].concat()).unwrap();
    (checked.status.success(), said)
}

#[test]
fn a_configuration_of_a_program_is_shown_without_its_secrets() {
    let service = format!(
        "[services.{LOCAL}]\nname = \"Local\"\nconnect = \"api_key\"\n\
         key_fields = [{{ name = \"key\", label = \"Key\", variable = \"NOTES_KEY\" }}]\n\
         [services.{LOCAL}.program]\ncommand = \"/usr/bin/notes\"\narguments = [\"--stdio\"]\n\
         secret_variables = [\"TOKEN\"]\nvariables = {{ LANG = \"C\" }}\n\
         [services.{LOCAL}.program.limits]\nmemory_mib = 256\n"
    );
    let (is_good, said) = check(&service);
    assert!(is_good, "{said}");
    for shown in [
        "command = \"/usr/bin/notes\"",
        "arguments = [\"--stdio\"]",
        "variable = \"NOTES_KEY\"",
        "ATTACHE_LOCAL_VARIABLE_TOKEN = (hidden)",
        "memory_mib = 256",
        "running = 64",
        "must not be given people's keys",
    ] {
        assert!(said.contains(shown), "{shown} in {said}");
    }
    assert!(!said.contains("planted"), "{said}");
}

#[test]
fn an_operator_can_try_whether_a_program_speaks_mcp() {
    let service = |command: &str| {
        format!(
            "[services.LOCAL]\nname = \"Local\"\nconnect = \"none\"\n\
             [services.LOCAL.program]\ncommand = {command:?}\narguments = [\"playground\"]\n\
             secret_variables = [\"TOKEN\"]\n"
        )
    };
    let (is_good, said) = ask(&["services", "try", LOCAL], &service(PROGRAM));
    assert!(is_good && said.contains("speaks MCP"), "{said}");
    for (command, why) in [("/nowhere/notes", "No such file"), ("/bin/false", "broke")] {
        let (is_good, said) = ask(&["services", "try", LOCAL], &service(command));
        let line = said.lines().find(|line| line.starts_with("Not reached"));
        assert!(!is_good && line.is_some_and(|line| line.contains(why)), "{said}");
    }
}

#[test]
fn a_program_that_could_not_be_run_safely_is_refused_before_anything_runs() {
    let head = "[services.LOCAL.program]\nsecret_variables = [\"TOKEN\"]\ncommand = ";
    let absolute = "\"/usr/bin/notes\"";
    for (service, program, key, what) in [
        ("connect = \"none\"", "\"notes\"", "program.command", "absolute"),
        ("connect = \"none\"", "\"./notes\"", "program.command", "absolute"),
        ("connect = \"none\"", "\"/n\"\ndirectory = \"srv\"", "program.directory", "absolute"),
        ("connect = \"oauth\"", absolute, "LOCAL.connect", "OAuth"),
        ("connect = \"api_key\"", absolute, "LOCAL.key_fields", "variable"),
        ("connect = \"none\"\nmcp_url = \"https://a.b\"", absolute, "LOCAL.program", "mcp_url"),
        ("connect = \"none\"", "\"/n\"\nuser = 7", "program.user", "group"),
        ("connect = \"none\"", "\"/n\"\nvariables = { \"A-B\" = \"c\" }", "variables", "A-B"),
        ("connect = \"none\"", "\"/n\"\nvariables = { TOKEN = \"c\" }", "secret", "twice"),
        ("connect = \"none\"", "\"/n\"\nvariables = { LD_PRELOAD = \"c\" }", "variables", "LD_"),
        ("connect = \"none\"", "\"/n\"\nshell = true", "program.shell", "not a key"),
    ] {
        let text = format!("[services.LOCAL]\nname = \"L\"\n{service}\n{head}{program}\n");
        let (is_good, said) = check(&text);
        assert!(!is_good, "{service} {program}");
        let line = said.lines().find(|line| line.contains(key));
        assert!(line.is_some_and(|line| line.contains(what)), "{key}, {what} in {said}");
    }
}

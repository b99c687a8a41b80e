//! From one key of the ring to another, while everything runs.

use std::fs;
use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use attache_playground::Options;
use attache_support::{KEYED, ServerProcess, eventually, report};
use futures_util::future::join;
use serde_json::{Value, json};

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{out}{err}")
}

/// Runs a command that has to succeed.
async fn done(server: &ServerProcess, arguments: &[&str]) -> String {
    let output = server.run(arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// Runs a command that has to be refused, as something that is not there yet.
async fn not_yet(server: &ServerProcess, arguments: &[&str]) -> String {
    let output = server.run(arguments).await;
    assert_eq!(output.status.code(), Some(69), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// The names of the keys in the ring, and which one seals.
fn ring(server: &ServerProcess) -> (Vec<String>, String) {
    let ring: Value =
        serde_json::from_str(&fs::read_to_string(server.key_ring()).unwrap()).unwrap();
    let names = ring["keys"].as_array().unwrap().iter();
    let names = names.map(|key| key["name"].as_str().unwrap().to_owned()).collect();
    (names, ring["primary"].as_str().unwrap().to_owned())
}

/// Somebody new connects an account and calls a tool, at one of the processes.
async fn work(server: &ServerProcess, number: usize) {
    let client = server.viewer_at(number % 2, &format!("person-{number}"));
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id } problems { code } } }";
    let input = json!({ "serviceCode": KEYED, "apiKey": format!("pk_person-{number}") });
    let connected = client.query(query, json!({ "input": input })).await;
    let account = connected["connectWithKey"]["account"]["id"].as_str();
    client.until_catalog(account.unwrap_or_else(|| panic!("{connected}")), "READY").await;
    let tool = client.tool("whoami").await;
    let invocation = client.invoke(&tool, json!({})).await;
    assert_eq!(invocation["state"], "SUCCEEDED", "{invocation}");
}

async fn two() -> ServerProcess {
    let program = env!("CARGO_BIN_EXE_attache");
    ServerProcess::start_many(program, 2, Options::default(), "").await
}

async fn until_loaded_everywhere(server: &ServerProcess, name: &str) {
    eventually("a key that is loaded everywhere", async || {
        let listed = done(server, &["keys", "list"]).await;
        let line = listed.lines().find(|line| line.starts_with(&format!("{name} ")))?.to_owned();
        line.contains("loaded by 2 of 2").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_under_load_and_nobody_notices() {
    let server = two().await;
    let (is_over, worked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let load = async {
        while !is_over.load(Ordering::Relaxed) {
            work(&server, worked.load(Ordering::Relaxed)).await;
            worked.fetch_add(1, Ordering::Relaxed);
        }
    };
    let rotation = async {
        let (_, old) = ring(&server);
        done(&server, &["keys", "add"]).await;
        let new = ring(&server).0.pop().unwrap();
        until_loaded_everywhere(&server, &new).await;
        done(&server, &["keys", "promote", &new]).await;
        assert_eq!(ring(&server).1, new);
        eventually("nobody who seals with the old key", async || {
            done(&server, &["keys", "rewrap"]).await;
            let retired = server.run(&["keys", "retire", &old]).await;
            retired.status.success().then_some(())
        })
        .await;
        let before = worked.load(Ordering::Relaxed);
        eventually("work that goes on", async || {
            (worked.load(Ordering::Relaxed) > before + 2).then_some(())
        })
        .await;
        let verified = done(&server, &["keys", "verify"]).await;
        assert!(verified.contains("0 and 0 do not"), "{verified}");
        let listed = done(&server, &["keys", "list"]).await;
        let line = listed.lines().find(|line| line.starts_with(&format!("{old} "))).unwrap();
        assert!(line.contains("disabled") && line.contains("seals 0 data keys"), "{listed}");
        done(&server, &["keys", "retire", &old, "--destroy"]).await;
        assert_eq!(ring(&server).0, [new]);
        is_over.store(true, Ordering::Relaxed);
    };
    join(load, rotation).await;
    let worked = worked.into_inner();
    report(&format!("{worked} people connected and called while keys rotated; none failed"));
    assert!(worked > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_step_of_a_rotation_can_be_taken_too_early() {
    let server = two().await;
    let (_, old) = ring(&server);
    work(&server, 0).await;
    for wrong in [["keys", "promote", "nobody"], ["keys", "retire", old.as_str()]] {
        let refused = server.run(&wrong).await;
        assert_eq!(refused.status.code(), Some(64), "{wrong:?}: {}", said(&refused));
    }
    done(&server, &["keys", "add"]).await;
    let new = ring(&server).0.pop().unwrap();
    // A process that has not loaded it.
    let database = server.database.connect().await;
    let another = "INSERT INTO replicas (id, started_at, lease_until)
        VALUES (gen_random_uuid(), now(), now() + interval '1 day')";
    database.batch_execute(another).await.unwrap();
    let refused = not_yet(&server, &["keys", "promote", &new]).await;
    assert!(refused.contains("of 3 processes"), "{refused}");
    let gone = "DELETE FROM replicas WHERE lease_until > now() + interval '1 hour'";
    database.batch_execute(gone).await.unwrap();
    until_loaded_everywhere(&server, &new).await;
    done(&server, &["keys", "promote", &new]).await;
    let refused = not_yet(&server, &["keys", "retire", &old]).await;
    assert!(refused.contains("still seal"), "{refused}");
    // Back again: nothing was lost.
    done(&server, &["keys", "promote", &old]).await;
    assert_eq!(ring(&server).1, old);
    work(&server, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_with_somebody_else() {
    let server = two().await;
    work(&server, 0).await;
    let (_, old) = ring(&server);
    // A key management service in one line: what is wrapped is only in another case.
    let unwrapped: String = server.new_key();
    let turned = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    let wrapped: String = unwrapped.chars().map(turned).collect();
    let command = ["tr", "A-Za-z", "a-zA-Z"];
    let material = json!({ "command": command, "wrapped": wrapped }).to_string();
    done(&server, &["keys", "add", "--material", &material]).await;
    let new = ring(&server).0.pop().unwrap();
    assert!(!fs::read_to_string(server.key_ring()).unwrap().contains(&unwrapped));
    until_loaded_everywhere(&server, &new).await;
    done(&server, &["keys", "promote", &new]).await;
    eventually("nobody who seals with the old key", async || {
        done(&server, &["keys", "rewrap"]).await;
        server.run(&["keys", "retire", &old]).await.status.success().then_some(())
    })
    .await;
    work(&server, 1).await;
    let hanging = json!({ "command": ["false"], "wrapped": "" }).to_string();
    done(&server, &["keys", "add", "--material", &hanging]).await;
    let refused = server.run(&["keys", "list"]).await;
    assert_eq!(refused.status.code(), Some(64), "{}", said(&refused));
    assert!(said(&refused).contains("false: exit status: 1"), "{}", said(&refused));
    // Servers go on with the ring from before.
    work(&server, 2).await;
}

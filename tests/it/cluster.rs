//! Several processes of the real program on one database, and a service that counts.

use std::time::Duration;

use attache_playground::{Options, TokenKind};
use attache_support::{Client, NOTES, ServerProcess, eventually_within, report};
use futures_util::future::join_all;
use serde_json::json;

const PROCESSES: usize = 3;

/// A thousand calls take a while where everything is built for debugging.
const PATIENCE: Duration = Duration::from_mins(2);

async fn start(extra: &str) -> ServerProcess {
    let program = env!("CARGO_BIN_EXE_attache");
    ServerProcess::start_many(program, PROCESSES, Options::default(), extra).await
}

/// Ends the access tokens that accounts use.
fn end_access(server: &ServerProcess) {
    for token in server.playground.issued() {
        if token.kind == TokenKind::Access {
            server.playground.revoke(&token.token);
        }
    }
}

async fn connect(server: &ServerProcess, client: &Client, person: &str) -> String {
    let attempt = client.begin().await;
    let callback = server.playground.consent(&attempt.url, person).unwrap();
    let completed = client.complete(&callback).await;
    let account = completed["account"]["id"].as_str().unwrap().to_owned();
    client.until_catalog(&account, "READY").await;
    account
}

/// Ada at each of the processes, all of which have a warm session with her token, and the tool
/// that they called.
async fn known_everywhere(server: &ServerProcess) -> (Vec<Client>, String) {
    let people: Vec<Client> =
        (0..PROCESSES).map(|number| server.viewer_at(number, "ada")).collect();
    connect(server, &people[0], "ada").await;
    let tool = people[0].tool("whoami").await;
    for person in &people {
        assert_eq!(person.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    }
    (people, tool)
}

/// Sends one intent until it is accepted: a server with too much to do says so.
async fn accepted(client: &Client, tool: &str, number: usize) -> String {
    let query = "mutation ($input: InvokeToolInput!) { invokeTool(input: $input) {
        invocation { id } problems { code } } }";
    let input = json!({ "toolId": tool, "arguments": {}, "idempotencyKey": format!("a-thousand-calls-{number}") });
    eventually_within(PATIENCE, "a call that is accepted", async || {
        let reply = client.execute(query, json!({ "input": input })).await;
        reply.body["data"]["invokeTool"]["invocation"]["id"].as_str().map(str::to_owned)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_on_one_dead_token_renew_it_once() {
    let server = start("[calls]\nrunning = 100\nwaiting = 1000\n").await;
    let (people, tool) = known_everywhere(&server).await;
    let before = server.playground.counts();
    end_access(&server);
    let calls = (0..1_000).map(|number| accepted(&people[number % PROCESSES], &tool, number));
    let started = join_all(calls).await;
    let succeeded = "invocations WHERE state = 'SUCCEEDED'";
    eventually_within(PATIENCE, "a thousand calls that succeeded", async || {
        let open = server.database.count("invocations WHERE finished_at IS NULL").await;
        (open == 0).then_some(())
    })
    .await;
    assert_eq!(server.database.count(succeeded).await, 1_000 + 3);
    let counts = server.playground.counts();
    report(&format!(
        "{} calls at {PROCESSES} processes on one dead token: {} renewal, {} tokens used twice",
        started.len(),
        counts.refreshes - before.refreshes,
        counts.reuses
    ));
    assert_eq!(counts.refreshes - before.refreshes, 1);
    assert_eq!(counts.reuses, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_ended_elsewhere_is_not_used_by_those_who_remember_it() {
    let server = start("").await;
    let (people, _) = known_everywhere(&server).await;
    // The key of Ada's credentials goes, by somebody who is none of the servers.
    let drill = server.run(&["accounts", "revoke", "--service", NOTES]).await;
    assert!(drill.status.success(), "{}", String::from_utf8_lossy(&drill.stderr));
    let account = connect(&server, &people[0], "ada").await;
    let tool = people[0].tool("whoami").await;
    for person in &people {
        assert_eq!(person.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    }
    people[1].disconnect(&account).await;
    eventually_within(PATIENCE, "tokens that are all dead", async || {
        server.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_missed_a_renewal_does_not_give_the_account_up() {
    let server = start("").await;
    let (people, tool) = known_everywhere(&server).await;
    end_access(&server);
    assert_eq!(people[0].invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    // The other processes still show the first token, and the second one has ended, too.
    end_access(&server);
    assert_eq!(people[1].invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    assert_eq!(people[2].invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    let counts = server.playground.counts();
    assert_eq!((counts.refreshes, counts.reuses), (2, 0));
}

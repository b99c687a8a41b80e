//! Trials: the real program in several processes, put through what happens to programs, beside a
//! third party that keeps a ledger of every token it ever issued.
//!
//! Each trial counts and says what it counted. A short form of each runs always; how to run the
//! long forms is in CONTRIBUTING.md.

mod all_killed;
mod attacks;
mod complete_killed;
mod complete_twice;
mod database_away;
mod disconnect_races;
mod halt;
mod herd;
mod hostile;
mod interleavings;
mod junk;
mod paused;
mod refresh_killed;
mod twice;

use attache_domain::Clock;
use attache_playground::{Issued, Options, Policy, TokenKind};
use attache_support::{Client, ServerProcess, eventually};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_attache");

/// A service where revoking a token ends all that came of the same consent, and of which that is
/// known. Whoever revokes a token there that is merely old ends an account.
const STRICT: &str = "[services.NOTES.oauth.dialect]\nrevocation_reach = \"consent\"\n";

async fn start(processes: usize, extra: &str) -> ServerProcess {
    ServerProcess::start_many(PROGRAM, processes, Options::default(), extra).await
}

/// Connects an account by consent of `person`, and returns its id once its tools are there.
async fn connect(server: &ServerProcess, client: &Client, person: &str) -> String {
    let attempt = client.begin().await;
    let callback = server.playground.consent(&attempt.url, person).unwrap();
    let completed = client.complete(&callback).await;
    let account = completed["account"]["id"].as_str();
    let account = account.unwrap_or_else(|| panic!("{completed}")).to_owned();
    client.until_catalog(&account, "READY").await;
    account
}

/// Ends the access tokens of a person, and nothing else that came of the same consent.
fn end_access(server: &ServerProcess, policy: Policy, person: &str) {
    server.playground.set_policy(Policy { revokes_consents: false, ..policy });
    for token in server.playground.issued() {
        if token.kind == TokenKind::Access && token.grant.person == person {
            server.playground.revoke(&token.token);
        }
    }
    server.playground.set_policy(policy);
}

/// The tokens that would work.
fn live(server: &ServerProcess) -> Vec<Issued> {
    server.playground.issued().into_iter().filter(|token| token.works()).collect()
}

/// What the viewer has: id, state and the code of a problem of each account.
async fn accounts(client: &Client) -> Vec<(String, String, Option<String>)> {
    let query = "{ viewer { accounts { id state problem { code } } } }";
    // A database that has just come back may not be there for everybody yet.
    let viewer = eventually("an answer", async || client.try_query(query, Value::Null).await).await;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let accounts = viewer["viewer"]["accounts"].as_array().unwrap().iter();
    accounts
        .map(|it| {
            (text(&it["id"]).unwrap(), text(&it["state"]).unwrap(), text(&it["problem"]["code"]))
        })
        .collect()
}

/// Whether a call to a tool of the account works now.
async fn works(client: &Client, tool: &str) -> bool {
    let query = "mutation ($input: InvokeToolInput!) { invokeTool(input: $input) {
        invocation { state } } }";
    let key = Clock::system().uuid();
    let input = json!({ "toolId": tool, "arguments": {}, "idempotencyKey": key, "waitMs": 20_000 });
    let invoked = client.try_query(query, json!({ "input": input })).await;
    invoked.is_some_and(|it| it["invokeTool"]["invocation"]["state"] == "SUCCEEDED")
}

/// All of these people disconnect everything. A live token that is left after that is one that
/// nobody here knew of; `may_live` says of whom one may be.
async fn everybody_leaves(
    server: &ServerProcess,
    people: &[Client],
    may_live: impl Fn(&Issued) -> bool,
) -> usize {
    for client in people {
        for (account, ..) in accounts(client).await {
            client.disconnect(&account).await;
        }
    }
    // What a dead process was about to revoke is tried again half a minute later; here at once.
    let hasten = "UPDATE revocations SET next_attempt_at = now() WHERE state = 'PENDING'";
    server.database.connect().await.execute(hasten, &[]).await.unwrap();
    eventually("tokens that are all dead", async || {
        live(server).iter().all(&may_live).then_some(())
    })
    .await;
    live(server).len()
}

/// Waits until both processes say again that they are alive. While one has not, its neighbour may
/// take it for dead, and settle a call that it is running.
async fn until_all_live(server: &ServerProcess) {
    eventually("two leases that hold", async || {
        let alive = server.database.count("replicas WHERE lease_until > clock_timestamp()").await;
        (alive == 2).then_some(())
    })
    .await;
}

/// Lets what processes hold that are gone lapse at once, which takes seconds otherwise. Those
/// that live renew theirs with the next beat of their hearts.
async fn lapse_leases(server: &ServerProcess) {
    let lapse = "UPDATE replicas SET lease_until = clock_timestamp()";
    server.database.connect().await.execute(lapse, &[]).await.unwrap();
}

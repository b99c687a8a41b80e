//! Disconnecting while something is under way, at another process.

use std::time::{Duration, Instant};

use attache_playground::{Answer, Endpoint, Policy};
use attache_support::{eventually, report, rounds};
use futures_util::future::join;
use serde_json::json;

use super::{STRICT, accounts, connect, end_access, live, start};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_disconnects_during_a_renewal_leaves_nothing_alive() {
    let server = start(2, STRICT).await;
    // Each token ends alone here, so that one which nobody revokes stays alive to be found.
    let policy = Policy::default();
    server.playground.set_policy(policy);
    let rounds = rounds(6);
    for round in 0..rounds {
        let person = format!("person-{round}");
        let (here, there) = (server.viewer_at(0, &person), server.viewer_at(1, &person));
        let account = connect(&server, &here, &person).await;
        let tool = here.tool("whoami").await;
        end_access(&server, policy, &person);
        let held = server.playground.holds(Endpoint::Token);
        server.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
        here.start(&tool, json!({})).await;
        eventually("a renewal that is under way", async || {
            (server.playground.holds(Endpoint::Token) > held).then_some(())
        })
        .await;
        if round % 2 == 0 {
            // The account is gone before the tokens come.
            there.disconnect(&account).await;
            server.playground.release();
        } else {
            // Or whoever is faster.
            let (_, ()) =
                join(there.disconnect(&account), async { server.playground.release() }).await;
        }
        eventually("tokens that are all dead", async || live(&server).is_empty().then_some(()))
            .await;
        eventually("an account that is gone", async || {
            accounts(&here).await.is_empty().then_some(())
        })
        .await;
    }
    let resurrected = server.database.count("accounts").await;
    let kept = server.database.count("credentials").await;
    report(&format!(
        "{rounds} accounts disconnected during a renewal: {resurrected} resurrected, {} tokens \
         issued and {} of them alive",
        server.playground.issued().len(),
        live(&server).len(),
    ));
    assert_eq!((resurrected, kept), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_begins_once_an_account_is_disconnected_and_those_under_way_stop_everywhere() {
    let server = start(2, STRICT).await;
    let (rounds, mut slowest) = (rounds(6), Duration::ZERO);
    for round in 0..rounds {
        let person = format!("person-{round}");
        let (here, there) = (server.viewer_at(0, &person), server.viewer_at(1, &person));
        let account = connect(&server, &here, &person).await;
        let (hang, whoami) = (here.tool("hang").await, here.tool("whoami").await);
        let invocation = here.start(&hang, json!({})).await;
        eventually("a call at the service", async || {
            (server.playground.calls("hang") == round + 1).then_some(())
        })
        .await;
        there.disconnect(&account).await;
        let began = Instant::now();
        let before = server.playground.calls("whoami");
        // The process that has a warm session, and has not heard of it perhaps.
        let late = here.invoke_with(json!({ "toolId": whoami, "arguments": {} })).await;
        assert_eq!(late["invocation"], serde_json::Value::Null, "{late}");
        here.until_invocation(&invocation, "CANCELLED").await;
        slowest = slowest.max(began.elapsed());
        assert_eq!(server.playground.calls("whoami"), before);
    }
    eventually("a service that was told of each", async || {
        (server.playground.cancelled() >= rounds).then_some(())
    })
    .await;
    report(&format!(
        "{rounds} accounts disconnected during a call at another process: 0 calls after that, \
         those under way were over {} ms later at the latest",
        slowest.as_millis(),
    ));
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

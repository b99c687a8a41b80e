//! All processes are killed at once.

use std::time::{Duration, Instant};

use attache_playground::{Answer, Endpoint, Policy, Reuse};
use attache_support::{ServerProcess, eventually, report, rounds};
use futures_util::future::join_all;
use serde_json::json;

use super::{STRICT, accounts, connect, end_access, everybody_leaves, start, works};

const PROCESSES: usize = 3;

/// How soon after a start nothing may be uncertain any more.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_only_journals_have_come_home_before_anybody_asks_for_others() {
    let mut server = start(PROCESSES, STRICT).await;
    // Whatever is asked for again is lost.
    let policy = Policy { revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let (names, tools) = everybody(&server).await;
    let (rounds, before) = (rounds(1), server.playground.counts());
    for _ in 0..rounds {
        renew(&server, policy, &names, &tools, |_| Answer::HoldAnswer).await;
        let database = server.database.connect().await;
        database.batch_execute("BEGIN; SELECT id FROM accounts FOR UPDATE").await.unwrap();
        server.playground.release();
        eventually("tokens in the journals", async || {
            (server.answers() == names.len()).then_some(())
        })
        .await;
        for number in 0..PROCESSES {
            server.kill_one(number);
        }
        database.batch_execute("ROLLBACK").await.unwrap();
        // All of them are away for longer than a turn.
        let lapse =
            "UPDATE refreshes SET lease_until = clock_timestamp() WHERE lease_id IS NOT NULL";
        database.execute(lapse, &[]).await.unwrap();
        server.launch_all().await;
        all_work(&server, &names, &tools).await;
    }
    let counts = server.playground.counts();
    let people: Vec<_> = names.iter().map(|person| server.viewer_at(0, person)).collect();
    let unknown = everybody_leaves(&server, &people, |_| false).await;
    let renewals = counts.refreshes - before.refreshes;
    report(&format!(
        "{PROCESSES} processes killed at once × {rounds} with the tokens of {} accounts in \
         journals only: {renewals} renewals, {} tokens used twice, 0 lost, {unknown} live tokens \
         unknown to us",
        names.len(),
        counts.reuses,
    ));
    assert_eq!((renewals, counts.reuses), (rounds * names.len(), 0));
}

/// Two people at each process, and a tool of each.
async fn everybody(server: &ServerProcess) -> (Vec<String>, Vec<String>) {
    let names: Vec<String> = (0..2 * PROCESSES).map(|number| format!("person-{number}")).collect();
    let mut tools = Vec::new();
    for (number, person) in names.iter().enumerate() {
        let client = server.viewer_at(number % PROCESSES, person);
        connect(server, &client, person).await;
        tools.push(client.tool("whoami").await);
    }
    (names, tools)
}

/// Everybody's token is renewed, and every request is held at the service.
async fn renew(
    server: &ServerProcess,
    policy: Policy,
    names: &[String],
    tools: &[String],
    answer: impl Fn(usize) -> Answer,
) {
    let held = server.playground.holds(Endpoint::Token);
    for (number, person) in names.iter().enumerate() {
        end_access(server, policy, person);
        server.playground.answer_next(Endpoint::Token, answer(number));
    }
    let calls = names.iter().zip(tools).enumerate().map(|(number, (person, tool))| {
        let client = server.viewer_at(number % PROCESSES, person);
        async move { client.start(tool, json!({})).await }
    });
    join_all(calls).await;
    eventually("renewals that are all under way", async || {
        (server.playground.holds(Endpoint::Token) == held + names.len()).then_some(())
    })
    .await;
}

async fn all_work(server: &ServerProcess, names: &[String], tools: &[String]) {
    for (number, (person, tool)) in names.iter().zip(tools).enumerate() {
        let client = server.viewer_at(number % PROCESSES, person);
        eventually("a call that works", async || {
            let accounts = accounts(&client).await;
            assert_eq!(accounts[0].1, "CONNECTED", "{accounts:?}");
            works(&client, tool).await.then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uncertain_when_all_are_killed_is_settled_soon_after_the_start() {
    let mut server = start(PROCESSES, STRICT).await;
    let reuse = Reuse::Leeway(Duration::from_mins(1));
    let policy = Policy { reuse, revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let (names, tools) = everybody(&server).await;
    let (rounds, mut slowest) = (rounds(1), Duration::ZERO);
    for _ in 0..rounds {
        renew(&server, policy, &names, &tools, |number| {
            // Half of the requests have been acted upon, and half have not.
            if number % 2 == 0 { Answer::HoldAnswer } else { Answer::HoldRequest }
        })
        .await;
        for number in 0..PROCESSES {
            server.kill_one(number);
        }
        server.playground.release();
        let open = "refreshes WHERE state <> 'IDLE'";
        assert_eq!(server.database.count(open).await, i64::try_from(names.len()).unwrap());
        server.launch_all().await;
        let began = Instant::now();
        eventually("renewals that are all settled", async || {
            (server.database.count(open).await == 0).then_some(())
        })
        .await;
        slowest = slowest.max(began.elapsed());
        all_work(&server, &names, &tools).await;
    }
    let people: Vec<_> = names.iter().map(|person| server.viewer_at(0, person)).collect();
    // Half of the answers never came, and the service cannot know that.
    everybody_leaves(&server, &people, |_| false).await;
    report(&format!(
        "{PROCESSES} processes killed at once × {rounds} with {} renewals under way: all settled \
         {} ms after the start at the latest, 0 lost",
        names.len(),
        slowest.as_millis(),
    ));
    assert!(slowest < SOON, "{slowest:?}");
}

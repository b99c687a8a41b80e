//! Very many tokens that end in the same second.

use std::time::{Duration, Instant};

use attache_playground::{Endpoint, Policy};
use attache_support::{ServerProcess, eventually_within, report, rounds};
use futures_util::future::join_all;

use super::start;

const PROCESSES: usize = 3;

/// How many renewals a service is asked for at once when nobody waits for them.
const AT_ONCE: usize = 8;

/// Accounts for each round, so that ten thousand are a hundred rounds.
const ACCOUNTS: usize = 100;

/// How long the service takes for each. So fast it would be if nothing else took time.
const PACE: Duration = Duration::from_millis(50);

/// Connects an account for each of these people, a few of them at a time.
async fn connect_all(server: &ServerProcess, people: usize) {
    let lanes = (0..AT_ONCE).map(|lane| async move {
        for number in (lane..people).step_by(AT_ONCE) {
            let person = format!("person-{number}");
            let client = server.viewer_at(number % PROCESSES, &person);
            let attempt = client.begin().await;
            let callback = server.playground.consent(&attempt.url, &person).unwrap();
            assert_eq!(client.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
        }
    });
    join_all(lanes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_herd_of_tokens_is_renewed_at_a_pace_that_the_service_can_stand() {
    let server = start(PROCESSES, "").await;
    server.playground.set_policy(Policy { revokes_consents: true, ..Policy::default() });
    let people = rounds(1) * ACCOUNTS;
    connect_all(&server, people).await;
    let before = server.playground.counts();
    server.playground.start_counting(Endpoint::Token);
    server.playground.slow_down(Endpoint::Token, PACE);

    let began = Instant::now();
    let due = "UPDATE refreshes SET due_at = now()";
    let due = server.database.connect().await.execute(due, &[]).await.unwrap();
    assert_eq!(usize::try_from(due).unwrap(), people);
    let patience = Duration::from_mins(1) + PACE * u32::try_from(people).unwrap();
    eventually_within(patience, "tokens that are all fresh", async || {
        let stale = "refreshes WHERE state <> 'IDLE' OR due_at < now() + interval '1 hour'";
        (server.database.count(stale).await == 0).then_some(())
    })
    .await;
    let took = began.elapsed();
    let counts = server.playground.counts();
    let most = server.playground.most_at_once(Endpoint::Token);
    report(&format!(
        "{people} tokens ended in the same second, {PROCESSES} processes: {} renewals, at most \
         {most} at once, {} tokens used twice, all fresh after {} ms",
        counts.refreshes - before.refreshes,
        counts.reuses,
        took.as_millis(),
    ));
    assert_eq!(counts.refreshes - before.refreshes, people, "each once");
    assert_eq!(counts.reuses, 0);
    assert!(most <= AT_ONCE, "{most}");
    assert!(most > AT_ONCE / 2, "a service that is asked one by one takes for ever: {most}");
    let given_up = "accounts WHERE state <> 'CONNECTED'";
    assert_eq!(server.database.count(given_up).await, 0);
}

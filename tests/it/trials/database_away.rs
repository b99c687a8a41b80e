//! Postgres goes between the moment a service has issued tokens and the moment they are stored.

use std::time::{Duration, Instant};

use attache_playground::{Answer, Endpoint, Options, Policy, TokenKind};
use attache_support::{
    Client, Database, ServerProcess, eventually, eventually_within, report, rounds,
};
use futures_util::future::join;
use serde_json::json;

use super::{PROGRAM, STRICT, accounts, connect, end_access, everybody_leaves, works};

const PEOPLE: usize = 3;

/// Longer than a turn at renewing lasts.
const LONG: Duration = Duration::from_secs(17);

const PATIENCE: Duration = Duration::from_mins(1);

/// Two processes on a Postgres of their own, and a service that ends a grant when one of its
/// refresh tokens is used twice: whatever is asked for again is lost.
async fn start() -> (ServerProcess, Policy) {
    let database = Database::create_apart().await;
    let server = ServerProcess::start_on(database, PROGRAM, 2, Options::default(), STRICT).await;
    let policy = Policy { revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    (server, policy)
}

async fn everybody(server: &ServerProcess) -> Vec<(Client, String, String)> {
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let person = format!("person-{number}");
        let client = server.viewer_at(0, &person);
        connect(server, &client, &person).await;
        let tool = client.tool("whoami").await;
        people.push((client, person, tool));
    }
    people
}

/// Everybody's token is renewed, and the service has done it and not answered yet.
async fn renew(server: &ServerProcess, policy: Policy, people: &[(Client, String, String)]) {
    let held = server.playground.holds(Endpoint::Token);
    for (client, person, tool) in people {
        end_access(server, policy, person);
        server.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
        client.start(tool, json!({})).await;
    }
    eventually("renewals that are done and not answered", async || {
        (server.playground.holds(Endpoint::Token) == held + people.len()).then_some(())
    })
    .await;
}

async fn nobody_lost_anything(server: &ServerProcess, people: &[(Client, String, String)]) {
    for (_, person, tool) in people {
        let client = server.viewer_at(1, person);
        eventually_within(PATIENCE, "a call that works", async || {
            let accounts = accounts(&client).await;
            assert_eq!(accounts[0].1, "CONNECTED", "{accounts:?}");
            works(&client, tool).await.then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_during_renewals_costs_no_account() {
    let (mut server, policy) = start().await;
    let people = everybody(&server).await;
    let (rounds, before) = (rounds(1), server.playground.counts());
    let mut outages = 0;
    for _ in 0..rounds {
        for (is_long, is_killed) in [(false, false), (false, true), (true, false)] {
            renew(&server, policy, &people).await;
            server.database.crash().await;
            let began = Instant::now();
            server.playground.release();
            eventually("answers in the journal", async || {
                (server.answers() == people.len()).then_some(())
            })
            .await;
            if is_killed {
                // What it had in hand is on its pages only.
                server.kill_one(0);
            }
            if is_long {
                eventually_within(PATIENCE, "turns that have lapsed", async || {
                    (began.elapsed() > LONG).then_some(())
                })
                .await;
            }
            server.database.recover().await;
            outages += 1;
            nobody_lost_anything(&server, &people).await;
            if is_killed {
                server.launch_one(0).await;
            }
        }
    }
    let counts = server.playground.counts();
    let clients: Vec<Client> = people.iter().map(|(_, it, _)| server.viewer_at(1, it)).collect();
    let unknown = everybody_leaves(&server, &clients, |_| false).await;
    let renewals = counts.refreshes - before.refreshes;
    report(&format!(
        "{outages} crashes of Postgres between rotation and commit: {renewals} renewals, {} tokens \
         used twice, 0 of {} lost, {unknown} live tokens unknown to us",
        counts.reuses,
        outages * PEOPLE,
    ));
    assert_eq!((renewals, counts.reuses), (outages * PEOPLE, 0), "nothing is asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_while_somebody_connects_is_waited_for() {
    let (mut server, _) = start().await;
    let rounds = rounds(1);
    let mut people = Vec::new();
    for round in 0..rounds {
        let person = format!("person-{round}");
        let client = server.viewer_at(0, &person);
        let attempt = client.begin().await;
        let callback = server.playground.consent(&attempt.url, &person).unwrap();
        let held = server.playground.holds(Endpoint::Token);
        server.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
        let (completed, ()) = join(client.complete(&callback), async {
            eventually("tokens that are issued", async || {
                (server.playground.holds(Endpoint::Token) > held).then_some(())
            })
            .await;
            server.database.crash().await;
            server.playground.release();
            eventually("tokens in the journal", async || (server.answers() == 1).then_some(()))
                .await;
            server.database.recover().await;
        })
        .await;
        assert_eq!(completed["attempt"]["state"], "SUCCEEDED", "{completed}");
        people.push(client);
    }
    let access = |kind| server.playground.issued().iter().filter(|it| it.kind == kind).count();
    assert_eq!(access(TokenKind::Access), rounds, "each code once");
    everybody_leaves(&server, &people, |_| false).await;
    report(&format!(
        "{rounds} crashes of Postgres while somebody connects: {rounds} connected, 0 live tokens \
         unknown to us"
    ));
}

//! The process that completes an attempt is killed at each step of it.

use attache_playground::{Answer, Endpoint, Policy};
use attache_support::{Client, ServerProcess, eventually, report, rounds};
use futures_util::future::join;
use serde_json::json;

use super::halt::{Halt, Place, Step};
use super::{STRICT, accounts, everybody_leaves, lapse_leases, start};

/// Everything that happens between a callback and an account with tools, in order.
fn steps() -> Vec<Step> {
    use Place::{Commit, CommitDone, Service, Write, WriteDone};
    let claimed = "NEW.state = 'EXCHANGING'";
    let answered = "NEW.sealed_response IS NOT NULL";
    let succeeded = "NEW.state = 'SUCCEEDED'";
    [
        ("taking the attempt", Write("UPDATE ON connect_attempts", claimed)),
        ("saying whose it is", Write("UPDATE ON attempt_exchanges", "NEW.replica_id IS NOT NULL")),
        ("a taking that comes to nothing", Commit("UPDATE ON connect_attempts", claimed)),
        ("a taking that nobody hears of", CommitDone("UPDATE ON connect_attempts", claimed)),
        ("a code on its way", Service(Endpoint::Token, Answer::HoldRequest)),
        ("tokens before the headers", Service(Endpoint::Token, Answer::HoldAnswer)),
        ("tokens after half of the body", Service(Endpoint::Token, Answer::HoldHalfway)),
        ("tokens on the page only", Write("UPDATE ON attempt_exchanges", answered)),
        ("tokens that are kept unheard", WriteDone("UPDATE ON attempt_exchanges", answered)),
        ("asking whose they are", Service(Endpoint::Userinfo, Answer::HoldRequest)),
        ("the account", Write("INSERT ON accounts", "true")),
        ("its credential", Write("INSERT ON credentials", "true")),
        ("its renewals", Write("INSERT ON refreshes", "true")),
        ("its catalogue", Write("INSERT ON catalogs", "true")),
        ("the end of the attempt", Write("UPDATE ON connect_attempts", succeeded)),
        ("the end of its secrets", Write("DELETE ON attempt_exchanges", "true")),
        ("its events", Write("INSERT ON events", "NEW.kind = 'ACCOUNT_UPDATED'")),
        ("an account that comes to nothing", Commit("INSERT ON accounts", "true")),
        ("an account that nobody hears of", CommitDone("INSERT ON accounts", "true")),
        ("reading its tools", Service(Endpoint::Mcp, Answer::HoldRequest)),
    ]
    .into_iter()
    .map(|(name, place)| Step::new(name, place))
    .collect()
}

async fn state(client: &Client, attempt: &str) -> String {
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt { state } } }";
    let attempt = client.query(query, json!({ "id": attempt })).await;
    attempt["node"]["state"].as_str().unwrap().to_owned()
}

/// How one killed process was got over.
#[derive(Debug, PartialEq)]
enum Ending {
    Connected,
    Again,
}

/// Somebody connects, and the process that does it is killed at this step. With `is_restarted`
/// it is started again at once, and otherwise the other one has to see to everything.
async fn kill_at(
    server: &mut ServerProcess,
    step: &Step,
    person: &str,
    is_restarted: bool,
) -> Ending {
    let (here, there) = (server.viewer_at(0, person), server.viewer_at(1, person));
    let attempt = here.begin().await;
    let callback = server.playground.consent(&attempt.url, person).unwrap();
    let halt = Halt::at(server, &step.place).await;
    let (_, ()) = join(here.try_complete(&callback), async {
        halt.until_reached(server).await;
        server.kill_one(0);
    })
    .await;
    halt.end().await;
    server.playground.release();
    lapse_leases(server).await;
    if is_restarted {
        server.launch_one(0).await;
    }
    // Whoever was never told comes again with the same callback.
    there.complete(&callback).await;
    let state = eventually("an attempt that is over", async || {
        let state = state(&there, &attempt.id).await;
        ["SUCCEEDED", "FAILED"].contains(&state.as_str()).then_some(state)
    })
    .await;
    let ending = if state == "SUCCEEDED" { Ending::Connected } else { Ending::Again };
    if ending == Ending::Again {
        let attempt = there.begin().await;
        let callback = server.playground.consent(&attempt.url, person).unwrap();
        assert_eq!(
            there.complete(&callback).await["attempt"]["state"],
            "SUCCEEDED",
            "{}",
            step.name
        );
    }
    let accounts = accounts(&there).await;
    assert_eq!(accounts.len(), 1, "{}: {accounts:?}", step.name);
    assert_eq!(accounts[0].1, "CONNECTED", "{}", step.name);
    there.until_catalog(&accounts[0].0, "READY").await;
    if !is_restarted {
        server.launch_one(0).await;
    }
    ending
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_home_while_its_attempt_is_given_up_is_not_lost() {
    let mut server = start(2, STRICT).await;
    let rounds = rounds(3);
    let (mut met, mut people) = (0, Vec::new());
    for round in 0..rounds {
        let person = format!("person-{round}");
        let (here, there) = (server.viewer_at(0, &person), server.viewer_at(1, &person));
        let attempt = here.begin().await;
        let callback = server.playground.consent(&attempt.url, &person).unwrap();
        let answered =
            Place::Write("UPDATE ON attempt_exchanges", "NEW.sealed_response IS NOT NULL");
        let halt = Halt::at(&server, &answered).await;
        let (_, ()) = join(here.try_complete(&callback), async {
            halt.until_reached(&server).await;
            server.kill_one(0);
        })
        .await;
        halt.end().await;
        // The other process has read that there is no answer, and is about to say so, when the
        // page is found on which it is.
        let given_up = Place::WriteDone("UPDATE ON connect_attempts", "NEW.state = 'FAILED'");
        let halt = Halt::at(&server, &given_up).await;
        let home = "attempt_exchanges WHERE sealed_response IS NOT NULL";
        let giving_up = eventually("an attempt that is given up, or its answer", async || {
            lapse_leases(&server).await;
            let is_home = server.pages() == 0 || server.database.count(home).await > 0;
            if halt.is_reached().await { Some(true) } else { is_home.then_some(false) }
        })
        .await;
        if giving_up {
            met += 1;
            let waiting = "pg_stat_activity WHERE datname = current_database() \
                AND wait_event_type = 'Lock' AND wait_event <> 'advisory'";
            eventually("an answer that is home, or waits for who gives it up", async || {
                let waiting = server.database.count(waiting).await;
                (server.pages() == 0 || waiting > 0).then_some(())
            })
            .await;
        }
        halt.end().await;
        eventually("an attempt that is over", async || {
            ["SUCCEEDED", "FAILED"]
                .contains(&state(&there, &attempt.id).await.as_str())
                .then_some(())
        })
        .await;
        eventually("a page that is not needed", async || (server.pages() == 0).then_some(())).await;
        people.push(there);
        server.launch_one(0).await;
    }
    let unknown = everybody_leaves(&server, &people, |_| false).await;
    report(&format!(
        "{rounds} answers came home, {met} of them while their attempt was given up: {unknown} \
         live tokens unknown to us"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_while_connecting_leaves_one_account_or_none() {
    let mut server = start(2, STRICT).await;
    server.playground.set_policy(Policy { revokes_consents: true, ..Policy::default() });
    let (rounds, steps) = (rounds(1), steps());
    let (mut connected, mut again, mut people) = (0, 0, Vec::new());
    for round in 0..rounds {
        for (number, step) in steps.iter().enumerate() {
            let person =
                format!("{round}-{number}-{}", if step.is_in_the_dark { "dark" } else { "" });
            people.push(server.viewer_at(1, &person));
            let is_restarted = (round + number) % 2 == 0;
            match kill_at(&mut server, step, &person, is_restarted).await {
                Ending::Connected => connected += 1,
                Ending::Again => again += 1,
            }
        }
    }
    let dark = everybody_leaves(&server, &people, |it| it.grant.person.ends_with("dark")).await;
    report(&format!(
        "{} steps of connecting × {rounds}: {} processes killed, {connected} connected, {again} \
         had to begin again; 0 live tokens unknown to us but {dark} whose answer never came",
        steps.len(),
        connected + again,
    ));
    // The ones whose answer nobody read, two each.
    assert!(dark <= 4 * rounds, "{dark}");
}

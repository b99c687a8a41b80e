//! The process that renews a token is killed at each step of it.

use std::time::Duration;

use attache_playground::{Answer, Endpoint, Policy, Reuse};
use attache_support::{ServerProcess, eventually_within, report, rounds};
use serde_json::json;

use super::halt::{Halt, Place, Step};
use super::{
    STRICT, accounts, connect, end_access, everybody_leaves, lapse_leases, start, until_all_live,
    works,
};

/// Longer than a turn lasts, in case nobody says that it is over.
const PATIENCE: Duration = Duration::from_secs(40);

const UNHEARD_TURN: &str = "a turn that nobody hears of";

/// Everything that happens between a token that is refused and a call that works, in order.
fn steps() -> Vec<Step> {
    use Place::{Commit, CommitDone, Service, Write, WriteDone};
    let (taken, over) = ("NEW.state = 'REFRESHING'", "NEW.state = 'IDLE'");
    [
        ("taking the turn", Write("UPDATE ON refreshes", taken)),
        (UNHEARD_TURN, WriteDone("UPDATE ON refreshes", taken)),
        ("a request on its way", Service(Endpoint::Token, Answer::HoldRequest)),
        ("tokens before the headers", Service(Endpoint::Token, Answer::HoldAnswer)),
        ("tokens after half of the body", Service(Endpoint::Token, Answer::HoldHalfway)),
        ("tokens on the page only", Write("UPDATE ON refreshes", over)),
        ("tokens half written", Write("UPDATE ON credentials", "true")),
        ("a commit that comes to nothing", Commit("UPDATE ON credentials", "true")),
        ("a commit that nobody hears of", CommitDone("UPDATE ON credentials", "true")),
    ]
    .into_iter()
    .map(|(name, place)| Step::new(name, place))
    .collect()
}

#[derive(Default)]
struct Count {
    kept: usize,
    interrupted: usize,
}

/// A token is renewed, and the process that does it is killed at this step. What becomes of the
/// account.
async fn kill_at(
    server: &mut ServerProcess,
    policy: Policy,
    step: &Step,
    person: &str,
    is_restarted: bool,
    count: &mut Count,
) {
    let (here, there) = (server.viewer_at(0, person), server.viewer_at(1, person));
    let account = connect(server, &here, person).await;
    let tool = here.tool("whoami").await;
    assert!(works(&here, &tool).await);
    end_access(server, policy, person);
    let halt = Halt::at(server, &step.place).await;
    here.start(&tool, json!({})).await;
    halt.until_reached(server).await;
    server.kill_one(0);
    halt.end().await;
    server.playground.release();
    lapse_leases(server).await;
    if step.name == UNHEARD_TURN {
        // It lapses by itself, a quarter of a minute later.
        let lapse =
            "UPDATE refreshes SET lease_until = clock_timestamp() WHERE lease_id IS NOT NULL";
        assert_eq!(server.database.connect().await.execute(lapse, &[]).await.unwrap(), 1);
    }
    if is_restarted {
        server.launch_one(0).await;
    }
    let problem =
        eventually_within(PATIENCE, "an account that works or says why not", async || {
            let [(id, state, problem)] = accounts(&there).await.try_into().unwrap();
            assert_eq!(id, account, "{}", step.name);
            match state.as_str() {
                "NEEDS_REAUTHORIZATION" => Some(Some(problem.unwrap_or_default())),
                _ => works(&there, &tool).await.then_some(None),
            }
        })
        .await;
    match &problem {
        None => count.kept += 1,
        Some(problem) => {
            assert!(step.is_in_the_dark && policy.reuse == Reuse::EndsFamily, "{}", step.name);
            assert_eq!(problem, "REFRESH_INTERRUPTED", "{}", step.name);
            count.interrupted += 1;
        }
    }
    if !is_restarted {
        server.launch_one(0).await;
    }
    // What the process left behind comes home, whatever it is, and does no harm.
    eventually_within(PATIENCE, "a journal without pages of the dead", async || {
        (server.pages() == 0).then_some(())
    })
    .await;
    if problem.is_none() {
        until_all_live(server).await;
        assert!(works(&there, &tool).await, "still after {}", step.name);
    }
}

async fn trial(reuse: Reuse) -> (Count, usize) {
    let mut server = start(2, STRICT).await;
    let policy = Policy { reuse, revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let (rounds, steps) = (rounds(1), steps());
    let (mut count, mut people) = (Count::default(), Vec::new());
    for round in 0..rounds {
        for (number, step) in steps.iter().enumerate() {
            let person =
                format!("{round}-{number}-{}", if step.is_in_the_dark { "dark" } else { "" });
            people.push(server.viewer_at(1, &person));
            let is_restarted = (round + number) % 2 == 0;
            kill_at(&mut server, policy, step, &person, is_restarted, &mut count).await;
        }
    }
    let dark = everybody_leaves(&server, &people, |_| false).await;
    assert_eq!(dark, 0);
    report(&format!(
        "{} steps of renewing × {rounds}, {reuse:?}: {} processes killed, {} accounts work, {} \
         say that renewing was interrupted; 0 live tokens unknown to us",
        steps.len(),
        count.kept + count.interrupted,
        count.kept,
        count.interrupted,
    ));
    (count, rounds)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_service_takes_a_token_twice_no_killed_process_costs_an_account() {
    let (count, _) = trial(Reuse::Leeway(Duration::from_mins(1))).await;
    assert_eq!(count.interrupted, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_only_an_answer_that_never_came_does_and_the_person_is_told() {
    let (count, rounds) = trial(Reuse::EndsFamily).await;
    assert_eq!(count.interrupted, 2 * rounds, "those without an answer");
}

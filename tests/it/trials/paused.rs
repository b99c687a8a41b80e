//! A process stands still while it has new tokens in hand, and goes on when they are too late.

use std::time::Duration;

use attache_playground::{Answer, Endpoint, Options, Policy, Reuse};
use attache_support::{Client, ServerProcess, eventually, eventually_within, report, rounds};
use serde_json::json;

use super::{STRICT, accounts, connect, end_access, live, start, works};

/// Longer than a turn at renewing lasts.
const PATIENCE: Duration = Duration::from_secs(40);

/// A person's token is renewed by the first process, which gets new ones and then stands still
/// until its turn is over and the other one has seen to the account.
struct Frozen {
    here: Client,
    there: Client,
    account: String,
    tool: String,
}

async fn freeze(server: &ServerProcess, policy: Policy, person: &str) -> Frozen {
    let (here, there) = (server.viewer_at(0, person), server.viewer_at(1, person));
    let account = connect(server, &here, person).await;
    let tool = here.tool("whoami").await;
    end_access(server, policy, person);
    let held = server.playground.holds(Endpoint::Token);
    server.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
    here.start(&tool, json!({})).await;
    eventually("a renewal that is under way", async || {
        (server.playground.holds(Endpoint::Token) > held).then_some(())
    })
    .await;
    // It gets its tokens, and comes as far as the row that it has to write.
    let database = server.database.connect().await;
    database.batch_execute("BEGIN; SELECT id FROM accounts FOR UPDATE").await.unwrap();
    server.playground.release();
    let waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
        AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    let waiting: i32 = eventually("a process that waits for the row", async || {
        Some(database.query_opt(waiting, &[]).await.unwrap()?.get(0))
    })
    .await;
    server.freeze_one(0);
    database.query("SELECT pg_terminate_backend($1)", &[&waiting]).await.unwrap();
    database.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(server.answers(), 1, "the tokens are on a page");
    eventually_within(PATIENCE, "another process that has taken over", async || {
        let open = "refreshes WHERE state <> 'IDLE'";
        (server.database.count(open).await == 0).then_some(())
    })
    .await;
    assert!(works(&there, &tool).await, "{:?}", accounts(&there).await);
    Frozen { here, there, account, tool }
}

impl Frozen {
    /// The first process goes on, and finds that it is too late.
    async fn thaw(&self, server: &ServerProcess) {
        server.thaw_one(0);
        eventually("tokens that are not in hand any more", async || {
            (server.pages() == 0).then_some(())
        })
        .await;
        for client in [&self.here, &self.there] {
            assert!(works(client, &self.tool).await, "{:?}", accounts(client).await);
        }
    }

    async fn leave(&self, server: &ServerProcess) {
        self.there.disconnect(&self.account).await;
        eventually("tokens that are all dead", async || live(server).is_empty().then_some(()))
            .await;
    }
}

const KEPT: &str = "revocations WHERE sealed_token IS NOT NULL";

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_machine_that_stood_still_are_neither_used_nor_forgotten_nor_do_they_harm() {
    let program = super::PROGRAM;
    let server = ServerProcess::start_on_machines(program, 2, Options::default(), STRICT).await;
    let reuse = Reuse::Leeway(Duration::from_mins(1));
    let policy = Policy { reuse, revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let rounds = rounds(1);
    for round in 0..rounds {
        let frozen = freeze(&server, policy, &format!("person-{round}")).await;
        assert_eq!(server.playground.counts().refreshes, 2 * (round + 1), "asked again");
        frozen.thaw(&server).await;
        assert_eq!(server.database.count(KEPT).await, 2, "an access and a refresh token");
        assert!(live(&server).len() >= 4, "the late ones live as long as the account does");
        frozen.leave(&server).await;
    }
    report(&format!(
        "{rounds} machines that stood still with tokens in hand for longer than their turn: \
         {rounds} writes fenced off, 0 accounts harmed, 0 live tokens unknown to us"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_process_that_stands_still_are_found_in_its_journal_by_its_neighbour() {
    let server = start(2, STRICT).await;
    // Whatever is asked for again is lost.
    let policy = Policy { revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let rounds = rounds(1);
    for round in 0..rounds {
        let frozen = freeze(&server, policy, &format!("person-{round}")).await;
        frozen.thaw(&server).await;
        let counts = server.playground.counts();
        assert_eq!((counts.refreshes, counts.reuses), (round + 1, 0), "not asked again");
        assert_eq!(server.database.count(KEPT).await, 0, "nothing is left over");
        frozen.leave(&server).await;
    }
    report(&format!(
        "{rounds} processes that stood still with tokens in hand for longer than their turn, \
         beside another: 0 tokens used twice, 0 accounts harmed, 0 live tokens unknown to us"
    ));
}

//! Connecting, connecting again, disconnecting, renewing and killing in any order and at once,
//! against a model of what there should be then.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use attache_domain::Clock;
use attache_playground::{Endpoint, Policy, Reuse};
use attache_support::{Client, NOTES, ServerProcess, eventually_within, report, rounds, seed};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::{STRICT, accounts, end_access, everybody_leaves, lapse_leases, live, start, works};

const PROCESSES: usize = 2;
const PEOPLE: [&str; 3] = ["ada", "grace", "hedy"];
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Connect,
    Disconnect,
    Renew,
}

/// Something that somebody does at one of the processes.
#[derive(Clone, Copy, Debug)]
struct Move {
    person: usize,
    process: usize,
    deed: Deed,
}

/// What happens at once, and which process is killed meanwhile, how long after.
#[derive(Debug)]
struct Step {
    moves: Vec<Move>,
    kill: Option<(usize, usize)>,
}

/// Draws from a seed.
struct Dice(Clock);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let drawn = u64::from_le_bytes(self.0.random());
        usize::try_from(drawn % u64::try_from(limit).unwrap()).unwrap()
    }

    fn step(&self) -> Step {
        let deeds = [Deed::Connect, Deed::Connect, Deed::Disconnect, Deed::Renew, Deed::Renew];
        let moves = (0..=self.below(4)).map(|_| Move {
            person: self.below(PEOPLE.len()),
            process: self.below(PROCESSES),
            deed: deeds[self.below(deeds.len())],
        });
        let moves = moves.collect();
        let kill = (self.below(3) == 0).then(|| (self.below(PROCESSES), self.below(3_000)));
        Step { moves, kill }
    }
}

/// Whether somebody has an account: what may be true until it is looked at.
type May = BTreeSet<bool>;

/// What people have, as far as what they did and what they were told lets one know.
#[derive(Debug)]
struct Model([May; PEOPLE.len()]);

impl Model {
    /// `told` is whether each move was answered as done.
    fn take(&mut self, moves: &[Move], told: &[bool]) {
        for (person, may) in self.0.iter_mut().enumerate() {
            let theirs: Vec<(Deed, bool)> = moves
                .iter()
                .zip(told)
                .filter(|(it, _)| it.person == person)
                .map(|(it, told)| (it.deed, *told))
                .collect();
            let of = |deed| theirs.iter().filter(move |(it, _)| *it == deed).map(|(_, told)| *told);
            let connects: Vec<bool> = of(Deed::Connect).collect();
            let leaves: Vec<bool> = of(Deed::Disconnect).collect();
            match (connects.is_empty(), leaves.is_empty()) {
                (true, true) => {}
                (false, false) => may.extend([true, false]),
                (false, true) if connects.contains(&true) => *may = May::from([true]),
                (false, true) => drop(may.insert(true)),
                (true, false) if leaves.contains(&true) => *may = May::from([false]),
                (true, false) => drop(may.insert(false)),
            }
        }
    }
}

/// Does something; `true` when that is answered as done. The process may be dead.
async fn make(server: &ServerProcess, a_move: Move) -> bool {
    let person = PEOPLE[a_move.person];
    let client = server.viewer_at(a_move.process, person);
    match a_move.deed {
        Deed::Connect => connects(server, &client, person).await == Some(true),
        Deed::Disconnect => leaves(&client).await == Some(true),
        Deed::Renew => {
            // Whatever comes of it: there may be no tool, or no process.
            let _ = calls(&client).await;
            true
        }
    }
}

async fn connects(server: &ServerProcess, client: &Client, person: &str) -> Option<bool> {
    let begin = "mutation ($input: BeginConnectInput!) { beginConnect(input: $input) {
        attempt { authorizationUrl } } }";
    let input = json!({ "target": { "serviceCode": NOTES } });
    let begun = client.try_query(begin, json!({ "input": input })).await?;
    let url = begun["beginConnect"]["attempt"]["authorizationUrl"].as_str()?;
    let callback = server.playground.consent(url, person).ok()?;
    let complete = "mutation ($input: CompleteOAuthInput!) { completeOAuth(input: $input) {
        attempt { state } } }";
    let input = json!({ "input": { "callbackUrl": callback } });
    let completed = client.try_query(complete, input).await?;
    Some(completed["completeOAuth"]["attempt"]["state"] == "SUCCEEDED")
}

async fn leaves(client: &Client) -> Option<bool> {
    let query = "mutation ($input: DisconnectInput!) { disconnect(input: $input) {
        problems { code } } }";
    let input = json!({ "input": { "serviceCode": NOTES } });
    let left = client.try_query(query, input).await?;
    Some(left["disconnect"]["problems"] == json!([]))
}

async fn calls(client: &Client) -> Option<Value> {
    let query = "{ viewer { tools(filter: { search: \"whoami\" }) { nodes { id } } } }";
    let tools = client.try_query(query, Value::Null).await?;
    let tool = tools["viewer"]["tools"]["nodes"][0]["id"].as_str()?;
    let query = "mutation ($input: InvokeToolInput!) { invokeTool(input: $input) {
        invocation { state } } }";
    let key = Clock::system().uuid();
    let input = json!({ "toolId": tool, "arguments": {}, "idempotencyKey": key, "waitMs": 5_000 });
    client.try_query(query, json!({ "input": input })).await
}

/// The act of consent whose tokens the account of a person is used with.
async fn family_in_use(server: &ServerProcess, client: &Client, account: &str) -> Option<u64> {
    client.until_catalog(account, "READY").await;
    assert!(works(client, &client.tool("whoami").await).await);
    let request = server.playground.requests(Endpoint::Mcp).pop()?;
    let token = request.headers["authorization"].to_str().ok()?.strip_prefix("Bearer ")?.to_owned();
    Some(server.playground.issued().iter().find(|it| it.token == token)?.family)
}

async fn kill_after(yields: usize) {
    for _ in 0..yields {
        tokio::task::yield_now().await;
    }
}

/// Waits until nothing is under way. What a dead process held lapses at once.
async fn settle(server: &ServerProcess, is_killed: bool) {
    if is_killed {
        lapse_leases(server).await;
        let hasten = "UPDATE refreshes SET lease_until = clock_timestamp() WHERE lease_id IS NOT NULL;
            UPDATE revocations SET next_attempt_at = now() WHERE state = 'PENDING';
            UPDATE accounts SET updated_at = now() - interval '1 minute' WHERE state = 'DISCONNECTING'";
        server.database.connect().await.batch_execute(hasten).await.unwrap();
    }
    let open = "(SELECT id FROM connect_attempts WHERE state = 'EXCHANGING' \
        UNION ALL SELECT account_id FROM refreshes WHERE state <> 'IDLE' \
        UNION ALL SELECT id FROM accounts WHERE state = 'DISCONNECTING' \
        UNION ALL SELECT id FROM revocations WHERE state = 'PENDING') AS open";
    eventually_within(PATIENCE, "a world that is settled", async || {
        (server.database.count(open).await == 0 && server.pages() == 0).then_some(())
    })
    .await;
}

/// The living acts of consent by person.
fn families(server: &ServerProcess) -> BTreeMap<String, BTreeSet<u64>> {
    let mut families: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for token in live(server) {
        families.entry(token.grant.person.clone()).or_default().insert(token.family);
    }
    families
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_people_do_at_once_they_have_what_they_were_told_and_nothing_else_lives() {
    let seed = seed();
    let dice = Dice(Clock::manual(Clock::system().now(), seed));
    let mut server = start(PROCESSES, STRICT).await;
    let reuse = Reuse::Leeway(Duration::from_mins(1));
    let policy = Policy { reuse, revokes_consents: true, ..Policy::default() };
    server.playground.set_policy(policy);
    let mut model = Model(PEOPLE.map(|_| May::from([false])));
    // Consents whose tokens a killed process was about to read. Nobody but the service has them.
    let mut dark: BTreeSet<u64> = BTreeSet::new();
    let (steps, mut moves, mut kills) = (rounds(12), 0, 0);
    for number in 0..steps {
        let step = dice.step();
        // Before anything is under way: a token that ends just after it was renewed is one that
        // the service does not take, which the person has to be told.
        for it in step.moves.iter().filter(|it| it.deed == Deed::Renew) {
            end_access(&server, policy, PEOPLE[it.person]);
        }
        let told = join_all(step.moves.iter().map(|it| make(&server, *it)));
        let told = match step.kill {
            None => told.await,
            Some((process, yields)) => {
                let (told, ()) = join(told, async {
                    kill_after(yields).await;
                    server.strike_one(process);
                })
                .await;
                server.kill_one(process);
                server.launch_one(process).await;
                kills += 1;
                told
            }
        };
        settle(&server, step.kill.is_some()).await;
        moves += step.moves.len();
        model.take(&step.moves, &told);
        let living = families(&server);
        for (person, may) in PEOPLE.iter().zip(&mut model.0) {
            let context = format!("seed {seed}, step {number}: {person}, {step:?}, {told:?}");
            let accounts = accounts(&server.viewer_at(0, person)).await;
            assert!(accounts.len() <= 1, "{context}: {accounts:?}");
            assert!(accounts.iter().all(|it| it.1 == "CONNECTED"), "{context}: {accounts:?}");
            let is_there = !accounts.is_empty();
            assert!(may.contains(&is_there), "{context}: {is_there}");
            *may = May::from([is_there]);
            let theirs = living.get(*person).cloned().unwrap_or_default();
            let mut known: Vec<u64> = theirs.difference(&dark).copied().collect();
            let is_hit = |it: &Move| {
                let killed = step.kill.map(|(process, _)| process);
                PEOPLE[it.person] == *person
                    && it.deed == Deed::Connect
                    && killed == Some(it.process)
            };
            if step.moves.iter().any(is_hit) && known.len() > usize::from(is_there) {
                // Which of them is the account's shows when it is used.
                let of_the_account = match accounts.first() {
                    Some((id, ..)) => {
                        family_in_use(&server, &server.viewer_at(0, person), id).await
                    }
                    None => None,
                };
                known.retain(|family| Some(*family) == of_the_account || !dark.insert(*family));
            }
            assert_eq!(known.len(), usize::from(is_there), "{context}: {theirs:?}, {dark:?}");
        }
    }
    let people: Vec<Client> = PEOPLE.iter().map(|it| server.viewer_at(0, it)).collect();
    for client in &people {
        if !accounts(client).await.is_empty() {
            let tool = client.tool("whoami").await;
            assert!(works(client, &tool).await, "seed {seed}");
        }
    }
    everybody_leaves(&server, &people, |it| dark.contains(&it.family)).await;
    report(&format!(
        "seed {seed}: {steps} steps with {moves} moves at {PROCESSES} processes and {kills} \
         kills: everybody has what they were told, 0 live tokens unknown to us but those of {} \
         consents whose process was killed before it had read them",
        dark.len(),
    ));
    assert!(dark.len() <= kills);
}

//! How long it takes to show and to search a viewer's tools, and whether that grows with how many
//! there are: a page does not, and a search only with how many it ranks.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::database::Database;
use crate::samples::Samples;
use crate::viewer::Viewer;

/// What a page may take, in microseconds.
const BUDGET: i64 = 20_000;

/// Tools of one account.
const OF_ACCOUNT: i32 = 200;

/// How many accounts there are in the end, and how many at first.
const ACCOUNTS: [i32; 2] = [5, 50];

const WARM_UP: usize = 5;
const ROUNDS: usize = 50;

/// How many of the pages hold the same tools among many as among few.
const STEADY: usize = 4;

/// What is asked: what the page is called, and what is searched for. Of what the last of these find,
/// there is ten times as much among ten times as many tools, of which a search ranks up to its bound.
const PAGES: [(&str, Option<&str>); 7] = [
    ("first page", None),
    ("search, nothing", Some("unheard")),
    ("search, one tool", Some("roll dice")),
    ("search, 100 tools", Some("seldom")),
    ("search, 1 in 200", Some("create issue")),
    ("search, 1 in 20", Some("issue")),
    ("search, all but few", Some("service")),
];

/// Measures with few tools and with many, says what came of it, and whether each page is within
/// its budget.
pub(crate) async fn measure(database: &Database, viewer: &Viewer) -> Result<bool> {
    println!("\n{:<20} {:>8} {:>8} {:>8} {:>8}", "in µs", "p50", "p90", "p99", "max");
    let (mut accounts, mut is_within) = (0, true);
    let mut among_few = [0; STEADY];
    for total in ACCOUNTS {
        database.add_accounts(accounts + 1, total, OF_ACCOUNT).await?;
        accounts = total;
        println!("{} tools of {total} accounts", total * OF_ACCOUNT);
        for (place, (name, search)) in PAGES.into_iter().enumerate() {
            let samples = page(viewer, search).await?;
            println!("{name:<20} {samples}");
            let median = samples.percentile(50);
            is_within &= median <= BUDGET;
            if let Some(few) = among_few.get_mut(place) {
                is_within &= total == ACCOUNTS[0] || median <= *few * 3 / 2;
                *few = median;
            }
        }
    }
    println!(
        "A page may take {BUDGET} µs at p50, and the first {STEADY} may not take half as long again \
         among ten times as many."
    );
    Ok(is_within)
}

async fn page(viewer: &Viewer, search: Option<&str>) -> Result<Samples> {
    let query = "query ($search: String) { viewer { tools(first: 50, filter: { search: $search }) {
        nodes { id name title description revision isInvocable
            settings { isEnabled isPinned } account { id } }
        pageInfo { hasNextPage endCursor } } } }";
    let mut samples = Samples::default();
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            samples = Samples::default();
        }
        let read = async {
            let found = viewer.execute(query, json!({ "search": search })).await?;
            let count = found["viewer"]["tools"]["nodes"].as_array().map_or(0, Vec::len);
            let is_expected = if search == Some("unheard") { count == 0 } else { count > 0 };
            ensure!(is_expected, "{count} tools for {}", search.map_or(Value::Null, Into::into));
            Ok(())
        };
        samples.time(read).await?;
    }
    Ok(samples)
}

//! When processes begin and end: one for each account, and none for nobody.

use attache_playground::Options;
use attache_support::{ServerProcess, Setup, eventually, eventually_within};
use serde_json::json;

use super::{
    LOCAL, LOCKED, PROGRAM, call, connect, connect_locked, is_there, offering, process, programs,
    until_gone,
};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_shares_a_process_with_anybody() {
    let app = offering(&[], "").await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    connect(&ada).await;
    connect_locked(&grace, "pk_grace").await;
    let lin = app.viewer("lin");
    connect_locked(&lin, "pk_grace").await;
    let mut all = [process(&ada).await, process(&grace).await, process(&lin).await];
    all.sort_unstable();
    assert!(all[0] < all[1] && all[1] < all[2], "{all:?}");
    assert!(all.into_iter().all(is_there));
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_ends_the_process_and_another_key_is_another_one() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    let account = connect_locked(&ada, "pk_first").await;
    let first = process(&ada).await;
    let again = json!({ "serviceCode": LOCKED, "apiKey": "pk_second", "accountId": account });
    ada.connect_with(again).await;
    let second = process(&ada).await;
    assert_ne!(first, second);
    until_gone(first).await;
    assert_eq!(ada.disconnect(&account).await["problems"], json!([]));
    until_gone(second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_dies_in_a_call_ends_it_honestly_and_the_next_one_works() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let first = process(&ada).await;
    let died = call(&ada, "die", json!({})).await;
    assert_eq!(died["state"], "INTERRUPTED", "{died}");
    assert_eq!(died["problem"]["code"], "OUTCOME_UNKNOWN");
    assert_ne!(process(&ada).await, first);
    until_gone(first).await;
    // The same from outside, while nothing runs.
    let second = process(&ada).await;
    let kill = std::process::Command::new("kill").args(["-9", &second.to_string()]).status();
    assert!(kill.unwrap().success());
    until_gone(second).await;
    // Two in a row, so it may be left alone for a moment.
    let third = eventually("another process", async || {
        let said = call(&ada, "process", json!({})).await;
        said["result"]["structuredContent"]["process"].as_u64()
    });
    assert_ne!(third.await, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_dies_is_gone_also_where_something_of_it_holds_its_output_open() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let first = process(&ada).await;
    let died = call(&ada, "leave_child", json!({})).await;
    assert_eq!(died["state"], "INTERRUPTED", "{died}");
    assert_ne!(process(&ada).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_again_and_again_is_left_alone_for_a_while() {
    let app = offering(&[], "").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let tool = ada.tool("die").await;
    let rested = eventually("a rest", async || {
        let died = ada.invoke(&tool, json!({})).await;
        (died["state"] == "FAILED").then_some(died)
    })
    .await;
    assert_eq!(rested["problem"]["code"], "SERVICE_UNAVAILABLE");
    assert!(app.log().contains("a program ended by itself"));
    // Somebody else is not left alone with that.
    let grace = app.viewer("grace");
    connect(&grace).await;
    process(&grace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_start_is_a_plain_problem() {
    let app = offering(&["--crash"], "").await;
    let ada = app.viewer("ada");
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id } problems { code message } } }";
    let input = json!({ "serviceCode": LOCKED, "apiKey": "pk_ada" });
    let refused = ada.query(query, json!({ "input": input })).await["connectWithKey"].clone();
    assert_eq!(refused["problems"][0]["code"], "SERVICE_UNAVAILABLE", "{refused}");
    let input = json!({ "serviceCode": LOCAL });
    let connected = ada.query(query, json!({ "input": input })).await["connectWithKey"].clone();
    let account = connected["account"]["id"].as_str().unwrap();
    let failed = ada.until_catalog(account, "FAILED").await;
    assert_eq!(failed["catalog"]["problem"]["code"], "SERVICE_UNAVAILABLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_like_a_key_is_started_once_and_greeted_as_before_by_others() {
    for arguments in [&[][..], &["--legacy"][..]] {
        // By a name of its own, by which it is found in a log that tells of others as well.
        let directory = tempfile::tempdir().unwrap();
        let named = directory.path().join("picky");
        std::os::unix::fs::symlink(PROGRAM, &named).unwrap();
        let command = |path: &std::path::Path| format!("command = {path:?}");
        let toml = programs(arguments, "");
        let toml = toml.replace(&command(PROGRAM.as_ref()), &command(&named));
        let app = Setup { toml, launcher: Some(PROGRAM.into()), ..Setup::default() }.start().await;
        connect_locked(&app.viewer("ada"), "pk_ada").await;
        let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
            problems { code } } }";
        let input = json!({ "serviceCode": LOCKED, "apiKey": "pk_disliked" });
        for tried in 1..=2 {
            let lin = app.viewer("lin");
            let refused = lin.query(query, json!({ "input": input })).await;
            assert_eq!(refused["connectWithKey"]["problems"][0]["code"], "SERVICE_UNAVAILABLE");
            let is_end = |line: &str| {
                line.contains("a program ended by itself") && line.contains(named.to_str().unwrap())
            };
            let ends = || app.log().lines().filter(|line| is_end(line)).count();
            eventually("its end", async || (ends() >= tried).then_some(())).await;
            assert_eq!(ends(), tried);
        }
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_starts_programs_without_end_by_trying_keys() {
    let app = offering(&["--crash"], "").await;
    let ada = app.viewer("ada");
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        problems { code } } }";
    let input = json!({ "input": { "serviceCode": LOCKED, "apiKey": "pk_ada" } });
    let mut codes = Vec::new();
    for _ in 0..21 {
        let refused = ada.query(query, input.clone()).await["connectWithKey"].clone();
        codes.push(refused["problems"][0]["code"].clone());
    }
    assert!(codes[..20].iter().all(|code| code == "SERVICE_UNAVAILABLE"), "{codes:?}");
    assert_eq!(codes[20], "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_nobody_asks_anything_ends_and_comes_back() {
    let app = offering(&[], "idle_timeout = \"1s\"").await;
    let ada = app.viewer("ada");
    connect(&ada).await;
    let first = process(&ada).await;
    until_gone(first).await;
    assert_ne!(process(&ada).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_leaves_no_process_behind() {
    for arguments in [&[][..], &["--stubborn"][..]] {
        let mut app = offering(arguments, "").await;
        let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
        connect(&ada).await;
        connect(&grace).await;
        let child = call(&ada, "start_child", json!({})).await;
        let child = child["result"]["structuredContent"]["process"].as_u64().unwrap();
        let all = [process(&ada).await, process(&grace).await, child];
        assert!(all.into_iter().all(is_there));
        app.stop().await;
        let left: Vec<u64> = all[..2].iter().copied().filter(|it| is_there(*it)).collect();
        assert!(left.is_empty(), "{left:?} of {all:?}");
        // Whose parent is gone is somebody else's to ask about.
        eventually("the end of what it started", async || is_over(child).then_some(())).await;
        app.end().await;
    }
}

/// Whether a process runs no more.
fn is_over(process: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_none_or(|rest| rest.is_empty() || rest.starts_with('Z'))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_takes_its_programs_with_it() {
    let extra = programs(&["--stubborn"], "");
    let mut server = ServerProcess::start_many(PROGRAM, 1, Options::default(), &extra).await;
    let ada = server.viewer("ada");
    connect(&ada).await;
    let process = process(&ada).await;
    assert!(is_there(process));
    server.kill();
    let patience = std::time::Duration::from_secs(10);
    eventually_within(patience, "the end", async || is_over(process).then_some(())).await;
}

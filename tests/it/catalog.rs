//! What an account offers: read in full, kept fresh, and bounded whatever the service says.

use std::collections::BTreeSet;

use attache_domain::Clock;
use attache_playground::{Answer, Endpoint, Era, ToolSet};
use attache_support::{Client, Setup, TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn tool(name: &str) -> Value {
    json!({ "name": name, "inputSchema": { "type": "object" } })
}

fn tools(count: usize) -> Vec<Value> {
    (0..count).map(|number| tool(&format!("tool_{number:03}"))).collect()
}

async fn names(client: &Client, filter: Value) -> Vec<String> {
    let query = "query ($filter: ToolFilter) { viewer { tools(filter: $filter, first: 100) {
        nodes { name } } } }";
    let data = client.query(query, json!({ "filter": filter })).await;
    let nodes = data["viewer"]["tools"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_service_is_read_and_ours_follow_each_other() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, tools: ToolSet::of(tools(55)), ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_open().await;
        let query = "query ($id: ID!, $after: String) { node(id: $id) { ... on Account {
            catalog { toolCount tools(first: 20, after: $after) {
                nodes { name } pageInfo { hasNextPage endCursor } } } } } }";
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = ada.query(query, json!({ "id": account, "after": after })).await;
            let catalog = &page["node"]["catalog"];
            assert_eq!(catalog["toolCount"], 55, "{era:?}");
            let nodes = catalog["tools"]["nodes"].as_array().unwrap();
            assert!(nodes.len() <= 20);
            found.extend(nodes.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()));
            if catalog["tools"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = catalog["tools"]["pageInfo"]["endCursor"].clone();
        }
        let expected: Vec<String> = (0..55).map(|number| format!("tool_{number:03}")).collect();
        assert_eq!(found, expected, "{era:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_the_service_arrives_by_itself_as_one_event() {
    for era in [Era::Legacy, Era::Modern] {
        let mut offered = tools(3);
        let set = ToolSet::of(offered.clone());
        let app = Setup { era, tools: set, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        ada.connect_open().await;
        let ids = [ada.tool("tool_000").await, ada.tool("tool_001").await];
        let mut watch = ada.watch_from_now().await;
        offered[1]["description"] = "Says something new.".into();
        offered.push(tool("tool_new"));
        app.playground.offer(ToolSet::of(offered[1..].to_vec()));
        let is_settled =
            |event: &Value| event["upsertedTools"].as_array().is_some_and(|it| !it.is_empty());
        let event = watch.until("the change", is_settled).await;
        assert_eq!(event["catalog"]["state"], "READY", "{era:?}");
        assert_eq!(event["catalog"]["toolCount"], 3);
        let upserted = event["upsertedTools"].as_array().unwrap();
        let upserted: Vec<_> = upserted.iter().map(|tool| &tool["name"]).collect();
        assert_eq!(upserted, ["tool_001", "tool_new"], "{era:?}: only what changed");
        assert_eq!(event["removedToolIds"], json!([ids[0]]));
        assert_eq!(ada.tool("tool_001").await, ids[1], "a changed tool keeps its id");
        assert_eq!(names(&ada, json!({})).await, ["tool_001", "tool_002", "tool_new"]);
        // One that comes back keeps its id, and so its settings.
        app.playground.offer(ToolSet::of(tools(1)));
        watch.until("the tool", |event| is_settled(event)).await;
        assert_eq!(ada.tool("tool_000").await, ids[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_finds_what_changed_and_nothing_where_nothing_did() {
    let app = Setup { tools: ToolSet::of(tools(2)), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let mut watch = ada.watch_from_now().await;
    let asked = ada.run("Refresh", json!({ "accountId": account })).await;
    assert_eq!(asked["problems"], json!([]));
    let event = watch.until("tools", |event| event["catalog"]["state"] == "READY").await;
    assert_eq!((&event["upsertedTools"], &event["removedToolIds"]), (&json!([]), &json!([])));
    let nowhere = json!({ "accountId": "acct_00000000000000000000000000" });
    assert_eq!(ada.run("Refresh", nowhere).await["problems"][0]["code"], "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_down_keeps_the_tools_it_had() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let before = names(&ada, json!({})).await;
    for (answer, code) in [
        (Answer::Say(503, "text/plain", "down".to_owned()), "SERVICE_UNAVAILABLE"),
        (Answer::Say(200, "application/json", "<html>".to_owned()), "SERVICE_REFUSED"),
    ] {
        // Once more than it is tried again.
        for _ in 0..4 {
            app.playground.answer_next(Endpoint::Mcp, answer.clone());
        }
        ada.run("Refresh", json!({ "accountId": account })).await;
        let failed = ada.until_catalog(&account, "FAILED").await;
        assert_eq!(failed["state"], "CONNECTED");
        assert!(failed["catalog"]["problem"]["message"].is_string());
        assert_eq!(failed["catalog"]["problem"]["code"], code, "{answer:?}");
        assert_eq!(names(&ada, json!({})).await, before);
        eventually("a service that is up again", async || {
            ada.run("Refresh", json!({ "accountId": account })).await;
            let query =
                "query ($id: ID!) { node(id: $id) { ... on Account { catalog { state } } } }";
            let now = ada.query(query, json!({ "id": account })).await;
            (now["node"]["catalog"]["state"] == "READY").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_service_ended_is_noticed_and_said() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    for issued in app.playground.issued() {
        app.playground.revoke(&issued.token);
    }
    ada.run("Refresh", json!({ "accountId": account })).await;
    let failed = ada.until_catalog(&account, "FAILED").await;
    assert_eq!(failed["state"], "NEEDS_REAUTHORIZATION");
    let query = "query ($id: ID!) { node(id: $id) { ... on Account {
        problem { __typename code message } availableActions } } }";
    let account_now = ada.query(query, json!({ "id": account })).await["node"].clone();
    assert_eq!(account_now["problem"]["code"], "REAUTHORIZATION_REQUIRED");
    assert_eq!(account_now["availableActions"], json!(["REAUTHORIZE", "DISCONNECT"]));
    let tool = ada.tool("whoami").await;
    let refused = ada.invoke_with(json!({ "toolId": tool, "arguments": {} })).await;
    assert_eq!(refused["problems"][0]["__typename"], "ReauthorizationRequired");
    // Signing in again is all it takes.
    assert_eq!(ada.connect_notes(&app, "ada").await, account);
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_makes_no_sense_is_left_out_and_the_rest_stays() {
    let mut deep = json!({ "type": "object" });
    // Beyond what is kept, and within what a JSON parser reads.
    for _ in 0..40 {
        deep = json!({ "type": "object", "properties": { "in": deep } });
    }
    let large = json!({ "type": "object", "description": "x".repeat(300_000) });
    let offered = vec![
        tool("good"),
        json!({ "name": "deep", "inputSchema": deep }),
        json!({ "name": "large", "inputSchema": large }),
        json!({ "name": "x".repeat(300), "inputSchema": { "type": "object" } }),
        json!({ "name": "no_schema" }),
        json!({ "name": "odd_schema", "inputSchema": 7 }),
        tool("good"),
        tool("last"),
    ];
    let app = Setup { tools: ToolSet::of(offered), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    assert_eq!(names(&ada, json!({})).await, ["good", "last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_are_found_by_what_they_say_and_by_what_was_decided_about_them() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let services = ada.query(r#"{ service(code: "OPEN") { id } }"#, Value::Null).await;
    ada.connect_open().await;
    ada.connect_notes(&app, "ada").await;
    assert_eq!(names(&ada, json!({ "search": "WROTE down" })).await, ["list_notes"; 2]);
    assert_eq!(names(&ada, json!({ "search": "100%" })).await, Vec::<String>::new());
    let here = json!({ "serviceIds": [services["service"]["id"]], "search": "note" });
    assert_eq!(names(&ada, here).await.len(), 4);
    let tool = ada.tool("greet").await;
    let patch = json!({ "isEnabled": false, "isPinned": true });
    ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    assert_eq!(names(&ada, json!({ "isEnabled": false })).await, ["greet"]);
    assert_eq!(names(&ada, json!({ "isPinned": true, "search": "hello" })).await, ["greet"]);
    assert!(!names(&ada, json!({ "isEnabled": true, "isPinned": true })).await.contains(&tool));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_keep_what_is_left_out_and_reach_other_windows() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let tool = ada.tool("greet").await;
    let mut watch = ada.watch_from_now().await;
    let set =
        async |patch: Value| ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    let presets = json!({ "language": "fr" });
    set(json!({ "presetArguments": presets, "confirmation": "ALWAYS" })).await;
    let event = watch.until_type("ToolUpdated").await;
    assert_eq!(event["__typename"], "ToolUpdated");
    let now = set(json!({ "isPinned": true, "isEnabled": null })).await["tool"].clone();
    let settings = json!({ "isEnabled": true, "isPinned": true, "confirmation": "ALWAYS",
        "presetArguments": presets });
    assert_eq!(now["settings"], settings);
    let query = "query ($id: ID!) { node(id: $id) { ... on Tool { form { fields {
        pointer defaultValue } } } } }";
    let form = ada.query(query, json!({ "id": tool })).await["node"]["form"].clone();
    assert!(
        form["fields"]
            .as_array()
            .unwrap()
            .contains(&json!({ "pointer": "/language", "defaultValue": "fr" })),
        "{form}"
    );
    for (patch, code) in [
        (json!({ "presetArguments": [1] }), "INVALID_INPUT"),
        (json!({ "presetArguments": { "language": "klingon" } }), "ARGUMENTS_INVALID"),
        (json!({ "presetArguments": { "name": "x".repeat(100_000) } }), "INVALID_INPUT"),
    ] {
        let refused = set(patch.clone()).await;
        assert_eq!(refused["problems"][0]["code"], code, "{refused}");
    }
    let disabled = set(json!({ "isEnabled": false })).await;
    assert_eq!(disabled["tool"]["isInvocable"], false);
    let refused = ada.invoke_with(json!({ "toolId": tool, "arguments": { "name": "x" } })).await;
    assert_eq!(refused["problems"][0]["code"], "TOOL_DISABLED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_service_is_greeted_again() {
    let app = Setup { era: Era::Legacy, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    app.playground.forget_sessions();
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    assert_eq!(app.playground.calls("roll_dice"), 1, "a call that was refused was not a call");
    app.playground.forget_sessions();
    ada.run("Refresh", json!({ "accountId": account })).await;
    assert_eq!(ada.until_catalog(&account, "READY").await["state"], "CONNECTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_words_wherever_they_are_and_the_best_first() {
    let tool = |name: &str, title: &str, description: &str| {
        json!({ "name": name, "title": title, "description": description,
            "inputSchema": { "type": "object" } })
    };
    let tools = ToolSet::of(vec![
        tool("create_issue", "New ticket", "Opens something for a project."),
        tool("listIssues", "All tickets", "Shows what is open."),
        tool("close", "Close an issue", "Ends it."),
        tool("archive", "Archive", "Puts an old issue away, with 50% of its comments."),
        tool("issue", "One ticket", "Shows a single one."),
        tool("会議を作成", "会議", "新しい会議を作成します。"),
    ]);
    let app = Setup { tools, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    app.viewer("grace").connect_open().await;
    let found = async |search: &str| {
        let query = "query ($search: String) { viewer { tools(filter: { search: $search }) {
            nodes { name } } } }";
        let data = ada.query(query, json!({ "search": search })).await;
        let nodes = data["viewer"]["tools"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let issues = found("issue").await;
    assert_eq!(issues[0], "issue", "a whole name");
    assert_eq!(issues[1..3].iter().filter(|it| it.to_lowercase().contains("issue")).count(), 2);
    assert_eq!(issues[3..], ["close", "archive"], "titles before descriptions");
    assert_eq!(found("list issues").await, ["listIssues"]);
    assert_eq!(found("ISSUE creat").await, ["create_issue"]);
    assert_eq!(found("作成").await, ["会議を作成"], "a script that does not part words");
    for nothing in ["issue & !create", "sues", "'", "50% of nothing", "viewer", "%", "²"] {
        let names = found(nothing).await;
        let expected: &[&str] = if nothing.starts_with("issue") { &["create_issue"] } else { &[] };
        assert_eq!(names, expected, "{nothing}");
    }

    let query = "query ($after: String) { viewer { tools(filter: { search: \"issue\" },
        first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } } }";
    let (mut pages, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = ada.query(query, json!({ "after": after })).await;
        let page = &data["viewer"]["tools"];
        let names = page["nodes"].as_array().unwrap().iter();
        pages.extend(names.map(|it| it["name"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(pages, issues);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nearly_every_tool_has_finds_first_what_is_named_so_and_comes_to_an_end() {
    let tool = |number: i32| {
        let name = if number == 1300 { "gathered".to_owned() } else { format!("t{number}") };
        json!({ "name": name, "description": "Works on what was gathered.",
            "inputSchema": { "type": "object" } })
    };
    let tools = ToolSet::of((0..=1300).map(tool).collect());
    let app = Setup { tools, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let query = "query ($after: String) { viewer { tools(filter: { search: \"gathered\" },
        first: 100, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ada.query(query, json!({ "after": after })).await["viewer"]["tools"].take();
        found.extend(page["nodes"].as_array().unwrap().clone());
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(found[0]["name"], "gathered");
    let ids: BTreeSet<&str> = found.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!((found.len(), ids.len()), (501, 501), "each once");
}

/// How often the service was asked for its tools.
fn listings(app: &TestApp) -> usize {
    let requests = app.playground.requests(Endpoint::Mcp);
    requests.iter().filter(|request| request.body.contains("\"tools/list\"")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_cannot_be_offered_are_named_with_the_reason() {
    let with = |name: &str, property: Value| json!({ "name": name, "inputSchema": { "type": "object", "properties": { "a": property } } });
    let header = |name: &str| json!({ "type": "string", "x-mcp-header": name });
    let tools = vec![
        with("fine", header("Region")),
        with("colon", header("no: colon")),
        with("listed", json!({ "type": "array", "items": header("Region") })),
        with("wide", json!({ "description": "x".repeat(300_000) })),
    ];
    for era in [Era::Modern, Era::Legacy] {
        let app =
            Setup { era, tools: ToolSet::of(tools.clone()), ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_open().await;
        let query = "query ($id: ID!) { node(id: $id) { ... on Account { catalog {
            toolCount rejectedTools { name reason } } } } }";
        let catalog = ada.query(query, json!({ "id": account })).await["node"]["catalog"].clone();
        let rejected = catalog["rejectedTools"].as_array().unwrap();
        let mut names: Vec<&str> = rejected.iter().map(|it| it["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        // Older revisions know nothing of such headers, so nothing is wrong with them.
        let expected: &[&str] =
            if era == Era::Modern { &["colon", "listed", "wide"] } else { &["wide"] };
        assert_eq!(names, expected);
        assert_eq!(catalog["toolCount"], 4 - expected.len());
        let wide = rejected.iter().find(|it| it["name"] == "wide").unwrap();
        let why = "This tool is not offered because one of its schemas is too large.";
        assert_eq!(wide["reason"], why);
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_repeated_as_headers_where_the_tool_says_so() {
    let schema = json!({ "type": "object", "properties": {
        "region": { "type": "string", "x-mcp-header": "Region" },
        "inner": { "type": "object", "properties": {
            "city": { "type": "string", "x-mcp-header": "City" } } } } });
    let tool = json!({ "name": "echo", "inputSchema": schema,
        "annotations": { "readOnlyHint": true } });
    let setup = Setup { era: Era::Modern, tools: ToolSet::of(vec![tool]), ..Setup::default() };
    let mut app = setup.start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("echo").await;
    // A process that never asked for the tools knows them, too.
    app.restart().await;
    let ada = app.viewer("ada");
    ada.invoke(&tool, json!({ "region": "eu", "inner": { "city": "Zürich" } })).await;
    ada.invoke(&tool, json!({ "region": "us" })).await;
    let calls = app.playground.requests(Endpoint::Mcp);
    let calls = calls.iter().filter(|request| request.body.contains("\"tools/call\""));
    let sent: Vec<[Option<&str>; 2]> = calls
        .map(|call| {
            ["mcp-param-region", "mcp-param-city"]
                .map(|name| call.headers.get(name).map(|value| value.to_str().unwrap()))
        })
        .collect();
    assert_eq!(sent, [[Some("eu"), Some("=?base64?WsO8cmljaA==?=")], [Some("us"), None]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_that_holds_no_longer_is_read_again_when_somebody_looks() {
    let clock = Clock::manual(Clock::system().now(), 7);
    let setup = Setup { era: Era::Modern, clock: clock.clone(), ..Setup::default() };
    let app = setup.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let before = listings(&app);
    ada.until_catalog(&account, "READY").await;
    assert_eq!(listings(&app), before, "what the service says holds for some minutes");
    clock.advance(TimeDelta::minutes(6));
    let ada = app.viewer("ada");
    ada.until_catalog(&account, "READY").await;
    eventually("another reading", async || (listings(&app) > before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_some_accounts_are_found_and_of_no_other() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let (open, notes) = (ada.connect_open().await, ada.connect_notes(&app, "ada").await);
    let theirs = app.viewer("grace").connect_open().await;
    let query = "query ($filter: ToolFilter) { viewer { tools(filter: $filter, first: 100) {
        nodes { name account { id } } } } }";
    let found = async |filter: Value| {
        let data = ada.query(query, json!({ "filter": filter })).await;
        let nodes = data["viewer"]["tools"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|it| it["account"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let of = |accounts: &[&str]| json!({ "accountIds": accounts });
    let (all, one, both) = (found(json!({})), found(of(&[&notes])), found(of(&[&notes, &open])));
    let (all, one, both) = (all.await, one.await, both.await);
    assert!(!one.is_empty() && one.len() < all.len(), "{} of {}", one.len(), all.len());
    assert!(one.iter().all(|account| *account == notes), "{one:?}");
    assert_eq!(both, all);
    // Together with what else a filter says: words, and where the account is.
    let mut searched = of(&[&open]);
    searched["search"] = "list notes".into();
    assert_eq!(found(searched).await, [open.as_str()]);
    let services = ada.query(r#"{ service(code: "OPEN") { id } }"#, Value::Null).await;
    let mut elsewhere = of(&[&notes]);
    elsewhere["serviceIds"] = json!([services["service"]["id"]]);
    for nothing in [elsewhere, of(&[]), of(&[&theirs]), of(&["nonsense"])] {
        assert_eq!(found(nothing.clone()).await, Vec::<String>::new(), "{nothing}");
    }
    // What a model is told of takes the same filter.
    let query = "query ($filter: ToolFilter) { viewer { toolset(dialect: MCP, filter: $filter) {
        tools { tool { account { id } } } } } }";
    let data = ada.query(query, json!({ "filter": of(&[&notes]) })).await;
    let tools = data["viewer"]["toolset"]["tools"].as_array().unwrap();
    assert!(!tools.is_empty() && tools.iter().all(|it| it["tool"]["account"]["id"] == *notes));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_server_is_not_asked_by_everybody_whether_it_is_one() {
    let app = Setup { era: Era::Legacy, ..Setup::default() }.start().await;
    for person in ["ada", "grace", "edsger"] {
        app.viewer(person).connect_open().await;
    }
    let requests = app.playground.requests(Endpoint::Mcp);
    let of = |method| requests.iter().filter(|it| it.body.contains(method)).count();
    assert_eq!((of("server/discover"), of("\"initialize\"")), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_out_of_reach_is_asked_again_by_itself() {
    let clock = Clock::manual(Clock::system().now(), 7);
    let app = Setup { clock: clock.clone(), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    for _ in 0..4 {
        app.playground
            .answer_next(Endpoint::Mcp, Answer::Say(503, "text/plain", "down".to_owned()));
    }
    ada.run("Refresh", json!({ "accountId": account })).await;
    ada.until_catalog(&account, "FAILED").await;
    let state = "query ($id: ID!) { node(id: $id) { ... on Account { catalog { state } } } }";
    eventually("a catalog that was read again", async || {
        clock.advance(TimeDelta::minutes(2));
        let now = app.viewer("ada").query(state, json!({ "id": account })).await;
        (now["node"]["catalog"]["state"] == "READY").then_some(())
    })
    .await;
}

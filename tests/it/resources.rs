//! What a service lets people read: listed, read and listened to as it is asked for, and bounded
//! whatever the service says.

use std::sync::atomic::{AtomicUsize, Ordering};

use attache_playground::{Answer, Endpoint, Era};
use attache_support::{Client, Setup, TestApp, eventually};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const NOTES: &str = "notebook://notes";

async fn list(client: &Client, account: &str, after: Value) -> Value {
    client.run("Resources", json!({ "accountId": account, "after": after })).await
}

pub(crate) async fn read(client: &Client, account: &str, uri: &str) -> Value {
    let read = client.run("Read", json!({ "accountId": account, "uri": uri })).await;
    read["resource"].clone()
}

pub(crate) async fn write_down(client: &Client, title: &str, body: &str) {
    let tool = client.tool("add_note").await;
    let arguments = json!({ "title": title, "body": body });
    let input = json!({
        "toolId": tool, "arguments": arguments, "isConfirmed": true, "waitMs": 20_000,
    });
    let told = client.invoke_with(input).await;
    assert_eq!(told["invocation"]["state"], "SUCCEEDED", "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_to_read_is_listed_and_read() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_notes(&app, "ada").await;
        let listed = list(&ada, &account, Value::Null).await;
        let page = &listed["resources"];
        assert_eq!((&page["problem"], &page["endCursor"]), (&Value::Null, &Value::Null), "{era:?}");
        let welcome = &page["nodes"][0];
        assert_eq!(welcome["title"], "Welcome", "{listed}");
        assert_eq!(welcome["size"], 45.0);
        let annotations = json!({
            "audience": ["USER"], "priority": 0.9, "modifiedAt": "2026-01-12T15:00:58Z",
        });
        assert_eq!(welcome["annotations"], annotations);
        // The other one comes from where anybody could change it.
        assert_eq!(welcome["icons"].as_array().unwrap().len(), 1, "{welcome}");
        assert_eq!(page["nodes"][1]["title"], "picture", "without a title the name has to do");
        let template =
            json!([{ "uriTemplate": "note://{name}", "name": "note", "title": "A note" }]);
        assert_eq!(listed["resourceTemplates"]["nodes"], template);

        let text = read(&ada, &account, "notebook://welcome").await;
        assert_eq!(text["contents"][0]["mimeType"], "text/markdown", "{text}");
        assert!(text["contents"][0]["text"].as_str().unwrap().starts_with("# Welcome"));
        let picture = read(&ada, &account, "notebook://picture").await["contents"][0].clone();
        assert!(picture["blob"].as_str().unwrap().starts_with("iVBOR"), "{picture}");
        assert_eq!((&picture["text"], &picture["app"]), (&Value::Null, &Value::Null));
        write_down(&ada, "Milk", "Two bottles.").await;
        assert_eq!(
            read(&ada, &account, "note://milk").await["contents"][0]["text"],
            "Two bottles."
        );
        // What is another's is not there for this one: the service sees who asks.
        let grace = app.viewer("grace");
        let of_grace = grace.connect_notes(&app, "grace").await;
        let missing = read(&grace, &of_grace, "note://milk").await;
        assert_eq!(
            (&missing["contents"], &missing["problem"]["code"]),
            (&json!([]), &json!("NOT_FOUND"))
        );
        for odd in ["", "note://a\nb", &format!("note://{}", "x".repeat(3000))] {
            assert_eq!(read(&ada, &account, odd).await["problem"]["code"], "INVALID_INPUT");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_names_its_page_and_the_page_says_what_it_wants() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_notes(&app, "ada").await;
        let tool = ada.tool("list_notes").await;
        let query = "query ($id: ID!) { node(id: $id) { ... on Tool {
            icons { src sizes } app { resourceUri visibility } } } }";
        let tool = ada.query(query, json!({ "id": tool })).await["node"].clone();
        let icon = json!({ "src": "https://notes.example/list.svg", "sizes": ["any"] });
        assert_eq!(tool["icons"], json!([icon]));
        assert_eq!(tool["app"]["visibility"], json!(["MODEL", "APP"]));
        let uri = tool["app"]["resourceUri"].as_str().unwrap();
        let page = read(&ada, &account, uri).await["contents"][0].clone();
        assert_eq!(page["mimeType"], "text/html;profile=mcp-app");
        assert!(page["text"].as_str().unwrap().starts_with("<!doctype html>"));
        let csp = json!({
            "connectDomains": ["https://api.notes.example"],
            "resourceDomains": ["https://*.notes.example"],
            "frameDomains": [],
            "baseUriDomains": [],
        });
        let frame = json!({
            "csp": csp, "permissions": ["CLIPBOARD_WRITE"], "domain": null, "hasBorder": true,
        });
        assert_eq!(page["app"], frame, "nothing but origins and what there is");
        // Servers leave pages out for those who do not say that they show them.
        let asked = app.playground.requests(Endpoint::Mcp);
        let says = |body: &str| {
            body.contains(
                r#""io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}"#,
            )
        };
        assert!(asked.iter().any(|request| says(&request.body)), "{era:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_told_of_changes_and_the_service_of_who_listens() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
        let account = ada.connect_notes(&app, "ada").await;
        let of_grace = grace.connect_notes(&app, "grace").await;
        let mut watch = ada.listen(&account, NOTES).await;
        let mut again = ada.listen(&account, NOTES).await;
        let mut other = grace.listen(&of_grace, NOTES).await;
        for watch in [&mut watch, &mut again, &mut other] {
            assert_eq!(watch.next().await.unwrap()["__typename"], "CaughtUp", "{era:?}");
        }
        write_down(&ada, "Milk", "Two bottles.").await;
        for watch in [&mut watch, &mut again] {
            let event = watch.next().await.unwrap();
            assert_eq!(event["__typename"], "ResourceUpdated", "{event}");
            assert_eq!((&event["accountId"], &event["uri"]), (&json!(account), &json!(NOTES)));
        }
        let text = read(&ada, &account, NOTES).await;
        assert!(text["contents"][0]["text"].as_str().unwrap().contains("Milk"), "{text}");
        // She hears of her own, and of nothing before.
        write_down(&grace, "Bread", "One.").await;
        assert_eq!(other.next().await.unwrap()["accountId"], of_grace.as_str());
        assert_eq!(other.seen().len(), 2);
        // One leaves, and the other is still told.
        drop(again);
        write_down(&ada, "Butter", "Some.").await;
        assert_eq!(watch.next().await.unwrap()["__typename"], "ResourceUpdated");
        drop((watch, other));
        eventually("a service that knows that nobody listens", async || {
            (app.playground.listeners(NOTES) == 0).then_some(())
        })
        .await;
        assert_eq!(read(&ada, &account, NOTES).await["problem"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listening_ends_with_the_account_and_survives_a_new_consent() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_notes(&app, "ada").await;
        let mut watch = ada.listen(&account, NOTES).await;
        watch.until_type("CaughtUp").await;
        assert_eq!(ada.connect_notes(&app, "ada").await, account);
        // What may have been missed is told as a change.
        watch.until_type("ResourceUpdated").await;
        write_down(&ada, "Milk", "Two bottles.").await;
        watch.until_type("ResourceUpdated").await;
        if era == Era::Legacy {
            // A service that was restarted knows nothing of who listens, and is told again.
            app.playground.forget_sessions();
            assert_eq!(read(&ada, &account, NOTES).await["problem"], Value::Null);
            watch.until_type("ResourceUpdated").await;
            write_down(&ada, "Bread", "One.").await;
            watch.until_type("ResourceUpdated").await;
        }
        ada.disconnect(&account).await;
        watch.rest().await;
    }
}

/// What a subscription ends with that cannot go on.
async fn refusal(client: &Client, account: &str, uri: &str) -> Value {
    let mut socket = client.socket().await;
    let variables = json!({ "accountId": account, "uri": uri });
    socket.subscribe("1", &attache_support::document("Listen"), variables).await;
    let said = socket.next().await.unwrap();
    let errors =
        if said["type"] == "error" { &said["payload"] } else { &said["payload"]["errors"] };
    errors[0]["extensions"]["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_listen_is_told_why() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_notes(&app, "ada").await;
        let code = refusal(&ada, &account, "note://nowhere").await;
        assert!(code == "NOT_FOUND" || code == "SERVICE_REFUSED", "{era:?}: {code}");
        assert_eq!(refusal(&ada, &account, "").await, "INVALID_INPUT");
        let mut watches = Vec::new();
        for _ in 0..20 {
            let mut watch = ada.listen(&account, NOTES).await;
            watch.until_type("CaughtUp").await;
            watches.push(watch);
        }
        assert_eq!(refusal(&ada, &account, NOTES).await, "LIMIT_REACHED");
        watches.pop();
        eventually("room for another", async || {
            (refusal(&ada, &account, "note://nowhere").await != "LIMIT_REACHED").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_has_none_is_not_asked() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        app.playground.answer_method("capabilities", Some(json!({ "tools": {} })));
        let ada = app.viewer("ada");
        let account = ada.connect_open().await;
        let before = app.playground.requests(Endpoint::Mcp).len();
        let listed = list(&ada, &account, Value::Null).await;
        for name in ["resources", "resourceTemplates"] {
            assert_eq!(listed[name]["nodes"], json!([]), "{listed}");
            assert_eq!(listed[name]["problem"], Value::Null);
        }
        assert_eq!(read(&ada, &account, NOTES).await["problem"]["code"], "NOT_FOUND");
        assert_eq!(refusal(&ada, &account, NOTES).await, "SERVICE_REFUSED");
        let prompts = ada.run("Prompts", json!({ "accountId": account })).await["prompts"].clone();
        assert_eq!((&prompts["nodes"], &prompts["problem"]), (&json!([]), &Value::Null));
        let asked = app.playground.requests(Endpoint::Mcp).split_off(before);
        // A session may be opened meanwhile; what it could be asked for is not.
        let is_question = |body: &str| body.contains("\"resources/") || body.contains("\"prompts/");
        assert!(!asked.iter().any(|request| is_question(&request.body)));
    }
}

/// The same cursor with another number of pages behind it.
fn later(cursor: &str, page: u32) -> String {
    let json = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap();
    let mut key: Value = serde_json::from_slice(&json).unwrap();
    key[1]["page"] = page.into();
    BASE64_URL_SAFE_NO_PAD.encode(key.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_have_an_end() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    let account = ada.connect_open().await;
    let of_grace = grace.connect_open().await;
    let says = |next: &str| {
        let one = json!({ "uri": "x:1", "name": "one" });
        app.playground.answer_method(
            "resources/list",
            Some(json!({ "resources": [one], "nextCursor": next })),
        );
    };
    says("two");
    let first = list(&ada, &account, Value::Null).await["resources"].clone();
    let cursor = first["endCursor"].as_str().unwrap();
    says("three");
    let second = list(&ada, &account, json!(cursor)).await["resources"].clone();
    assert_eq!(second["problem"], Value::Null, "{second}");
    let asked = app.playground.requests(Endpoint::Mcp);
    let asked = asked.iter().rfind(|request| request.body.contains("\"resources/list\"")).unwrap();
    assert!(asked.body.contains(r#""cursor":"two""#), "{}", asked.body);
    // A server that goes in circles, one that never ends, and one with too much to say.
    says("two");
    let circle = list(&ada, &account, json!(cursor)).await["resources"].clone();
    says("and so on");
    let hundredth = list(&ada, &account, json!(later(cursor, 100))).await["resources"].clone();
    says(&"x".repeat(3000));
    let long = list(&ada, &account, Value::Null).await["resources"].clone();
    for end in [circle, hundredth, long] {
        assert_eq!(end["nodes"].as_array().unwrap().len(), 1, "what was read is shown");
        assert_eq!(end["endCursor"], Value::Null);
        assert_eq!(end["problem"]["code"], "SERVICE_REFUSED");
    }
    // It leads nowhere else.
    let elsewhere = list(&grace, &of_grace, json!(cursor)).await["resources"].clone();
    let prompts = ada.run("Prompts", json!({ "accountId": account, "after": cursor })).await;
    let nonsense = list(&ada, &account, json!("nonsense")).await["resources"].clone();
    for refused in [&elsewhere, &prompts["prompts"], &nonsense] {
        assert_eq!(refused["problem"]["code"], "INVALID_INPUT", "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_list_is_cut_and_what_can_be_read_is_shown() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let deep = (0..60).fold(json!({}), |inner, _| json!({ "a": inner }));
    let odd = [
        json!({ "uri": "x:1", "name": "long", "title": "é".repeat(5_000), "description": "y".repeat(50_000) }),
        json!({ "uri": 7, "name": "no uri" }),
        json!({ "uri": "x:2" }),
        json!({ "uri": "x:3", "name": "x".repeat(10_000) }),
        json!({ "uri": "x:4", "name": "deep", "_meta": deep, "size": -1, "icons": 7 }),
    ];
    app.playground.answer_method("resources/list", Some(json!({ "resources": odd })));
    let page = list(&ada, &account, Value::Null).await["resources"].clone();
    let names: Vec<_> = page["nodes"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["long", "deep"], "{page}");
    assert_eq!(page["leftOutCount"], 3);
    assert_eq!(page["nodes"][0]["title"].as_str().unwrap().chars().count(), 200);
    assert_eq!(page["nodes"][0]["description"].as_str().unwrap().len(), 4_000);
    let many = vec![json!({ "uri": "x:1", "name": "one" }); 5_000];
    app.playground.answer_method("resources/list", Some(json!({ "resources": many })));
    let page = list(&ada, &account, Value::Null).await["resources"].clone();
    assert_eq!(page["nodes"].as_array().unwrap().len(), 500);
    assert_eq!(page["leftOutCount"], 4_500);
    for nothing in [json!({ "resources": 7 }), json!({}), json!({ "tools": [] })] {
        app.playground.answer_method("resources/list", Some(nothing.clone()));
        let page = list(&ada, &account, Value::Null).await["resources"].clone();
        assert_eq!(page["problem"]["code"], "SERVICE_REFUSED", "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_beyond_bearing_are_a_problem_and_no_other_user_notices() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
        let account = ada.connect_notes(&app, "ada").await;
        let of_grace = grace.connect_notes(&app, "grace").await;
        let welcome = async |client: &Client, account: &str| {
            let welcome = read(client, account, "notebook://welcome").await;
            assert_eq!(welcome["problem"], Value::Null, "{era:?}");
        };
        let three = read(&ada, &account, "notebook://large/3").await["contents"][0].clone();
        assert_eq!(three["text"].as_str().unwrap().len(), 3 * 1024 * 1024);
        let (large, ()) =
            tokio::join!(read(&ada, &account, "notebook://large/10"), welcome(&grace, &of_grace),);
        assert_eq!(large["problem"]["code"], "SERVICE_REFUSED", "{era:?}: {large}");
        assert!(large["problem"]["message"].as_str().unwrap().contains("too large"), "{large}");
        welcome(&ada, &account).await;
        let deep = (0..110).fold(json!({}), |inner, _| json!({ "a": inner }));
        let part = json!({ "uri": "x:1", "text": "t" });
        let nested = json!({ "uri": "x:1", "text": "t", "_meta": deep });
        for odd in [
            json!({ "contents": vec![part; 101] }),
            json!({ "contents": [{ "uri": "x:1" }] }),
            json!({ "contents": [7] }),
            json!({ "contents": [nested], "_meta": deep }),
            json!({ "resultType": "input_required", "inputRequests": {}, "requestState": "s" }),
        ] {
            app.playground.answer_method("resources/read", Some(odd.clone()));
            let read = read(&ada, &account, "x:1").await;
            let is_fine = read["contents"][0]["text"] == "t";
            let is_refused = read["problem"]["code"] == "SERVICE_REFUSED";
            assert!(is_refused || (is_fine && odd["_meta"].is_object()), "{era:?}: {read}");
        }
        app.playground.answer_method("resources/read", None);
        welcome(&grace, &of_grace).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_service_from_answering_is_said() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    for (answer, codes) in [
        (Answer::Say(503, "text/plain", "down".to_owned()), &["SERVICE_UNAVAILABLE"][..]),
        (Answer::Say(200, "application/json", "<html>".to_owned()), &["SERVICE_REFUSED"]),
        (Answer::Say(200, "application/json", "[".repeat(50_000)), &["SERVICE_REFUSED"]),
        (Answer::Send(429, &[("retry-after", "60")], Vec::new()), &["RATE_LIMITED"]),
        (Answer::Break, &["SERVICE_UNAVAILABLE", "SERVICE_REFUSED"]),
        (Answer::Endless, &["SERVICE_UNAVAILABLE", "SERVICE_REFUSED"]),
    ] {
        app.playground.answer_always(Endpoint::Mcp, Some(answer.clone()));
        let read = read(&ada, &account, NOTES).await;
        let code = read["problem"]["code"].as_str().unwrap_or_default();
        assert!(codes.contains(&code), "{answer:?}: {read}");
        app.playground.answer_always(Endpoint::Mcp, None);
    }
    assert_eq!(read(&ada, &account, NOTES).await["problem"], Value::Null);
    // It is noticed where the credential is not good any more.
    for issued in app.playground.issued() {
        app.playground.revoke(&issued.token);
    }
    let refused = read(&ada, &account, NOTES).await;
    assert_eq!(refused["problem"]["code"], "REAUTHORIZATION_REQUIRED", "{refused}");
    let query = "query ($id: ID!) { node(id: $id) { ... on Account { state } } }";
    let state = ada.query(query, json!({ "id": account })).await;
    assert_eq!(state["node"]["state"], "NEEDS_REAUTHORIZATION");
    assert_eq!(refusal(&ada, &account, NOTES).await, "REAUTHORIZATION_REQUIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_viewer_asks_so_much_at_once_and_no_more() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let ask = |count: usize| {
        let fields = (0..count).fold(String::new(), |all, number| {
            format!("{all} r{number}: resource(uri: \"{NOTES}\") {{ problem {{ code }} }}")
        });
        let query =
            format!("query ($id: ID!) {{ node(id: $id) {{ ... on Account {{ {fields} }} }} }}");
        let (ada, account) = (&ada, &account);
        async move { ada.execute(&query, json!({ "id": account })).await }
    };
    assert_eq!(ask(5).await.error_code(), "TOO_COMPLEX");
    app.playground.answer_always(Endpoint::Mcp, Some(Answer::HoldRequest));
    let refused = AtomicUsize::new(0);
    let asking = futures_util::future::join_all((0..60).map(|_| async {
        let code = ask(1).await.data()["node"]["r0"]["problem"]["code"].clone();
        refused.fetch_add(usize::from(code == "LIMIT_REACHED"), Ordering::SeqCst);
        code
    }));
    let release = async {
        eventually("8 questions, 32 that wait, and a no to the others", async || {
            let held = app.playground.holds(Endpoint::Mcp);
            (held == 8 && refused.load(Ordering::SeqCst) == 20).then_some(())
        })
        .await;
        app.playground.answer_always(Endpoint::Mcp, None);
        app.playground.release();
    };
    let (codes, ()) = tokio::join!(asking, release);
    assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 40, "{codes:?}");
}

//! Questions in the middle of calls, of both eras.

use attache_playground::{Era, Options};
use attache_support::{Client, ServerProcess, Setup, TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};

const ERAS: [Era; 2] = [Era::Modern, Era::Legacy];

async fn speaking(era: Era) -> (TestApp, Client) {
    let app = Setup { era, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    (app, ada)
}

/// Waits until so many questions wait for the viewer.
async fn questions(client: &Client, count: usize) -> Vec<Value> {
    eventually("questions", async || {
        let viewer = client.run("Questions", json!({})).await;
        let pending = viewer["pendingElicitations"].as_array().cloned().unwrap_or_default();
        (pending.len() == count).then_some(pending)
    })
    .await
}

/// What a call asks, its only question.
async fn question(client: &Client) -> Value {
    questions(client, 1).await.remove(0)
}

async fn answer(client: &Client, question: &Value, action: &str, content: Option<Value>) -> Value {
    let variables =
        json!({ "elicitationId": question["id"], "action": action, "content": content });
    client.run("Answer", variables).await
}

async fn elicitations(client: &Client, invocation: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation {
        state availableActions elicitations { id state action } } } }";
    client.query(query, json!({ "id": invocation })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_on_with_the_answer_of_the_person() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let mut watch = ada.watch_from_now().await;
        let tool = ada.tool("book_table").await;
        let invocation = ada.start(&tool, json!({ "restaurant": "Roma" })).await;
        let asked = question(&ada).await;
        assert_eq!(asked["invocation"]["id"], invocation.as_str());
        assert_eq!(asked["message"], "When shall the table be, and for how many?");
        assert_eq!(asked["service"]["name"], "Open");
        let fields = asked["ask"]["form"]["fields"].as_array().unwrap();
        assert_eq!(fields.len(), 3, "{fields:?}");
        assert_eq!(fields[0]["isRequired"], true);
        let waiting = elicitations(&ada, &invocation).await;
        assert_eq!(waiting["state"], "AWAITING_INPUT");
        assert_eq!(waiting["availableActions"], json!(["ANSWER", "CANCEL"]));

        let refused = answer(&ada, &asked, "ACCEPT", Some(json!({ "people": 50 }))).await;
        assert_eq!(refused["problems"][0]["code"], "ARGUMENTS_INVALID", "{refused}");
        let violations = refused["problems"][0]["violations"].to_string();
        assert!(violations.contains("/date") && violations.contains("/people"), "{violations}");

        let table = json!({ "date": "2026-12-24", "people": 3 });
        let answered = answer(&ada, &asked, "ACCEPT", Some(table.clone())).await;
        assert_eq!(answered["problems"], json!([]));
        assert_eq!(answered["elicitation"]["state"], "ANSWERED");
        ada.until_invocation(&invocation, "SUCCEEDED").await;
        let history = ada.run("History", json!({})).await;
        let done = &history["invocations"]["nodes"][0];
        let booked = json!({ "restaurant": "Roma", "table": table });
        assert_eq!(done["result"]["structuredContent"], booked);

        watch.until("the end", |event| event["invocation"]["state"] == "SUCCEEDED").await;
        let seen: Vec<(&str, &str)> = watch
            .seen()
            .iter()
            .filter_map(|event| {
                let node = [&event["elicitation"], &event["invocation"]];
                let state = node.iter().find_map(|node| node["state"].as_str())?;
                Some((event["__typename"].as_str()?, state))
            })
            .collect();
        let position = |wanted: (&str, &str)| seen.iter().position(|it| *it == wanted);
        let pending = position(("ElicitationUpdated", "PENDING"));
        let settled = position(("ElicitationUpdated", "ANSWERED"));
        assert!(pending.is_some() && pending < settled, "{seen:?}");
        let expected = if era == Era::Modern { 2 } else { 1 };
        assert_eq!(app.playground.calls("book_table"), expected);
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_counts_and_the_same_again_is_no_mistake() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
        let asked = question(&ada).await;
        assert_eq!(answer(&ada, &asked, "DECLINE", None).await["problems"], json!([]));
        assert_eq!(answer(&ada, &asked, "DECLINE", None).await["problems"], json!([]));
        let table = json!({ "date": "2026-12-24", "people": 3 });
        for (action, content) in [("CANCEL", None), ("ACCEPT", Some(table))] {
            let other = answer(&ada, &asked, action, content).await;
            assert_eq!(other["problems"][0]["code"], "REFUSED");
        }
        let done = ada.until_invocation(&invocation, "SUCCEEDED").await;
        assert_eq!(done["result"]["content"][0]["text"], "No table then.");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_question_or_its_call_ends_both() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let tool = ada.tool("ask_two").await;
        let invocation = ada.start(&tool, json!({})).await;
        let asked = questions(&ada, if era == Era::Modern { 2 } else { 1 }).await;
        answer(&ada, &asked[0], "CANCEL", None).await;
        ada.until_invocation(&invocation, "CANCELLED").await;
        let left = elicitations(&ada, &invocation).await["elicitations"].clone();
        let pending = left.as_array().unwrap().iter().any(|it| it["state"] == "PENDING");
        assert!(!pending, "{left}");

        let invocation = ada.start(&tool, json!({})).await;
        let asked = questions(&ada, if era == Era::Modern { 2 } else { 1 }).await;
        ada.run("Stop", json!({ "invocationId": invocation })).await;
        ada.until_invocation(&invocation, "CANCELLED").await;
        let late = answer(&ada, &asked[0], "DECLINE", None).await;
        assert_eq!(late["problems"][0]["code"], "REFUSED", "{late}");
        let sent = if era == Era::Modern { 0 } else { 2 };
        assert_eq!(app.playground.cancelled(), sent, "only an open call has to be told");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_all_that_it_asked_at_once() {
    let (app, ada) = speaking(Era::Modern).await;
    let invocation = ada.start(&ada.tool("ask_two").await, json!({})).await;
    let asked = questions(&ada, 2).await;
    let first = answer(&ada, &asked[0], "ACCEPT", Some(json!({}))).await;
    assert_eq!(first["invocation"]["state"], "AWAITING_INPUT");
    assert_eq!(app.playground.calls("ask_two"), 1);
    answer(&ada, &asked[1], "DECLINE", None).await;
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    let history = ada.run("History", json!({})).await;
    let answers = &history["invocations"]["nodes"][0]["result"]["structuredContent"];
    let expected = json!({
        "first": { "action": "accept", "content": {} },
        "second": { "action": "decline" },
    });
    assert_eq!(*answers, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_asks_for_a_secret_is_declined_before_anybody_sees_it() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let invocation = ada.start(&ada.tool("ask_secret").await, json!({})).await;
        let asked = question(&ada).await;
        assert_eq!(asked["message"], "What is the nickname?");
        answer(&ada, &asked, "ACCEPT", Some(json!({ "nickname": "Al" }))).await;
        ada.until_invocation(&invocation, "SUCCEEDED").await;
        let history = ada.run("History", json!({})).await;
        let answers = &history["invocations"]["nodes"][0]["result"]["structuredContent"];
        assert_eq!(answers["secret"], json!({ "action": "decline" }));
        assert_eq!(answers["name"]["content"]["nickname"], "Al");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_shown_whole_and_its_visit_confirmed_without_content() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let invocation = ada.start(&ada.tool("ask_page").await, json!({})).await;
        let asked = question(&ada).await;
        let page = format!("{}/page", app.playground.origin());
        assert_eq!(asked["ask"]["url"], page);
        assert_eq!(asked["ask"]["host"], "127.0.0.1");
        assert_eq!(asked["ask"]["hasPunycode"], false);
        let refused = answer(&ada, &asked, "ACCEPT", Some(json!({ "a": 1 }))).await;
        assert_eq!(refused["problems"][0]["path"], json!(["input", "content"]));
        answer(&ada, &asked, "ACCEPT", None).await;
        ada.until_invocation(&invocation, "SUCCEEDED").await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_refused_until_a_page_is_visited_is_sent_again_after_it() {
    let (app, ada) = speaking(Era::Legacy).await;
    let tool = ada.tool("page_first").await;
    let invocation = ada.start(&tool, json!({})).await;
    let asked = question(&ada).await;
    assert_eq!(asked["message"], "Read the terms first.");
    answer(&ada, &asked, "ACCEPT", None).await;
    let done = ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(done["result"]["content"][0]["text"], "You were there.");
    assert_eq!(app.playground.calls("page_first"), 2);

    let invocation = ada.start(&tool, json!({})).await;
    let asked = question(&ada).await;
    answer(&ada, &asked, "DECLINE", None).await;
    let done = ada.until_invocation(&invocation, "FAILED").await;
    assert_eq!(done["problem"]["code"], "SERVICE_REFUSED");
    assert_eq!(app.playground.calls("page_first"), 3, "it would only be refused again");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_without_end_is_ended() {
    let (app, ada) = speaking(Era::Modern).await;
    let invocation = ada.start(&ada.tool("ask_forever").await, json!({})).await;
    for _ in 0..10 {
        let asked = question(&ada).await;
        answer(&ada, &asked, "DECLINE", None).await;
    }
    let done = ada.until_invocation(&invocation, "FAILED").await;
    assert_eq!(done["problem"]["code"], "SERVICE_REFUSED");
    assert_eq!(app.playground.calls("ask_forever"), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_wants_its_state_back_gets_it_without_anybody_asked() {
    let (app, ada) = speaking(Era::Modern).await;
    let done = ada.invoke(&ada.tool("come_again").await, json!({})).await;
    assert_eq!(done["state"], "SUCCEEDED", "{done}");
    assert_eq!(app.playground.calls("come_again"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_call_gets_its_question() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let tool = ada.tool("book_table").await;
        let input = json!({ "toolId": tool, "arguments": {}, "waitMs": 20_000 });
        let invoked = ada.invoke_with(input).await;
        assert_eq!(invoked["invocation"]["state"], "AWAITING_INPUT", "{invoked}");
        let asked = question(&ada).await;
        answer(&ada, &asked, "CANCEL", None).await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_expires() {
    for era in ERAS {
        let clock = attache_domain::Clock::manual(attache_domain::Clock::system().now(), 7);
        let app = Setup { era, clock: clock.clone(), ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        ada.connect_open().await;
        let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
        let asked = question(&ada).await;
        let limit = if era == Era::Modern { TimeDelta::hours(24) } else { TimeDelta::minutes(5) };
        clock.advance(limit - TimeDelta::seconds(5));
        let ada = app.viewer("ada");
        assert_eq!(elicitations(&ada, &invocation).await["state"], "AWAITING_INPUT");
        clock.advance(TimeDelta::seconds(10));
        let ada = app.viewer("ada");
        let late = answer(&ada, &asked, "DECLINE", None).await;
        assert_eq!(late["problems"][0]["code"], "ELICITATION_EXPIRED", "{late}");
        let (state, code) = match era {
            Era::Modern => ("FAILED", json!("ELICITATION_EXPIRED")),
            // The tool was told that nobody answers, and went on.
            _ => ("SUCCEEDED", Value::Null),
        };
        let done = ada.until_invocation(&invocation, state).await;
        assert_eq!(done["problem"]["code"], code);
        assert_eq!(elicitations(&ada, &invocation).await["elicitations"][0]["state"], "EXPIRED");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_may_be_given_at_any_replica() {
    for era in ERAS {
        let mut app = Setup { era, ..Setup::default() }.start().await;
        let other = app.add_replica().await;
        let ada = app.viewer("ada");
        ada.connect_open().await;
        let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
        let there = ada.at(other);
        let asked = question(&there).await;
        let table = json!({ "date": "2026-12-24", "people": 3 });
        answer(&there, &asked, "ACCEPT", Some(table)).await;
        ada.until_invocation(&invocation, "SUCCEEDED").await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_takes_questions_back() {
    for era in ERAS {
        let (app, ada) = speaking(era).await;
        let accounts = ada.query("{ viewer { accounts { id } } }", Value::Null).await;
        let account = accounts["viewer"]["accounts"][0]["id"].as_str().unwrap().to_owned();
        let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
        question(&ada).await;
        ada.disconnect(&account).await;
        ada.until_invocation(&invocation, "CANCELLED").await;
        let left = elicitations(&ada, &invocation).await;
        assert_eq!(left["elicitations"][0]["state"], "WITHDRAWN");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_waiting_call_goes_on_with_is_kept_however_long_it_waits() {
    let clock = attache_domain::Clock::manual(attache_domain::Clock::system().now(), 7);
    let toml = "[retention]\npayloads = \"60s\"".to_owned();
    let setup = Setup { era: Era::Modern, clock: clock.clone(), toml, ..Setup::default() };
    let mut app = setup.start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let over = ada.invoke(&ada.tool("roll_dice").await, json!({ "count": 1 })).await;
    let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
    let asked = question(&ada).await;
    clock.advance(TimeDelta::minutes(2));
    // Whoever starts looks for what is too old.
    app.add_replica().await;
    let ada = app.viewer("ada");
    eventually("the other call's arguments are forgotten", async || {
        let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { arguments } } }";
        let over = ada.query(query, json!({ "id": over["id"] })).await;
        over["node"]["arguments"].is_null().then_some(())
    })
    .await;
    let table = json!({ "date": "2026-12-24", "people": 3 });
    let answered = answer(&ada, &asked, "ACCEPT", Some(table)).await;
    assert_eq!(answered["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
}

async fn restarted_in_between(era: Era) -> (ServerProcess, Client, String, Value) {
    let program = env!("CARGO_BIN_EXE_attache");
    let options = Options { era, ..Options::default() };
    let mut server = ServerProcess::start_many(program, 1, options, "").await;
    let ada = server.viewer("ada");
    ada.connect_open().await;
    let invocation = ada.start(&ada.tool("book_table").await, json!({})).await;
    let asked = question(&ada).await;
    server.kill();
    server.launch().await;
    let ada = server.viewer("ada");
    (server, ada, invocation, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_between_question_and_answer_completes_the_call() {
    let (server, ada, invocation, asked) = restarted_in_between(Era::Modern).await;
    assert_eq!(question(&ada).await["id"], asked["id"]);
    let table = json!({ "date": "2026-12-24", "people": 3 });
    let answered = answer(&ada, &asked, "ACCEPT", Some(table)).await;
    assert_eq!(answered["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(server.playground.calls("book_table"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_call_that_waited_for_an_answer_is_lost_with_its_process() {
    let (_server, ada, invocation, asked) = restarted_in_between(Era::Legacy).await;
    let lost = ada.until_invocation(&invocation, "INTERRUPTED").await;
    assert_eq!(lost["problem"]["code"], "OUTCOME_UNKNOWN");
    let late = answer(&ada, &asked, "DECLINE", None).await;
    assert_eq!(late["problems"][0]["message"], "Nobody needs this answer any more.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_never_asked_anything_is_told_that_there_is_no_such_question() {
    let app = TestApp::start().await;
    let query = "mutation ($input: AnswerElicitationInput!) { answerElicitation(input: $input) {
        elicitation { id } invocation { id } problems { code path } } }";
    let input = json!({ "elicitationId": "elct_00000000000000000000000000", "action": "DECLINE" });
    let answered = app.viewer("ada").query(query, json!({ "input": input })).await;
    let expected = json!({ "elicitation": null, "invocation": null,
        "problems": [{ "code": "NOT_FOUND", "path": ["input", "elicitationId"] }] });
    assert_eq!(answered["answerElicitation"], expected);
}

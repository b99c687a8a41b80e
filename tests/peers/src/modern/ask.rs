//! What its tools ask people. The call is over each time, and goes on with the answers.

use serde_json::{Value, json};

use super::Modern;
use crate::call::{accept, answer, call, field, fields, options, questions, tool, until};

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_field_is_rendered_and_arrives_as_it_was_entered() {
    let (modern, ada, _account) = Modern::connected().await;
    let asking = call(&ada, &tool(&ada, "register").await, json!({})).await;
    assert_eq!(asking["state"], "AWAITING_INPUT", "{asking}");
    let question = questions(&ada, 1).await.remove(0);
    assert_eq!(question["message"], "Who are you?");
    assert_eq!(question["service"]["name"], "Modern");
    assert_eq!(question["ask"]["form"]["isComplete"], true);
    assert_eq!(
        fields(&question),
        [
            ("/name", "FormTextField"),
            ("/email", "FormTextField"),
            ("/homepage", "FormTextField"),
            ("/born", "FormTextField"),
            ("/seen", "FormTextField"),
            ("/age", "FormNumberField"),
            ("/height", "FormNumberField"),
            ("/agrees", "FormBooleanField"),
            ("/colour", "FormChoiceField"),
            ("/size", "FormChoiceField"),
            ("/days", "FormChoiceField"),
            ("/meals", "FormChoiceField"),
        ]
    );
    let formats =
        ["/email", "/homepage", "/born", "/seen"].map(|at| &field(&question, at)["format"]);
    assert_eq!(formats, ["EMAIL", "URL", "DATE", "DATE_TIME"]);
    let required = ["/name", "/age", "/email"].map(|at| &field(&question, at)["isRequired"]);
    assert_eq!(required, [true, true, false]);
    assert_eq!(field(&question, "/name")["minLength"], 2);
    assert_eq!(field(&question, "/colour")["defaultValue"], "green");
    assert_eq!(options(field(&question, "/size")), [("s", "Small"), ("l", "Large")]);
    assert_eq!(options(field(&question, "/meals"))[1], ("d", "Dinner"));

    let wrong = json!({ "name": "A", "age": 200, "size": "m", "days": [] });
    let refused = answer(&ada, &question, "ACCEPT", wrong).await;
    let violations = refused["problems"][0]["violations"].to_string();
    for pointer in ["/name", "/age", "/size", "/days"] {
        assert!(violations.contains(pointer), "{refused}");
    }
    assert_eq!(modern.told("answered"), Vec::<Value>::new());

    let entered = json!({
        "name": "Ada Lovelace",
        "email": "ada@modern.test",
        "homepage": "https://modern.test/ada",
        "born": "1815-12-10",
        "seen": "2026-11-22T09:30:00Z",
        "age": 36,
        "height": 1.65,
        "agrees": true,
        "colour": "red",
        "size": "l",
        "days": ["sat", "sun"],
        "meals": ["d"],
    });
    accept(&ada, &question, entered.clone()).await;
    let done = until(&ada, &asking, "SUCCEEDED").await;
    let got = json!({ "person": { "action": "accept", "content": entered } });
    assert_eq!(done["result"]["structuredContent"], got);
    // What it wanted back came back; it is sealed by the library, and so says that no byte
    // of it was changed.
    let told = json!({ "answered": got, "state": "asked once" });
    modern.hear("answered", |it| *it == told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_next_depends_on_all_answers_of_the_round_before() {
    let (modern, ada, _account) = Modern::connected().await;
    let asking = call(&ada, &tool(&ada, "plan").await, json!({})).await;
    let asked = questions(&ada, 2).await;
    // They have names, and no order.
    let question = |message: &str| {
        asked.iter().find(|it| it["message"] == message).expect("it is asked").clone()
    };
    accept(&ada, &question("Where to?"), json!({ "place": "Rome" })).await;
    assert_eq!(modern.told("answered"), Vec::<Value>::new(), "it waits for both");
    let declined = answer(&ada, &question("When?"), "DECLINE", Value::Null).await;
    assert_eq!(declined["problems"], json!([]), "{declined}");

    let next = questions(&ada, 1).await.remove(0);
    assert_eq!(next["message"], "How to Rome?");
    accept(&ada, &next, json!({ "by": "train" })).await;
    let done = until(&ada, &asking, "SUCCEEDED").await;
    let how = json!({ "action": "accept", "content": { "by": "train" } });
    let told = json!({ "before": "Rome, decline", "how": how });
    assert_eq!(done["result"]["structuredContent"], told);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_lets_the_call_go_on_without_an_answer() {
    let (modern, ada, _account) = Modern::connected().await;
    let asking = call(&ada, &tool(&ada, "register").await, json!({})).await;
    let question = questions(&ada, 1).await.remove(0);
    answer(&ada, &question, "DECLINE", Value::Null).await;
    let done = until(&ada, &asking, "SUCCEEDED").await;
    let got = json!({ "person": { "action": "decline" } });
    assert_eq!(done["result"]["structuredContent"], got);
    modern.hear("answered", |it| it["answered"] == got).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dismisses_the_question_ends_the_call_and_nothing_is_sent() {
    let (modern, ada, _account) = Modern::connected().await;
    let tool = tool(&ada, "register").await;
    let asking = call(&ada, &tool, json!({})).await;
    let question = questions(&ada, 1).await.remove(0);
    answer(&ada, &question, "CANCEL", Value::Null).await;
    let over = until(&ada, &asking, "CANCELLED").await;
    assert_eq!((&over["result"], &over["problem"]), (&Value::Null, &Value::Null));
    assert_eq!(modern.calls(&tool).await, 1, "nobody waits for an answer there");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_sent_to_a_page_that_they_see_before() {
    let (_modern, ada, _account) = Modern::connected().await;
    let tool = tool(&ada, "visit").await;
    for (action, word) in [("ACCEPT", "accept"), ("DECLINE", "decline")] {
        let asking = call(&ada, &tool, json!({})).await;
        let question = questions(&ada, 1).await.remove(0);
        assert_eq!(question["message"], "Agree to the terms there.");
        assert_eq!(question["ask"]["url"], "https://modern.test/terms?for=ada");
        assert_eq!(question["ask"]["host"], "modern.test");
        answer(&ada, &question, action, Value::Null).await;
        let done = until(&ada, &asking, "SUCCEEDED").await;
        let got = json!({ "page": { "action": word } });
        assert_eq!(done["result"]["structuredContent"], got);
    }
}

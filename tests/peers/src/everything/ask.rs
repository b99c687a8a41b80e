//! What the tools there ask people while they are held open.

use attache_support::eventually;
use serde_json::{Value, json};

use super::connected;
use crate::call::{accept, answer, call, field, fields, options, questions, tool, until};
use crate::stage::{Stage, Tokens, text};

/// The page that people are sent to.
const PAGE: &str = "https://everything.test/agree?to=terms";

/// What the tool says it got, word by word.
fn got(call: &Value) -> Value {
    let content = call["result"]["content"].as_array().expect("a list");
    let said = text(&content.last().expect("it says something")["text"]);
    let raw = said.strip_prefix("\nRaw result: ").unwrap_or_else(|| panic!("{said}"));
    serde_json::from_str(raw).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_its_form_is_rendered_and_arrives_as_it_was_entered() {
    let (_stage, ada, _account) = connected().await;
    let tool = tool(&ada, "trigger-elicitation-request").await;
    let asking = call(&ada, &tool, json!({})).await;
    assert_eq!(asking["state"], "AWAITING_INPUT", "{asking}");
    let question = questions(&ada, 1).await.remove(0);
    assert_eq!(question["message"], "Please provide inputs for the following fields:");
    assert_eq!(question["ask"]["form"]["isComplete"], true);
    assert_eq!(
        fields(&question),
        [
            ("/name", "FormTextField"),
            ("/check", "FormBooleanField"),
            ("/firstLine", "FormTextField"),
            ("/email", "FormTextField"),
            ("/homepage", "FormTextField"),
            ("/birthdate", "FormTextField"),
            ("/integer", "FormNumberField"),
            ("/number", "FormNumberField"),
            ("/untitledSingleSelectEnum", "FormChoiceField"),
            ("/untitledMultipleSelectEnum", "FormChoiceField"),
            ("/titledSingleSelectEnum", "FormChoiceField"),
            ("/titledMultipleSelectEnum", "FormChoiceField"),
            ("/legacyTitledEnum", "FormChoiceField"),
        ]
    );
    assert_eq!(field(&question, "/name")["isRequired"], true);
    assert_eq!(field(&question, "/birthdate")["format"], "DATE");
    assert_eq!(field(&question, "/integer")["defaultValue"], 42);
    assert_eq!(
        options(field(&question, "/titledSingleSelectEnum"))[1],
        ("hero-2", "Green Lantern")
    );
    assert_eq!(options(field(&question, "/legacyTitledEnum"))[4], ("pet-5", "Reptiles"));
    let several = field(&question, "/titledMultipleSelectEnum");
    assert_eq!((&several["allowsMultiple"], &several["maxItems"]), (&json!(true), &json!(3)));
    assert_eq!(options(several)[0], ("fish-1", "Tuna"));

    let wrong = json!({ "integer": 101, "email": "nobody", "titledMultipleSelectEnum": [] });
    let refused = answer(&ada, &question, "ACCEPT", wrong).await;
    let violations = refused["problems"][0]["violations"].to_string();
    for pointer in ["/name", "/integer", "/titledMultipleSelectEnum"] {
        assert!(violations.contains(pointer), "{refused}");
    }

    let entered = json!({
        "name": "Ada Lovelace",
        "check": true,
        "firstLine": "It was a bright day.",
        "email": "ada@everything.test",
        "homepage": "https://everything.test/ada",
        "birthdate": "1815-12-10",
        "integer": 7,
        "number": 2.5,
        "untitledSingleSelectEnum": "Phoebe",
        "untitledMultipleSelectEnum": ["Piano", "Bass"],
        "titledSingleSelectEnum": "hero-3",
        "titledMultipleSelectEnum": ["fish-1", "fish-3"],
        "legacyTitledEnum": "pet-2",
    });
    accept(&ada, &question, entered.clone()).await;
    let done = until(&ada, &asking, "SUCCEEDED").await;
    assert_eq!(got(&done), json!({ "action": "accept", "content": entered }));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_lets_the_call_go_on_without_an_answer() {
    let (_stage, ada, _account) = connected().await;
    let tool = tool(&ada, "trigger-elicitation-request").await;
    let asking = call(&ada, &tool, json!({})).await;
    let question = questions(&ada, 1).await.remove(0);
    let declined = answer(&ada, &question, "DECLINE", Value::Null).await;
    assert_eq!(declined["elicitation"]["action"], "DECLINE", "{declined}");
    let done = until(&ada, &asking, "SUCCEEDED").await;
    assert_eq!(got(&done), json!({ "action": "decline" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dismisses_the_question_ends_the_call_and_the_server_is_told() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let tool = tool(&ada, "trigger-elicitation-request").await;
    let asking = call(&ada, &tool, json!({})).await;
    let question = questions(&ada, 1).await.remove(0);
    let dismissed = answer(&ada, &question, "CANCEL", Value::Null).await;
    assert_eq!(dismissed["elicitation"]["action"], "CANCEL", "{dismissed}");
    let over = until(&ada, &asking, "CANCELLED").await;
    assert_eq!((&over["result"], &over["problem"]), (&Value::Null, &Value::Null));
    eventually("a call that is taken back", async || {
        let told = stage.passed_on();
        let of = |method: &str| told.iter().find(|it| it["passedOn"]["method"] == method);
        let (called, back) = (of("tools/call")?, of("notifications/cancelled")?);
        (back["passedOn"]["params"]["requestId"] == called["passedOn"]["id"]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_sent_to_a_page_that_they_see_before() {
    let (_stage, ada, _account) = connected().await;
    let tool = tool(&ada, "trigger-url-elicitation").await;
    for (action, word) in [("ACCEPT", "accept"), ("DECLINE", "decline")] {
        let arguments = json!({ "url": PAGE, "message": "Agree to the terms." });
        let asking = call(&ada, &tool, arguments).await;
        let question = questions(&ada, 1).await.remove(0);
        assert_eq!(question["message"], "Agree to the terms.");
        assert_eq!(question["ask"]["url"], PAGE);
        assert_eq!(question["ask"]["host"], "everything.test");
        answer(&ada, &question, action, Value::Null).await;
        let done = until(&ada, &asking, "SUCCEEDED").await;
        assert_eq!(got(&done), json!({ "action": word }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_refused_until_a_page_is_visited_goes_on_after_it() {
    let (_stage, ada, _account) = connected().await;
    let tool = tool(&ada, "trigger-url-elicitation").await;
    let asking = call(&ada, &tool, json!({ "url": PAGE, "errorPath": true })).await;
    assert_eq!(asking["state"], "AWAITING_INPUT", "{asking}");
    let first = questions(&ada, 1).await.remove(0);
    assert_eq!(first["ask"]["host"], "modelcontextprotocol.io");
    accept(&ada, &first, Value::Null).await;
    // The same call, sent anew, now asks what it was called for.
    let second = questions(&ada, 1).await.remove(0);
    assert_eq!(second["ask"]["url"], PAGE);
    accept(&ada, &second, Value::Null).await;
    let done = until(&ada, &asking, "SUCCEEDED").await;
    assert_eq!(got(&done), json!({ "action": "accept" }));
}

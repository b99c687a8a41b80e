//! Everything that it lets people read and say.

use attache_support::{Client, document};
use serde_json::{Value, json};

use super::Modern;
use crate::reading::{all, read, say, suggest};
use crate::stage::text;

#[tokio::test(flavor = "multi_thread")]
async fn every_resource_and_everything_behind_a_template_is_read() {
    let (_modern, ada, account) = Modern::connected().await;
    let resources = all(&ada, &account, "Resources", "resources").await;
    for resource in &resources {
        open(&ada, &account, resource).await;
    }
    // Whatever is new there has no way to be read, and what is gone is missed here.
    assert_eq!(resources.len(), 5, "{resources:?}");

    let templates = all(&ada, &account, "Resources", "resourceTemplates").await;
    let uris: Vec<&Value> = templates.iter().map(|template| &template["uriTemplate"]).collect();
    assert_eq!(uris, ["modern://greeting/{name}", "modern://square/{number}"]);
    let greeting = read(&ada, &account, "modern://greeting/Ada").await;
    assert_eq!(greeting["contents"][0]["text"], "Hello, Ada!");
    let square = read(&ada, &account, "modern://square/7").await;
    assert_eq!(square["contents"][0]["blob"], "NDk=");
    let nowhere = read(&ada, &account, "modern://nowhere").await;
    assert_eq!(nowhere["problem"]["code"], "NOT_FOUND", "{nowhere}");
}

async fn open(ada: &Client, account: &str, resource: &Value) {
    let uri = text(&resource["uri"]);
    let read = read(ada, account, &uri).await;
    if uri != "modern://secret-garden" {
        assert_eq!(read["problem"], Value::Null, "{uri}: {read}");
        assert_eq!(read["contents"][0]["uri"], uri);
    }
    match uri.as_str() {
        "modern://poem" => {
            assert_eq!(read["contents"][0]["text"], "Roses are red.");
            let claims = json!({ "audience": ["USER"], "priority": 0.7, "modifiedAt": null });
            assert_eq!(resource["annotations"], claims);
            assert_eq!(resource["icons"][0]["src"], "https://modern.test/brush.png");
        }
        "modern://pixel" => {
            assert_eq!(read["contents"][0]["mimeType"], "image/png");
            assert!(text(&read["contents"][0]["blob"]).starts_with("iVBORw0KGgo"), "{read}");
        }
        "modern://parts" => {
            let parts: Vec<&Value> = read["contents"].as_array().expect("a list").iter().collect();
            assert_eq!([&parts[0]["text"], &parts[1]["text"]], ["one", "{\"two\":2}"]);
            assert_eq!(parts[1]["mimeType"], "application/json");
        }
        "modern://secret-garden" => {
            assert_eq!(read["problem"]["code"], "SERVICE_REFUSED", "{read}");
            assert!(text(&read["problem"]["message"]).contains("ask something back"), "{read}");
        }
        "ui://board" => {
            let page = &read["contents"][0];
            assert_eq!(page["text"], "<!doctype html><title>Board</title>");
            let may = &page["app"];
            assert_eq!(may["csp"]["connectDomains"], json!(["https://modern.test"]));
            assert_eq!(may["hasBorder"], true);
        }
        other => panic!("nothing here reads {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_prompt_says_what_it_is_for() {
    let (_modern, ada, account) = Modern::connected().await;
    let prompts = all(&ada, &account, "Prompts", "prompts").await;
    for prompt in &prompts {
        utter(&ada, &account, prompt).await;
    }
    // Whatever is new there has no way to be said, and what is gone is missed here.
    assert_eq!(prompts.len(), 4, "{prompts:?}");
    // The library calls a blank that is missing a fault of its own.
    let blank = say(&ada, &account, &json!("introduce"), &json!({})).await;
    assert_eq!(blank["problem"]["code"], "SERVICE_REFUSED", "{blank}");
}

async fn utter(ada: &Client, account: &str, prompt: &Value) {
    let name = text(&prompt["name"]);
    let arguments = if name == "introduce" { json!({ "name": "Ada" }) } else { json!({}) };
    let said = say(ada, account, &prompt["name"], &arguments).await;
    let messages = &said["messages"];
    match name.as_str() {
        "introduce" => {
            assert_eq!((&prompt["title"], &said["problem"]), (&json!("Introduce"), &Value::Null));
            let required = prompt["arguments"].as_array().expect("a list").iter();
            let required: Vec<&Value> = required.map(|it| &it["isRequired"]).collect();
            assert_eq!(required, [true, false]);
            assert_eq!(messages[0]["content"]["text"], "Introduce Ada politely.");
        }
        "converse" => {
            assert_eq!([&messages[0]["role"], &messages[1]["role"]], ["USER", "ASSISTANT"]);
            assert_eq!(messages[1]["content"]["text"], "Well.");
        }
        "show" => {
            assert_eq!(messages[0]["content"]["__typename"], "ImageContent", "{said}");
            assert_eq!(messages[0]["content"]["mimeType"], "image/png");
        }
        "whisper" => {
            assert_eq!(said["problem"]["code"], "SERVICE_REFUSED", "{said}");
            assert!(text(&said["problem"]["message"]).contains("ask something back"), "{said}");
        }
        other => panic!("nothing here says {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blanks_are_completed_and_what_was_entered_before_counts() {
    let (_modern, ada, account) = Modern::connected().await;
    let of = |argument: &str, value: &str, context: Value| {
        json!({ "reference": { "prompt": "introduce" }, "argument": argument, "value": value,
            "context": context })
    };
    let names = suggest(&ada, &account, of("name", "A", json!({}))).await;
    assert_eq!(names, ["Ada", "Alan"]);
    let manners = suggest(&ada, &account, of("manner", "", json!({ "name": "Ada" }))).await;
    assert_eq!(manners, ["warmly"]);
    let others = suggest(&ada, &account, of("manner", "", json!({ "name": "Alan" }))).await;
    assert_eq!(others, ["politely", "briefly"]);

    let template = json!({ "reference": { "resourceTemplate": "modern://greeting/{name}" },
        "argument": "name", "value": "Guest" });
    let variables = json!({ "accountId": account, "completion": template });
    let guests = ada.run("Suggest", variables).await["completion"].clone();
    assert_eq!(guests["values"].as_array().expect("a list").len(), 100);
    assert_eq!((&guests["total"], &guests["hasMore"]), (&json!(150.0), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_told_that_this_server_tells_of_no_changes() {
    let (_modern, ada, account) = Modern::connected().await;
    let mut socket = ada.socket().await;
    let variables = json!({ "accountId": account, "uri": "modern://poem" });
    socket.subscribe("watch", &document("Listen"), variables).await;
    let refused = socket.expect("error").await["payload"][0].clone();
    assert_eq!(refused["extensions"]["code"], "SERVICE_REFUSED", "{refused}");
    assert_eq!(refused["message"], "Modern does not tell of changes of this resource.");
}

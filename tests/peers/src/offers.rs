//! Everything that somebody else's server lets people read and say, through the gate.

use serde_json::{Map, Value, json};

use crate::reading::{all, read, say, suggest};
use crate::stage::{Stage, Tokens, text};

#[tokio::test(flavor = "multi_thread")]
async fn every_resource_and_everything_behind_a_template_is_read() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let account = stage.connect(&ada, "ada").await;
    let resources = all(&ada, &account, "Resources", "resources").await;
    assert!(resources.len() > 5, "{resources:?}");
    for resource in &resources {
        let read = read(&ada, &account, &text(&resource["uri"])).await;
        assert_eq!(read["problem"], Value::Null, "{resource}: {read}");
        let part = &read["contents"][0];
        assert_eq!((&part["uri"], &part["mimeType"]), (&resource["uri"], &resource["mimeType"]));
        assert!(!text(&part["text"]).is_empty(), "{resource}");
    }
    let templates = all(&ada, &account, "Resources", "resourceTemplates").await;
    assert_eq!(templates.len(), 2, "{templates:?}");
    for (template, part) in templates.iter().zip(["text", "blob"]) {
        let template = text(&template["uriTemplate"]);
        let blank = |value: &str| {
            json!({ "reference": { "resourceTemplate": template }, "argument": "resourceId",
                "value": value })
        };
        assert_eq!(suggest(&ada, &account, blank("7")).await, ["7"]);
        assert_eq!(suggest(&ada, &account, blank("seven")).await, Vec::<String>::new());
        let read = read(&ada, &account, &template.replace("{resourceId}", "7")).await;
        assert!(read["contents"][0][part].is_string(), "{template}: {read}");
    }
    let nowhere = read(&ada, &account, "demo://resource/nowhere").await;
    assert_eq!(nowhere["problem"]["code"], "NOT_FOUND", "{nowhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_prompt_is_filled_in_with_what_is_suggested() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let account = stage.connect(&ada, "ada").await;
    let prompts = all(&ada, &account, "Prompts", "prompts").await;
    assert!(prompts.len() > 3, "{prompts:?}");
    let mut suggested = 0;
    for prompt in prompts {
        let mut arguments = Map::new();
        for argument in prompt["arguments"].as_array().unwrap() {
            let (prompt, name) = (&prompt["name"], text(&argument["name"]));
            let blank = json!({ "reference": { "prompt": prompt }, "argument": name, "value": "",
                "context": arguments });
            let values = suggest(&ada, &account, blank).await;
            suggested += values.len();
            // Where there is no idea, this fits.
            let value = values.into_iter().next().unwrap_or_else(|| "7".to_owned());
            arguments.insert(name, value.into());
        }
        let filled = say(&ada, &account, &prompt["name"], &Value::Object(arguments)).await;
        assert_eq!(filled["problem"], Value::Null, "{prompt}: {filled}");
        let messages = filled["messages"].as_array().unwrap();
        assert!(!messages.is_empty() && messages.iter().all(|it| it["role"] == "USER"), "{filled}");
    }
    // Departments, who is in the first of them, and kinds of resources.
    assert_eq!(suggested, 4 + 3 + 2);
    let refused = say(&ada, &account, &json!("args-prompt"), &json!({})).await;
    assert_eq!(refused["problem"]["code"], "INVALID_INPUT", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_to_a_resource_is_told_of_its_changes() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let account = stage.connect(&ada, "ada").await;
    let uri = "demo://resource/dynamic/text/7";
    let mut watch = ada.listen(&account, uri).await;
    watch.until_type("CaughtUp").await;
    let tool = ada.tool("toggle-subscriber-updates").await;
    let input = json!({ "toolId": tool, "arguments": {}, "isConfirmed": true, "waitMs": 20_000 });
    let invoked = ada.invoke_with(input).await;
    assert_eq!(invoked["invocation"]["state"], "SUCCEEDED", "{invoked}");
    assert_eq!(watch.until_type("ResourceUpdated").await["uri"], uri);
}

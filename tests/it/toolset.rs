//! Tools for language models, and their calls.

use attache_playground::ToolSet;
use attache_support::{Client, Setup, TestApp};
use serde_json::{Value, json};

const DIALECTS: [&str; 4] = ["OPENAI", "ANTHROPIC", "GEMINI", "MCP"];

async fn toolset(client: &Client, dialect: &str) -> Value {
    client.run("Toolset", json!({ "dialect": dialect })).await["toolset"].clone()
}

/// What models call a tool of the viewer's.
async fn name_of(client: &Client, tool: &str) -> String {
    let set = toolset(client, "MCP").await;
    let mut names = set["tools"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap());
    let name = names.rfind(|name| name.contains(&format!("__{tool}_")));
    name.unwrap_or_else(|| panic!("no {tool} in {set}")).to_owned()
}

async fn call(client: &Client, dialect: &str, call: Value) -> Value {
    let variables =
        json!({ "dialect": dialect, "call": call, "conversationId": "chat", "waitMs": 20_000 });
    client.run("InvokeFromModel", variables).await
}

/// A call as a vendor writes it.
fn written(dialect: &str, id: &str, name: &str, arguments: &Value) -> Value {
    match dialect {
        "OPENAI" => json!({ "id": id, "type": "function",
            "function": { "name": name, "arguments": arguments.to_string() } }),
        "ANTHROPIC" => json!({ "type": "tool_use", "id": id, "name": name, "input": arguments }),
        "GEMINI" => json!({ "functionCall": { "id": id, "name": name, "args": arguments } }),
        _ => json!({ "id": id, "name": name, "arguments": arguments }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_told_of_tools_and_its_call_comes_back_as_it_is() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let roll_dice = name_of(&ada, "roll_dice").await;
    for dialect in DIALECTS {
        let set = toolset(&ada, dialect).await;
        let tools = set["tools"].as_array().unwrap();
        let names: Vec<&str> = tools.iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert!(names.contains(&roll_dice.as_str()) && names.is_sorted(), "{names:?}");
        let definitions = set["definitions"].to_string();
        assert!(names.iter().all(|name| definitions.contains(&format!("\"{name}\""))));
        assert_eq!(set, toolset(&ada, dialect).await, "the same tools make the same text");

        let model_call = written(dialect, "call_1", &roll_dice, &json!({ "count": 3 }));
        let invoked = call(&ada, dialect, model_call.clone()).await;
        assert_eq!(invoked["problems"], json!([]), "{invoked}");
        let invocation = &invoked["invocation"];
        assert_eq!(invocation["state"], "SUCCEEDED");
        let reply = invocation["modelReply"].to_string();
        assert!(reply.contains("rolls"), "{reply}");
        assert!(dialect == "MCP" || reply.contains("call_1"), "{reply}");
        let again = call(&ada, dialect, model_call).await;
        let is_same = again["invocation"]["id"] == invocation["id"];
        assert_eq!(
            is_same,
            dialect != "MCP",
            "the same call is one intent, where calls have names"
        );
    }
    // Once for the three whose calls have names, and twice for the one whose have not.
    assert_eq!(app.playground.calls("roll_dice"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_cannot_agree_for_the_person() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let add_note = name_of(&ada, "add_note").await;
    let note = written("ANTHROPIC", "toolu_1", &add_note, &json!({ "title": "Milk" }));
    let waiting = call(&ada, "ANTHROPIC", note).await["invocation"].clone();
    assert_eq!(
        (&waiting["state"], &waiting["modelReply"]),
        (&json!("APPROVAL_REQUIRED"), &Value::Null)
    );
    assert_eq!(app.playground.calls("add_note"), 0);
    ada.run("Approve", json!({ "invocationId": waiting["id"] })).await;
    ada.until_invocation(waiting["id"].as_str().unwrap(), "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_of_a_model_is_a_problem_that_can_be_told_to_it() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let grace = app.viewer("grace");
    let roll_dice = name_of(&ada, "roll_dice").await;
    let dice = |arguments: &Value| written("OPENAI", "call_2", &roll_dice, arguments);
    let mut broken = dice(&json!({}));
    broken["function"]["arguments"] = "{\"count\": ".into();
    for (client, what, code) in [
        (&ada, broken, "ARGUMENTS_INVALID"),
        (&ada, dice(&json!({ "count": "many" })), "ARGUMENTS_INVALID"),
        (&ada, written("OPENAI", "call_3", "open__nothing", &json!({})), "NOT_FOUND"),
        (&ada, written("OPENAI", "call_3", "roll_dice", &json!({})), "NOT_FOUND"),
        (&grace, dice(&json!({})), "NOT_FOUND"),
        (&ada, json!({ "what": 1 }), "INVALID_INPUT"),
    ] {
        let refused = call(client, "OPENAI", what.clone()).await;
        assert_eq!(refused["problems"][0]["code"], code, "{what}");
    }
    assert_eq!(app.playground.calls("roll_dice"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_stays_and_never_becomes_one_of_another_account() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let lovelace = ada.connect_notes(&app, "lovelace").await;
    let names = async || {
        let set = toolset(&ada, "MCP").await;
        let tools = set["tools"].as_array().unwrap().clone();
        tools.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = names().await;
    ada.connect_notes(&app, "byron").await;
    let both = names().await;
    assert_eq!(both.len(), 2 * before.len());
    assert!(before.iter().all(|name| both.contains(name)));
    let who = async |name: &str, id: &str| {
        let model_call = written("MCP", id, name, &json!({}));
        let answer = call(&ada, "MCP", model_call).await["invocation"]["modelReply"].clone();
        answer["content"][0]["text"].as_str().unwrap_or_default().to_owned()
    };
    let whoami = |names: &[String]| names.iter().find(|it| it.contains("whoami")).unwrap().clone();
    let first = whoami(&before);
    let added: Vec<String> = both.iter().filter(|it| !before.contains(it)).cloned().collect();
    assert_eq!(who(&first, "1").await, "lovelace");
    assert_eq!(who(&whoami(&added), "2").await, "byron");

    let tool = ada.tool("list_notes").await;
    ada.run("Settings", json!({ "toolId": tool, "patch": { "isEnabled": false } })).await;
    assert_eq!(names().await.len(), both.len() - 1);

    ada.disconnect(&lovelace).await;
    let refused = call(&ada, "MCP", written("MCP", "3", &first, &json!({}))).await;
    let code = refused["problems"][0]["code"].as_str().unwrap_or_default();
    assert!(["ACCOUNT_DISCONNECTED", "NOT_FOUND"].contains(&code), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dialect_does_not_take_is_said_and_still_checked() {
    let schema = json!({ "type": "object", "properties": {
        "short": { "type": "string", "maxLength": 3 } } });
    let tools = ToolSet::of(vec![json!({ "name": "say", "inputSchema": schema,
        "annotations": { "readOnlyHint": true } })]);
    let app = Setup { tools, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let set = toolset(&ada, "OPENAI").await;
    let losses = json!([{ "pointer": "/properties/short", "keyword": "maxLength" }]);
    assert_eq!(set["tools"][0]["losses"], losses);
    let say = name_of(&ada, "say").await;
    let long = written("OPENAI", "call_4", &say, &json!({ "short": "too long" }));
    let refused = call(&ada, "OPENAI", long).await;
    assert_eq!(refused["problems"][0]["violations"][0]["pointer"], "/short", "{refused}");
}

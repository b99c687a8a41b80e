//! Somebody for whom an operation makes sense, and what its variables stand for.

use attache_domain::Clock;
use attache_playground::ToolSet;
use attache_support::{Client, Setup, TestApp, eventually};
use serde_json::{Value, json};

use crate::connect;

/// The services that the book talks about, beside those of other tests: one of each kind.
const SERVICES: &str = r#"
[custom_services]
allow_loopback = true
[services.TOOLBOX]
name = "Toolbox"
mcp_url = "{playground}/open/mcp"
connect = "none"
[services.WIKI]
name = "Wiki"
mcp_url = "{playground}/keyed/mcp"
connect = "api_key"
"#;

pub(super) async fn start() -> TestApp {
    Setup { toml: SERVICES.to_owned(), ..Setup::default() }.start().await
}

/// A viewer of their own, with an account at a service that wants nothing.
pub(super) struct World<'a> {
    app: &'a TestApp,
    name: String,
    pub(super) viewer: Client,
    account: String,
    start: String,
}

impl<'a> World<'a> {
    pub(super) async fn of(app: &'a TestApp, name: &str) -> Self {
        let viewer = app.viewer(name);
        let start = viewer.cursor().await;
        let account = viewer.connect_open().await;
        Self { app, name: name.to_owned(), viewer, account, start }
    }

    /// What `$name` is to be for the field `root`; `None` where the book says nothing of it.
    pub(super) async fn value(&self, root: &str, name: &str) -> Option<Value> {
        Some(match name {
            "accountId" => self.account(root).await.into(),
            "action" => "ACCEPT".into(),
            "after" if root == "viewerEvents" || root == "invocationEvents" => {
                self.start.clone().into()
            }
            "after" => Value::Null,
            "apiKey" => self.key(),
            "arguments" if root == "approveInvocation" => json!({ "title": "Bread" }),
            "arguments" if root == "node" => json!({ "language": "French" }),
            "arguments" => json!({ "name": "Ada" }),
            "attemptId" => self.viewer.begin().await.id.into(),
            "call" => self.call().await,
            "callbackUrl" => self.callback(&self.viewer.begin().await.url).into(),
            "completion" => json!({ "reference": { "prompt": "summarize" },
                "argument": "language", "value": "Fr" }),
            "content" => json!({ "date": "2026-12-24", "people": 3 }),
            "conversationId" => "chat-1".into(),
            "digest" => self.digest().await.into(),
            "elicitationId" => self.question().await.into(),
            "id" | "invocationId" => self.invocation(root).await.into(),
            "idempotencyKey" => Clock::system().uuid().to_string().into(),
            "accountIds" | "ids" => json!([self.account]),
            "mcpUrl" => self.app.playground.open_mcp_url().clone().into(),
            "name" if root == "node" => "summarize".into(),
            "name" => "My notes".into(),
            "presets" => json!({ "language": "fr" }),
            "prompt" => "Say hello to Ada.".into(),
            "returnTo" => "chat".into(),
            "scopes" => json!(["notes:read", "notes:write"]),
            "search" => "roll".into(),
            "serviceCode" if root == "connectWithKey" => "WIKI".into(),
            "serviceCode" if root == "removeService" => self.own_service().await,
            "serviceCode" if root == "disconnect" => "OPEN".into(),
            "serviceCode" => "NOTES".into(),
            "serviceIds" => self.services().await,
            "ticket" => self.ticket().await.into(),
            "toolId" => self.viewer.tool(tool_of(root)).await.into(),
            "toolRevision" => self.revision(tool_of(root)).await,
            "uri" => "notebook://welcome".into(),
            "values" => json!({ "key": self.key() }),
            _ => return None,
        })
    }

    /// Most is done with the account that is there. What signs people in is asked for the rest.
    async fn account(&self, root: &str) -> String {
        if ["node", "resourceEvents", "beginConnect"].contains(&root) {
            return self.viewer.connect_notes(self.app, &self.name).await;
        }
        self.account.clone()
    }

    fn key(&self) -> Value {
        let key = format!("pk_{}", self.name);
        self.app.plant(&key);
        key.into()
    }

    /// Where the service sends somebody who agreed.
    fn callback(&self, url: &str) -> String {
        self.app.playground.consent(url, &self.name).unwrap()
    }

    /// What is in the URL of the page that they come back to.
    async fn ticket(&self) -> String {
        let callback = self.callback(&self.viewer.begin().await.url);
        connect::ticket(&connect::land(self.app, &callback).await)
    }

    /// A call that can be approved of, stopped, or looked back at.
    async fn invocation(&self, root: &str) -> String {
        let (tool, arguments) = match root {
            "approveInvocation" | "rejectInvocation" => ("add_note", json!({ "title": "Milk" })),
            "cancelInvocation" => ("countdown", json!({ "from": 60 })),
            _ => ("greet", json!({ "name": "Ada" })),
        };
        let tool = self.viewer.tool(tool).await;
        let wait = if root == "cancelInvocation" { 0 } else { 20_000 };
        let input = json!({ "toolId": tool, "arguments": arguments, "waitMs": wait,
            "ifUnconfirmed": "AWAIT_APPROVAL" });
        let invoked = self.viewer.invoke_with(input).await;
        invoked["invocation"]["id"].as_str().unwrap_or_else(|| panic!("{invoked}")).to_owned()
    }

    async fn question(&self) -> String {
        let tool = self.viewer.tool("book_table").await;
        self.viewer.start(&tool, json!({ "restaurant": "Roma" })).await;
        eventually("a question", async || {
            let viewer = self.viewer.run("Questions", json!({})).await;
            Some(viewer["pendingElicitations"][0]["id"].as_str()?.to_owned())
        })
        .await
    }

    /// What names a change of a tool that the viewer has not accepted.
    async fn digest(&self) -> String {
        let mut tools = ToolSet::everything().definitions();
        let tool = tools.iter_mut().find(|it| it["name"] == tool_of("acceptToolChange")).unwrap();
        tool["description"] = format!("Changed for {}.", self.name).into();
        self.app.playground.offer(ToolSet::of(tools));
        eventually("a tool that changed", async || {
            let changes = self.viewer.run("Changes", json!({})).await;
            Some(changes["tools"]["nodes"][0]["change"]["digest"].as_str()?.to_owned())
        })
        .await
    }

    /// A model's call to a tool, as OpenAI's models write it.
    async fn call(&self) -> Value {
        let set = self.viewer.run("Toolset", json!({ "dialect": "OPENAI" })).await;
        let tools = set["toolset"]["tools"].as_array().unwrap().clone();
        let names = tools.iter().map(|tool| tool["name"].as_str().unwrap());
        let name = names.clone().find(|name| name.contains("__greet_")).unwrap();
        json!({ "id": "call_1", "type": "function",
            "function": { "name": name, "arguments": "{\"name\":\"Ada\"}" } })
    }

    async fn own_service(&self) -> Value {
        let url = self.app.playground.open_mcp_url().clone();
        let variables = json!({ "name": "My notes", "mcpUrl": url });
        self.viewer.run("AddService", variables).await["service"]["code"].clone()
    }

    async fn services(&self) -> Value {
        let query = "{ services { nodes { id } } }";
        let services = self.viewer.query(query, Value::Null).await;
        json!([services["services"]["nodes"][0]["id"]])
    }

    async fn revision(&self, tool: &str) -> Value {
        let query = "query ($id: ID!) { node(id: $id) { ... on Tool { revision } } }";
        let id = self.viewer.tool(tool).await;
        self.viewer.query(query, json!({ "id": id })).await["node"]["revision"].clone()
    }
}

/// A tool that fits: one that may be changed, or one that may run.
fn tool_of(root: &str) -> &'static str {
    if root == "acceptToolChange" { "add_note" } else { "greet" }
}

//! The steps that most tests begin with.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::eventually;
use crate::settings::{KEYED, NOTES, OPEN};

/// An attempt that waits for consent.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its id.
    pub id: String,
    /// The page to send the person to.
    pub url: String,
}

impl TestApp {
    /// A person with an account at the service that wants nothing.
    pub async fn open_viewer(&self, name: &str) -> Client {
        let client = self.viewer(name);
        client.connect_open().await;
        client
    }
}

impl Client {
    /// Begins to connect an account at the service that signs people in.
    pub async fn begin(&self) -> Attempt {
        let target = json!({ "serviceCode": NOTES });
        let attempt = self.begin_with(json!({ "target": target })).await["attempt"].clone();
        let text = |name: &str| attempt[name].as_str().expect("an attempt").to_owned();
        Attempt { id: text("id"), url: text("authorizationUrl") }
    }

    /// `beginConnect` with any input.
    pub async fn begin_with(&self, input: Value) -> Value {
        let query = "mutation ($input: BeginConnectInput!) { beginConnect(input: $input) {
            attempt { id state authorizationUrl authorizationHost expiresAt problem { code } }
            problems { __typename code message path } cursor } }";
        self.query(query, json!({ "input": input })).await["beginConnect"].clone()
    }

    /// `completeOAuth` with the URL the person came back with.
    pub async fn complete(&self, callback_url: &str) -> Value {
        self.try_complete(callback_url).await.expect("the server answers")
    }

    /// The same of a server that may not live to answer.
    pub async fn try_complete(&self, callback_url: &str) -> Option<Value> {
        let query = "mutation ($input: CompleteOAuthInput!) { completeOAuth(input: $input) {
            attempt { id state problem { code message } } account { id label state grantedScopes }
            problems { __typename code message } cursor } }";
        let variables = json!({ "input": { "callbackUrl": callback_url } });
        let reply = self.try_send(self.operation(query, &variables)).await?;
        Some(reply.data()["completeOAuth"].clone())
    }

    /// Connects an account by consent of `person`, and returns its id once its tools
    /// are there.
    pub async fn connect_notes(&self, app: &TestApp, person: &str) -> String {
        let attempt = self.begin().await;
        let callback = app.playground.consent(&attempt.url, person).expect("consent is given");
        let completed = self.complete(&callback).await;
        let account = completed["account"]["id"].as_str();
        let account = account.unwrap_or_else(|| panic!("{completed}")).to_owned();
        self.until_catalog(&account, "READY").await;
        account
    }

    /// Connects an account at the service that wants nothing.
    pub async fn connect_open(&self) -> String {
        self.connect_with(json!({ "serviceCode": OPEN })).await
    }

    /// Connects an account at the service that takes a key.
    pub async fn connect_keyed(&self, app: &TestApp, person: &str) -> String {
        let key = format!("pk_{person}");
        app.plant(&key);
        self.connect_with(json!({ "serviceCode": KEYED, "apiKey": key })).await
    }

    /// Connects an account with a key, or with nothing, and waits for its tools.
    pub async fn connect_with(&self, input: Value) -> String {
        let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
            account { id } problems { code message } } }";
        let connected = self.query(query, json!({ "input": input })).await;
        let account = connected["connectWithKey"]["account"]["id"].as_str();
        let account = account.unwrap_or_else(|| panic!("{connected}")).to_owned();
        self.until_catalog(&account, "READY").await;
        account
    }

    /// Waits until the catalogue of an account is in this state.
    pub async fn until_catalog(&self, account: &str, state: &str) -> Value {
        eventually(&format!("a catalogue that is {state}"), async || {
            let query = "query ($id: ID!) { node(id: $id) { ... on Account {
                state catalog { state toolCount problem { code message } } } } }";
            let account = self.query(query, json!({ "id": account })).await["node"].clone();
            (account["catalog"]["state"] == state).then_some(account)
        })
        .await
    }

    /// The id of the viewer's tool with this name.
    pub async fn tool(&self, name: &str) -> String {
        let query = "query ($search: String) { viewer { tools(filter: { search: $search }) {
            nodes { id name } } } }";
        let data = self.query(query, json!({ "search": name })).await;
        let tools = data["viewer"]["tools"]["nodes"].as_array().cloned().unwrap_or_default();
        let tool = tools.iter().find(|tool| tool["name"] == name);
        tool.unwrap_or_else(|| panic!("no {name} in {data}"))["id"].as_str().expect("an id").into()
    }

    /// `invokeTool` with any input. A key is made up where there is none.
    pub async fn invoke_with(&self, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            let key = attache_domain::Clock::system().uuid().to_string();
            input["idempotencyKey"] = key.into();
        }
        let query = "mutation ($input: InvokeToolInput!) { invokeTool(input: $input) {
            invocation { id state revision toolName arguments problem { code message }
                progress { current total } result { isToolError isTruncated structuredContent
                    content { __typename raw ... on TextContent { text } } } }
            problems { __typename code message path
                ... on ArgumentsInvalid { violations { pointer message } } }
            cursor } }";
        self.query(query, json!({ "input": input })).await["invokeTool"].clone()
    }

    /// Invokes a tool and waits for how it ends.
    pub async fn invoke(&self, tool: &str, arguments: Value) -> Value {
        let input = json!({ "toolId": tool, "arguments": arguments, "waitMs": 20_000 });
        let invoked = self.invoke_with(input).await;
        assert_eq!(invoked["problems"], json!([]), "{invoked}");
        invoked["invocation"].clone()
    }

    /// Invokes a tool, does not wait, and returns the id of the invocation.
    pub async fn start(&self, tool: &str, arguments: Value) -> String {
        let invoked = self.invoke_with(json!({ "toolId": tool, "arguments": arguments })).await;
        let id = invoked["invocation"]["id"].as_str();
        id.unwrap_or_else(|| panic!("{invoked}")).to_owned()
    }

    /// Waits until an invocation is in this state.
    pub async fn until_invocation(&self, id: &str, state: &str) -> Value {
        eventually(&format!("an invocation that is {state}"), async || {
            let query = "query ($id: ID!) { node(id: $id) { ... on Invocation {
                state revision startedAt finishedAt problem { code message }
                result { isToolError content { ... on TextContent { text } } } } } }";
            let invocation = self.query(query, json!({ "id": id })).await["node"].clone();
            (invocation["state"] == state).then_some(invocation)
        })
        .await
    }

    /// Disconnects an account.
    pub async fn disconnect(&self, account: &str) -> Value {
        let query = "mutation ($input: DisconnectInput!) { disconnect(input: $input) {
            disconnectedAccountIds revocation problems { code message } cursor } }";
        let input = json!({ "accountId": account });
        self.query(query, json!({ "input": input })).await["disconnect"].clone()
    }
}

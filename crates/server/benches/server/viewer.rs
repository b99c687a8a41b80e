//! Who calls.

use anyhow::{Context, Result, ensure};
use attache_domain::Clock;
use attache_support::eventually;
use serde_json::{Value, json};

/// Somebody with an account at the service of the playground that wants nothing.
pub(crate) struct Viewer {
    http: reqwest::Client,
    /// Where the server is, and the viewer's token.
    note: Value,
    mcp_url: String,
    tool: Value,
}

impl Viewer {
    pub(crate) async fn connect(note: Value, playground: u16) -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "a client of the server, not a part of it")]
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mcp_url = format!("http://127.0.0.1:{playground}/open/mcp");
        let mut viewer = Self { http, note, mcp_url, tool: Value::Null };
        let connect = r#"mutation { connectWithKey(input: { serviceCode: "TOOLBOX" }) {
            account { id } } }"#;
        viewer.execute(connect, json!({})).await?;
        let search = r#"{ viewer { tools(filter: { search: "roll_dice" }) { nodes { id } } } }"#;
        viewer.tool = eventually("a tool", async || {
            let found = viewer.execute(search, json!({})).await.ok()?;
            found.pointer("/viewer/tools/nodes/0/id").cloned()
        })
        .await;
        Ok(viewer)
    }

    pub(crate) async fn execute(&self, query: &str, variables: Value) -> Result<Value> {
        let text = |name: &str| self.note[name].as_str().unwrap_or_default();
        let body = json!({ "query": query, "variables": variables });
        let request = self.http.post(text("url")).bearer_auth(text("token")).json(&body);
        let mut answer: Value = request.send().await?.json().await?;
        ensure!(answer["errors"].is_null(), "{answer}");
        Ok(answer["data"].take())
    }

    /// What is measured.
    pub(crate) async fn invoke(&self) -> Result<()> {
        let query = "mutation ($toolId: ID!, $idempotencyKey: String!) { invokeTool(input: {
            toolId: $toolId, arguments: { count: 2 }, idempotencyKey: $idempotencyKey, waitMs: 5000
        }) { invocation { id state result { structuredContent } } problems { message } } }";
        let intent = json!({ "toolId": self.tool, "idempotencyKey": Clock::system().uuid() });
        let invoked = self.execute(query, intent).await?;
        let is_done = invoked.pointer("/invokeTool/invocation/result/structuredContent/rolls/1");
        is_done.map(drop).with_context(|| invoked.to_string())
    }

    /// The same call without Attaché, in the words of the stateless revision of MCP.
    pub(crate) async fn call_directly(&self) -> Result<()> {
        let meta = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28" });
        let params = json!({ "name": "roll_dice", "arguments": { "count": 2 }, "_meta": meta });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let request = self.http.post(&self.mcp_url).json(&body);
        let request = request
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "roll_dice");
        let answer: Value = request.send().await?.json().await?;
        let is_done = answer.pointer("/result/structuredContent/rolls/1");
        is_done.map(drop).with_context(|| answer.to_string())
    }
}

//! A server of MCP 2026-07-28 that somebody else's library makes, with one thing of each
//! kind that the library offers.

mod ask;
mod offers;
mod tools;
mod wire;

use attache_support::{Client, Setup, TestApp, eventually};
use serde_json::Value;

use crate::everything::connect;
use crate::install::python;
use crate::peer::Peer;
use crate::stage::text;

/// What it is called here.
const SERVICE: &str = "MODERN";

/// The server, and Attaché before it.
struct Modern {
    app: TestApp,
    server: Peer,
}

impl Modern {
    async fn start() -> Self {
        let mut server = Peer::start(&python(), "modern.py");
        let url = text(&server.hear("modern").await);
        let toml = format!(
            "[services.{SERVICE}]\nname = \"Modern\"\nmcp_url = \"{url}\"\nconnect = \"none\"\n"
        );
        let app = Setup { toml, ..Setup::default() }.start().await;
        Self { app, server }
    }

    /// Somebody with an account there.
    async fn connected() -> (Self, Client, String) {
        let modern = Self::start().await;
        let ada = modern.app.viewer("ada");
        let account = connect(&ada, SERVICE).await;
        (modern, ada, account)
    }

    /// What the server said under this name, in its order.
    fn told(&self, name: &str) -> Vec<Value> {
        let facts = self.server.facts().into_iter();
        facts.filter(|fact| !fact[name].is_null()).collect()
    }

    /// The last fact of this name that fits, once there is one: its answers overtake what it
    /// says of them.
    async fn hear(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("{name} of the server"), async || {
            self.told(name).into_iter().rfind(|fact| fits(fact))
        })
        .await
    }

    /// How often a tool was called, once it was.
    async fn calls(&self, tool: &Value) -> usize {
        let of = |fact: &Value| fact["headers"]["mcp-name"] == tool["name"];
        self.hear("received", of).await;
        self.told("received").iter().filter(|fact| of(fact)).count()
    }
}

//! The page that asks a person for consent.

use crate::authorization::Ask;

/// The page. Who to be is a choice, so that a demo can connect two accounts.
pub(crate) fn page(ask: &Ask) -> String {
    let scopes: Vec<String> = ask
        .scope
        .split_whitespace()
        .map(|scope| format!("<li><code>{}</code></li>", escaped(scope)))
        .collect();
    PAGE.replace("{client}", &escaped(&ask.client_id)).replace("{scopes}", &scopes.concat())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const PAGE: &str = include_str!("consent.html");

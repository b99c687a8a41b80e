//! A question that a service asks a person in the middle of a call.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::ServiceCode;
use crate::id::{ElicitationId, InvocationId};

/// The longest message, in characters.
const MAX_MESSAGE: usize = 4000;

/// The largest schema of a form, in bytes of JSON.
const MAX_SCHEMA: usize = 64 * 1024;

/// The longest page address, in bytes.
const MAX_URL: usize = 2048;

/// A question that a service asks a person in the middle of a call. What it asks, and what was
/// answered, are kept apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elicitation {
    /// Its id.
    pub id: ElicitationId,
    /// The call that waits for it.
    pub invocation: InvocationId,
    /// Who asks.
    pub service: ServiceCode,
    /// Whether it still waits.
    pub state: ElicitationState,
    /// What the person decided, once they did.
    pub action: Option<ElicitationAction>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
    /// Grows with every change.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Whether a question still waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElicitationState {
    /// Waits for the person.
    Pending,
    /// The person decided.
    Answered,
    /// Nobody answered in time.
    Expired,
    /// No longer needed: the call ended.
    Withdrawn,
}

/// What a person decides (MCP, `ElicitResult.action`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElicitationAction {
    /// To give the answer, or to have visited the page.
    Accept,
    /// Not to answer; the tool may go on without.
    Decline,
    /// Not to answer, and to stop the call.
    Cancel,
}

impl ElicitationAction {
    /// As MCP says it.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Cancel => "cancel",
        }
    }
}

/// What is asked. Everything in it is the service's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Why, for the person to read.
    pub message: String,
    /// What for.
    pub ask: Ask,
}

/// What a question is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To fill in what this schema describes.
    Form(Value),
    /// To visit this page.
    Url(Url),
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What they decided.
    pub action: ElicitationAction,
    /// What they filled in, where they accepted a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Map<String, Value>>,
}

impl Answer {
    /// Nothing but a decision.
    pub fn only(action: ElicitationAction) -> Self {
        Self { action, content: None }
    }

    /// As MCP says it (`ElicitResult`).
    pub fn wire(&self) -> Value {
        let mut wire = Map::from_iter([("action".to_owned(), self.action.wire().into())]);
        if let Some(content) = &self.content {
            wire.insert("content".to_owned(), Value::Object(content.clone()));
        }
        Value::Object(wire)
    }
}

/// A question that cannot be put to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuestion {
    /// It is not one, or is beyond bearing.
    #[error("it is not a question, or larger than can be borne")]
    Unreadable,
    /// A form may not ask for what must not pass through us (MCP, Elicitation, security
    /// considerations): that is what pages are for.
    #[error("a form asks for a secret")]
    Secret,
    /// A page that no browser should be sent to.
    #[error("the page is none to visit")]
    Page,
}

impl Question {
    /// Reads the parameters of `elicitation/create`. A `mode` that is absent means a form.
    pub fn read(params: &Value) -> Result<Self, NotAQuestion> {
        let message = params["message"].as_str().ok_or(NotAQuestion::Unreadable)?;
        let message: String = message.chars().filter(|c| *c != '\0').take(MAX_MESSAGE).collect();
        let ask = match params["mode"].as_str() {
            None | Some("form") => Ask::Form(form(&params["requestedSchema"])?),
            Some("url") => Ask::Url(page(params["url"].as_str().unwrap_or_default())?),
            Some(_) => return Err(NotAQuestion::Unreadable),
        };
        Ok(Self { message, ask })
    }
}

fn form(schema: &Value) -> Result<Value, NotAQuestion> {
    if !schema.is_object() || schema.to_string().len() > MAX_SCHEMA {
        return Err(NotAQuestion::Unreadable);
    }
    if asks_for_a_secret(schema) {
        return Err(NotAQuestion::Secret);
    }
    Ok(schema.clone())
}

/// Pages over TLS, and of the person's own machine.
fn page(text: &str) -> Result<Url, NotAQuestion> {
    let url = Url::parse(text).map_err(|_| NotAQuestion::Page)?;
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(NotAQuestion::Page),
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    // What looks like a host before an `@` is none.
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_safe && is_plain && url.as_str().len() <= MAX_URL).then_some(url).ok_or(NotAQuestion::Page)
}

/// Names of fields that ask for a secret, as they are written in one word.
const SECRETS: [&str; 24] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "clientsecret",
    "apikey",
    "apitoken",
    "apisecret",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "bearertoken",
    "privatekey",
    "secretkey",
    "sshkey",
    "creditcard",
    "creditcardnumber",
    "cardnumber",
    "cvv",
    "cvc",
    "ssn",
    "socialsecuritynumber",
    "pincode",
];

/// Whether a form asks for something that must not be typed into it: by its format, or by its
/// name. A list of names catches the careless; whoever means ill asks for a "favourite word".
fn asks_for_a_secret(schema: &Value) -> bool {
    let Some(properties) = schema["properties"].as_object() else { return false };
    properties.iter().any(|(name, property)| {
        let word: String =
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        property["format"] == "password"
            || property["writeOnly"] == true
            || SECRETS.contains(&word.as_str())
            || asks_for_a_secret(property)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form_of(properties: &Value) -> Value {
        json!({ "message": "Which?", "requestedSchema": { "type": "object", "properties": properties } })
    }

    #[test]
    fn a_question_without_a_mode_is_a_form() {
        let params = form_of(&json!({ "city": { "type": "string" } }));
        let question = Question::read(&params).unwrap();
        assert_eq!(question.message, "Which?");
        assert_eq!(question.ask, Ask::Form(params["requestedSchema"].clone()));
    }

    #[test]
    fn a_form_may_not_ask_for_secrets() {
        for (name, property) in [
            ("password", json!({ "type": "string" })),
            ("API_Key", json!({ "type": "string" })),
            ("word", json!({ "type": "string", "format": "password" })),
            ("word", json!({ "type": "string", "writeOnly": true })),
            ("login", json!({ "type": "object", "properties": { "card-number": {} } })),
        ] {
            let params = form_of(&json!({ name: property }));
            assert_eq!(Question::read(&params), Err(NotAQuestion::Secret), "{params}");
        }
        for name in ["secretary", "key", "token_count", "passage"] {
            assert!(Question::read(&form_of(&json!({ name: {} }))).is_ok(), "{name}");
        }
    }

    #[test]
    fn pages_are_https_or_of_the_persons_own_machine() {
        let read = |url: &str| {
            Question::read(&json!({ "mode": "url", "message": "Go", "url": url })).map(|q| q.ask)
        };
        for good in ["https://notes.example/pay?x=1", "http://127.0.0.1:8080/", "http://localhost/"]
        {
            assert!(matches!(read(good), Ok(Ask::Url(_))), "{good}");
        }
        let long = format!("https://notes.example/{}", "x".repeat(MAX_URL));
        for bad in [
            "http://notes.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://bank.example@evil.example/",
            "not a page",
            &long,
        ] {
            assert_eq!(read(bad), Err(NotAQuestion::Page), "{bad}");
        }
    }

    #[test]
    fn what_is_no_question_is_not_asked() {
        let huge = "x".repeat(MAX_SCHEMA);
        for params in [
            json!({}),
            json!(7),
            json!({ "message": "Hm" }),
            json!({ "message": "Hm", "mode": "telepathy" }),
            json!({ "message": "Hm", "requestedSchema": [] }),
            json!({ "message": "Hm", "requestedSchema": { "description": huge } }),
        ] {
            assert_eq!(Question::read(&params), Err(NotAQuestion::Unreadable));
        }
    }

    #[test]
    fn an_answer_is_written_as_the_protocol_wants_it() {
        let content = json!({ "city": "Rome" }).as_object().cloned();
        let answer = Answer { action: ElicitationAction::Accept, content };
        assert_eq!(answer.wire(), json!({ "action": "accept", "content": { "city": "Rome" } }));
        let declined = Answer::only(ElicitationAction::Decline).wire();
        assert_eq!(declined, json!({ "action": "decline" }));
    }
}

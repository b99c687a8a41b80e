//! What is typed, and what is shown.

use std::collections::VecDeque;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uuid::Uuid;
use walk::{Attache, text};

use crate::arguments;
use crate::operations::operation;

/// What a person is asked.
enum Asked {
    /// Whether the call with this id shall run.
    Approval(String),
    /// The question with this id, and whether it is a page to visit.
    Question(String, bool),
}

impl Asked {
    fn id(&self) -> &str {
        match self {
            Self::Approval(id) | Self::Question(id, _) => id,
        }
    }
}

/// A conversation of one person with their tools.
pub(crate) struct Chat {
    attache: Attache,
    conversation: String,
    /// The call, the account or its end that is awaited has this id.
    awaited: Option<String>,
    /// What the next line answers.
    asked: Option<Asked>,
    /// What else waits for an answer, and the words that ask for it.
    queue: VecDeque<(Asked, String)>,
}

impl Chat {
    pub(crate) fn new(attache: Attache) -> Self {
        let conversation = Uuid::new_v4().to_string();
        Self { attache, conversation, awaited: None, asked: None, queue: VecDeque::new() }
    }

    /// Whether something has to happen before the next line.
    pub(crate) fn is_busy(&self) -> bool {
        self.awaited.is_some()
    }

    async fn run(&self, name: &str, variables: Value) -> Result<Value> {
        self.attache.run(&operation(name, &variables)).await
    }

    /// Does what a line says.
    pub(crate) async fn obey(&mut self, line: &str) -> Result<()> {
        match self.asked.take() {
            Some(Asked::Approval(id)) => return self.decide(id, line).await,
            Some(Asked::Question(id, is_page)) => return self.answer(id, is_page, line).await,
            None => {}
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "/tools" => self.tools(rest.trim()).await,
            "/connect" => self.connect(rest.trim()).await,
            "/disconnect" => self.disconnect(rest.trim()).await,
            page if page.contains("ticket=") => self.complete(page).await,
            command if command.starts_with('/') => bail!("there is no {command}; see /help"),
            tool => self.invoke(tool, rest.trim()).await,
        }
    }

    async fn tools(&self, search: &str) -> Result<()> {
        let viewer = self.run("ChatTools", json!({ "search": search })).await?;
        for tool in nodes(&viewer)? {
            let fields = tool["form"]["fields"].as_array().context("a form without fields")?;
            let needed = fields.iter().filter(|field| field["isRequired"] == true);
            let needed: Vec<&str> = needed.filter_map(|field| field["pointer"].as_str()).collect();
            let service = text(tool, "/account/service/code")?;
            println!(
                "  {:<14} {:<10} {} {}",
                text(tool, "/name")?,
                service,
                text(tool, "/title")?,
                needed.join(" ").replace('/', "·"),
            );
        }
        Ok(())
    }

    async fn connect(&mut self, code: &str) -> Result<()> {
        let service = self.run("ChatService", json!({ "serviceCode": code })).await?;
        if service["connectMethod"] == "NONE" {
            let connected = self.run("ChatConnectOpen", json!({ "serviceCode": code })).await?;
            return self.await_tools(&connected["account"]);
        }
        let begun = self.run("ChatConnect", json!({ "serviceCode": code })).await?;
        println!("Open this page, agree, and enter the address that you come back to:");
        println!("  {}", text(&begun, "/attempt/authorizationUrl")?);
        Ok(())
    }

    async fn complete(&mut self, page: &str) -> Result<()> {
        let ticket = page.split("ticket=").nth(1).and_then(|rest| rest.split('&').next());
        let completed = self.run("ChatComplete", json!({ "ticket": ticket })).await?;
        println!("{} is connected.", text(&completed, "/account/label")?);
        self.await_tools(&completed["account"])
    }

    /// Waits until the tools of an account were read, unless they are known already.
    fn await_tools(&mut self, account: &Value) -> Result<()> {
        let id = text(account, "/id")?;
        self.awaited = Some(id.to_owned());
        self.show_catalog(id, &account["catalog"])
    }

    fn show_catalog(&mut self, account: &str, catalog: &Value) -> Result<()> {
        let state = text(catalog, "/state")?;
        if matches!(state, "READY" | "FAILED") {
            println!("· {} tools ({})", catalog["toolCount"], state.to_lowercase());
            self.is_over(account);
        }
        Ok(())
    }

    async fn disconnect(&mut self, code: &str) -> Result<()> {
        let gone = self.run("ChatDisconnect", json!({ "serviceCode": code })).await?;
        match gone["disconnectedAccountIds"].get(0).and_then(Value::as_str) {
            Some(id) => self.awaited = Some(id.to_owned()),
            None => println!("Nothing is connected there."),
        }
        Ok(())
    }

    async fn invoke(&mut self, name: &str, typed: &str) -> Result<()> {
        let viewer = self.run("ChatTools", json!({ "search": name })).await?;
        let found = nodes(&viewer)?.iter().find(|tool| tool["name"] == name);
        let tool = found.with_context(|| format!("there is no tool {name}; see /tools"))?;
        let input = json!({
            "toolId": tool["id"],
            "expectedToolRevision": tool["revision"],
            "arguments": arguments::read(typed)?,
            "conversationId": self.conversation,
            "prompt": format!("{name} {typed}"),
            "idempotencyKey": Uuid::new_v4(),
            "ifUnconfirmed": "AWAIT_APPROVAL",
        });
        let invoked = self.run("ChatInvoke", json!({ "input": input })).await?;
        self.awaited = Some(text(&invoked, "/invocation/id")?.to_owned());
        Ok(())
    }

    async fn decide(&mut self, id: String, line: &str) -> Result<()> {
        let decision = if line == "yes" { "ChatApprove" } else { "ChatReject" };
        if let Err(problem) = self.run(decision, json!({ "invocationId": id })).await {
            self.next();
            return Err(problem);
        }
        self.awaited = Some(id);
        Ok(())
    }

    async fn answer(&mut self, id: String, is_page: bool, line: &str) -> Result<()> {
        let input = match line {
            "no" => json!({ "elicitationId": id, "action": "DECLINE" }),
            _ if is_page => json!({ "elicitationId": id, "action": "ACCEPT" }),
            typed => match arguments::read(typed) {
                Ok(content) => {
                    json!({ "elicitationId": id, "action": "ACCEPT", "content": content })
                }
                Err(problem) => {
                    self.asked = Some(Asked::Question(id, is_page));
                    return Err(problem);
                }
            },
        };
        match self.run("ChatAnswer", json!({ "answer": input })).await {
            Ok(answered) => {
                self.awaited = Some(text(&answered, "/invocation/id")?.to_owned());
                Ok(())
            }
            Err(problem) => {
                // Nobody has answered yet: it can be tried again.
                self.asked = Some(Asked::Question(id, is_page));
                Err(problem)
            }
        }
    }

    /// Shows something that happened.
    pub(crate) fn show(&mut self, event: &Value) -> Result<()> {
        match text(event, "/__typename")? {
            "CatalogUpdated" => self.show_catalog(text(event, "/accountId")?, &event["catalog"])?,
            "AccountRemoved" => {
                println!("· an account is gone");
                self.is_over(text(event, "/accountId")?);
            }
            "InvocationProgressed" => {
                let progress = &event["progress"];
                let message = progress["message"].as_str().unwrap_or("…");
                let (current, total) = (&progress["current"], &progress["total"]);
                println!("  {} ({current} of {total})", shown(message));
            }
            "InvocationUpdated" => self.show_call(&event["invocation"])?,
            "ElicitationUpdated" => self.ask(&event["elicitation"])?,
            _ => {}
        }
        Ok(())
    }

    fn show_call(&mut self, call: &Value) -> Result<()> {
        let (id, name) = (text(call, "/id")?, shown(text(call, "/toolName")?));
        let state = text(call, "/state")?;
        if state != "APPROVAL_REQUIRED" {
            self.is_settled(id);
        }
        match state {
            "APPROVAL_REQUIRED" => {
                let words = format!("? Shall {name} run with {}? yes or no", call["arguments"]);
                self.put(id, Asked::Approval(id.to_owned()), words);
            }
            "AWAITING_AUTHORIZATION" => {
                println!("! {name} wants more permissions: /connect its service again");
                self.is_over(id);
            }
            "SUCCEEDED" | "FAILED" | "CANCELLED" | "INTERRUPTED" => {
                println!("{name}: {}", state.to_lowercase());
                for block in call["result"]["content"].as_array().into_iter().flatten() {
                    match block["raw"]["text"].as_str() {
                        Some(text) => println!("  {}", shown(text)),
                        None => println!("  [{}]", text(block, "/__typename")?),
                    }
                }
                if let Some(problem) = call["problem"]["message"].as_str() {
                    println!("! {problem}");
                }
                self.is_over(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts a question to the person, unless it is settled.
    pub(crate) fn ask(&mut self, question: &Value) -> Result<()> {
        let id = text(question, "/id")?;
        if question["state"] != "PENDING" {
            self.is_settled(id);
            return Ok(());
        }
        let message = shown(text(question, "/message")?);
        let mut words = format!("? {} asks: {message}", shown(text(question, "/service/name")?));
        let ask = &question["ask"];
        for field in ask["form"]["fields"].as_array().into_iter().flatten() {
            let name = text(field, "/pointer")?.trim_start_matches('/');
            let needed = if field["isRequired"] == true { "" } else { " (optional)" };
            let line = format!("\n    {name}: {}{needed}", text(field, "/label")?);
            words.push_str(&shown(&line));
        }
        if let Some(page) = ask["url"].as_str() {
            let warning =
                if ask["hasPunycode"] == true { " It may look like another." } else { "" };
            let line = format!("\n    Visit {page} and enter yes, or no.{warning}");
            words.push_str(&shown(&line));
        }
        let is_page = ask["__typename"] == "UrlAsk";
        self.put(text(question, "/invocation/id")?, Asked::Question(id.to_owned(), is_page), words);
        Ok(())
    }

    /// One thing is asked after the other: an answer is to what was asked last.
    fn put(&mut self, call: &str, asked: Asked, words: String) {
        let known = self.queue.iter().map(|(asked, _)| asked).chain(&self.asked);
        if known.map(Asked::id).any(|id| id == asked.id()) {
            return;
        }
        self.queue.push_back((asked, words));
        self.is_over(call);
        self.next();
    }

    fn next(&mut self) {
        if self.asked.is_none()
            && self.awaited.is_none()
            && let Some((asked, words)) = self.queue.pop_front()
        {
            println!("{words}");
            self.asked = Some(asked);
        }
    }

    /// What was asked is answered, here or elsewhere, or needs no answer any more.
    fn is_settled(&mut self, id: &str) {
        self.queue.retain(|(asked, _)| asked.id() != id);
        if self.asked.as_ref().is_some_and(|asked| asked.id() == id) {
            println!("· that is settled");
            self.asked = None;
            self.next();
        }
    }

    fn is_over(&mut self, id: &str) {
        if self.awaited.as_deref() == Some(id) {
            self.awaited = None;
            self.next();
        }
    }
}

/// Text of a service, without what a terminal would obey.
fn shown(text: &str) -> String {
    text.chars().map(|it| if it.is_control() && it != '\n' { ' ' } else { it }).collect()
}

fn nodes(viewer: &Value) -> Result<&Vec<Value>> {
    viewer["tools"]["nodes"].as_array().context("there are no tools")
}

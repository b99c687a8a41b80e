//! A chat with tools in a terminal: what a person types becomes a mutation, and everything that is
//! shown comes from one subscription, whoever caused it.
#![expect(clippy::print_stdout, reason = "that is what a terminal is for")]

mod arguments;
mod chat;
mod operations;

use std::io::stdin;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::sync::mpsc;
use walk::{Attache, hear};

use crate::chat::Chat;
use crate::operations::operation;

const HELP: &str = "  TOOL name=value …   run a tool, also with an object of JSON
  /tools [WORDS]      the tools there are
  /connect SERVICE    connect an account, like NOTEBOOK or TOOLBOX
  /disconnect SERVICE disconnect it
  /quit               leave";

#[tokio::main]
async fn main() -> Result<()> {
    let note = std::env::args().nth(1).unwrap_or_else(|| ".attache/dev.json".to_owned());
    let attache = Attache::open(&note)?;
    let viewer = attache.run(&operation("ChatStart", &json!({}))).await?;
    let after = json!({ "after": viewer["eventCursor"] });
    let mut events = attache.watch(&operation("ChatEvents", &after)).await?;
    let mut chat = Chat::new(attache);
    let mut lines = typed();
    println!("{HELP}");
    // What waited for an answer before we came still does.
    if let Some(question) = viewer["pendingElicitations"].get(0) {
        chat.ask(question)?;
    }
    loop {
        tokio::select! {
            line = lines.recv(), if !chat.is_busy() => {
                let Some(line) = line else { return Ok(()) };
                match line.trim() {
                    "" => {}
                    "/quit" => return Ok(()),
                    "/help" => println!("{HELP}"),
                    line => {
                        if let Err(problem) = chat.obey(line).await {
                            println!("! {problem}");
                        }
                    }
                }
            }
            event = hear(&mut events, "next") => chat.show(&event.context("try again later")?)?,
        }
    }
}

/// What is typed, line by line. A thread waits for it, which nobody has to wait for.
fn typed() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        stdin().lines().map_while(Result::ok).try_for_each(|line| sender.blocking_send(line))
    });
    receiver
}

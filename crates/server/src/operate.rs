//! What an operator does beside the servers that run.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Result, bail};
use attache_domain::{Clock, Viewer};
use attache_engine::Engine;
use attache_server::command::{AtService, ConfigFile, Erase, Revoke};
use attache_server::operator;

use crate::progress::Progress;
use crate::{configuration, print};

/// How long an end waits for what was begun.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many dead letters are listed.
const LISTED: i64 = 1_000;

/// A service has not answered.
#[derive(Debug, thiserror::Error)]
#[error("{pending} tokens are not revoked yet, and servers go on asking; {dead} were given up on")]
pub(crate) struct Unanswered {
    pending: u64,
    dead: u64,
}

pub(crate) async fn revoke(options: &Revoke) -> Result<()> {
    let engine = open(&options.config).await?;
    if engine.services().get(&options.service).is_some_and(|it| it.service.accepts_connections) {
        let what =
            "note: the service accepts connections meanwhile; set accepts_connections = false";
        print(&format!("{what}\n"))?;
    }
    let mut progress = Progress::new();
    let (pace, patience) = (options.per_second, options.patience.0);
    let drill = engine.disconnect_everybody(&options.service, pace, patience, |drill| {
        let rest = format!(" accounts disconnected; {} tokens to revoke", drill.pending);
        progress.tell(drill.disconnected, drill.disconnected + drill.left, &rest);
    });
    let drill = drill.await?;
    progress.end();
    print(&format!(
        "{} accounts were disconnected, {} are left.\n",
        drill.disconnected, drill.left
    ))?;
    engine.drain(PATIENCE).await;
    if drill.pending + drill.dead > 0 {
        bail!(Unanswered { pending: drill.pending, dead: drill.dead });
    }
    print("The service has answered for every token.\n")
}

pub(crate) async fn list_dead_letters(of: &AtService) -> Result<()> {
    let engine = open(&of.config).await?;
    let letters = engine.dead_letters(of.service.as_ref(), LISTED).await?;
    let mut text = String::new();
    for letter in &letters {
        let kind = format!("{:?}", letter.kind).to_lowercase();
        let rest = if letter.has_token { "" } else { ", cannot be read any more" };
        let since = letter.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        writeln!(
            text,
            "{}  {}  {kind} token, tried {} times since {since}{rest}",
            letter.id, letter.service, letter.attempts
        )?;
    }
    if letters.is_empty() {
        text.push_str("No token was given up on.\n");
    }
    print(&text)
}

pub(crate) async fn retry_dead_letters(of: &AtService) -> Result<()> {
    let engine = open(&of.config).await?;
    let count = engine.retry_dead_letters(of.service.as_ref()).await?;
    print(&format!("{count} tokens will be tried again.\n"))
}

pub(crate) async fn erase(options: &Erase) -> Result<()> {
    let config = configuration(&options.config.config)?;
    if config.auth.tenant_claim.is_some() != options.tenant.is_some() {
        bail!("--tenant goes with auth.tenant_claim, and only with it");
    }
    let tenant = options.tenant.as_deref().unwrap_or_default();
    let viewer = Viewer::new(tenant, &config.auth.issuer, &options.subject);
    let engine = operator::open(config, Clock::system()).await?;
    let was_there = engine.erase_viewer(&viewer).await?.0 > 0;
    engine.drain(PATIENCE).await;
    print(if was_there { "Everything was erased.\n" } else { "There was nothing to erase.\n" })
}

async fn open(file: &ConfigFile) -> Result<Engine> {
    Ok(operator::open(configuration(&file.config)?, Clock::system()).await?)
}

//! Looking at services.

use std::fmt::{self, Write as _};

use anyhow::{Context as _, Result, bail};
use attache_domain::Clock;
use attache_engine::Offer;
use attache_server::command::{ConfigFile, OneService};
use attache_server::config::{self, Config};
use attache_upstream::{
    Access, ClientSource, Discovery, Egress, OAuthProvider, Program, Programs, Trail, Upstream,
};

use crate::{configuration, print, shield};

/// People could not connect to the service.
#[derive(Debug, thiserror::Error)]
#[error("people could not connect to {0}")]
pub(crate) struct NoWayIn(String);

pub(crate) fn list(file: &ConfigFile) -> Result<()> {
    let mut text = String::new();
    // Presets are worth a look before there is a configuration.
    if file.config.exists() {
        writeln!(text, "Configured:")?;
        for offer in &configuration(&file.config)?.services {
            writeln!(
                text,
                "  {:<20} {}, {}",
                offer.service.code.as_str(),
                offer.service.name,
                way(offer)
            )?;
        }
        text.push('\n');
    }
    writeln!(text, "Presets:")?;
    for name in config::preset_names() {
        writeln!(text, "  {name}")?;
    }
    print(&text)
}

fn way(offer: &Offer) -> &'static str {
    let is_program = offer.provider.program().is_some();
    match &offer.provider.access {
        Access::Open if is_program => "a program, open to all",
        Access::ApiKey if is_program => "a program, by key",
        Access::Open => "open to all",
        Access::ApiKey => "by key",
        Access::OAuth(provider) => match provider.client {
            ClientSource::Registered(_) => "by OAuth, as a registered client",
            ClientSource::Automatic | ClientSource::Brought => "by OAuth, introducing itself",
        },
    }
}

pub(crate) fn show(one: &OneService) -> Result<()> {
    if let Some(preset) = config::preset(&one.code) {
        return print(preset);
    }
    let config = configuration(&one.config.config)?;
    match config::effective_service(&config, &one.code) {
        Some(text) => print(&text),
        None => bail!("{} is neither a configured service nor a preset", one.code),
    }
}

pub(crate) async fn dry_run(one: &OneService) -> Result<()> {
    let config = configuration(&one.config.config)?;
    let offer = config.services.iter().find(|offer| offer.service.code.as_str() == one.code);
    let offer = offer.with_context(|| format!("{} is not a configured service", one.code))?;
    if let Some(program) = offer.provider.program() {
        shield(&config)?;
        return start(&config, offer, program).await;
    }
    let (Access::OAuth(provider), Some(url)) = (&offer.provider.access, offer.provider.mcp_url())
    else {
        return print(&format!("Nothing to find out: {}.\n", way(offer)));
    };
    let upstream = Upstream::new(Egress::new(config.egress.clone()), Clock::system());
    let mut trail = Trail::default();
    let found = upstream.destination(provider, url, &mut trail).await;
    let mut text = format!("{url}\n{trail}");
    let is_way_in = match &found {
        Ok(found) => report(&mut text, &config, provider, found)?,
        Err(error) => {
            writeln!(text, "Not found: {error}")?;
            false
        }
    };
    print(&text)?;
    if !is_way_in {
        bail!(NoWayIn(one.code.clone()));
    }
    Ok(())
}

/// Starts a program once, with nothing that a person would enter, and says whether it speaks MCP.
async fn start(config: &Config, offer: &Offer, program: &Program) -> Result<()> {
    let programs = Programs::new(config.programs.clone());
    let egress = Egress::new(config.egress.clone());
    let upstream = Upstream::with_programs(egress, programs, Clock::system());
    let said = upstream.sessions().knock(&offer.provider).await;
    upstream.sessions().end().await;
    let command = program.command.display();
    match said {
        Ok(()) => print(&format!("{command}\nIt starts, and speaks MCP: {}.\n", way(offer))),
        Err(error) => {
            // With all its causes.
            let error = anyhow::Error::from(error);
            print(&format!("{command}\nNot reached: {error:#}\n"))?;
            bail!(NoWayIn(offer.service.code.to_string()));
        }
    }
}

/// What was found; `false` when it is not enough.
fn report(
    text: &mut String,
    config: &Config,
    provider: &OAuthProvider,
    found: &Discovery,
) -> Result<bool, fmt::Error> {
    let server = &found.server;
    writeln!(text, "Found:")?;
    let mut line = |what: &str, value: &str| writeln!(text, "  {what:<24} {value}");
    line("issuer", &server.issuer)?;
    line("resource", &found.resource)?;
    line("authorization endpoint", server.authorization.as_str())?;
    line("token endpoint", server.token.as_str())?;
    let own = provider.dialect.revocation.as_ref().map(|own| own.url.as_str());
    match own.or(server.revocation.as_ref().map(|url| url.as_str())) {
        Some(url) => line("revocation endpoint", url)?,
        None => line("revocation endpoint", "none: a disconnect erases here and revokes nothing")?,
    }
    let names_itself = if server.names_itself { "yes" } else { "no" };
    line("callbacks name issuer", names_itself)?;
    if let Some(scopes) = &found.scopes_supported {
        line("scopes", &scopes.join(" "))?;
    }
    let document = config.client_document.as_ref().filter(|_| server.is_safe_for_documents());
    let (client, is_way_in) = match (&provider.client, document, &server.registration) {
        (ClientSource::Registered(client), ..) => (format!("registered as {}", client.id), true),
        (_, Some(url), _) => (format!("known by its document {url}"), true),
        (_, None, Some(url)) => (format!("registers itself at {url}"), true),
        (_, None, None) => {
            let what = "none: register one there and set the client id, see attache.example.toml";
            (what.to_owned(), false)
        }
    };
    line("client", &client)?;
    Ok(is_way_in)
}

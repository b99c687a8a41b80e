//! What the operator wrote, read and checked before a socket opens.
//!
//! Configuration is a pure function of strings: the text of `attache.toml`, the
//! environment, and the files that `…_FILE` variables name. Every mistake is
//! collected with its key, so that one run shows them all.

mod effective;
mod reader;
mod service;
mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use attache_engine::{Offer, Retention};
use attache_upstream::{CallLimits, Policy};
use chrono::TimeDelta;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use effective::{effective, redirect_uri};
pub use reader::{Mistake, parse_duration};
pub use variables::Variables;

use crate::config::reader::{Mistakes, Section};

/// Everything the server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How browsers reach this server.
    pub public_url: Url,
    /// The database.
    pub database_url: SecretString,
    /// How many connections to it.
    pub database_connections: u32,
    /// The key ring, as a document.
    pub key_ring: SecretString,
    /// Who signs viewers in.
    pub auth: Auth,
    /// Web origins that may use the API from a browser.
    pub allowed_origins: Vec<String>,
    /// Where people land when a service sends them back.
    pub landing: Landing,
    /// Where frontends go on after that, by name. The first is the default.
    pub returns: Vec<(String, Url)>,
    /// Where the server may go.
    pub egress: Policy,
    /// How long calls may take.
    pub calls: CallLimits,
    /// How long things are kept.
    pub retention: Retention,
    /// Where tokens that were just issued are kept on disk until the database has them.
    pub journal: Option<PathBuf>,
    /// The services on offer.
    pub services: Vec<Offer>,
}

/// Who signs viewers in.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The exact issuer of tokens.
    pub issuer: String,
    /// Whom tokens must be for.
    pub audience: String,
    /// What they are verified with.
    pub keys: Keys,
    /// The claim that names the tenant, when there are several.
    pub tenant_claim: Option<String>,
    /// The longest a token may live.
    pub max_lifetime: TimeDelta,
}

/// What tokens are verified with.
#[derive(Clone, Debug)]
pub enum Keys {
    /// A secret shared with who signs them (HS256).
    Shared(SecretString),
    /// Public keys at a URL (RFC 7517).
    Jwks(Url),
}

/// Where people land when a service sends them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// On this server, which keeps the callback until the person comes for it.
    Server,
    /// On the frontend, at this URL with the client's context appended.
    Frontend(Url),
}

impl Config {
    /// Where callbacks land.
    pub fn callback_base(&self) -> Url {
        match &self.landing {
            Landing::Frontend(url) => url.clone(),
            Landing::Server => {
                let mut url = self.public_url.clone();
                if let Ok(mut path) = url.path_segments_mut() {
                    path.pop_if_empty().extend(["oauth", "callback"]);
                }
                url
            }
        }
    }

    /// Reads configuration from the text of `attache.toml` and from variables.
    pub fn read(toml: &str, variables: &Variables<'_>) -> Result<Self, Invalid> {
        let mistakes = Mistakes::default();
        let config = read(toml, variables, &mistakes);
        variables.report_unknown(&mistakes);
        match (config, mistakes.into_list()) {
            (Some(config), mistakes) if mistakes.is_empty() => Ok(config),
            (_, mistakes) => Err(Invalid(mistakes)),
        }
    }
}

/// Configuration that cannot be used, with everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
pub struct Invalid(pub Vec<Mistake>);

impl Invalid {
    /// One mistake.
    pub fn one(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self(vec![Mistake { key: key.into(), what: what.into() }])
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration has mistakes")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

/// The URL of the database alone, for commands that need nothing else.
pub fn database_url(variables: &Variables<'_>) -> Result<Option<SecretString>, Invalid> {
    let mistakes = Mistakes::default();
    let url = variables.get("ATTACHE_DATABASE_URL", &mistakes);
    match mistakes.into_list() {
        mistakes if mistakes.is_empty() => Ok(url),
        mistakes => Err(Invalid(mistakes)),
    }
}

/// `None` when something is missing without which nothing can be built; the mistakes
/// say what.
fn read(toml: &str, variables: &Variables<'_>, mistakes: &Mistakes) -> Option<Config> {
    let root = Section::parse(toml, mistakes)?;
    let listen = root.parsed("listen").unwrap_or_else(|| ([127, 0, 0, 1], 4000).into());
    let public_url = root.required_url("public_url");
    let database = root.section("database");
    let database_connections = database.integer("connections", 2..=200).unwrap_or(10);
    database.report_unknown();
    let database_url = variables.required("ATTACHE_DATABASE_URL", "the URL of Postgres", mistakes);
    let key_ring = variables.required(
        "ATTACHE_KEYS",
        "the key ring; `attache keys generate` makes one",
        mistakes,
    );
    if let Some(ring) = &key_ring
        && let Err(error) = attache_store::KeyRing::parse(ring)
    {
        mistakes.add("ATTACHE_KEYS", error.to_string());
    }
    let auth = auth(&root.section("auth"), variables, mistakes);
    let egress = egress(&root.section("egress"));
    let http = root.section("http");
    let allowed_origins = http.strings("allowed_origins").unwrap_or_default();
    for origin in &allowed_origins {
        check_origin(origin, &http);
    }
    http.report_unknown();
    let landing = landing(&root.section("callback"));
    let returns = returns(&root);
    let calls = calls(&root.section("calls"));
    let retention = retention(&root.section("retention"));
    let journal = journal(&root.section("journal"));
    let services = service::all(&root.section("services"), variables, &egress, mistakes);
    root.report_unknown();
    Some(Config {
        listen,
        public_url: public_url?,
        database_url: database_url?,
        database_connections,
        key_ring: key_ring?,
        auth: auth?,
        allowed_origins,
        landing: landing?,
        returns: returns?,
        egress,
        calls,
        retention,
        journal,
        services,
    })
}

/// Where the journal is unless the operator says otherwise.
const JOURNAL: &str = ".attache/journal";

/// The least bytes of a shared secret: as many as the hash it keys (RFC 7518,
/// section 3.2).
const MIN_SECRET: usize = 32;

fn auth(section: &Section<'_>, variables: &Variables<'_>, mistakes: &Mistakes) -> Option<Auth> {
    let issuer = section.required_string("issuer");
    let audience = section.required_string("audience");
    let tenant_claim = section.string("tenant_claim");
    let max_lifetime = section.duration("max_lifetime").unwrap_or(Duration::from_hours(24));
    let jwks = section.url("jwks_url");
    let secret = variables.get("ATTACHE_JWT_SECRET", mistakes);
    section.report_unknown();
    let keys = match (jwks, secret) {
        (Some(url), None) => Some(Keys::Jwks(url)),
        (None, Some(secret)) => {
            if secret.expose_secret().len() < MIN_SECRET {
                let what = format!("a secret needs at least {MIN_SECRET} bytes");
                mistakes.add("ATTACHE_JWT_SECRET", what);
            }
            Some(Keys::Shared(secret))
        }
        (Some(_), Some(_)) => {
            section.mistake("jwks_url", "set this or ATTACHE_JWT_SECRET, not both");
            None
        }
        (None, None) => {
            section.mistake("jwks_url", "set this, or ATTACHE_JWT_SECRET, to verify tokens with");
            None
        }
    };
    let max_lifetime = TimeDelta::from_std(max_lifetime).ok()?;
    Some(Auth { issuer: issuer?, audience: audience?, keys: keys?, tenant_claim, max_lifetime })
}

fn egress(section: &Section<'_>) -> Policy {
    let allowed: Vec<IpNet> = section.all_parsed("allow_networks").unwrap_or_default();
    let allows_loopback = section.boolean("allow_loopback").unwrap_or(false);
    section.report_unknown();
    Policy { allows_loopback, allowed }
}

fn check_origin(origin: &str, section: &Section<'_>) {
    let is_origin =
        Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == origin);
    if !is_origin {
        let what = format!("{origin:?} is not an origin like \"https://app.example.com\"");
        section.mistake("allowed_origins", what);
    }
}

fn landing(section: &Section<'_>) -> Option<Landing> {
    let url = section.url("url");
    let landing = match section.string("landing").as_deref() {
        None | Some("server") if url.is_none() => Some(Landing::Server),
        None | Some("frontend") => match url {
            Some(url) if url.query().is_none() && url.fragment().is_none() => {
                Some(Landing::Frontend(url))
            }
            Some(_) => {
                section.mistake("url", "must have neither query nor fragment");
                None
            }
            None => {
                section.mistake("url", "is needed when callbacks land on the frontend");
                None
            }
        },
        Some("server") => {
            section.mistake("url", "has no meaning when callbacks land on the server");
            None
        }
        Some(_) => {
            section.mistake("landing", "must be \"server\" or \"frontend\"");
            None
        }
    };
    section.report_unknown();
    landing
}

fn returns(root: &Section<'_>) -> Option<Vec<(String, Url)>> {
    let section = root.section("returns");
    let names = section.names();
    let mut places: BTreeMap<String, Url> = BTreeMap::new();
    for name in &names {
        if let Some(url) = section.url(name) {
            places.insert(name.clone(), url);
        }
    }
    let Some(default) = places.remove("default") else {
        root.mistake("returns.default", "is needed: where people go on after connecting");
        return None;
    };
    let mut returns = vec![("default".to_owned(), default)];
    returns.extend(places);
    Some(returns)
}

fn calls(section: &Section<'_>) -> CallLimits {
    let default = CallLimits::default();
    let limits = CallLimits {
        idle: section.duration("idle_timeout").unwrap_or(default.idle),
        total: section.duration("total_timeout").unwrap_or(default.total),
    };
    section.report_unknown();
    limits
}

fn retention(section: &Section<'_>) -> Retention {
    let default = Retention::default();
    let retention = Retention {
        payloads: section.duration("payloads").unwrap_or(default.payloads),
        history: section.duration("history").unwrap_or(default.history),
        events: section.duration("events").unwrap_or(default.events),
    };
    section.report_unknown();
    retention
}

fn journal(section: &Section<'_>) -> Option<PathBuf> {
    let directory = section.string("directory");
    let is_enabled = section.boolean("enabled").unwrap_or(true);
    section.report_unknown();
    if !is_enabled && directory.is_some() {
        section.mistake("directory", "has no meaning when the journal is not enabled");
    }
    is_enabled.then(|| directory.unwrap_or_else(|| JOURNAL.to_owned()).into())
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;

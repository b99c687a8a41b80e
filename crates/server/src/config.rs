//! What the operator wrote, read and checked before a socket opens.
//!
//! Configuration is a pure function of strings: the text of `attache.toml`, the
//! environment, and the files that `…_FILE` variables name. Every mistake is
//! collected with its key, so that one run shows them all.

mod auth;
mod effective;
mod keys;
mod landing;
mod own_services;
mod presets;
mod reader;
mod service;
mod variables;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use attache_engine::{Offer, QuestionLimits, Retention, Room};
use attache_upstream::{CallLimits, Policy, ProgramRules};
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

pub use auth::{Auth, Keys};
pub use effective::{effective, effective_service, redirect_uri};
pub use keys::{key_ring, ring_document};
pub use landing::Landing;
pub use own_services::OwnServices;
pub use presets::{preset, preset_names};
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
    /// How long people have to come back from where they consent.
    pub time_to_return: Duration,
    /// Where frontends go on after that, by name. The first is the default.
    pub returns: Vec<(String, Url)>,
    /// The name that people see where this server introduces itself.
    pub client_name: String,
    /// The URL of the document that says who this server is, where there is one.
    pub client_document: Option<Url>,
    /// Where the server may go.
    pub egress: Policy,
    /// What viewers may add for themselves.
    pub own_services: OwnServices,
    /// How programs are run that are services.
    pub programs: ProgramRules,
    /// How long calls may take.
    pub calls: CallLimits,
    /// How many calls one viewer may have under way.
    pub call_room: Room,
    /// How long questions in the middle of calls wait for an answer.
    pub questions: QuestionLimits,
    /// How long things are kept.
    pub retention: Retention,
    /// Where tokens that were just issued are kept on disk until the database has them.
    pub journal: Option<PathBuf>,
    /// Whether tools that changed wait for their viewers to accept that.
    pub holds_changed_tools: bool,
    /// The services on offer.
    pub services: Vec<Offer>,
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
    let key_ring = keys::read(variables, mistakes);
    let auth = auth::read(&root.section("auth"), variables, mistakes);
    let egress = egress(&root.section("egress"));
    let own_services = own_services::read(&root);
    let programs = programs(&root.section("programs"));
    let http = root.section("http");
    let allowed_origins = http.strings("allowed_origins").unwrap_or_default();
    for origin in &allowed_origins {
        check_origin(origin, &http);
    }
    http.report_unknown();
    let (landing, time_to_return) = landing::read(&root.section("callback"));
    let returns = landing::returns(&root);
    let (calls, call_room, questions) = calls(&root.section("calls"));
    let retention = retention(&root.section("retention"));
    let holds_changed_tools = holds_changed_tools(&root.section("tools"));
    let journal = journal(&root.section("journal"));
    let (client_name, client_document) = client(&root.section("client"));
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
        time_to_return: time_to_return.unwrap_or(TIME_TO_RETURN),
        returns: returns?,
        client_name,
        client_document,
        egress,
        own_services,
        programs,
        calls,
        call_room,
        questions,
        retention,
        journal,
        holds_changed_tools,
        services,
    })
}

/// How long people have to come back unless the operator says otherwise.
const TIME_TO_RETURN: Duration = Duration::from_mins(10);

/// Where the journal is unless the operator says otherwise.
const JOURNAL: &str = ".attache/journal";

fn egress(section: &Section<'_>) -> Policy {
    let allowed: Vec<IpNet> = section.all_parsed("allow_networks").unwrap_or_default();
    let allows_loopback = section.boolean("allow_loopback").unwrap_or(false);
    section.report_unknown();
    Policy { allows_loopback, allowed, ports: None }
}

fn programs(section: &Section<'_>) -> ProgramRules {
    let default = ProgramRules::default();
    let running = section.integer("running", 1..=10_000).map(|number| number as usize);
    section.report_unknown();
    ProgramRules { running: running.unwrap_or(default.running), ..default }
}

fn check_origin(origin: &str, section: &Section<'_>) {
    let is_origin =
        Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == origin);
    if !is_origin {
        let what = format!("{origin:?} is not an origin like \"https://app.example.com\"");
        section.mistake("allowed_origins", what);
    }
}

fn calls(section: &Section<'_>) -> (CallLimits, Room, QuestionLimits) {
    let (default, room) = (CallLimits::default(), Room::default());
    let limits = CallLimits {
        idle: section.duration("idle_timeout").unwrap_or(default.idle),
        total: section.duration("total_timeout").unwrap_or(default.total),
        task: section.duration("task_timeout").unwrap_or(default.task),
    };
    let number = |key, range| section.integer(key, range).map(|number| number as usize);
    let room = Room {
        running: number("running", 1..=1_000).unwrap_or(room.running),
        waiting: number("waiting", 0..=10_000).unwrap_or(room.waiting),
    };
    let default = QuestionLimits::default();
    let questions = QuestionLimits {
        held: section.duration("held_question_timeout").unwrap_or(default.held),
        ended: section.duration("question_timeout").unwrap_or(default.ended),
    };
    section.report_unknown();
    (limits, room, questions)
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

fn holds_changed_tools(section: &Section<'_>) -> bool {
    let holds = section.boolean("hold_changed").unwrap_or(false);
    section.report_unknown();
    holds
}

/// Who this server says it is. The document has to be at a URL that anybody can read and
/// that says more than a host (Client ID Metadata Document, section 3).
fn client(section: &Section<'_>) -> (String, Option<Url>) {
    let name = section.string("name").unwrap_or_else(|| "Attaché".to_owned());
    let document = section.url("document_url");
    section.report_unknown();
    if let Some(url) = &document
        && (url.scheme() != "https" || url.path() == "/" || url.fragment().is_some())
        && url.host_str() != Some("127.0.0.1")
    {
        section.mistake("document_url", "must be an https URL with a path and no fragment");
    }
    (name, document)
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

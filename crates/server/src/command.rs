//! The command line.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use attache_domain::ServiceCode;
use clap::{Args, Parser, Subcommand};

use crate::telemetry::Format;

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  2   the command line makes no sense
  64  the configuration has mistakes, and all of them are listed; or what was asked for is one
  69  something that is needed is not there: the database, its schema, a port, PostgreSQL's programs,
      an answer of a service; the same may work later
  70  a fault of our own, or `keys verify` found something that does not open

Environment:
  ATTACHE_CONFIG      the configuration file, unless --config names one [default: attache.toml]
  ATTACHE_LOG         what to log, for example `info,attache_engine=debug` [default: info]
  ATTACHE_LOG_FORMAT  text or json [default: text]
  Secrets are variables too, or files: ATTACHE_KEYS or ATTACHE_KEYS_FILE, and so on.
  `attache check` lists those that are missing.";

/// Connects your users' accounts at other services, for any frontend, over GraphQL.
#[derive(Debug, Parser)]
#[command(name = "attache", version, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// What to log, for example `info,attache_engine=debug`
    #[arg(long, env = "ATTACHE_LOG", default_value = "info", hide_env = true, global = true)]
    pub log: String,
    /// How log lines look: text or json
    #[arg(
        long,
        env = "ATTACHE_LOG_FORMAT",
        default_value = "text",
        hide_env = true,
        global = true
    )]
    pub log_format: Format,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve(ConfigFile),
    /// Run everything for development, with nothing to configure
    Dev(Dev),
    /// Bring the database to the schema of this version
    ///
    /// Reads `ATTACHE_DATABASE_URL` and nothing else. Safe to run from several places at
    /// once.
    Migrate,
    /// Print the GraphQL schema
    Schema,
    /// Read the configuration, list every mistake, or show what is in effect
    ///
    /// Opens no socket. Secrets are hidden. Shows the redirect URI to register at each
    /// service.
    Check(ConfigFile),
    /// Sign a bearer token for a viewer
    ///
    /// Only where tokens are verified with `ATTACHE_JWT_SECRET`.
    Token(Token),
    /// Look at services: configured ones, and presets for others
    #[command(subcommand)]
    Services(Services),
    /// Work with people's accounts
    #[command(subcommand)]
    Accounts(Accounts),
    /// See and retry what services did not revoke
    #[command(subcommand)]
    Revocations(Revocations),
    /// Work with people's data
    #[command(subcommand)]
    Viewers(Viewers),
    /// Work with the keys that seal tokens
    #[command(subcommand)]
    Keys(Keys),
    /// Be the playground's MCP server over standard input and output: a program for trials
    #[command(hide = true)]
    Playground(Playground),
}

#[derive(Debug, Args)]
pub struct Playground {
    /// Speak only the revisions that begin with `initialize`
    #[arg(long)]
    pub legacy: bool,
    /// End at once
    #[arg(long)]
    pub crash: bool,
    /// Go on whoever asks to end
    #[arg(long)]
    pub stubborn: bool,
}

#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration file
    #[arg(long, env = "ATTACHE_CONFIG", default_value = "attache.toml", hide_env = true)]
    pub config: PathBuf,
}

#[derive(Debug, Args)]
pub struct Dev {
    /// Where to keep the database, keys and tokens
    #[arg(long, default_value = ".attache")]
    pub directory: PathBuf,
    /// The port to listen on; the playground takes the one after it
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u16).range(1..=65534))]
    pub port: u16,
    /// The web origin of a frontend that you develop, which may use the API; may be repeated. People
    /// return to the first when `returnTo` is `frontend`
    #[arg(long = "origin", value_name = "ORIGIN", default_value = "http://localhost:5173")]
    pub origins: Vec<String>,
    /// A setting of `attache.toml` to replace, as a line of TOML, for example
    /// `tools.hold_changed = true`; may be repeated
    #[arg(long = "set", value_name = "SETTING")]
    pub settings: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Token {
    /// Whom it speaks for: the `sub` claim
    #[arg(long)]
    pub subject: String,
    /// Their organisation, where `auth.tenant_claim` is configured
    #[arg(long)]
    pub tenant: Option<String>,
    /// The program it is for, as the access log will name it
    #[arg(long)]
    pub client: Option<String>,
    /// How long it is good for, for example 15m, 8h or 7d
    #[arg(long, default_value = "1h")]
    pub lifetime: Lifetime,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub enum Services {
    /// List the configured services, and the presets there are
    List(ConfigFile),
    /// Show what is in effect for a service, or a preset by its name
    Show(OneService),
    /// Ask a service who issues its tokens, and say what was found and what is missing
    ///
    /// Nothing is registered and nobody is sent anywhere. Ends with 69 when people could not
    /// connect.
    Try(OneService),
}

#[derive(Debug, Args)]
pub struct OneService {
    /// The service's code, as in the configuration
    pub code: String,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub enum Accounts {
    /// Disconnect everybody from a service, and revoke what they were connected with
    ///
    /// For a client secret that leaked, or to practise for that. Set `accepts_connections = false`
    /// for the service first. Can be stopped and begun again at any time, and runs beside servers.
    /// Ends with 69 when the service has not answered for everything in time; servers go on asking.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub struct Revoke {
    /// The service's code, as in the configuration
    #[arg(long)]
    pub service: ServiceCode,
    /// How many accounts to disconnect in a second
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub per_second: u16,
    /// How long to wait for a service that does not answer, for example 90s or 15m
    #[arg(long, default_value = "10m")]
    pub patience: Lifetime,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub enum Revocations {
    /// List tokens that were given up on after three days; they may still work
    List(AtService),
    /// Have those tokens tried for another three days, by the servers that run
    Retry(AtService),
}

#[derive(Debug, Args)]
pub struct AtService {
    /// Of one service only, by its code
    #[arg(long)]
    pub service: Option<ServiceCode>,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub enum Viewers {
    /// Disconnect a person everywhere and delete everything there is of them
    ///
    /// Kept are the fact that it was done, and tokens until their services have revoked them. Does
    /// the same as the mutation `eraseViewer`.
    Erase(Erase),
}

#[derive(Debug, Args)]
pub struct Erase {
    /// Whom: the `sub` claim of their tokens
    #[arg(long)]
    pub subject: String,
    /// Their organisation, where `auth.tenant_claim` is configured
    #[arg(long)]
    pub tenant: Option<String>,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key ring for `ATTACHE_KEYS`
    ///
    /// Keep it outside the database and keep a copy: without it, every stored token is
    /// lost.
    Generate(Generate),
    /// Show the keys of the ring, what each seals, and which processes have loaded it
    List(ConfigFile),
    /// Add a key that seals nothing yet
    ///
    /// The ring is changed where `ATTACHE_KEYS_FILE` says, and servers load it within seconds. Where it
    /// is in `ATTACHE_KEYS` itself, the new ring is printed, for you to put there.
    Add(AddKey),
    /// Seal with this key from now on
    ///
    /// Only when every process that runs has loaded it. To go back, promote the key from before.
    Promote(OneKey),
    /// Seal with the primary key what others sealed, while everything runs
    ///
    /// Can be stopped and begun again, and run several times at once.
    Rewrap(ConfigFile),
    /// Stop using a key that seals nothing any more
    ///
    /// It stays in the ring for old backups, unless it is destroyed. Refused for as long as anything is
    /// sealed with it, or a process would.
    Retire(RetireKey),
    /// Open everything that the ring seals, and say what does not open
    Verify(ConfigFile),
}

#[derive(Debug, Args)]
pub struct Generate {
    /// The file to make, which nobody but you may read. Refused where there is one already. Without it,
    /// the ring is printed
    #[arg(long)]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct AddKey {
    /// Where its 64 bytes are, in base64, unless they are to be made: `{"file": "…"}`,
    /// `{"env": "ATTACHE_…"}`, or `{"command": ["…"], "wrapped": "…"}` for a key management service,
    /// whose command is given the wrapped bytes and prints the others
    #[arg(long, value_name = "JSON")]
    pub material: Option<String>,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Args)]
pub struct OneKey {
    /// Its name, as `attache keys list` shows it
    pub name: String,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Args)]
pub struct RetireKey {
    /// Its name, as `attache keys list` shows it
    pub name: String,
    /// Remove it from the ring. Backups from before the last rewrap cannot be read any more
    #[arg(long)]
    pub destroy: bool,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Clone, Copy, Debug)]
pub struct Lifetime(pub Duration);

impl FromStr for Lifetime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        crate::config::parse_duration(text)
            .map(Self)
            .ok_or("must be a length of time like 90s, 15m, 8h or 7d")
    }
}

//! The program: reads the command line and the environment, and says how it went.

mod keys;
mod operate;
mod progress;
mod services;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use attache_domain::Clock;
use attache_playground::{Era, Stdio};
use attache_server::auth::{self, Claims};
use attache_server::command::{
    self, Accounts, Cli, Command, ConfigFile, Revocations, Services, Token, Viewers,
};
use attache_server::config::{self, Config, Invalid, Variables};
use attache_server::dev::postgres::PostgresError;
use attache_server::dev::{self, Dev, DevError};
use attache_server::programs;
use attache_server::serve::{Server, StartError};
use attache_server::telemetry;
use attache_store::RingError;
use attache_upstream::Launch;
use axum::Router;
use chrono::TimeDelta;
use clap::Parser;
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

const INVALID_CONFIGURATION: u8 = 64;
const UNAVAILABLE: u8 = 69;
const FAULT: u8 = 70;

/// What shells say when there is no program to run.
const NO_PROGRAM: u8 = 127;

fn main() -> ExitCode {
    if let Some(launch) = Launch::read(std::env::args_os().skip(1)) {
        let error = launch.become_it();
        let _ = writeln!(io::stderr(), "the program cannot be started: {error}");
        return ExitCode::from(NO_PROGRAM);
    }
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With all its causes.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(exit_code(&error))
        }
    }
}

fn exit_code(error: &anyhow::Error) -> u8 {
    let is_missing = match error.downcast_ref() {
        Some(StartError::Store(_) | StartError::Engine(_) | StartError::Listen(..)) => true,
        Some(StartError::Keys(_) | StartError::Journal(..)) => return INVALID_CONFIGURATION,
        None => false,
    };
    let is_missing = is_missing
        || match error.downcast_ref() {
            Some(DevError::Options(_)) => return INVALID_CONFIGURATION,
            Some(DevError::Task(_) | DevError::Token(_)) | None => false,
            Some(_) => true,
        };
    if error.is::<Invalid>() || error.is::<RingError>() {
        INVALID_CONFIGURATION
    } else if is_missing
        || error.is::<attache_store::Error>()
        || error.is::<operate::Unanswered>()
        || error.is::<services::NoWayIn>()
        || error.is::<keys::NotYet>()
        || error.is::<PostgresError>()
    {
        UNAVAILABLE
    } else {
        FAULT
    }
}

fn run(cli: Cli) -> Result<()> {
    let runtime = match cli.command {
        Command::Dev(_) => dev::runtime(),
        _ => Runtime::new(),
    };
    runtime.context("the threads cannot be started")?.block_on(obey(cli))
}

async fn obey(cli: Cli) -> Result<()> {
    telemetry::init(&cli.log, cli.log_format)
        .map_err(|error| Invalid::one("ATTACHE_LOG", error.to_string()))?;
    match cli.command {
        Command::Serve(file) => serve(&file).await,
        Command::Dev(options) => develop(options).await,
        Command::Migrate => migrate().await,
        Command::Schema => print(&attache_graphql::sdl()),
        Command::Check(file) => print(&config::effective(&configuration(&file.config)?)),
        Command::Token(options) => token(&options),
        Command::Services(Services::List(file)) => services::list(&file),
        Command::Services(Services::Show(one)) => services::show(&one),
        Command::Services(Services::Try(one)) => services::dry_run(&one).await,
        Command::Accounts(Accounts::Revoke(options)) => operate::revoke(&options).await,
        Command::Revocations(Revocations::List(of)) => operate::list_dead_letters(&of).await,
        Command::Revocations(Revocations::Retry(of)) => operate::retry_dead_letters(&of).await,
        Command::Viewers(Viewers::Erase(options)) => operate::erase(&options).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Playground(options) => play(&options).await,
    }
}

async fn serve(file: &ConfigFile) -> Result<()> {
    let config = configuration(&file.config)?;
    shield(&config)?;
    let server = Server::start(config, Clock::system(), Router::new()).await?;
    if let Some(file) = keys::file() {
        server.follow_keys(file, || with_variables(config::key_ring));
    }
    told_to_stop().await?;
    server.stop().await;
    Ok(())
}

fn shield(config: &Config) -> Result<()> {
    programs::shield(config).context("this process cannot be kept from its programs")
}

async fn develop(options: command::Dev) -> Result<()> {
    let database_url = with_variables(config::database_url)?;
    let options = dev::Options {
        directory: options.directory,
        port: options.port,
        origins: options.origins,
        settings: options.settings,
        database_url,
        path: path(),
    };
    // Heard from the very start, so that Ctrl-C during the start leaves nothing behind.
    tokio::select! {
        dev = Dev::start(options, Clock::system()) => {
            let dev = dev?;
            print(&format!("{dev}\n"))?;
            told_to_stop().await?;
            dev.stop().await;
        }
        told = told_to_stop() => told?,
    }
    Ok(())
}

async fn play(options: &command::Playground) -> Result<()> {
    let era = if options.legacy { Era::Legacy } else { Era::Both };
    let stdio = Stdio { era, crashes: options.crash, is_stubborn: options.stubborn };
    stdio.serve().await.context("standard input and output cannot be used")
}

async fn migrate() -> Result<()> {
    let Some(url) = with_variables(config::database_url)? else {
        let what = "is needed (or ATTACHE_DATABASE_URL_FILE): the URL of Postgres";
        bail!(Invalid::one("ATTACHE_DATABASE_URL", what));
    };
    let done = attache_store::migrate(&url).await?;
    match done.as_slice() {
        [] => print("The schema is up to date.\n"),
        done => print(&format!("Ran {}.\n", done.join(", "))),
    }
}

fn token(options: &Token) -> Result<()> {
    let config = configuration(&options.config.config)?;
    let config::Keys::Shared(secret) = &config.auth.keys else {
        bail!("tokens are verified with public keys here; ask {} for one", config.auth.issuer);
    };
    let lifetime = TimeDelta::from_std(options.lifetime.0).context("--lifetime is too long")?;
    if lifetime > config.auth.max_lifetime {
        bail!("--lifetime is more than auth.max_lifetime, so the token would not be taken");
    }
    if config.auth.tenant_claim.is_some() != options.tenant.is_some() {
        bail!("--tenant goes with auth.tenant_claim, and only with it");
    }
    let now = Clock::system().now();
    let claims = Claims {
        subject: &options.subject,
        tenant: options.tenant.as_deref(),
        client: options.client.as_deref(),
        issued_at: now,
        expires_at: now + lifetime,
    };
    let token = auth::issue(&config.auth, secret, claims).context("the token cannot be signed")?;
    print(&format!("{}\n", token.expose_secret()))
}

fn configuration(file: &Path) -> Result<Config, Invalid> {
    let toml = std::fs::read_to_string(file).map_err(|error| {
        let what = format!("cannot be read: {error}; start from attache.example.toml");
        Invalid::one(file.display().to_string(), what)
    })?;
    with_variables(|variables| Config::read(&toml, variables))
}

#[expect(clippy::disallowed_methods, reason = "here the environment comes in, and nowhere else")]
fn with_variables<T>(
    read: impl FnOnce(&Variables<'_>) -> Result<T, Invalid>,
) -> Result<T, Invalid> {
    let read_file = |file: &str| std::fs::read_to_string(file);
    let variables = Variables::new(std::env::vars(), &read_file);
    read(&variables.with_commands(&keys::ask))
}

fn path() -> Option<std::ffi::OsString> {
    std::env::var_os("PATH")
}

/// Waits for Ctrl-C, or for what orchestrators send.
async fn told_to_stop() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

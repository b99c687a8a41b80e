//! The keys that everything is sealed with: making them, and moving from one to another.

mod kept;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use attache_domain::Clock;
use attache_server::command::{AddKey, ConfigFile, Generate, Keys, OneKey, RetireKey};
use attache_server::operator;
use attache_store::{KeyFacts, KeyRing, KeyState, LoadedKeys, Material, RingError, Store};
use secrecy::ExposeSecret;

pub(crate) use self::kept::{ask, file};
use crate::progress::Progress;
use crate::{configuration, print};

/// How many data keys are sealed in one transaction.
const AT_ONCE: i64 = 500;

/// How long a rewrap waits for processes that still seal with another key, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(500);

/// Something has to be done first.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotYet(String);

pub(crate) async fn run(command: Keys) -> Result<()> {
    match command {
        Keys::Generate(options) => generate(&options),
        Keys::List(file) => list(&file).await,
        Keys::Add(options) => add(&options),
        Keys::Promote(one) => promote(&one).await,
        Keys::Rewrap(file) => rewrap(&file).await,
        Keys::Retire(options) => retire(&options).await,
        Keys::Verify(file) => verify(&file).await,
    }
}

fn generate(options: &Generate) -> Result<()> {
    let ring = KeyRing::generate(&Clock::system());
    let Some(file) = &options.file else {
        return print(&format!("{}\n", ring.expose_secret()));
    };
    kept::create(file, &ring)?;
    say(&format!("The key ring is in {}. Keep a copy of it elsewhere.", file.display()))
}

async fn open(file: &ConfigFile) -> Result<Store> {
    let config = configuration(&file.config)?;
    Ok(operator::open_vault(&config, &Clock::system()).await?)
}

async fn list(file: &ConfigFile) -> Result<()> {
    let store = open(file).await?;
    let (sealed, loaded) = (store.sealed_data_keys().await?, store.loaded_keys().await?);
    let mut text = String::new();
    for key in kept::read()?.keys() {
        let state = if key.is_primary { "primary" } else { state(key.state) };
        let uses = sealed.get(&key.id).copied().unwrap_or_default();
        let (by, of) = (loaded.loaded.get(&key.id).copied().unwrap_or_default(), loaded.processes);
        let made = key.created.format("%Y-%m-%d");
        writeln!(
            text,
            "{:<16} {:>10}  {state:<12} made {made}, seals {uses} data keys, loaded by {by} of {of} processes",
            key.name, key.id
        )?;
    }
    print(&text)
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Pending => "pending",
        KeyState::Enabled => "enabled",
        KeyState::DecryptOnly => "decrypt only",
        KeyState::Disabled => "disabled",
    }
}

fn add(options: &AddKey) -> Result<()> {
    let material: Option<Material> = match &options.material {
        Some(json) => Some(
            serde_json::from_str(json).ok().context("--material is not one of the three forms")?,
        ),
        None => None,
    };
    let clock = Clock::system();
    let name = kept::change(|ring| Ok(ring.add(&clock, material)))?;
    say(&format!(
        "{name} was added. Promote it when `attache keys list` shows it loaded everywhere."
    ))
}

async fn promote(one: &OneKey) -> Result<()> {
    let store = open(&one.config).await?;
    let key = find(&one.name)?;
    if key.state == KeyState::Disabled {
        bail!(NotYet(format!("{} is disabled, so no process has loaded it", key.name)));
    }
    let loaded = store.loaded_keys().await?;
    let by = loaded.loaded.get(&key.id).copied().unwrap_or_default();
    if by < loaded.processes {
        let what = format!(
            "{} is loaded by {by} of {} processes; wait until all of them have it",
            key.name, loaded.processes
        );
        bail!(NotYet(what));
    }
    store.restore_key(key.id).await?;
    kept::change(|ring| ring.promote(&key.name))?;
    say(&format!("{} seals from now on. `attache keys rewrap` does the rest.", key.name))
}

async fn rewrap(file: &ConfigFile) -> Result<()> {
    let store = open(file).await?;
    let primary = kept::read()?.keys().find(|key| key.is_primary).context("there is no primary")?;
    let (mut progress, began) = (Progress::new(), Instant::now());
    let mut done = 0;
    // What others hold is left to them, and looked at again in the next round. So is what a
    // process seals with the old key that has not loaded the new ring yet.
    let left = loop {
        let left = left(&store.sealed_data_keys().await?, primary.id);
        if left == 0 {
            break left;
        }
        let (before, all) = (done, done + left);
        let mut after = None;
        loop {
            let (count, last) = store.rewrap(after, AT_ONCE).await?;
            done += count as u64;
            progress.tell(done, all.max(done), " data keys");
            match last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        if done > before {
            continue;
        }
        if began.elapsed() > PATIENCE {
            break left;
        }
        tokio::time::sleep(PAUSE).await;
    };
    progress.end();
    print(&format!("{done} data keys were sealed with {}; {left} are left.\n", primary.name))?;
    if left > 0 {
        let what = "some are being worked on elsewhere, or a process still seals with another key; run it again";
        bail!(NotYet(what.to_owned()));
    }
    Ok(())
}

fn left(sealed: &HashMap<u32, i64>, primary: u32) -> u64 {
    let others = sealed.iter().filter(|(id, _)| **id != primary);
    others.map(|(_, count)| count.unsigned_abs()).sum()
}

async fn retire(options: &RetireKey) -> Result<()> {
    let store = open(&options.config).await?;
    let key = find(&options.name)?;
    if key.is_primary {
        return Err(RingError::InUse(key.name).into());
    }
    let LoadedKeys { sealing, .. } = store.loaded_keys().await?;
    if let Some(processes) = sealing.get(&key.id) {
        bail!(NotYet(format!("{processes} processes still seal with {}", key.name)));
    }
    if !store.retire_key(key.id).await? {
        let uses = store.sealed_data_keys().await?.get(&key.id).copied().unwrap_or_default();
        let what = format!("{} still seals {uses} data keys; run `attache keys rewrap`", key.name);
        bail!(NotYet(what));
    }
    let changed = kept::change(|ring| {
        ring.disable(&key.name)?;
        if options.destroy { ring.destroy(&key.name) } else { Ok(()) }
    });
    if changed.is_err() {
        // Somebody promoted it at the same time, and it has to be able to seal.
        store.restore_key(key.id).await?;
    }
    changed?;
    let done = if options.destroy { "was destroyed" } else { "is kept for old backups only" };
    say(&format!("Nothing is sealed with {}; it {done}.", key.name))
}

async fn verify(file: &ConfigFile) -> Result<()> {
    let store = open(file).await?;
    let all: i64 = store.sealed_data_keys().await?.values().sum();
    let mut progress = Progress::new();
    let (mut opened, mut broken, mut after) = (0, 0, None);
    loop {
        let (count, failures, last) = store.verify_data_keys(after, AT_ONCE).await?;
        opened += count as u64;
        broken += failures.len() as u64;
        for (user, error) in failures {
            tracing::error!(viewer.id = %user, ?error, "a data key does not open");
        }
        progress.tell(opened + broken, all.unsigned_abs(), " data keys");
        match last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    let (secrets, unreadable) = store.verify_credentials().await?;
    progress.end();
    print(&format!(
        "{opened} data keys and {secrets} credentials open; {broken} and {unreadable} do not.\n"
    ))?;
    if broken + unreadable > 0 {
        bail!("some of what is sealed does not open; the log says whose");
    }
    Ok(())
}

fn find(name: &str) -> Result<KeyFacts> {
    let found = kept::read()?.keys().find(|key| key.name == name);
    Ok(found.ok_or_else(|| RingError::Unknown(name.to_owned()))?)
}

/// The standard output may be a new key ring.
fn say(text: &str) -> Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{text}").context("cannot write to standard error")
}

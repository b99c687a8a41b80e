//! What Attaché adds to a call, and what a page of tools takes. Every round calls a tool
//! directly, commits twice, and calls the same tool with `invokeTool`, so that whatever the
//! machine does meanwhile hits all three alike.

#![expect(clippy::print_stdout, reason = "it is there to say what it measured")]

mod catalog;
mod database;
mod machine;
mod samples;
mod viewer;

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use anyhow::{Context, Result, ensure};
use attache_domain::Clock;
use attache_server::dev::postgres::{self, PrivatePostgres};
use attache_server::dev::{self, Dev};
use attache_server::telemetry::{self, Format};
use tokio::runtime::Builder;

use crate::database::Database;
use crate::samples::Samples;
use crate::viewer::Viewer;

/// What Attaché may add to a call and to its commits, in microseconds.
const BUDGET: i64 = 1000;

/// How often a call may commit: when it is accepted, and when it is over.
const COMMITS: u64 = 2;

const WARM_UP: usize = 50;
const ROUNDS: usize = 300;

/// How often that many rounds are measured, and how long nothing is measured in between. Whoever
/// else uses the machine makes everything slower, for seconds at a time.
const SERIES: usize = 5;
const BETWEEN: Duration = Duration::from_secs(3);

/// No round of a series begins later than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many calls the commits are counted of.
const COUNTED: u64 = 100;

fn main() -> Result<ExitCode> {
    // `cargo test --all-targets` starts this too, but without the word.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(ExitCode::SUCCESS);
    }
    // What is logged is made as it would be, and goes nowhere.
    let log = telemetry::subscriber("info", Format::Text, false, io::sink)?;
    tracing::subscriber::set_global_default(log)?;
    let (data, notes) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let options = postgres::Options {
        directory: data.path().to_owned(),
        is_ephemeral: false,
        path: env::var_os("PATH"),
    };
    let postgres = PrivatePostgres::start(options, &Clock::system())?;
    let port = machine::free_port()?;
    let options = dev::Options {
        directory: notes.path().to_owned(),
        port,
        settings: Vec::new(),
        origins: Vec::new(),
        database_url: Some(postgres.url("postgres")),
        path: None,
    };
    // Who calls has a thread of their own, as they would have a process of their own.
    let (serving, calling) = (dev::runtime()?, Builder::new_current_thread().enable_all().build()?);
    let dev = serving.block_on(Dev::start(options, Clock::system()))?;
    let note = fs::read(notes.path().join("dev.json"))?;
    let is_within = calling.block_on(async {
        let viewer = Viewer::connect(serde_json::from_slice(&note)?, port + 1).await?;
        measure(&postgres, &viewer).await
    });
    serving.block_on(dev.stop());
    let is_fine = is_within? || env::var_os("ATTACHE_BENCH_ADVISORY").is_some();
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures, says what came of it, and whether that is within the budget.
async fn measure(postgres: &PrivatePostgres, viewer: &Viewer) -> Result<bool> {
    let database = Database::open(&postgres.url("postgres")).await?;
    let disk = machine::time_to_disk(postgres.directory())?.percentile(50);
    println!("{}", machine::description()?);
    println!("{}, 8 kB are on disk after {disk} µs\n", database.durability().await?);

    let awake = machine::keep_awake();
    let mut series = Vec::new();
    for count in 0..SERIES {
        if count > 0 {
            tokio::time::sleep(BETWEEN).await;
        }
        series.push(rounds(&database, viewer).await?);
    }
    let all: Vec<String> = series.iter().map(|it| added(it).to_string()).collect();
    // Which one counts is not for what is judged to say.
    let quickest = series
        .iter()
        .min_by_key(|[direct, commits, _]| direct.percentile(50) + commits.percentile(50));
    let samples = quickest.context("nothing was measured")?;
    println!("{:<20} {:>8} {:>8} {:>8} {:>8}", "in µs", "p50", "p90", "p99", "max");
    let names = ["a. tools/call", "b. two commits", "c. invokeTool"];
    for (name, samples) in names.into_iter().zip(samples) {
        println!("{name:<20} {samples}");
    }
    let adds = added(samples);
    println!("\nAttaché adds {adds} µs (c - a - b at p50); it may add {BUDGET} µs.");
    println!("That is when a and b were quickest. One after the other: {} µs.", all.join(", "));
    match awake {
        Ok(awake) => {
            drop(awake);
            let asleep = added(&rounds(&database, viewer).await?);
            println!(
                "Processors were kept awake. Where they sleep as they do, it adds {asleep} µs."
            );
        }
        Err(error) => println!("Processors slept as they do: they cannot be kept awake ({error})."),
    }

    count_commits(&database, viewer).await?;
    let are_pages_within = catalog::measure(&database, viewer).await?;
    Ok(adds <= BUDGET && are_pages_within)
}

/// What Attaché adds to a call and to its commits, in microseconds.
fn added(samples: &[Samples; 3]) -> i64 {
    let [direct, commits, invoked] = samples.each_ref().map(|samples| samples.percentile(50));
    invoked - direct - commits
}

async fn rounds(database: &Database, viewer: &Viewer) -> Result<[Samples; 3]> {
    let rounds = env::var_os("ATTACHE_BENCH_ROUNDS").and_then(|it| it.to_str()?.parse().ok());
    let rounds: usize = rounds.unwrap_or(ROUNDS).max(1);
    let mut samples = <[Samples; 3]>::default();
    let began = Instant::now();
    for round in 0..WARM_UP + rounds {
        if round == WARM_UP {
            samples = <[Samples; 3]>::default();
        } else if round > WARM_UP && began.elapsed() > PATIENCE {
            break;
        }
        samples[0].time(viewer.call_directly()).await?;
        samples[1].time(database.commit(COMMITS)).await?;
        samples[2].time(viewer.invoke()).await?;
    }
    Ok(samples)
}

/// Makes sure of how often a call commits.
async fn count_commits(database: &Database, viewer: &Viewer) -> Result<()> {
    database.listen().await?;
    let (began, before) = (Instant::now(), database.count().await?);
    for _ in 0..COUNTED {
        viewer.invoke().await?;
    }
    let after = database.count().await?;
    let announced = after.announced - before.announced;
    let writing = (after.transactions - before.transactions).saturating_sub(announced);
    println!("{COUNTED} calls took {writing} commits, and {announced} notices nobody waits for.");
    // The lease is renewed meanwhile, and what is due is looked for.
    let background = began.elapsed().as_secs() + 2;
    ensure!(writing <= COUNTED * COMMITS + background, "a call commits more than {COMMITS} times");
    Ok(())
}

//! What it runs on.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Instant;
use std::{env, fs, thread};

use anyhow::{Context, Result};

use crate::samples::Samples;

/// How long it takes until 8 kB are on disk, in the same place over and over, as in a log.
pub(crate) fn time_to_disk(directory: &Path) -> Result<Samples> {
    let mut file = tempfile::tempfile_in(directory)?;
    let mut samples = Samples::default();
    for _ in 0..200 {
        let began = Instant::now();
        file.rewind()?;
        file.write_all(&[0; 8192])?;
        file.sync_data()?;
        samples.add(began.elapsed())?;
    }
    Ok(samples)
}

/// Linux says what it runs on; elsewhere it stays unknown.
pub(crate) fn description() -> Result<String> {
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        line.unwrap_or_default().trim_matches([':', ' ', '\t']).to_owned()
    };
    let (cpu, memory) = (line("/proc/cpuinfo", "model name"), line("/proc/meminfo", "MemTotal"));
    let (cpus, kernel) = (thread::available_parallelism()?, line("/proc/sys/kernel/osrelease", ""));
    Ok(format!("{cpus} × {cpu}, {memory}, {} {kernel}", env::consts::OS))
}

/// Keeps processors from sleeping for as long as it is open (on Linux). Waking those that sleep takes
/// a virtual machine a good part of what is measured, and how long is for its neighbours to say.
pub(crate) fn keep_awake() -> io::Result<File> {
    let mut latency = File::options().write(true).open("/dev/cpu_dma_latency")?;
    latency.write_all(&0_i32.to_ne_bytes())?;
    Ok(latency)
}

/// A port that is free, with a free one after it for the playground.
pub(crate) fn free_port() -> Result<u16> {
    let free = |port| TcpListener::bind(("127.0.0.1", port)).and_then(|it| it.local_addr());
    let pairs = (0..100).filter_map(|_| free(0).ok()).map(|address| address.port());
    let mut pairs = pairs.filter(|port| *port < u16::MAX && free(port + 1).is_ok());
    pairs.next().context("no two ports in a row are free")
}

//! How long things took.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How long things took, in microseconds.
#[derive(Default)]
pub(crate) struct Samples(Vec<i64>);

impl Samples {
    pub(crate) async fn time(&mut self, work: impl Future<Output = Result<()>>) -> Result<()> {
        let began = Instant::now();
        work.await?;
        self.add(began.elapsed())
    }

    pub(crate) fn add(&mut self, elapsed: Duration) -> Result<()> {
        self.0.push(elapsed.as_micros().try_into()?);
        Ok(())
    }

    pub(crate) fn percentile(&self, percent: usize) -> i64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[(sorted.len() - 1) * percent / 100]
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        [50, 90, 99, 100].iter().try_for_each(|it| write!(f, " {:>8}", self.percentile(*it)))
    }
}

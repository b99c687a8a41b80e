//! Work that outlives the request that began it.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Spawns what a drain waits for.
#[derive(Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    /// What has to go on while everything else drains.
    lifeline: TaskTracker,
    end: CancellationToken,
}

impl Tasks {
    /// Runs to its end, in the span of whoever began it. The drain waits for it.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tracker.spawn(work.in_current_span())
    }

    /// Runs until the drain begins.
    pub fn spawn_until_drain(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.spawn(async move {
            tokio::select! {
                () = work => {}
                () = stop.cancelled() => {}
            }
        });
    }

    /// Runs until the drain is over: what the work that drains depends on.
    pub(crate) fn spawn_until_end(&self, work: impl Future<Output = ()> + Send + 'static) {
        let end = self.end.clone();
        self.lifeline.spawn(async move {
            tokio::select! {
                () = work => {}
                () = end.cancelled() => {}
            }
        });
    }

    /// Waits until the drain begins.
    pub(crate) async fn draining(&self) {
        self.stop.cancelled().await;
    }

    /// Whether the drain has begun.
    pub fn is_draining(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Begins the drain.
    pub(crate) fn begin_drain(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Waits for everything that drains. Only after the drain began.
    pub(crate) async fn drained(&self) {
        self.tracker.wait().await;
    }

    /// Ends what went on during the drain.
    pub(crate) async fn end(&self) {
        self.end.cancel();
        self.lifeline.close();
        self.lifeline.wait().await;
    }
}

//! Everything that is logged in this process, for secrets to be searched in.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use attache_server::telemetry::{self, Format};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static INSTALLED: Once = Once::new();

/// As much as can be asked for: what the pins keep back stays back.
const FILTER: &str = "debug,attache_server=trace,attache_engine=trace,attache_graphql=trace,\
    attache_store=trace,attache_upstream=trace,rmcp=trace,oauth2=trace,reqwest=trace,hyper=trace";

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the log stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(usize);

/// Captures from now on, and says where the log stands.
pub(crate) fn mark() -> Mark {
    INSTALLED.call_once(|| {
        let subscriber = telemetry::subscriber(FILTER, Format::Json, false, || Writer);
        let subscriber = subscriber.expect("a filter");
        tracing::subscriber::set_global_default(subscriber).expect("nobody else captures");
    });
    Mark(LOG.lock().unwrap_or_else(PoisonError::into_inner).len())
}

/// What was logged since then, by whatever test.
pub(crate) fn since(mark: Mark) -> String {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&log[mark.0..]).into_owned()
}

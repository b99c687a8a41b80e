//! Logs: where they go, and what can never be in them.

use std::io::IsTerminal;

use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What other people's code may say at most, whatever the operator asks for.
///
/// Below these levels they write down what went over the wire: authorization codes,
/// token responses, queries with their parameters. The first prefix that fits decides.
const PINS: [(&str, LevelFilter); 11] = [
    // It quotes what a server said that it did not expect, and headers with it. Whatever
    // matters about that reaches us as an error.
    ("rmcp", LevelFilter::OFF),
    ("oauth2", LevelFilter::INFO),
    ("reqwest", LevelFilter::INFO),
    ("hyper", LevelFilter::INFO),
    ("hyper_util", LevelFilter::INFO),
    ("rustls", LevelFilter::INFO),
    ("tokio_postgres", LevelFilter::INFO),
    ("diesel", LevelFilter::INFO),
    ("tungstenite", LevelFilter::INFO),
    ("tokio_tungstenite", LevelFilter::INFO),
    ("axum", LevelFilter::INFO),
];

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl std::str::FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be `text` or `json`"),
        }
    }
}

/// Logs to standard error from now on, panics included. `filter` is in the syntax of
/// `tracing-subscriber`, for example `info,attache_engine=debug`.
pub fn init(filter: &str, format: Format) -> Result<(), tracing_subscriber::filter::ParseError> {
    let is_terminal = std::io::stderr().is_terminal();
    subscriber(filter, format, is_terminal, std::io::stderr)?.init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or(""), "panicked");
    }));
    Ok(())
}

/// What [`init`] installs, writing to `writer`.
pub fn subscriber<W>(
    filter: &str,
    format: Format,
    has_colors: bool,
    writer: W,
) -> Result<impl Subscriber + Send + Sync, tracing_subscriber::filter::ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(filter)?.and(filter_fn(is_let_through));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(has_colors);
    let lines = match format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).with_span_list(true).boxed(),
    };
    Ok(Registry::default().with(lines.with_filter(filter)))
}

fn is_let_through(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let pin = PINS.iter().find(|(prefix, _)| {
        let rest = target.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    });
    pin.is_none_or(|(_, level)| metadata.level() <= level)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, format: Format, work: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = subscriber(filter, format, false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nobody_can_ask_for_more_than_the_pins_let_through() {
        let filter = "trace,rmcp=trace,rmcp::transport::auth=trace,rmcp::transport::worker=trace";
        let log = logged(filter, Format::Text, || {
            tracing::debug!(target: "rmcp::transport::auth", code = "planted");
            tracing::error!(target: "rmcp::transport::worker", header = "planted");
            tracing::trace!(target: "tokio_postgres", "planted");
            tracing::error!(target: "rmcp", said = "planted");
            tracing::info!(target: "reqwest", "a heading");
            tracing::trace!(target: "rmcp_is_not_it", "another crate");
        });
        assert!(!log.contains("planted"), "{log}");
        assert!(log.contains("a heading") && log.contains("another crate"), "{log}");
    }

    #[test]
    fn json_lines_carry_their_spans() {
        let log = logged("info", Format::Json, || {
            tracing::info_span!("engine.invoke", tool = "echo").in_scope(|| {
                tracing::info!(elapsed_ms = 3, "a call ended");
            });
        });
        let line: serde_json::Value = serde_json::from_str(&log).unwrap();
        assert_eq!(line["message"], "a call ended");
        assert_eq!(line["elapsed_ms"], 3);
        assert_eq!(line["spans"][0]["tool"], "echo");
    }
}

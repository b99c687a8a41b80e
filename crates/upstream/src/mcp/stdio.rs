//! MCP over the standard input and output of a program (MCP, stdio).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::process::{ChildStdin, ChildStdout};
use tokio_util::sync::DropGuard;

use crate::program::Running;

/// Speaks with a process, which ends when this is closed or dropped.
pub(super) struct Stdio {
    lines: Option<AsyncRwTransport<RoleClient, Bounded<ChildStdout>, ChildStdin>>,
    process: Option<DropGuard>,
    fell_silent: Arc<AtomicBool>,
    overlong: Overlong,
}

/// Whether a message was longer than we can bear, which ended the conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlong(Arc<AtomicBool>);

impl Overlong {
    pub(super) fn was_met(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Stdio {
    /// Speaks with a process whose messages have at most `limit` bytes.
    pub(super) fn new(process: Running, limit: usize, overlong: Overlong) -> Self {
        let Running { input, output, end, fell_silent } = process;
        let output = Bounded { inner: output, limit, length: 0, overlong: overlong.clone() };
        let lines = AsyncRwTransport::new_client(output, input).with_max_line_length(limit + 1);
        Self { lines: Some(lines), process: Some(end), fell_silent, overlong }
    }
}

impl Transport<RoleClient> for Stdio {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        let sending = self.lines.as_mut().map(|lines| lines.send(message));
        async move {
            match sending {
                Some(sending) => sending.await,
                None => Err(io::ErrorKind::NotConnected.into()),
            }
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let message = self.lines.as_mut()?.receive().await;
        if message.is_none() && !self.overlong.was_met() {
            self.fell_silent.store(true, Ordering::SeqCst);
        }
        message
    }

    /// Closes the process's input, by which it knows that it is not needed any more. Whoever waits
    /// for its end is told first: a process that reads nothing would keep this waiting.
    async fn close(&mut self) -> Result<(), io::Error> {
        self.process = None;
        match self.lines.take() {
            Some(mut lines) => lines.close().await,
            None => Ok(()),
        }
    }
}

/// Reads lines up to a limit. The library would leave out what is longer, and whoever waits for
/// that answer would wait in vain.
struct Bounded<R> {
    inner: R,
    limit: usize,
    /// Of the line that is being read.
    length: usize,
    overlong: Overlong,
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        for part in buffer.filled()[before..].split_inclusive(|byte| *byte == b'\n') {
            self.length += part.len();
            if self.length > self.limit {
                self.overlong.0.store(true, Ordering::SeqCst);
                // Who gets an error got nothing else.
                buffer.set_filled(before);
                return Poll::Ready(Err(io::Error::other("a message is too long")));
            }
            if part.ends_with(b"\n") {
                self.length = 0;
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn read(text: &[u8], limit: usize) -> (io::Result<usize>, bool) {
        let overlong = Overlong::default();
        let mut lines = Bounded { inner: text, limit, length: 0, overlong: overlong.clone() };
        let read = lines.read_to_end(&mut Vec::new()).await;
        (read, overlong.was_met())
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_ends_it_and_many_short_ones_do_not() {
        let short = b"12345678\n".repeat(100);
        assert!(matches!(read(&short, 9).await, (Ok(900), false)));
        assert!(matches!(read(&short, 8).await, (Err(_), true)));
        assert!(matches!(read(&[b'x'; 10], 9).await, (Err(_), true)));
    }
}

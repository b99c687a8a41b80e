//! MCP over the standard input and output of a program (MCP, stdio).

mod pending;
mod queue;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;
use tokio_util::sync::DropGuard;

use self::pending::Pending;
use self::queue::Queue;
use crate::program::{Life, Running};

/// How long a message may wait until it is read. A program that works on one thread may read
/// nothing while it is at it, and a pipe holds but 64 KiB.
const UNREAD: Duration = Duration::from_mins(1);

/// Speaks with a process, which ends when this is closed or dropped.
pub(super) struct Stdio<R = ChildStdout, W = ChildStdin>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite,
{
    /// Dropped first, or a process that ends because its input does would end by itself.
    process: Option<DropGuard>,
    lines: Option<AsyncRwTransport<RoleClient, Bounded<R>, W>>,
    life: Life,
    overlong: Overlong,
    pending: Pending,
    queue: Queue,
    unread: Duration,
}

/// Whether a message was longer than we can bear, which ended the conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlong(Arc<Met>);

#[derive(Debug, Default)]
struct Met {
    was_met: AtomicBool,
    was_answer: AtomicBool,
}

impl Overlong {
    fn was_met(&self) -> bool {
        self.0.was_met.load(Ordering::SeqCst)
    }

    /// Whether it can only have been the answer that was waited for. Where others were waited for
    /// as well, nobody knows whose it was.
    pub(super) fn was_answer(&self) -> bool {
        self.0.was_answer.load(Ordering::SeqCst)
    }
}

impl Stdio {
    /// Speaks with a process whose messages have at most `limit` bytes.
    pub(super) fn new(process: Running, limit: usize, overlong: Overlong) -> Self {
        let Running { input, output, life, end } = process;
        Self { process: Some(end), ..Self::over(output, input, life, limit, overlong) }
    }
}

impl<R, W> Stdio<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    fn over(output: R, input: W, life: Life, limit: usize, overlong: Overlong) -> Self {
        let output = Bounded { inner: output, limit, length: 0, overlong: overlong.clone() };
        let lines = AsyncRwTransport::new_client(output, input).with_max_line_length(limit + 1);
        let (pending, queue) = (Pending::default(), Queue::default());
        let lines = Some(lines);
        Self { lines, process: None, life, overlong, pending, queue, unread: UNREAD }
    }
}

impl<R, W> Transport<RoleClient> for Stdio<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        self.pending.sent(&message);
        let place = self.queue.place(&message);
        if place.is_none() && !self.life.is_over() {
            let program = self.life.program();
            tracing::warn!(program, "a program asks and reads nothing, and is ended");
            self.life.end();
        }
        let sending = self.lines.as_mut().map(|lines| lines.send(message));
        let (life, unread) = (self.life.clone(), self.unread);
        async move {
            let (Some(sending), Some(_place)) = (sending, place) else {
                return Err(io::ErrorKind::NotConnected.into());
            };
            tokio::select! {
                biased;
                // Who waits for a process that reads nothing would wait for ever.
                () = life.over() => Err(io::ErrorKind::NotConnected.into()),
                sent = timeout(unread, sending) => sent.unwrap_or_else(|_| {
                    tracing::warn!(program = life.program(), "a program reads nothing, and is ended");
                    life.end();
                    Err(io::ErrorKind::TimedOut.into())
                }),
            }
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let lines = self.lines.as_mut()?;
        let message = tokio::select! {
            biased;
            () = self.life.over() => return None,
            message = lines.receive() => message,
        };
        match &message {
            Some(message) => self.pending.received(message),
            None if self.overlong.was_met() => {
                self.overlong.0.was_answer.store(self.pending.is_one(), Ordering::SeqCst);
                self.life.end();
            }
            None => self.life.fall_silent(),
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
                self.overlong.0.was_met.store(true, Ordering::SeqCst);
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
    use rmcp::model::{ClientRequest, JsonRpcMessage, NumberOrString, PingRequest};
    use tokio::io::{AsyncReadExt as _, DuplexStream, Empty, duplex, empty};

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

    fn ping(id: i64) -> TxJsonRpcMessage<RoleClient> {
        let request = ClientRequest::PingRequest(PingRequest::default());
        JsonRpcMessage::request(request, NumberOrString::Number(id))
    }

    /// Speaks with somebody who reads nothing, and has a pipe of a few bytes.
    fn to_the_deaf() -> (Stdio<Empty, DuplexStream>, DuplexStream, Life) {
        let (input, other_end) = duplex(8);
        let life = Life::for_tests();
        (Stdio::over(empty(), input, life.clone(), 1000, Overlong::default()), other_end, life)
    }

    #[tokio::test]
    async fn who_reads_nothing_for_too_long_is_ended_and_nobody_waits_for_it() {
        let (mut stdio, _unread, life) = to_the_deaf();
        stdio.unread = Duration::from_millis(50);
        let (first, second) = (stdio.send(ping(1)), stdio.send(ping(2)));
        let sent = tokio::join!(first, second);
        assert!(sent.0.is_err() && sent.1.is_err() && life.is_over());
        assert!(stdio.receive().await.is_none());
    }

    #[tokio::test]
    async fn who_asks_without_end_and_reads_nothing_is_ended() {
        let (mut stdio, _unread, life) = to_the_deaf();
        let mut sending = Vec::new();
        for id in 0..10_000 {
            sending.push(stdio.send(ping(id)));
        }
        assert!(life.is_over());
        for sending in sending {
            assert!(sending.await.is_err());
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_who_is_ended() {
        let (mut stdio, _unread, life) = to_the_deaf();
        let sending = stdio.send(ping(1));
        life.end();
        assert_eq!(sending.await.unwrap_err().kind(), io::ErrorKind::NotConnected);
    }
}

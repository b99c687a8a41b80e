//! In which words servers answered when they were last greeted.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use attache_domain::{Clock, ProtocolEra};
use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;
use rmcp::ClientLifecycleMode;
use rmcp::model::ProtocolVersion;

use crate::provider::{McpServer, Provider};

/// How long a server is greeted in older words first. Then it may have learned the newer ones.
const KEPT_FOR: TimeDelta = TimeDelta::hours(1);

/// How many servers are remembered: those that were greeted last.
const KEPT: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// What servers speak, for as long as that may be relied on.
///
/// It is kept for a URL and not for its origin (as MCP 2026-07-28 proposes): behind one host there
/// may be servers of both eras. That a server at a URL speaks the newest revision need not be
/// remembered: it is greeted in that one first. Of a program it is, to tell one that crashes from
/// one that ends because it was greeted in words that it does not know.
pub(super) struct Eras {
    spoken: Mutex<LruCache<String, (ProtocolEra, DateTime<Utc>)>>,
    clock: Clock,
}

impl Eras {
    pub(super) fn new(clock: Clock) -> Self {
        Self { spoken: Mutex::new(LruCache::new(KEPT)), clock }
    }

    /// In which words to greet a server, and in which then, if it does not know those.
    pub(super) fn greetings(&self, provider: &Provider) -> (ProtocolEra, Option<ProtocolEra>) {
        match provider.protocol_era {
            Some(known) => (known, None),
            None => match self.known(&provider.server) {
                Some(ProtocolEra::Legacy) => (ProtocolEra::Legacy, Some(ProtocolEra::Modern)),
                Some(ProtocolEra::Modern) | None => {
                    (ProtocolEra::Modern, Some(ProtocolEra::Legacy))
                }
            },
        }
    }

    /// A server answered in words of this era.
    pub(super) fn learn(&self, server: &McpServer, era: ProtocolEra) {
        if let (ProtocolEra::Modern, McpServer::At(_)) = (era, server) {
            return self.forget(server);
        }
        // An hour from when it was asked, and not from when it was last used.
        if self.known(server) != Some(era) {
            self.spoken().put(name(server), (era, self.clock.now() + KEPT_FOR));
        }
    }

    /// A server did not answer as it was expected to.
    pub(super) fn forget(&self, server: &McpServer) {
        self.spoken().pop(&name(server));
    }

    /// In words of which era a server answered within the hour.
    pub(super) fn known(&self, server: &McpServer) -> Option<ProtocolEra> {
        let (name, now) = (name(server), self.clock.now());
        let mut spoken = self.spoken();
        let (era, until) = *spoken.get(&name)?;
        if until <= now {
            spoken.pop(&name);
            return None;
        }
        Some(era)
    }

    fn spoken(&self) -> MutexGuard<'_, LruCache<String, (ProtocolEra, DateTime<Utc>)>> {
        self.spoken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a session of an era begins.
pub(super) fn lifecycle(era: ProtocolEra) -> ClientLifecycleMode {
    match era {
        ProtocolEra::Modern => ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
        ProtocolEra::Legacy => ClientLifecycleMode::Initialize,
    }
}

fn name(server: &McpServer) -> String {
    match server {
        McpServer::At(url) => url.to_string(),
        McpServer::Program(program) => {
            format!("{} {:?}", program.command.display(), program.arguments)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Access;

    fn server() -> Provider {
        let server = McpServer::At("http://mcp.test/mcp".parse().unwrap());
        Provider { server, protocol_era: None, access: Access::Open }
    }

    const NEWEST_FIRST: (ProtocolEra, Option<ProtocolEra>) =
        (ProtocolEra::Modern, Some(ProtocolEra::Legacy));

    #[test]
    fn an_older_server_is_greeted_in_its_words_for_an_hour() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH, 1);
        let (eras, provider) = (Eras::new(clock.clone()), server());
        assert_eq!(eras.greetings(&provider), NEWEST_FIRST);
        eras.learn(&provider.server, ProtocolEra::Legacy);
        clock.advance(TimeDelta::minutes(59));
        let older_first = (ProtocolEra::Legacy, Some(ProtocolEra::Modern));
        assert_eq!(eras.greetings(&provider), older_first);
        // Whoever greets it meanwhile does not make it an hour more.
        eras.learn(&provider.server, ProtocolEra::Legacy);
        clock.advance(TimeDelta::minutes(1));
        assert_eq!(eras.greetings(&provider), NEWEST_FIRST);
    }

    #[test]
    fn what_is_configured_is_not_doubted_and_what_fails_is_forgotten() {
        let (eras, provider) = (Eras::new(Clock::system()), server());
        eras.learn(&provider.server, ProtocolEra::Legacy);
        let known = Provider { protocol_era: Some(ProtocolEra::Modern), ..provider.clone() };
        assert_eq!(eras.greetings(&known), (ProtocolEra::Modern, None));
        eras.forget(&provider.server);
        assert_eq!(eras.greetings(&provider), NEWEST_FIRST);
    }
}

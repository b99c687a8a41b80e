//! A session with a service, for one account.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Account, AccountId, Detail, Problem, ProblemCode, UserId};
use attache_store::Credential;
use attache_upstream::{Access, McpError, Permit, Session, SessionCredential, SessionKey};

use crate::refresh::NoCredential;
use crate::shown::shown;
use crate::{Engine, Error, Offer};

/// How long to wait before reading again what was just read.
const CALM: Duration = Duration::from_secs(2);

/// A server that announces changes without end is listened to this often.
const RESTLESS: Duration = Duration::from_mins(5);

/// How many versions of a credential a request tries, should other processes renew it meanwhile.
const MAX_REFUSALS: u32 = 3;

/// Why there is no session.
#[derive(Debug)]
pub(crate) enum NoSession {
    /// The service is not, or no longer, offered.
    NotOffered,
    /// The account holds no credentials, or others by now.
    NoCredential,
    /// The service does not accept the account's credentials any more.
    Over,
    /// The account's credentials cannot be renewed at the moment.
    Unavailable,
    /// The service does not talk to us.
    Mcp(McpError),
    /// It is our fault.
    Fault(Arc<Error>),
}

impl From<attache_store::Error> for NoSession {
    fn from(error: attache_store::Error) -> Self {
        Self::Fault(Arc::new(error.into()))
    }
}

impl From<NoCredential> for NoSession {
    fn from(error: NoCredential) -> Self {
        match error {
            NoCredential::Gone => Self::NoCredential,
            NoCredential::Over => Self::Over,
            NoCredential::Unavailable => Self::Unavailable,
            NoCredential::Fault(error) => Self::Fault(error),
        }
    }
}

/// What was tried already to get a request through.
#[derive(Default)]
pub(crate) struct Tries {
    /// Which version of the credential the service did not accept.
    refused: Option<i64>,
    /// How often it did not.
    refusals: u32,
    /// Whether the credential was renewed because of that.
    is_renewed: bool,
    is_reopened: bool,
}

impl Engine {
    /// The warm session of an account, or a new one, with a credential that can be relied
    /// on. Nobody outside hears of a call before its permit is given.
    pub(crate) async fn session(
        &self,
        user: UserId,
        account: &Account,
        tries: &mut Tries,
        permit: &Permit,
    ) -> Result<Arc<Session>, NoSession> {
        let key = session_key(account);
        let sessions = self.upstream(&account.service).sessions();
        let offer = self.offer(user, &account.service).await?.ok_or(NoSession::NotOffered)?;
        let needs_credential = !matches!(offer.provider.access, Access::Open);
        if let Some(session) = sessions.warm(key) {
            let held = session.credential();
            let is_good = held.is_fresh(self.0.clock.now()) && tries.refused != Some(held.version);
            if needs_credential && !is_good {
                permit.is_given().await;
                session.renew(self.credential_to_show(user, account, &offer, tries).await?);
            }
            self.follow(user, account.id, &session);
            return Ok(session);
        }
        permit.is_given().await;
        loop {
            let credential = if needs_credential {
                self.credential_to_show(user, account, &offer, tries).await?
            } else {
                SessionCredential::default()
            };
            let version = credential.version;
            match Box::pin(sessions.open(key, &offer.provider, credential)).await {
                Ok(session) => {
                    self.follow(user, account.id, &session);
                    return Ok(session);
                }
                Err(McpError::Unauthorized) if needs_credential && tries.may_renew(version) => {}
                Err(error) => return Err(NoSession::Mcp(error)),
            }
        }
    }

    /// A credential to try next, as the service wants to see it.
    async fn credential_to_show(
        &self,
        user: UserId,
        account: &Account,
        offer: &Offer,
        tries: &mut Tries,
    ) -> Result<SessionCredential, NoSession> {
        let credential = Box::pin(self.credential(user, account, tries.refused)).await?;
        Ok(shown(offer, &tries.take(credential))?)
    }

    /// Whether a request that brought this error is worth sending again, because the service
    /// did nothing and what kept it from doing so can be mended: once for each cause.
    pub(crate) fn can_mend(
        &self,
        account: &Account,
        session: &Session,
        error: &McpError,
        tries: &mut Tries,
    ) -> bool {
        match error {
            McpError::Unauthorized => tries.may_renew(session.refused()),
            McpError::SessionGone if !tries.is_reopened => {
                tries.is_reopened = true;
                self.upstream(&account.service).sessions().close(session_key(account));
                true
            }
            _ => false,
        }
    }

    /// Reads the catalog again whenever the server says that its tools changed, for
    /// as long as the session lives. Does not keep it alive.
    fn follow(&self, user: UserId, account: AccountId, session: &Session) {
        if !session.wants_follower() {
            return;
        }
        let (announcements, mut changes) = (session.follow(), session.tools_changed());
        let engine = self.clone();
        self.0.tasks.spawn_until_drain(async move {
            let react = async {
                let mut pause = CALM;
                while changes.changed().await.is_ok() {
                    while !engine.read_catalog_again(user, account).await {
                        tokio::time::sleep(CALM).await;
                    }
                    tokio::time::sleep(pause).await;
                    // Whoever announces all the time is read more and more rarely.
                    let is_restless = changes.has_changed().unwrap_or(false);
                    pause = if is_restless { (pause * 2).min(RESTLESS) } else { CALM };
                }
            };
            let listen = async {
                announcements.await;
                // Older servers announce on the session itself.
                std::future::pending::<()>().await;
            };
            tokio::select! { () = react => {}, () = listen => {} }
        });
    }

    /// Closes sessions whose account was disconnected, or connected again, elsewhere, and
    /// forgets what is only remembered for sessions that are open.
    pub(crate) async fn let_go(&self) -> crate::Result<()> {
        let open = self.0.ways.open_sessions();
        self.0.targets.keep(&open.iter().copied().collect());
        if open.is_empty() {
            return Ok(());
        }
        let accounts: Vec<AccountId> = open.iter().map(|key| key.account).collect();
        let usable = self.0.store.usable_generations(&accounts).await?;
        let usable: HashSet<_> = usable.into_iter().collect();
        for key in open.into_iter().filter(|it| !usable.contains(&(it.account, it.generation))) {
            self.0.ways.close(key);
        }
        Ok(())
    }

    /// What the person is told when a service does not do what it was asked.
    pub(crate) fn mcp_problem(&self, account: &Account, error: &McpError) -> Problem {
        let name = &self.services().name(&account.service);
        match error {
            McpError::Unauthorized => Problem::reauthorization_required(account.id, name),
            McpError::Forbidden { .. } => Problem::new(
                ProblemCode::ServiceRefused,
                format!("{name} wants more permissions for this than the account has."),
            ),
            McpError::RateLimited { after } => {
                let wait = after.unwrap_or(Duration::from_mins(1));
                let wait = chrono::TimeDelta::from_std(wait).unwrap_or_default();
                let message = format!("{name} is getting too many requests. Try again later.");
                let problem = Problem::new(ProblemCode::RateLimited, message);
                problem.with(Detail::RetryAt(self.0.clock.now() + wait))
            }
            McpError::TooLarge => Problem::new(
                ProblemCode::ServiceRefused,
                format!("The answer of {name} is too large to be shown. It may have acted."),
            ),
            error if error.may_have_acted() => Problem::outcome_unknown(name),
            McpError::Server { .. } | McpError::Status { status: 400..=499 } => {
                Problem::service_refused(name)
            }
            _ => Problem::service_unavailable(name),
        }
    }

    /// The service does not accept what nobody can renew: says so on the account. Only if it
    /// still is what the account has.
    pub(crate) async fn mark_unauthorized(&self, user: UserId, account: &Account, tries: &Tries) {
        self.upstream(&account.service).sessions().close(session_key(account));
        let problem = self.mcp_problem(account, &McpError::Unauthorized);
        let refused = tries.refused;
        let marked = self.0.store.needs_reauthorization(user, account, refused, &problem).await;
        if let Err(error) = marked {
            tracing::error!(account.id = %account.id, ?error, "an account could not be marked");
        }
    }
}

impl Tries {
    /// Whether a credential of this version, which was just refused, can be replaced: by the
    /// stored one, where another process has renewed it since, or by a new one, but not when a
    /// new one was refused as well.
    fn may_renew(&mut self, version: i64) -> bool {
        if version == SessionCredential::default().version {
            return false;
        }
        self.refused = Some(version);
        self.refusals += 1;
        !self.is_renewed && self.refusals <= MAX_REFUSALS
    }

    /// Takes a credential to try next.
    fn take(&mut self, (credential, is_new): (Credential, bool)) -> Credential {
        self.is_renewed |= is_new && self.refused.is_some();
        credential
    }

    /// The same for reading, which may be repeated when nobody knows what became of it.
    pub(crate) fn may_read_again(&mut self) -> bool {
        !std::mem::replace(&mut self.is_reopened, true)
    }
}

pub(crate) fn session_key(account: &Account) -> SessionKey {
    SessionKey { account: account.id, generation: account.generation }
}

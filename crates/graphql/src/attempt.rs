//! Attempts at connecting.

use async_graphql::{Context, Enum, ID, Object, Result};
use attache_domain as domain;
use secrecy::ExposeSecret;

use crate::account::Account;
use crate::caller::ContextExt;
use crate::fault;
use crate::problem::Problem;
use crate::scalars::{DateTime, Url};
use crate::service::Service;

/// One try at connecting.
#[derive(Clone)]
pub(crate) struct ConnectAttempt(pub(crate) domain::ConnectAttempt);

/// How far an attempt got.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AttemptState")]
pub(crate) enum ConnectAttemptState {
    /// Waiting for the person to return from the authorization server.
    Pending,
    /// The person came back; the server is exchanging the code.
    Exchanging,
    /// Final. An account came of it.
    Succeeded,
    /// Final. The person or the authorization server said no.
    Denied,
    /// Final. Nobody came back in time, or the viewer gave up.
    Abandoned,
    /// Final. Something went wrong; see `problem`.
    Failed,
}

/// One try at connecting an account. It exists so that "connecting" is a state with
/// a name, an end and a reason, and so that an abandoned try leaves no account behind.
#[Object]
impl ConnectAttempt {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Where the account is.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        ctx.caller()?.service(&self.0.service).await
    }

    /// How far it got.
    async fn state(&self) -> ConnectAttemptState {
        self.0.state.into()
    }

    /// Where to send the person. Present while `PENDING`; valid for one use.
    async fn authorization_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        self.url(ctx).await.map(|url| url.map(Url))
    }

    /// The host of `authorizationUrl`, to show before leaving.
    async fn authorization_host(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let url = self.url(ctx).await?;
        Ok(url.and_then(|url| url.host_str().map(str::to_owned)))
    }

    /// When it lapses if nobody comes back.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// The account being reauthorized or, after success, the account connected.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let Some(id) = self.0.account else { return Ok(None) };
        let account = ctx.caller()?.loaders().accounts.load_one(id).await.map_err(fault::shared)?;
        Ok(account.map(Account))
    }

    /// Why it did not succeed.
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<Problem>> {
        Problem::maybe(ctx.caller()?, self.0.problem.clone()).await
    }

    /// Grows with every change.
    pub(crate) async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl ConnectAttempt {
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<url::Url>> {
        if self.0.state != domain::AttemptState::Pending {
            return Ok(None);
        }
        let url = ctx.caller()?.loaders().urls.load_one(self.0.id).await.map_err(fault::shared)?;
        Ok(url.and_then(|url| url.expose_secret().parse().ok()))
    }
}

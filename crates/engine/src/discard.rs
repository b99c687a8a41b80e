//! Tokens that were issued and are not wanted.

use attache_domain::{RevocationReach, ServiceCode, UserId, new_id};
use attache_store::{AccountDraft, GrantRules, Origin, TokenKind, Tokens};
use attache_upstream::{ClientIdentity, TokenAnswer, TokenHint};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::{Engine, Fault, Result};

impl Engine {
    /// Sends to the outbox what an answer holds in tokens that nobody wants any more.
    pub(crate) async fn discard_answer(
        &self,
        user: UserId,
        origin: Origin<'_>,
        client: &Value,
        answer: &SecretString,
    ) -> Result<()> {
        let identity = ClientIdentity::deserialize(client).map_err(Fault::Stored)?;
        let body = answer.expose_secret().as_bytes();
        let Some((access, refresh)) = TokenAnswer::salvage(&identity.dialect, body) else {
            return Ok(());
        };
        let (issued_at, client) = (self.0.clock.now(), client.clone());
        let tokens = Tokens::OAuth { access, refresh, issued_at, expires_at: None, client };
        self.discard(user, origin, &tokens).await
    }

    /// Where tokens came from of which no account ever came to be.
    pub(crate) fn no_account<'a>(&self, service: &'a ServiceCode) -> Origin<'a> {
        let account = new_id(&self.0.clock);
        Origin { account, generation: 0, service, subject: None, is_renewed: false }
    }

    pub(crate) async fn discard_draft(&self, user: UserId, draft: &AccountDraft) -> Result<()> {
        let Some(tokens) = &draft.tokens else {
            return Ok(());
        };
        let (account, generation) = draft.again.unwrap_or((draft.id, 0));
        let subject = draft.identity.as_ref().map(|identity| identity.subject.as_str());
        let service = &draft.service;
        let origin = Origin { account, generation, service, subject, is_renewed: false };
        self.discard(user, origin, tokens).await
    }

    /// Tokens that were issued and are not wanted must not stay alive.
    async fn discard(&self, user: UserId, origin: Origin<'_>, tokens: &Tokens) -> Result<()> {
        self.0.store.discard_tokens(user, origin, tokens, RULES).await?;
        self.deliver_soon();
        Ok(())
    }
}

/// What is to be known of a credential's client to end its grant.
pub(crate) const RULES: GrantRules = GrantRules { can_revoke, reach };

fn can_revoke(client: &Value, kind: TokenKind) -> bool {
    kind != TokenKind::Key
        && ClientIdentity::deserialize(client).is_ok_and(|client| client.can_revoke(hint(kind)))
}

fn reach(client: &Value) -> Option<RevocationReach> {
    ClientIdentity::deserialize(client).ok()?.dialect.revocation_reach
}

/// The kind of a token in the words of RFC 7009.
pub(crate) fn hint(kind: TokenKind) -> TokenHint {
    match kind {
        TokenKind::Refresh => TokenHint::Refresh,
        TokenKind::Access | TokenKind::Key => TokenHint::Access,
    }
}

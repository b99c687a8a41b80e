//! Tokens that were issued and are not wanted.

use attache_domain::{AccountId, ServiceCode, UserId};
use attache_store::{AccountDraft, Origin, TokenKind, Tokens};
use attache_upstream::{ClientIdentity, TokenAnswer, TokenHint};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{Engine, Fault, Result};

impl Engine {
    /// Sends to the outbox what an answer holds in tokens that nobody wants any more.
    pub(crate) async fn discard_answer(
        &self,
        user: UserId,
        service: &ServiceCode,
        origin: (AccountId, i64),
        client: &serde_json::Value,
        answer: &SecretString,
    ) -> Result<()> {
        let identity = ClientIdentity::deserialize(client).map_err(Fault::Stored)?;
        let body = answer.expose_secret().as_bytes();
        let Some((access, refresh)) = TokenAnswer::salvage(&identity.dialect, body) else {
            return Ok(());
        };
        let (issued_at, client) = (self.0.clock.now(), client.clone());
        let tokens = Tokens::OAuth { access, refresh, issued_at, expires_at: None, client };
        self.discard(user, service, origin, &tokens).await
    }

    pub(crate) async fn discard_draft(&self, user: UserId, draft: &AccountDraft) -> Result<()> {
        let Some(tokens) = &draft.tokens else {
            return Ok(());
        };
        let origin = draft.again.unwrap_or((draft.id, 0));
        self.discard(user, &draft.service, origin, tokens).await
    }

    /// Tokens that were issued and are not wanted must not stay alive.
    async fn discard(
        &self,
        user: UserId,
        service: &ServiceCode,
        (account, generation): (AccountId, i64),
        tokens: &Tokens,
    ) -> Result<()> {
        let origin = Origin { account, generation, service };
        self.0.store.discard_tokens(user, origin, tokens, is_revocable).await?;
        self.deliver_soon();
        Ok(())
    }
}

/// Whether tokens of this kind, of this client, can be revoked at all.
pub(crate) fn is_revocable(client: &serde_json::Value, kind: TokenKind) -> bool {
    ClientIdentity::deserialize(client).is_ok_and(|client| client.can_revoke(hint(kind)))
}

/// The kind of a token in the words of RFC 7009.
pub(crate) fn hint(kind: TokenKind) -> TokenHint {
    match kind {
        TokenKind::Refresh => TokenHint::Refresh,
        TokenKind::Access => TokenHint::Access,
    }
}

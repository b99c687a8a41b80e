//! Tokens that were issued and are not wanted.

use attache_domain::{AccountId, AccountState, RevocationState, UserId, Viewer};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{GrantRules, Letter, Origin, Reason};
use crate::Store;
use crate::credentials::{Grant, Tokens};
use crate::data_keys::{Purpose, UserKeys};
use crate::error::{During, Result};
use crate::row;
use crate::schema::accounts;
use crate::transaction::Transaction;

impl Store {
    /// Puts tokens into the outbox that were issued and then not wanted: the person
    /// disconnected, or it was somebody else's account. Where revoking them might end an
    /// account that the person has there, they are held until that goes.
    pub async fn discard_tokens(
        &self,
        user: UserId,
        origin: Origin<'_>,
        tokens: &Tokens,
        rules: GrantRules,
    ) -> Result<()> {
        let Tokens::OAuth { access, refresh, client, .. } = tokens else {
            return Ok(());
        };
        let grant =
            Grant { access: access.clone(), refresh: refresh.clone(), client: client.clone() };
        // Whoever has no data any more has no keys either.
        let user = if self.is_known(user).await? {
            user
        } else {
            // Which makes it known.
            self.house_keys().await?;
            Viewer::house().id
        };
        let mut tries = 0;
        loop {
            let keys = self.keys(user, Purpose::Credentials).await?;
            match self.try_discard(user, origin, grant.clone(), rules, &keys).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn try_discard(
        &self,
        user: UserId,
        mut origin: Origin<'_>,
        grant: Grant,
        rules: GrantRules,
        keys: &UserKeys,
    ) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let mut state = RevocationState::Pending;
        let reached = if rules.may_reach_others(&grant.client) {
            account_in_reach(&mut tx, user, origin).await?
        } else if origin.is_renewed {
            // It may still live on the act of consent that these tokens came of.
            let (account, generation) = (origin.account, origin.generation);
            crate::accounts::hold(&mut tx, user, account, generation).await?.then_some(account)
        } else {
            None
        };
        if let Some(account) = reached {
            (origin.account, state) = (account, RevocationState::Held);
        }
        let mut letter = Letter::new(user, origin, Reason::Unwanted);
        letter.add_grant(&tx, grant, state, rules, keys);
        letter.enter(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// An account of the person that may live on the same grant as these tokens. It is locked:
/// who disconnects it at this moment lets go of what is held for it before or after.
async fn account_in_reach(
    tx: &mut Transaction<'_>,
    user: UserId,
    origin: Origin<'_>,
) -> Result<Option<AccountId>> {
    let same = accounts::subject.is_null().or(accounts::subject.nullable().eq(origin.subject));
    let mine = accounts::table
        .filter(accounts::user_id.eq(user.uuid()))
        .filter(accounts::service.eq(origin.service.as_str()))
        .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)))
        .select(accounts::id)
        .for_update();
    let found: Option<Uuid> = match origin.subject {
        Some(_) => mine.filter(same.assume_not_null()).first(tx.sql()).await,
        None => mine.first(tx.sql()).await,
    }
    .optional()
    .during("look for an account on the same grant")?;
    Ok(found.map(AccountId::from_uuid))
}

//! When keys of credentials end.

use attache_domain::{UserId, Viewer};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Purpose;
use crate::Store;
use crate::error::{During, Error, Result, is_missing};
use crate::row;
use crate::schema::{attempt_exchanges, credentials, data_keys, revocations};
use crate::signal::Signal;

/// How often something is sealed, while its key is destroyed each time.
pub(super) const TRIES: u32 = 5;

impl Store {
    /// Whether to do it again, after it failed with `error`, because the person's key was
    /// destroyed meanwhile, or another one is not known here yet: a key goes with the last thing
    /// that was sealed with it. The next [`Store::keys`] makes another one.
    pub(crate) fn has_lost_keys(&self, user: UserId, error: &Error, tries: &mut u32) -> bool {
        *tries += 1;
        let is_lost = (is_key_gone(error) || error.is_unknown_key()) && *tries < TRIES;
        if is_lost {
            self.vault().forget(user);
        }
        is_lost
    }

    /// Destroys the key of a person's credentials, if nothing is sealed with it any more.
    /// Whoever seals with it at this very moment decides: then it stays. What fails is tried
    /// again by a sweep.
    pub async fn release_keys(&self, user: UserId) {
        match self.destroy_key(user).await {
            Ok(0) => {}
            Ok(_) => self.0.signals.send(Signal::KeysGone(user)),
            Err(error) if is_key_gone(&error) => {}
            Err(error) => tracing::warn!(?error, "a key is not destroyed yet"),
        }
    }

    async fn destroy_key(&self, user: UserId) -> Result<usize> {
        if user == Viewer::house().id {
            return Ok(0);
        }
        diesel::delete(data_keys::table)
            .filter(data_keys::user_id.eq(user.uuid()))
            .filter(data_keys::purpose.eq(row::text_of(&Purpose::Credentials)))
            .filter(is_idle())
            .execute(&mut self.read().await?)
            .await
            .during("destroy a key")
    }

    /// People whose key of credentials has been of no use since before `before`: whoever was
    /// to destroy it did not.
    pub async fn overdue_keys(&self, before: DateTime<Utc>, limit: i64) -> Result<Vec<UserId>> {
        let users: Vec<Uuid> = data_keys::table
            .filter(data_keys::purpose.eq(row::text_of(&Purpose::Credentials)))
            .filter(data_keys::user_id.ne(Viewer::house().id.uuid()))
            .filter(data_keys::created_at.lt(before))
            .filter(is_idle())
            .select(data_keys::user_id)
            .limit(limit)
            .load(&mut self.read().await?)
            .await
            .during("look for keys of no use")?;
        Ok(users.into_iter().map(UserId::from_uuid).collect())
    }
}

/// Whether nothing is sealed with a key.
#[diesel::dsl::auto_type(no_type_alias)]
fn is_idle() -> _ {
    let of_accounts = credentials::table.filter(credentials::user_id.eq(data_keys::user_id));
    let of_attempts =
        attempt_exchanges::table.filter(attempt_exchanges::user_id.eq(data_keys::user_id));
    let to_revoke = revocations::table
        .filter(revocations::user_id.eq(data_keys::user_id))
        .filter(revocations::sealed_token.is_not_null());
    not(exists(of_accounts)).and(not(exists(of_attempts))).and(not(exists(to_revoke)))
}

/// Whether something was to be sealed with a key that is gone, or a key to go that seals
/// something.
fn is_key_gone(error: &Error) -> bool {
    matches!(error, Error::Statement { source, .. } if is_missing(source, "_data_key"))
}

//! Tokens that outlive their person's data.

use attache_domain::{RevocationState, UserId, Viewer};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Reason, place};
use crate::data_keys::UserKeys;
use crate::error::{During, Result};
use crate::row;
use crate::schema::revocations;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable)]
#[diesel(table_name = revocations, check_for_backend(diesel::pg::Pg))]
struct Alive {
    id: Uuid,
    service: String,
    generation: i64,
    sealed_token: Option<Vec<u8>>,
}

/// Hands the person's tokens that are still to be revoked to the house, sealed with its keys:
/// their own are about to be destroyed. A token that cannot be read goes with them.
pub(crate) async fn hand_over(
    tx: &mut Transaction<'_>,
    user: UserId,
    own: &UserKeys,
    house: &UserKeys,
) -> Result<()> {
    let alive: Vec<Alive> = revocations::table
        .filter(revocations::user_id.eq(user.uuid()))
        .filter(revocations::sealed_token.is_not_null())
        .select(Alive::as_select())
        .for_update()
        .load(tx.sql())
        .await
        .during("read the tokens that outlive their person")?;
    let (mut ids, mut tokens) = (Vec::new(), Vec::new());
    for Alive { id, service, generation, sealed_token } in alive {
        let place = place(id, generation, &service);
        let opened = sealed_token.map(|sealed| own.open("token to revoke", place, &sealed));
        match opened.transpose() {
            Ok(token) => {
                ids.push(id);
                tokens.push(house.seal(place, &token.unwrap_or_default()));
            }
            // It is not known here yet.
            Err(error) if error.is_unknown_key() => return Err(error),
            Err(error) => tracing::error!(revocation.id = %id, ?error, "a token is lost unrevoked"),
        }
    }
    diesel::sql_query(
        "UPDATE revocations r SET user_id = $1, sealed_token = n.token, reason = $2, \
           created_at = CASE WHEN r.state = $3 THEN $7 ELSE r.created_at END, \
           state = CASE WHEN r.state = $3 THEN $4 ELSE r.state END \
         FROM unnest($5, $6) AS n(id, token) WHERE r.id = n.id",
    )
    .bind::<SqlUuid, _>(Viewer::house().id.uuid())
    .bind::<Text, _>(row::text_of(&Reason::Unwanted))
    .bind::<Text, _>(row::text_of(&RevocationState::Held))
    .bind::<Text, _>(row::text_of(&RevocationState::Pending))
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Bytea>, _>(tokens)
    .bind::<Timestamptz, _>(tx.now())
    .execute(tx.sql())
    .await
    .during("hand tokens over")?;
    Ok(())
}

//! Services that viewers added by the URL of an MCP server. Each is visible to its viewer alone.

use attache_domain::{
    AccountState, ConnectMethod, EventKind, KeyForm, Problem, ProtocolEra, ServiceCode, UserId,
};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::attempts::{self, Abandoned};
use crate::error::{During, Result};
use crate::row;
use crate::schema::{accounts, own_services};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// A service that a viewer added.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnService {
    /// Nobody else's has it.
    pub code: ServiceCode,
    /// The name that the viewer gave it.
    pub name: String,
    /// Where its MCP server is.
    pub mcp_url: Url,
    /// How an account is connected.
    pub connect_method: ConnectMethod,
    /// Which revisions of MCP it speaks, where the viewer said so.
    pub protocol_era: Option<ProtocolEra>,
    /// What is entered, where it takes a key.
    pub key_form: Option<KeyForm>,
    /// Whom the viewer's own client is known to, where they brought one.
    pub client_issuer: Option<String>,
}

/// What came of removing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// An account there is not disconnecting yet.
    Connected,
    /// There is none, or it is somebody else's.
    Unknown,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = own_services, check_for_backend(diesel::pg::Pg))]
struct OwnServiceRow {
    code: String,
    name: String,
    mcp_url: String,
    connect_method: String,
    protocol_era: Option<String>,
    key_form: Option<Value>,
    client_issuer: Option<String>,
}

impl Store {
    /// The services that the viewer added, oldest first.
    pub async fn own_services(&self, user: UserId) -> Result<Vec<OwnService>> {
        let rows: Vec<OwnServiceRow> = own_services::table
            .filter(own_services::user_id.eq(user.uuid()))
            .order((own_services::created_at, own_services::id))
            .select(OwnServiceRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("list the services of a viewer")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One of the services that the viewer added.
    pub async fn own_service(
        &self,
        user: UserId,
        code: &ServiceCode,
    ) -> Result<Option<OwnService>> {
        let row: Option<OwnServiceRow> = own_services::table
            .filter(own_services::user_id.eq(user.uuid()))
            .filter(own_services::code.eq(code.as_str()))
            .select(OwnServiceRow::as_select())
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find a service of a viewer")?;
        row.map(TryInto::try_into).transpose()
    }

    /// Adds a service. The viewer must have been seen.
    pub async fn add_own_service(&self, user: UserId, service: &OwnService) -> Result<Written<()>> {
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let id = service.code.id().uuid();
        diesel::insert_into(own_services::table)
            .values((
                own_services::id.eq(id),
                own_services::user_id.eq(user.uuid()),
                own_services::code.eq(service.code.as_str()),
                own_services::name.eq(&service.name),
                own_services::mcp_url.eq(service.mcp_url.as_str()),
                own_services::connect_method.eq(row::text_of(&service.connect_method)),
                own_services::protocol_era.eq(service.protocol_era.as_ref().map(row::text_of)),
                own_services::key_form.eq(service.key_form.as_ref().map(row::json)),
                own_services::client_issuer.eq(&service.client_issuer),
                own_services::created_at.eq(now),
            ))
            .execute(tx.sql())
            .await
            .during("add a service")?;
        tx.emit(EventKind::ServiceAdded, id, 1);
        Ok(((), tx.commit().await?))
    }

    /// Removes a service at which no account is connected any more, and gives up what is
    /// pending there. Whoever is connecting an account there at this moment decides: then it
    /// stays.
    pub async fn remove_own_service(
        &self,
        user: UserId,
        code: &ServiceCode,
        problem: &Problem,
    ) -> Result<Written<Removal>> {
        let mut tx = self.begin(user).await?;
        let gone: Option<Uuid> = diesel::delete(own_services::table)
            .filter(own_services::user_id.eq(user.uuid()))
            .filter(own_services::code.eq(code.as_str()))
            .returning(own_services::id)
            .get_result(tx.sql())
            .await
            .optional()
            .during("remove a service")?;
        let Some(id) = gone else {
            return Ok((Removal::Unknown, tx.commit().await?));
        };
        let connected = accounts::table
            .filter(accounts::user_id.eq(user.uuid()))
            .filter(accounts::service.eq(code.as_str()))
            .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)));
        let is_connected: bool = diesel::select(exists(connected))
            .get_result(tx.sql())
            .await
            .during("look for accounts at a service")?;
        if is_connected {
            tx.rollback().await?;
            return Ok((Removal::Connected, self.event_position(user).await?));
        }
        attempts::abandon(&mut tx, user, Abandoned::At(code), problem).await?;
        tx.emit(EventKind::ServiceRemoved, id, 1);
        let cursor = tx.commit().await?;
        self.release_keys(user).await;
        Ok((Removal::Done, cursor))
    }
}

/// Keeps a service from being removed until the transaction ends. `false` when it is gone.
pub(crate) async fn hold(
    tx: &mut Transaction<'_>,
    user: UserId,
    code: &ServiceCode,
) -> Result<bool> {
    let held: Option<Uuid> = own_services::table
        .filter(own_services::user_id.eq(user.uuid()))
        .filter(own_services::code.eq(code.as_str()))
        .select(own_services::id)
        .for_key_share()
        .first(tx.sql())
        .await
        .optional()
        .during("hold a service")?;
    Ok(held.is_some())
}

/// Locks all services of a viewer who goes. Whoever connects an account at one of them locks it
/// before anything else.
pub(crate) async fn lock_all(tx: &mut Transaction<'_>, user: UserId) -> Result<()> {
    let _: Vec<Uuid> = own_services::table
        .filter(own_services::user_id.eq(user.uuid()))
        .select(own_services::id)
        .order(own_services::id)
        .for_update()
        .load(tx.sql())
        .await
        .during("lock the services of a viewer")?;
    Ok(())
}

impl TryFrom<OwnServiceRow> for OwnService {
    type Error = crate::Error;

    fn try_from(row: OwnServiceRow) -> Result<Self> {
        const TABLE: &str = "own_services";
        let url = |text: &str| Url::parse(text).map_err(|error| row::inconsistent(TABLE, error));
        let era = |text: String| row::state(TABLE, &text);
        Ok(Self {
            code: row::service(TABLE, &row.code)?,
            name: row.name,
            mcp_url: url(&row.mcp_url)?,
            connect_method: row::state(TABLE, &row.connect_method)?,
            protocol_era: row.protocol_era.map(era).transpose()?,
            key_form: row.key_form.map(|form| row::from_json(TABLE, form)).transpose()?,
            client_issuer: row.client_issuer,
        })
    }
}

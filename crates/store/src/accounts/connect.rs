//! An account comes to be, or is connected again.

use attache_domain::{
    Account, AccountId, AccountState, AttemptState, ConnectAttempt, ConnectAttemptId, EventKind,
    ReplicaId, ServiceCode, UserId,
};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{AccountRow, disconnect};
use crate::attempts;
use crate::catalogs;
use crate::credentials::{self, Tokens};
use crate::data_keys::{Purpose, UserKeys};
use crate::error::{During, Result, is_taken};
use crate::revocations::GrantRules;
use crate::row;
use crate::schema::accounts;
use crate::transaction::Transaction;
use crate::{Store, Written, invocations, own_services};

/// Who an account belongs to at its service, as the service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Never changes and never belongs to anybody else.
    pub subject: String,
    /// For people to read.
    pub label: Option<String>,
}

/// An account about to be connected.
pub struct AccountDraft {
    /// Its id, if it is new.
    pub id: AccountId,
    /// The account to connect again, and its generation when that began.
    pub again: Option<(AccountId, i64)>,
    /// Where.
    pub service: ServiceCode,
    /// Whose, when the service says so.
    pub identity: Option<Identity>,
    /// What was granted.
    pub granted_scopes: Vec<String>,
    /// What was asked for.
    pub requested_scopes: Vec<String>,
    /// The name of the place that the person comes back to, where they are sent away.
    pub return_to: Option<String>,
    /// Whether an account that is connected again may become somebody else's.
    pub allows_other_identity: bool,
    /// What it is used with. `None` where nothing is needed.
    pub tokens: Option<Tokens>,
    /// The attempt it came of, which must be exchanging.
    pub attempt: Option<ConnectAttemptId>,
    /// Who will read its tools.
    pub replica: ReplicaId,
}

/// What came of connecting an account.
#[derive(Debug)]
pub enum AccountOutcome {
    /// It is connected, and its catalog is waiting to be read by the replica named
    /// in the draft.
    Connected(Box<Written<(Account, Option<ConnectAttempt>)>>),
    /// The attempt was over already.
    AttemptOver,
    /// The account was disconnected, or connected by somebody else, in between.
    Superseded,
    /// The service says that this is another person's account.
    OtherIdentity,
    /// It was the viewer's own service, and they removed it in between.
    ServiceRemoved,
}

impl Store {
    /// Connects an account: the account, its credentials, its empty catalog and the
    /// end of the attempt, in one transaction.
    pub async fn connect_account(
        &self,
        user: UserId,
        draft: &AccountDraft,
        rules: GrantRules,
    ) -> Result<AccountOutcome> {
        let mut tries = 0;
        loop {
            let keys = self.keys(user, Purpose::Credentials).await?;
            match self.connect_twice(user, draft, rules, &keys).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn connect_twice(
        &self,
        user: UserId,
        draft: &AccountDraft,
        rules: GrantRules,
        keys: &UserKeys,
    ) -> Result<AccountOutcome> {
        // Whoever loses a race to insert the account finds it the second time.
        for _ in 0..2 {
            if let Some(outcome) = self.try_connect(user, draft, rules, keys).await? {
                return Ok(outcome);
            }
        }
        Ok(AccountOutcome::Superseded)
    }

    /// `None` when somebody else has just connected the same account for the first
    /// time.
    async fn try_connect(
        &self,
        user: UserId,
        draft: &AccountDraft,
        rules: GrantRules,
        keys: &UserKeys,
    ) -> Result<Option<AccountOutcome>> {
        let mut tx = self.begin(user).await?;
        if draft.service.is_own() && !own_services::hold(&mut tx, user, &draft.service).await? {
            tx.rollback().await?;
            return Ok(Some(AccountOutcome::ServiceRemoved));
        }
        let found = match find(&mut tx, user, draft).await? {
            Found::Superseded => {
                tx.rollback().await?;
                return Ok(Some(AccountOutcome::Superseded));
            }
            Found::Same(row) if is_other(&row, draft) && !draft.allows_other_identity => {
                tx.rollback().await?;
                return Ok(Some(AccountOutcome::OtherIdentity));
            }
            Found::Same(row) => Some(row),
            Found::Leaving(row) => {
                disconnect::remove(&mut tx, user, AccountId::from_uuid(row.id)).await?;
                None
            }
            Found::New => None,
        };
        let account = match write(&mut tx, user, draft, found).await {
            Err(crate::Error::Statement { source, .. })
                if is_taken(&source, "accounts_identity") =>
            {
                tx.rollback().await?;
                return Ok(None);
            }
            row => Account::try_from(row?)?,
        };
        credentials::replace(&mut tx, user, &account, draft.tokens.as_ref(), keys, rules).await?;
        // Before what refers to it: a client that hears of a catalog knows its account.
        tx.emit(EventKind::AccountUpdated, account.id.uuid(), account.revision);
        catalogs::open(&mut tx, user, account.id, draft.replica).await?;
        let mut attempt = None;
        if let Some(id) = draft.attempt {
            let (from, to) = ([AttemptState::Exchanging], AttemptState::Succeeded);
            attempt = attempts::end(&mut tx, user, id, &from, to, None, Some(account.id)).await?;
            if attempt.is_none() {
                tx.rollback().await?;
                return Ok(Some(AccountOutcome::AttemptOver));
            }
        }
        invocations::resume_parked(&mut tx, user, account.id, draft.replica).await?;
        let cursor = tx.commit().await?;
        Ok(Some(AccountOutcome::Connected(Box::new(((account, attempt), cursor)))))
    }
}

enum Found {
    New,
    Same(Box<AccountRow>),
    /// It is disconnecting, and holds no credentials any more. Who connects it again
    /// need not wait for it to be gone.
    Leaving(Box<AccountRow>),
    Superseded,
}

/// Finds the account to connect again, and locks it.
async fn find(tx: &mut Transaction<'_>, user: UserId, draft: &AccountDraft) -> Result<Found> {
    let mine = accounts::table
        .filter(accounts::user_id.eq(user.uuid()))
        .filter(accounts::service.eq(draft.service.as_str()))
        .select(AccountRow::as_select())
        .for_update();
    let row: Option<AccountRow> = match (draft.again, &draft.identity) {
        (Some((id, _)), _) => mine.filter(accounts::id.eq(id.uuid())).first(tx.sql()).await,
        (None, Some(identity)) => {
            mine.filter(accounts::subject.eq(&identity.subject)).first(tx.sql()).await
        }
        (None, None) => return Ok(Found::New),
    }
    .optional()
    .during("find the account to connect again")?;
    let disconnecting = row::text_of(&AccountState::Disconnecting);
    Ok(match (row, draft.again) {
        (None, None) => Found::New,
        (None, Some(_)) => Found::Superseded,
        (Some(row), None) if row.state == disconnecting => Found::Leaving(Box::new(row)),
        (Some(row), Some(_)) if row.state == disconnecting => Found::Superseded,
        (Some(row), Some((_, generation))) if row.generation != generation => Found::Superseded,
        (Some(row), _) => Found::Same(Box::new(row)),
    })
}

/// Whether the service names somebody else now. An account whose owner it never
/// named belongs to whoever it names first.
fn is_other(row: &AccountRow, draft: &AccountDraft) -> bool {
    match (&row.subject, &draft.identity) {
        (Some(before), Some(now)) => *before != now.subject,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

async fn write(
    tx: &mut Transaction<'_>,
    user: UserId,
    draft: &AccountDraft,
    found: Option<Box<AccountRow>>,
) -> Result<AccountRow> {
    let now = tx.now();
    let identity = draft.identity.as_ref();
    let label = identity.and_then(|identity| identity.label.as_deref());
    let values = (
        accounts::subject.eq(identity.map(|identity| &identity.subject)),
        accounts::label.eq(label),
        accounts::state.eq(row::text_of(&AccountState::Connected)),
        accounts::problem.eq(None::<serde_json::Value>),
        accounts::granted_scopes.eq(&draft.granted_scopes),
        accounts::requested_scopes.eq(&draft.requested_scopes),
        accounts::return_to.eq(&draft.return_to),
        accounts::updated_at.eq(now),
    );
    match found {
        Some(row) => diesel::update(accounts::table.find(row.id))
            .set((
                values,
                accounts::generation.eq(row.generation + 1),
                accounts::revision.eq(row.revision + 1),
            ))
            .returning(AccountRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("connect an account again"),
        None => diesel::insert_into(accounts::table)
            .values((
                values,
                accounts::id.eq(draft.id.uuid()),
                accounts::user_id.eq(user.uuid()),
                accounts::service.eq(draft.service.as_str()),
                accounts::generation.eq(1),
                accounts::revision.eq(1),
                accounts::connected_at.eq(now),
            ))
            .returning(AccountRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("connect an account"),
    }
}

//! From references in the log to the things themselves.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use attache_domain::{
    Account, AccountId, Catalog, Change, ConnectAttempt, ConnectAttemptId, Elicitation,
    ElicitationId, EventCursor, EventKind, Invocation, InvocationId, LogEntry, LogEntryId,
    LoggedEvent, RevocationState, ServiceCode, ServiceId, Tool, ToolId, Viewer,
};
use uuid::Uuid;

use super::{Delivery, Event};
use crate::{Engine, Offer, Result};

/// What a page of the log refers to, as it is now.
struct Referred {
    own_services: Vec<Arc<Offer>>,
    attempts: HashMap<ConnectAttemptId, ConnectAttempt>,
    accounts: HashMap<AccountId, Account>,
    catalogs: HashMap<AccountId, Catalog>,
    /// What a revision of a catalog brought and took.
    changed_tools: HashMap<(AccountId, i32), (Vec<Tool>, Vec<ToolId>)>,
    tools: HashMap<ToolId, Tool>,
    revocations: HashMap<AccountId, (ServiceCode, RevocationState)>,
    invocations: HashMap<InvocationId, Invocation>,
    elicitations: HashMap<ElicitationId, Elicitation>,
    said: HashMap<LogEntryId, LogEntry>,
}

impl Engine {
    /// Looks up what a page of the log refers to, one query for each kind of thing.
    ///
    /// What has moved on since is left out, because a later entry will carry it: so
    /// each revision is delivered once, and the newest always is.
    pub(super) async fn resolve(
        &self,
        viewer: &Viewer,
        page: Vec<LoggedEvent>,
        only: Option<InvocationId>,
    ) -> Result<Vec<Delivery>> {
        let wanted = |event: &LoggedEvent| match only {
            None => true,
            Some(id) => {
                // Whose question it was, and who said it, is known when it is looked up.
                matches!(
                    event.change.kind,
                    EventKind::ElicitationUpdated | EventKind::InvocationLogged
                ) || (event.change.kind == EventKind::InvocationUpdated
                    && event.change.entity == id.uuid())
            }
        };
        let page: Vec<LoggedEvent> = page.into_iter().filter(wanted).collect();
        let mut referred = self.referred(viewer, &page).await?;
        let mut deliveries = Vec::with_capacity(page.len());
        for LoggedEvent { seq, change, at } in page {
            let event = match change.kind {
                EventKind::SelectionUpdated => {
                    self.current_selection(viewer, change.revision).await?
                }
                EventKind::SettingsUpdated => {
                    let (policy, revision) = self.0.store.settings(viewer.id).await?;
                    (revision == change.revision).then_some(Event::Settings(policy))
                }
                _ => referred.event(change),
            };
            let is_other = |event: &Event| match (only, event) {
                (Some(id), Event::Elicitation(elicitation)) => elicitation.invocation != id,
                (Some(id), Event::Logged(of, _)) => *of != id,
                _ => false,
            };
            if let Some(event) = event.filter(|event| !is_other(event)) {
                deliveries.push(Delivery { cursor: EventCursor(seq), at, event });
            }
        }
        Ok(deliveries)
    }

    async fn referred(&self, viewer: &Viewer, page: &[LoggedEvent]) -> Result<Referred> {
        let of = |kind: EventKind| -> Vec<Uuid> {
            let events = page.iter().filter(|event| event.change.kind == kind);
            let ids: BTreeSet<Uuid> = events.map(|event| event.change.entity).collect();
            ids.into_iter().collect()
        };
        let own_services = if of(EventKind::ServiceAdded).is_empty() {
            Vec::new()
        } else {
            self.own_offers(viewer.id).await?
        };
        let ids = of(EventKind::ConnectAttemptUpdated);
        let ids: Vec<_> = ids.into_iter().map(ConnectAttemptId::from_uuid).collect();
        let attempts = if ids.is_empty() {
            HashMap::new()
        } else {
            self.attempts_by_id(viewer.id, &ids).await?
        };
        let ids: Vec<_> =
            of(EventKind::AccountUpdated).into_iter().map(AccountId::from_uuid).collect();
        let accounts = if ids.is_empty() {
            HashMap::new()
        } else {
            self.accounts_by_id(viewer.id, &ids).await?
        };
        let ids: Vec<_> =
            of(EventKind::CatalogUpdated).into_iter().map(AccountId::from_uuid).collect();
        let catalogs =
            if ids.is_empty() { HashMap::new() } else { self.catalogs(viewer.id, &ids).await? };
        let changes: Vec<_> = page
            .iter()
            .filter(|event| event.change.kind == EventKind::CatalogUpdated)
            .map(|event| (AccountId::from_uuid(event.change.entity), event.change.revision))
            .collect();
        let changed_tools = self.0.store.tools_of_changes(viewer.id, &changes).await?;
        let ids: Vec<_> = of(EventKind::ToolUpdated).into_iter().map(ToolId::from_uuid).collect();
        let tools =
            if ids.is_empty() { HashMap::new() } else { self.tools_by_id(viewer.id, &ids).await? };
        let ids: Vec<_> =
            of(EventKind::InvocationUpdated).into_iter().map(InvocationId::from_uuid).collect();
        let invocations = if ids.is_empty() {
            HashMap::new()
        } else {
            self.invocations_by_id(viewer.id, &ids).await?
        };
        let ids: Vec<_> =
            of(EventKind::ElicitationUpdated).into_iter().map(ElicitationId::from_uuid).collect();
        let elicitations = if ids.is_empty() {
            HashMap::new()
        } else {
            self.elicitations_by_id(viewer.id, &ids).await?
        };
        let ids: Vec<_> =
            of(EventKind::RevocationUpdated).into_iter().map(AccountId::from_uuid).collect();
        let revocations = if ids.is_empty() {
            HashMap::new()
        } else {
            self.0.store.revocations_of(viewer.id, &ids).await?
        };
        let ids: Vec<_> =
            of(EventKind::InvocationLogged).into_iter().map(LogEntryId::from_uuid).collect();
        let said = if ids.is_empty() {
            HashMap::new()
        } else {
            self.0.store.log_entries(viewer.id, &ids).await?
        };
        Ok(Referred {
            own_services,
            attempts,
            accounts,
            catalogs,
            changed_tools,
            tools,
            revocations,
            invocations,
            elicitations,
            said,
        })
    }

    async fn current_selection(&self, viewer: &Viewer, revision: i32) -> Result<Option<Event>> {
        if self.0.store.selection_revision(viewer.id).await? != revision {
            return Ok(None);
        }
        Ok(Some(Event::Selection(self.selection(viewer).await?)))
    }
}

impl Referred {
    /// What happened, unless it has moved on since.
    fn event(&mut self, change: Change) -> Option<Event> {
        let is_current = |revision: i32| revision == change.revision;
        let account = AccountId::from_uuid(change.entity);
        match change.kind {
            // They are read for each viewer, not for each entry.
            EventKind::SelectionUpdated | EventKind::SettingsUpdated => None,
            EventKind::ServiceAdded => {
                let mut own = self.own_services.iter().map(|offer| &offer.service);
                let service = own.find(|it| it.code.id().uuid() == change.entity)?;
                Some(Event::ServiceAdded(Box::new(service.clone())))
            }
            EventKind::ServiceRemoved => {
                Some(Event::ServiceRemoved(ServiceId::from_uuid(change.entity)))
            }
            EventKind::ConnectAttemptUpdated => {
                let attempt = self.attempts.get(&ConnectAttemptId::from_uuid(change.entity))?;
                is_current(attempt.revision).then(|| Event::Attempt(attempt.clone()))
            }
            EventKind::AccountUpdated => {
                let account = self.accounts.get(&account)?;
                is_current(account.revision).then(|| Event::Account(account.clone()))
            }
            EventKind::AccountRemoved => Some(Event::AccountRemoved(account)),
            EventKind::CatalogUpdated => {
                let changed = self.changed_tools.remove(&(account, change.revision));
                let (upserted, removed) = changed.unwrap_or_default();
                let catalog = self.catalogs.get(&account)?.clone();
                // Tools that this revision changed are delivered with it, even when the
                // catalog itself has moved on.
                let has_tools = !upserted.is_empty() || !removed.is_empty();
                (has_tools || is_current(catalog.revision)).then_some(Event::Catalog {
                    account,
                    catalog,
                    upserted,
                    removed,
                })
            }
            EventKind::ToolUpdated => {
                let tool = self.tools.get(&ToolId::from_uuid(change.entity))?;
                is_current(tool.revision).then(|| Event::Tool(tool.clone()))
            }
            EventKind::InvocationUpdated => {
                let invocation = self.invocations.get(&InvocationId::from_uuid(change.entity))?;
                is_current(invocation.revision).then(|| Event::Invocation(invocation.clone()))
            }
            EventKind::ElicitationUpdated => {
                let asked = self.elicitations.get(&ElicitationId::from_uuid(change.entity))?;
                is_current(asked.revision).then(|| Event::Elicitation(asked.clone()))
            }
            EventKind::InvocationLogged => {
                let said = self.said.remove(&LogEntryId::from_uuid(change.entity))?;
                Some(Event::Logged(said.invocation, said.message))
            }
            EventKind::RevocationUpdated => {
                let (service, state) = self.revocations.get(&account)?.clone();
                Some(Event::Revocation { account, service, state })
            }
        }
    }
}

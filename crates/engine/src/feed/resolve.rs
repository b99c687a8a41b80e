//! From references in the log to the things themselves.

use std::collections::{BTreeSet, HashMap};

use attache_domain::{
    AccountId, ConnectAttemptId, EventCursor, EventKind, InvocationId, LoggedEvent, ToolId, Viewer,
};
use uuid::Uuid;

use super::{Delivery, Event};
use crate::{Engine, Result};

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
                event.change.kind == EventKind::InvocationUpdated
                    && event.change.entity == id.uuid()
            }
        };
        let page: Vec<LoggedEvent> = page.into_iter().filter(wanted).collect();
        let of = |kind: EventKind| -> Vec<Uuid> {
            let events = page.iter().filter(|event| event.change.kind == kind);
            let ids: BTreeSet<Uuid> = events.map(|event| event.change.entity).collect();
            ids.into_iter().collect()
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
        let mut changed_tools = self.0.store.tools_of_changes(viewer.id, &changes).await?;
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

        let mut deliveries = Vec::with_capacity(page.len());
        for LoggedEvent { seq, change, at } in page {
            let is_current = |revision: i32| revision == change.revision;
            let event = match change.kind {
                EventKind::SelectionUpdated => {
                    self.current_selection(viewer, change.revision).await?
                }
                EventKind::ConnectAttemptUpdated => attempts
                    .get(&ConnectAttemptId::from_uuid(change.entity))
                    .filter(|attempt| is_current(attempt.revision))
                    .map(|attempt| Event::Attempt(attempt.clone())),
                EventKind::AccountUpdated => accounts
                    .get(&AccountId::from_uuid(change.entity))
                    .filter(|account| is_current(account.revision))
                    .map(|account| Event::Account(account.clone())),
                EventKind::AccountRemoved => {
                    Some(Event::AccountRemoved(AccountId::from_uuid(change.entity)))
                }
                EventKind::CatalogUpdated => {
                    let account = AccountId::from_uuid(change.entity);
                    let (upserted, removed) =
                        changed_tools.remove(&(account, change.revision)).unwrap_or_default();
                    let has_tools = !upserted.is_empty() || !removed.is_empty();
                    // Tools that this revision changed are delivered with it, even when
                    // the catalog itself has moved on.
                    catalogs
                        .get(&account)
                        .filter(|catalog| has_tools || is_current(catalog.revision))
                        .map(|catalog| Event::Catalog {
                            account,
                            catalog: catalog.clone(),
                            upserted,
                            removed,
                        })
                }
                EventKind::ToolUpdated => tools
                    .get(&ToolId::from_uuid(change.entity))
                    .filter(|tool| is_current(tool.revision))
                    .map(|tool| Event::Tool(tool.clone())),
                EventKind::InvocationUpdated => invocations
                    .get(&InvocationId::from_uuid(change.entity))
                    .filter(|invocation| is_current(invocation.revision))
                    .map(|invocation| Event::Invocation(invocation.clone())),
            };
            if let Some(event) = event {
                deliveries.push(Delivery { cursor: EventCursor(seq), at, event });
            }
        }
        Ok(deliveries)
    }

    async fn current_selection(&self, viewer: &Viewer, revision: i32) -> Result<Option<Event>> {
        if self.0.store.selection_revision(viewer.id).await? != revision {
            return Ok(None);
        }
        Ok(Some(Event::Selection(self.selection(viewer).await?)))
    }
}

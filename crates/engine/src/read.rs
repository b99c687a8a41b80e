//! Reading. Everything here is the viewer's own.

use std::collections::HashMap;

use attache_domain::{
    Account, AccountId, Approval, Catalog, ConnectAttempt, ConnectAttemptId, Elicitation,
    ElicitationId, EventCursor, Invocation, InvocationFilter, InvocationId, LogMessage, Page,
    PageRequest, Question, Tool, ToolFilter, ToolId, UserId, Viewer,
};
use attache_store::{InvocationKey, ListedTool, Payload, ToolKey};
use secrecy::SecretString;

use crate::{Engine, Result};

/// The most accounts a viewer can have.
pub(crate) const MAX_ACCOUNTS: i64 = 50;

/// The most attempts a viewer can have pending.
pub(crate) const MAX_PENDING: i64 = 10;

/// The most that is listed of what was said of a call.
const MAX_LOG: usize = 100;

/// The most questions that are listed as pending.
const MAX_QUESTIONS: i64 = 20;

impl Engine {
    /// Where the viewer's event log stands.
    pub async fn event_cursor(&self, viewer: &Viewer) -> Result<EventCursor> {
        Ok(Box::pin(self.0.store.event_position(viewer.id)).await?)
    }

    /// The viewer's accounts, newest first.
    pub async fn accounts(&self, viewer: &Viewer) -> Result<Vec<Account>> {
        Ok(self.0.store.accounts(viewer.id, MAX_ACCOUNTS).await?)
    }

    /// The viewer's pending attempts, newest first.
    pub async fn pending_attempts(&self, viewer: &Viewer) -> Result<Vec<ConnectAttempt>> {
        Ok(self.0.store.pending_attempts(viewer.id, MAX_PENDING).await?)
    }

    /// These accounts.
    pub async fn accounts_by_id(
        &self,
        user: UserId,
        ids: &[AccountId],
    ) -> Result<HashMap<AccountId, Account>> {
        let found = self.0.store.accounts_by_id(user, ids).await?;
        Ok(found.into_iter().map(|account| (account.id, account)).collect())
    }

    /// What services said while they worked on these invocations, in order.
    pub async fn logs_of(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Vec<LogMessage>>> {
        let mut logs: HashMap<InvocationId, Vec<LogMessage>> = HashMap::new();
        for entry in self.0.store.logs_of(user, ids).await? {
            let of_call = logs.entry(entry.invocation).or_default();
            // A call that goes on after questions is run again, and says more.
            if of_call.len() < MAX_LOG {
                of_call.push(entry.message);
            }
        }
        Ok(logs)
    }

    /// The catalogs of these accounts. Those that hold no longer are read again behind it.
    pub async fn catalogs(
        &self,
        user: UserId,
        ids: &[AccountId],
    ) -> Result<HashMap<AccountId, Catalog>> {
        let found = self.0.store.catalogs_by_account(user, ids).await?;
        self.revalidate(user, &found);
        Ok(found.into_iter().map(|catalog| (catalog.account, catalog)).collect())
    }

    /// These tools.
    pub async fn tools_by_id(&self, user: UserId, ids: &[ToolId]) -> Result<HashMap<ToolId, Tool>> {
        let found = self.0.store.tools_by_id(user, ids).await?;
        Ok(found.into_iter().map(|tool| (tool.id, tool)).collect())
    }

    /// These attempts.
    pub async fn attempts_by_id(
        &self,
        user: UserId,
        ids: &[ConnectAttemptId],
    ) -> Result<HashMap<ConnectAttemptId, ConnectAttempt>> {
        let found = self.0.store.attempts_by_id(user, ids).await?;
        Ok(found.into_iter().map(|attempt| (attempt.id, attempt)).collect())
    }

    /// These invocations.
    pub async fn invocations_by_id(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Invocation>> {
        let found = self.0.store.invocations_by_id(user, ids).await?;
        Ok(found.into_iter().map(|invocation| (invocation.id, invocation)).collect())
    }

    /// What these invocations were asked about, as far as they were.
    pub async fn approvals(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Approval>> {
        Ok(self.0.store.approvals(user, ids).await?)
    }

    /// These questions.
    pub async fn elicitations_by_id(
        &self,
        user: UserId,
        ids: &[ElicitationId],
    ) -> Result<HashMap<ElicitationId, Elicitation>> {
        let found = self.0.store.elicitations_by_id(user, ids).await?;
        Ok(found.into_iter().map(|elicitation| (elicitation.id, elicitation)).collect())
    }

    /// What was asked in the middle of these invocations, in order.
    pub async fn elicitations_of(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Vec<Elicitation>>> {
        let mut of: HashMap<_, Vec<_>> = HashMap::new();
        for elicitation in self.0.store.elicitations_of(user, ids).await? {
            of.entry(elicitation.invocation).or_default().push(elicitation);
        }
        Ok(of)
    }

    /// The questions that wait for the viewer, oldest first.
    pub async fn pending_elicitations(&self, viewer: &Viewer) -> Result<Vec<Elicitation>> {
        Ok(self.0.store.pending_elicitations(viewer.id, MAX_QUESTIONS).await?)
    }

    /// What these questions ask.
    pub async fn questions(
        &self,
        user: UserId,
        ids: &[ElicitationId],
    ) -> Result<HashMap<ElicitationId, Question>> {
        let found = self.0.store.inquiries(user, ids).await?;
        Ok(found.into_iter().map(|(id, inquiry)| (id, inquiry.question)).collect())
    }

    /// What these invocations sent and got back. Those that were erased are missing.
    pub async fn payloads(
        &self,
        user: UserId,
        of: &[Invocation],
    ) -> Result<HashMap<InvocationId, Payload>> {
        Ok(self.0.store.payloads(user, of).await?)
    }

    /// A page of the viewer's tools, across all accounts.
    pub async fn tools(
        &self,
        viewer: &Viewer,
        filter: &ToolFilter,
        page: &PageRequest<ToolKey>,
    ) -> Result<Page<ListedTool>> {
        Ok(self.0.store.tools(viewer.id, filter, page).await?)
    }

    /// The same page of the tools of each of these accounts.
    pub async fn tools_of_accounts(
        &self,
        user: UserId,
        ids: &[AccountId],
        filter: &ToolFilter,
        page: &PageRequest<ToolKey>,
    ) -> Result<HashMap<AccountId, Page<ListedTool>>> {
        Ok(self.0.store.tools_of_accounts(user, ids, filter, page).await?)
    }

    /// A page of what the viewer ran.
    pub async fn invocations(
        &self,
        viewer: &Viewer,
        filter: &InvocationFilter,
        page: &PageRequest<InvocationKey>,
    ) -> Result<Page<Invocation>> {
        Ok(self.0.store.invocations(viewer.id, filter, page).await?)
    }

    /// Where to send the person for these attempts, as long as they are pending.
    pub async fn authorization_urls(
        &self,
        user: UserId,
        ids: &[ConnectAttemptId],
    ) -> Result<HashMap<ConnectAttemptId, SecretString>> {
        Ok(self.0.store.authorization_urls(user, ids).await?)
    }
}

//! Loading by id in batches, so that no list makes a query per item.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use attache_domain::{
    Account, AccountId, Approval, Catalog, ConfirmationPolicy, ConnectAttempt, ConnectAttemptId,
    Elicitation, ElicitationId, Invocation, InvocationId, LogMessage, Page, PageRequest, Question,
    ServiceCode, Tool, ToolChange, ToolFilter, ToolId, UserId, Viewer,
};
use attache_engine::{Engine, ListedTool, Offer, Payload, ToolKey};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::caller::{Batch, SharedError};

/// The loaders of one request. Nothing is cached: an event of a subscription must
/// show the world as it is then.
pub(crate) struct Loaders {
    pub(crate) selection: DataLoader<Selection>,
    pub(crate) all_accounts: DataLoader<AllAccounts>,
    pub(crate) own_services: DataLoader<OwnServices>,
    pub(crate) accounts: DataLoader<Accounts>,
    pub(crate) catalogs: DataLoader<Catalogs>,
    pub(crate) tools: DataLoader<Tools>,
    pub(crate) tool_pages: DataLoader<ToolPages>,
    pub(crate) changes: DataLoader<Changes>,
    pub(crate) urls: DataLoader<Urls>,
    pub(crate) payloads: DataLoader<Payloads>,
    pub(crate) awaited: DataLoader<Awaited>,
    pub(crate) approvals: DataLoader<Approvals>,
    pub(crate) default_confirmation: DataLoader<DefaultConfirmation>,
    pub(crate) invocations: DataLoader<Invocations>,
    pub(crate) erasures: DataLoader<Erasures>,
    pub(crate) repeated: DataLoader<Repeated>,
    pub(crate) asked: DataLoader<Asked>,
    pub(crate) logs: DataLoader<Logs>,
    pub(crate) questions: DataLoader<Questions>,
}

impl Loaders {
    pub(crate) fn new(viewer: &Viewer, engine: &Engine) -> Self {
        let source = || Source { user: viewer.id, engine: engine.clone() };
        Self {
            selection: loader(Selection(*viewer, engine.clone())),
            all_accounts: loader(AllAccounts(*viewer, engine.clone())),
            own_services: loader(OwnServices(source())),
            accounts: loader(Accounts(source())),
            catalogs: loader(Catalogs(source())),
            tools: loader(Tools(source())),
            tool_pages: loader(ToolPages(source())),
            changes: loader(Changes(source())),
            urls: loader(Urls(source())),
            payloads: loader(Payloads(source())),
            awaited: loader(Awaited(source())),
            approvals: loader(Approvals(source())),
            default_confirmation: loader(DefaultConfirmation(source())),
            invocations: loader(Invocations(source())),
            erasures: loader(Erasures(source())),
            repeated: loader(Repeated(source())),
            asked: loader(Asked(source())),
            logs: loader(Logs(source())),
            questions: loader(Questions(source())),
        }
    }
}

/// Siblings are polled before the batch's own task, so waiting longer gathers no more.
fn loader<T>(loader: T) -> DataLoader<T> {
    DataLoader::new(loader, TokioSpawner::current(), TokioTimer::default()).delay(Duration::ZERO)
}

struct Source {
    user: UserId,
    engine: Engine,
}

/// What the viewer chose: asked for by every service of a list.
pub(crate) struct Selection(Viewer, Engine);

impl Loader<()> for Selection {
    type Value = Arc<Vec<ServiceCode>>;
    type Error = SharedError;

    async fn load(&self, _: &[()]) -> Batch<(), Self::Value> {
        let selection = self.1.selection(&self.0).await.map_err(Arc::new)?;
        Ok(HashMap::from([((), Arc::new(selection))]))
    }
}

/// All the viewer's accounts: asked for by every service of a list.
pub(crate) struct AllAccounts(Viewer, Engine);

impl Loader<()> for AllAccounts {
    type Value = Arc<Vec<Account>>;
    type Error = SharedError;

    async fn load(&self, _: &[()]) -> Batch<(), Self::Value> {
        let accounts = self.1.accounts(&self.0).await.map_err(Arc::new)?;
        Ok(HashMap::from([((), Arc::new(accounts))]))
    }
}

/// The services that the viewer added: asked for by everything that is at one of them.
pub(crate) struct OwnServices(Source);

impl Loader<()> for OwnServices {
    type Value = Arc<Vec<Arc<Offer>>>;
    type Error = SharedError;

    async fn load(&self, _: &[()]) -> Batch<(), Self::Value> {
        let own = self.0.engine.own_offers(self.0.user).await.map_err(Arc::new)?;
        Ok(HashMap::from([((), Arc::new(own))]))
    }
}

pub(crate) struct Accounts(Source);

impl Loader<AccountId> for Accounts {
    type Value = Account;
    type Error = SharedError;

    async fn load(&self, ids: &[AccountId]) -> Batch<AccountId, Account> {
        self.0.engine.accounts_by_id(self.0.user, ids).await.map_err(Arc::new)
    }
}

pub(crate) struct Catalogs(Source);

impl Loader<AccountId> for Catalogs {
    type Value = Catalog;
    type Error = SharedError;

    async fn load(&self, ids: &[AccountId]) -> Batch<AccountId, Catalog> {
        self.0.engine.catalogs(self.0.user, ids).await.map_err(Arc::new)
    }
}

pub(crate) struct Tools(Source);

impl Loader<ToolId> for Tools {
    type Value = Tool;
    type Error = SharedError;

    async fn load(&self, ids: &[ToolId]) -> Batch<ToolId, Tool> {
        self.0.engine.tools_by_id(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// A page of one account's tools.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ToolPage {
    pub(crate) account: AccountId,
    pub(crate) filter: ToolFilter,
    pub(crate) page: PageRequest<ToolKey>,
}

pub(crate) struct ToolPages(Source);

impl Loader<ToolPage> for ToolPages {
    type Value = Page<ListedTool>;
    type Error = SharedError;

    /// One query for each filter and page that was asked for: one, in all but odd
    /// documents.
    async fn load(&self, pages: &[ToolPage]) -> Batch<ToolPage, Page<ListedTool>> {
        let mut of_question: HashMap<_, Vec<AccountId>> = HashMap::new();
        for page in pages {
            of_question.entry((&page.filter, &page.page)).or_default().push(page.account);
        }
        let mut found = HashMap::new();
        for ((filter, page), accounts) in of_question {
            let (user, engine) = (self.0.user, &self.0.engine);
            let answers =
                engine.tools_of_accounts(user, &accounts, filter, page).await.map_err(Arc::new)?;
            found.extend(answers.into_iter().map(|(account, tools)| {
                (ToolPage { account, filter: filter.clone(), page: page.clone() }, tools)
            }));
        }
        Ok(found)
    }
}

/// How tools were that changed.
pub(crate) struct Changes(Source);

impl Loader<ToolId> for Changes {
    type Value = ToolChange;
    type Error = SharedError;

    async fn load(&self, ids: &[ToolId]) -> Batch<ToolId, ToolChange> {
        self.0.engine.tool_changes(self.0.user, ids).await.map_err(Arc::new)
    }
}

pub(crate) struct Urls(Source);

impl Loader<ConnectAttemptId> for Urls {
    type Value = SecretString;
    type Error = SharedError;

    async fn load(&self, ids: &[ConnectAttemptId]) -> Batch<ConnectAttemptId, SecretString> {
        self.0.engine.authorization_urls(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What an invocation waits for.
pub(crate) struct Awaited(Source);

impl Loader<InvocationId> for Awaited {
    type Value = ConnectAttempt;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, ConnectAttempt> {
        self.0.engine.awaited_attempts(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What the viewer was asked about.
pub(crate) struct Approvals(Source);

impl Loader<InvocationId> for Approvals {
    type Value = Approval;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, Approval> {
        self.0.engine.approvals(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// How the viewer is asked before most tools: asked for by every tool of a list.
pub(crate) struct DefaultConfirmation(Source);

impl Loader<()> for DefaultConfirmation {
    type Value = ConfirmationPolicy;
    type Error = SharedError;

    async fn load(&self, _: &[()]) -> Batch<(), ConfirmationPolicy> {
        let default = self.0.engine.default_confirmation(self.0.user).await.map_err(Arc::new)?;
        Ok(HashMap::from([((), default)]))
    }
}

pub(crate) struct Invocations(Source);

impl Loader<InvocationId> for Invocations {
    type Value = Invocation;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, Invocation> {
        self.0.engine.invocations_by_id(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What services said while they worked on invocations.
pub(crate) struct Logs(Source);

impl Loader<InvocationId> for Logs {
    type Value = Vec<LogMessage>;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, Vec<LogMessage>> {
        self.0.engine.logs_of(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// When the viewer erased what an invocation carried.
pub(crate) struct Erasures(Source);

impl Loader<InvocationId> for Erasures {
    type Value = DateTime<Utc>;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, DateTime<Utc>> {
        self.0.engine.invocation_erasures(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What an invocation repeats.
pub(crate) struct Repeated(Source);

impl Loader<InvocationId> for Repeated {
    type Value = Invocation;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, Invocation> {
        self.0.engine.repeated_invocations(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What was asked in the middle of an invocation.
pub(crate) struct Asked(Source);

impl Loader<InvocationId> for Asked {
    type Value = Vec<Elicitation>;
    type Error = SharedError;

    async fn load(&self, ids: &[InvocationId]) -> Batch<InvocationId, Vec<Elicitation>> {
        self.0.engine.elicitations_of(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// What a question asks.
pub(crate) struct Questions(Source);

impl Loader<ElicitationId> for Questions {
    type Value = Question;
    type Error = SharedError;

    async fn load(&self, ids: &[ElicitationId]) -> Batch<ElicitationId, Question> {
        self.0.engine.questions(self.0.user, ids).await.map_err(Arc::new)
    }
}

/// An invocation whose payload is wanted. Compared by id.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) Invocation);

impl PartialEq for Carried {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Carried {}

impl std::hash::Hash for Carried {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

pub(crate) struct Payloads(Source);

impl Loader<Carried> for Payloads {
    type Value = Arc<Payload>;
    type Error = SharedError;

    async fn load(&self, of: &[Carried]) -> Batch<Carried, Arc<Payload>> {
        let invocations: Vec<Invocation> = of.iter().map(|carried| carried.0.clone()).collect();
        let mut found: HashMap<InvocationId, Payload> =
            self.0.engine.payloads(self.0.user, &invocations).await.map_err(Arc::new)?;
        Ok(invocations
            .into_iter()
            .filter_map(|invocation| {
                let payload = found.remove(&invocation.id)?;
                Some((Carried(invocation), Arc::new(payload)))
            })
            .collect())
    }
}

//! Tools for a language model, and its calls.

use std::time::Duration;

use attache_domain::{
    Account, AccountId, AccountState, ClientId, Detail, Invocation, InvocationResult,
    InvocationState, ModelCall, ModelName, ModelTool, NotACall, PageRequest, Problem, ProblemCode,
    Tool, ToolDialect, ToolFilter, ToolId, Viewer, Violation, digest,
};
use attache_store::Written;
use serde_json::{Value, json};

use crate::{Engine, Invoke, Invoked, Result, Unconfirmed};

/// What a model is told of.
#[derive(Debug)]
pub struct Toolset {
    /// The tools, ordered by the names they have for the model.
    pub tools: Vec<NamedTool>,
    /// Whether there are more than were asked for.
    pub has_more: bool,
}

/// A tool, as a model is told of it.
#[derive(Clone, Debug)]
pub struct NamedTool {
    /// What the model calls it.
    pub name: String,
    /// The tool.
    pub tool: Tool,
    /// Its definition in the words of the vendor.
    pub model: ModelTool,
}

/// A model's call, as it came.
#[derive(Clone, Debug)]
pub struct InvokeFromModel {
    /// Whose words.
    pub dialect: ToolDialect,
    /// The call.
    pub call: Value,
    /// The client's name for the intent. One follows from the conversation and from the model's
    /// own name for the call, where it has one.
    pub idempotency_key: Option<String>,
    /// The conversation it belongs to.
    pub conversation: Option<String>,
    /// The person's own words.
    pub prompt: Option<String>,
    /// How long to wait for the end before answering.
    pub wait: Duration,
    /// The client that asks for it, as its token says.
    pub client: Option<ClientId>,
}

impl Engine {
    /// What a model is told of: the tools that can be invoked now and match, in an order that
    /// stays, so that a vendor's cache of prompts hits.
    #[tracing::instrument(name = "engine.toolset", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn toolset(
        &self,
        viewer: &Viewer,
        dialect: ToolDialect,
        filter: &ToolFilter,
        first: usize,
    ) -> Result<Toolset> {
        let holds = self.0.settings.holds_changed_tools;
        if holds && filter.has_change == Some(true) {
            return Ok(Toolset { tools: Vec::new(), has_more: false });
        }
        let has_change = if holds { Some(false) } else { filter.has_change };
        let names = self.model_names(viewer).await?;
        let is_wanted = |account: &Account| {
            let is_named = filter.accounts.as_ref().is_none_or(|ids| ids.contains(&account.id));
            is_named && account.state == AccountState::Connected
        };
        let accounts = names.iter().map(|(account, _)| account).filter(|it| is_wanted(it));
        let accounts: Vec<AccountId> = accounts.map(|account| account.id).collect();
        // Models ask for nothing else, so this is when it is noticed that a catalog is old.
        self.catalogs(viewer.id, &accounts).await?;
        let accounts = Some(accounts);
        let filter = ToolFilter { is_enabled: Some(true), has_change, accounts, ..filter.clone() };
        let page = PageRequest { first, after: None };
        let found = self.tools(viewer, &filter, &page).await?;
        let named = |tool: Tool| {
            let (_, names) = names.iter().find(|(account, _)| account.id == tool.account)?;
            let name = names.tool(&tool.definition.name);
            let model = dialect.tool(&name, &tool.definition);
            Some(NamedTool { name, tool, model })
        };
        let mut tools: Vec<NamedTool> =
            found.items.into_iter().filter_map(|(tool, _)| named(tool)).collect();
        tools.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Toolset { tools, has_more: found.has_next })
    }

    /// Accepts a model's call. Whatever a person has to agree to waits for that, because a model
    /// cannot agree for them.
    #[tracing::instrument(name = "engine.invoke_from_model", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn invoke_from_model(
        &self,
        viewer: &Viewer,
        input: InvokeFromModel,
    ) -> Result<Written<Invoked>> {
        let call = ModelCall::read(input.dialect, &input.call).map_err(not_a_call)?;
        let tool = self.called(viewer, &call.name).await?;
        let tool = tool.ok_or_else(|| Problem::not_found("tool").at("call"))?;
        // Some models number their calls anew in each conversation, and MCP in each session.
        let is_named = input.dialect != ToolDialect::Mcp;
        let conversation = input.conversation.as_deref().filter(|_| is_named);
        let idempotency_key = match (input.idempotency_key, &call.id, conversation) {
            (Some(key), _, _) => key,
            (None, Some(id), Some(conversation)) => {
                let words = ["model", conversation, id].map(str::as_bytes);
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&digest(&words)[..16]);
                uuid::Uuid::from_bytes(bytes).to_string()
            }
            (None, _, _) => self.0.clock.uuid().to_string(),
        };
        let invoke = Invoke {
            tool,
            arguments: Value::Object(call.arguments),
            idempotency_key,
            expected_revision: None,
            is_confirmed: false,
            if_unconfirmed: Unconfirmed::AwaitApproval,
            conversation: input.conversation,
            prompt: input.prompt,
            wait: input.wait,
            client: input.client,
            repeats: None,
        };
        self.invoke(viewer, invoke).await
    }

    /// The viewer's tool that a model calls by this name.
    async fn called(&self, viewer: &Viewer, name: &str) -> Result<Option<ToolId>> {
        let names = self.model_names(viewer).await?;
        let candidates: Vec<_> = names.iter().filter(|(_, names)| names.may_be(name)).collect();
        let accounts: Vec<_> = candidates.iter().map(|(account, _)| account.id).collect();
        if accounts.is_empty() {
            return Ok(None);
        }
        let tools = self.0.store.tool_names(viewer.id, &accounts).await?;
        Ok(tools.into_iter().find_map(|(id, account, tool)| {
            let (_, names) = candidates.iter().find(|(candidate, _)| candidate.id == account)?;
            (names.tool(&tool) == name).then_some(id)
        }))
    }

    /// How a model calls the tools of each of the viewer's accounts.
    async fn model_names(&self, viewer: &Viewer) -> Result<Vec<(Account, ModelName)>> {
        let accounts = self.accounts(viewer).await?;
        let named = |account: Account| {
            let names = ModelName::of(&account.service, account.id);
            (account, names)
        };
        Ok(accounts.into_iter().map(named).collect())
    }
}

/// What a model is told of a call that is over. Where there is no result, why.
pub fn model_reply(
    invocation: &Invocation,
    result: Option<InvocationResult>,
    dialect: ToolDialect,
    call: &Value,
) -> Value {
    let read = ModelCall::read(dialect, call).ok();
    let (id, name) = match &read {
        Some(call) => (call.id.as_deref(), call.name.as_str()),
        None => (None, invocation.tool_name.as_str()),
    };
    let result = result.unwrap_or_else(|| {
        let has_succeeded = invocation.state == InvocationState::Succeeded;
        let otherwise = if has_succeeded {
            "The call succeeded. What it brought is not kept any more."
        } else {
            "The call was stopped."
        };
        let why = invocation.problem.as_ref().map_or(otherwise, |it| &it.message);
        InvocationResult {
            is_tool_error: !has_succeeded,
            content: vec![json!({ "type": "text", "text": why })],
            ..InvocationResult::default()
        }
    });
    dialect.reply(id, name, &result)
}

/// A model that wrote nonsense is told where, so that it can write something else.
fn not_a_call(error: NotACall) -> Problem {
    match error {
        NotACall::Shape => {
            Problem::invalid_input("call", "This is not a tool call as the dialect writes it.")
        }
        NotACall::Arguments => {
            let message = "The arguments are not a JSON object.";
            let violation = Violation { pointer: String::new(), message: message.to_owned() };
            let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("call");
            problem.with(Detail::Violations(vec![violation]))
        }
    }
}

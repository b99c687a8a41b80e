//! Tools for language models.

use async_graphql::{Enum, Object, SimpleObject};
use attache_domain as domain;
use attache_engine as engine;
use attache_engine::NamedTool;

use crate::scalars::Json;
use crate::tool::Tool;

/// Whose words.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ToolDialect")]
pub(crate) enum ToolDialect {
    /// OpenAI's Chat Completions, which many others speak.
    Openai,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// MCP's own `tools/list`.
    Mcp,
}

/// What a language model is told of.
pub(crate) struct Toolset {
    pub(crate) dialect: domain::ToolDialect,
    pub(crate) toolset: engine::Toolset,
}

/// Tools as a language model is told of them: those that can be invoked now.
#[Object]
impl Toolset {
    /// Whose words.
    async fn dialect(&self) -> ToolDialect {
        self.dialect.into()
    }

    /// What goes into the `tools` of a request, as it is. The same tools make the same text.
    async fn definitions(&self) -> Json {
        let definitions = self.toolset.tools.iter().map(|it| it.model.definition.clone());
        Json(self.dialect.request(definitions.collect()))
    }

    /// The tools, in the order of the definitions, each with what of its schema the dialect
    /// does not take. At most 100.
    async fn tools(&self) -> Vec<ModelTool> {
        self.toolset.tools.iter().cloned().map(Into::into).collect()
    }

    /// Whether more tools match than were asked for.
    async fn has_more(&self) -> bool {
        self.toolset.has_more
    }
}

/// A tool as a language model is told of it.
#[derive(SimpleObject)]
pub(crate) struct ModelTool {
    /// What the model calls it: `[a-zA-Z0-9_-]`, at most 64 characters. It follows from service,
    /// account and tool, and stays when others come and go.
    name: String,
    /// The tool.
    tool: Tool,
    /// What of its schema the dialect does not take. Arguments are checked against all of it.
    /// At most 100.
    losses: Vec<SchemaLoss>,
}

/// Something of a schema that a dialect does not take.
#[derive(SimpleObject)]
pub(crate) struct SchemaLoss {
    /// Where. JSON Pointer (RFC 6901) into `Tool.inputSchema`.
    pointer: String,
    /// Which keyword, or what about it.
    keyword: String,
}

impl From<NamedTool> for ModelTool {
    fn from(named: NamedTool) -> Self {
        let losses = named.model.losses.into_iter();
        Self {
            name: named.name,
            tool: Tool(named.tool),
            losses: losses
                .map(|domain::SchemaLoss { pointer, keyword }| SchemaLoss { pointer, keyword })
                .collect(),
        }
    }
}

//! Questions in the middle of calls.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};
use attache_domain as domain;
use serde_json::Map;

use crate::caller::ContextExt;
use crate::fault;
use crate::form::Form;
use crate::invocation::Invocation;
use crate::scalars::{DateTime, Json, Url};
use crate::service::Service;

/// A question that a service asks in the middle of a call.
#[derive(Clone)]
pub(crate) struct Elicitation(pub(crate) domain::Elicitation);

/// Whether a question still waits.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ElicitationState")]
pub(crate) enum ElicitationState {
    /// Waits for the person.
    Pending,
    /// The person decided; see `action`.
    Answered,
    /// Nobody answered in time.
    Expired,
    /// No longer needed: the call ended, or the service took it back.
    Withdrawn,
}

/// What a person decides about a question.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ElicitationAction")]
pub(crate) enum ElicitationAction {
    /// Give the answer, or confirm having visited the page.
    Accept,
    /// Refuse this question and let the tool go on without it.
    Decline,
    /// Refuse and stop the call.
    Cancel,
}

/// What is asked.
#[derive(Union)]
pub(crate) enum ElicitationAsk {
    Form(FormAsk),
    Url(UrlAsk),
}

/// Fill in these fields. Never asks for passwords or keys: forms that do are declined before
/// anybody sees them.
#[derive(SimpleObject)]
pub(crate) struct FormAsk {
    /// The answer as a form, ready to render.
    form: Form,
    /// The answer as the service described it.
    schema: Json,
}

/// Visit this page, then confirm. Show the whole address, and open it only when the person says
/// so. This server never visits it.
#[derive(SimpleObject)]
pub(crate) struct UrlAsk {
    /// The page. Over TLS, or on the person's own machine.
    url: Url,
    /// Its host, to show in particular.
    host: String,
    /// Whether the host is written in punycode (`xn--`), so that it may look like another. Warn.
    has_punycode: bool,
}

/// A question that a service asks the viewer in the middle of a call. It can be answered from
/// any device, until it expires.
#[Object]
impl Elicitation {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The call that waits for it.
    async fn invocation(&self, ctx: &Context<'_>) -> Result<Invocation> {
        let id = self.0.invocation;
        let found =
            ctx.caller()?.loaders().invocations.load_one(id).await.map_err(fault::shared)?;
        found
            .map(Into::into)
            .ok_or_else(|| fault::error(&domain::Problem::not_found("invocation").into()))
    }

    /// Who asks. Always show it.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        ctx.caller()?.service(&self.0.service).await
    }

    /// Why. Written by the service: untrusted text, at most 4,000 characters. Null once erased.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.question(ctx).await?.map(|question| question.message))
    }

    /// What is asked. Null once erased.
    #[graphql(complexity = "25 + child_complexity")]
    async fn ask(&self, ctx: &Context<'_>) -> Result<Option<ElicitationAsk>> {
        let Some(question) = self.question(ctx).await? else { return Ok(None) };
        Ok(Some(match question.ask {
            domain::Ask::Form(schema) => ElicitationAsk::Form(FormAsk {
                form: Form(domain::Form::compile(&schema, &Map::new())),
                schema: Json(schema),
            }),
            domain::Ask::Url(url) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                let has_punycode = host.split('.').any(|label| label.starts_with("xn--"));
                ElicitationAsk::Url(UrlAsk { url: Url(url), host, has_punycode })
            }
        }))
    }

    /// Whether it still waits.
    async fn state(&self) -> ElicitationState {
        self.0.state.into()
    }

    /// What the viewer decided, once they did.
    async fn action(&self) -> Option<ElicitationAction> {
        self.0.action.map(Into::into)
    }

    /// When it was asked.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Until when it can be answered. A day, or minutes where the service waits with the call
    /// open.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Grows with every change.
    pub(crate) async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl Elicitation {
    async fn question(&self, ctx: &Context<'_>) -> Result<Option<domain::Question>> {
        ctx.caller()?.loaders().questions.load_one(self.0.id).await.map_err(fault::shared)
    }
}

//! What a server may tell us unasked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain as domain;
use attache_domain::{Answer, Progress};
use rmcp::model::{
    ClientCapabilities, ClientConfig, CustomRequest, CustomResult, ElicitRequestParams,
    ElicitResult, ElicitationAction, ElicitationCapability, ErrorCode, FormElicitationCapability,
    Implementation, ProgressNotificationParam, ProgressToken, ProtocolVersion,
    ResourceUpdatedNotificationParam, UrlElicitationCapability,
};
use rmcp::service::{InboundStreamOrigin, NotificationContext, RequestContext};
use rmcp::{ClientHandler, ErrorData, RoleClient};
use serde_json::Value;
use tokio::sync::watch;

use super::extensions::extensions;
use super::questions::Questions;
use super::watched::Watched;

/// How much progress of calls not yet known is kept. A call's token is known only
/// after it was sent, and a fast server may be faster than that.
const MAX_EARLY: usize = 64;

/// The longest message of progress that is passed on, in characters.
const MAX_MESSAGE: usize = 500;

/// Listens to one server. Declares nothing it cannot do: no sampling and no roots.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) progress: Arc<ProgressRouter>,
    pub(super) questions: Arc<Questions>,
    pub(super) tools_changed: watch::Sender<u64>,
    pub(super) watched: Arc<Watched>,
    has_tasks: bool,
}

impl Handler {
    pub(super) fn new(has_tasks: bool) -> Self {
        Self {
            has_tasks,
            progress: Arc::default(),
            questions: Arc::default(),
            tools_changed: watch::Sender::new(0),
            watched: Arc::default(),
        }
    }
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let me = Implementation::new("attache", env!("CARGO_PKG_VERSION"));
        let mut capabilities = ClientCapabilities::default();
        capabilities.extensions = Some(extensions(self.has_tasks));
        let form = FormElicitationCapability::new().with_schema_validation(true);
        let url = UrlElicitationCapability::new();
        capabilities.elicitation = Some(ElicitationCapability::new().with_form(form).with_url(url));
        // The library would offer its newest version in `initialize`, which no longer
        // knows that message.
        ClientConfig::new(capabilities, me)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let token = progress.progress_token.clone();
        self.progress.deliver(token, read(progress));
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let params = serde_json::to_value(params).unwrap_or_default();
        let answer = self.ask(&params, context).await;
        let action = match answer.action {
            domain::ElicitationAction::Accept => ElicitationAction::Accept,
            domain::ElicitationAction::Decline => ElicitationAction::Decline,
            domain::ElicitationAction::Cancel => ElicitationAction::Cancel,
        };
        let result = ElicitResult::new(action);
        Ok(match answer.content {
            Some(content) => result.with_content(Value::Object(content)),
            None => result,
        })
    }

    /// A question whose schema the library cannot express is still a question.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleClient>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method != "elicitation/create" {
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, request.method, None));
        }
        let params = request.params.unwrap_or_default();
        Ok(CustomResult(self.ask(&params, context).await.wire()))
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.tools_changed.send_modify(|count| *count += 1);
    }

    async fn on_resource_updated(
        &self,
        updated: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.watched.tell(&updated.uri);
    }
}

impl Handler {
    async fn ask(&self, params: &Value, context: RequestContext<RoleClient>) -> Answer {
        let origin = context.extensions.get::<InboundStreamOrigin>();
        tokio::select! {
            answer = self.questions.ask(origin, params) => answer,
            // The server takes the question back.
            () = context.ct.cancelled() => Answer::only(domain::ElicitationAction::Cancel),
        }
    }
}

fn read(progress: ProgressNotificationParam) -> Progress {
    Progress {
        current: progress.progress,
        total: progress.total,
        message: progress.message.map(|text| text.chars().take(MAX_MESSAGE).collect()),
    }
}

/// Brings progress to the call it is about. Only the newest is kept: who is slow to
/// look misses steps, and nothing piles up.
#[derive(Default)]
pub(super) struct ProgressRouter(Mutex<HashMap<ProgressToken, Slot>>);

enum Slot {
    /// The call is not known yet.
    Early(Progress),
    Known(watch::Sender<Option<Progress>>),
}

impl ProgressRouter {
    fn deliver(&self, token: ProgressToken, progress: Progress) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = slots.len() < MAX_EARLY;
        match slots.get_mut(&token) {
            Some(Slot::Known(sink)) => {
                // Notifications may overtake each other on the way; progress grows.
                sink.send_if_modified(|last| {
                    let grew = last.as_ref().is_none_or(|last| progress.current > last.current);
                    if grew {
                        *last = Some(progress);
                    }
                    grew
                });
            }
            Some(Slot::Early(last)) if progress.current > last.current => *last = progress,
            None if has_room => {
                slots.insert(token, Slot::Early(progress));
            }
            Some(Slot::Early(_)) | None => {}
        }
    }

    /// Sends the progress of a call to `sink` until the returned guard is dropped.
    pub(super) fn route(
        self: &Arc<Self>,
        token: ProgressToken,
        sink: watch::Sender<Option<Progress>>,
    ) -> Route {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Slot::Early(progress)) = slots.remove(&token) {
            sink.send_replace(Some(progress));
        }
        slots.insert(token.clone(), Slot::Known(sink));
        Route { router: self.clone(), token }
    }
}

/// Ends the delivery of progress when dropped.
pub(super) struct Route {
    router: Arc<ProgressRouter>,
    token: ProgressToken,
}

impl Drop for Route {
    fn drop(&mut self) {
        let mut slots = self.router.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.remove(&self.token);
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::NumberOrString;

    use super::*;

    fn at(current: f64) -> Progress {
        Progress { current, total: None, message: None }
    }

    #[test]
    fn progress_that_comes_before_its_call_is_known_is_not_lost() {
        let router = Arc::new(ProgressRouter::default());
        let token = ProgressToken(NumberOrString::Number(1));
        router.deliver(token.clone(), at(1.0));
        let sink = watch::Sender::new(None);
        let route = router.route(token.clone(), sink.clone());
        assert_eq!(*sink.borrow(), Some(at(1.0)));

        router.deliver(token.clone(), at(3.0));
        router.deliver(token.clone(), at(2.0));
        assert_eq!(*sink.borrow(), Some(at(3.0)));

        drop(route);
        assert!(router.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_flood_of_unknown_progress_is_bounded() {
        let router = ProgressRouter::default();
        for n in 0..10_000 {
            router.deliver(ProgressToken(NumberOrString::Number(n)), at(1.0));
        }
        assert_eq!(router.0.lock().unwrap().len(), MAX_EARLY);
    }
}

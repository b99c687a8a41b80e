//! What a program was asked and has not answered.

use std::collections::HashSet;

use rmcp::RoleClient;
use rmcp::model::{ClientNotification, ClientRequest, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};

/// The requests whose answers are waited for. One that is answered when the session ends (MCP,
/// `subscriptions/listen`) is none of them.
#[derive(Default)]
pub(super) struct Pending(HashSet<RequestId>);

impl Pending {
    pub(super) fn sent(&mut self, message: &TxJsonRpcMessage<RoleClient>) {
        match message {
            JsonRpcMessage::Request(request) => {
                if !matches!(request.request, ClientRequest::SubscriptionsListenRequest(_)) {
                    self.0.insert(request.id.clone());
                }
            }
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.0.remove(id);
                }
            }
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
        }
    }

    pub(super) fn received(&mut self, message: &RxJsonRpcMessage<RoleClient>) {
        let answered = match message {
            JsonRpcMessage::Response(response) => Some(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref(),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        if let Some(id) = answered {
            self.0.remove(id);
        }
    }

    /// Whether there is but one.
    pub(super) fn is_one(&self) -> bool {
        self.0.len() == 1
    }
}

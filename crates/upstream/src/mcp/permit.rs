//! Whether a call may be sent by now.
//!
//! A call is prepared while the database still writes down that there will be one: by then the
//! session is found and the message is made, and what is left is to send it.

use rmcp::model::{ClientJsonRpcMessage, ClientRequest};
use tokio::sync::watch;

/// Gives the permit of one call. Dropping it means that the call is never sent.
pub struct Permission(watch::Sender<bool>);

impl Permission {
    /// A permit that is not given yet, and what gives it.
    pub fn pending() -> (Self, Permit) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Permit(Some(receiver)))
    }

    /// The call may be sent.
    pub fn give(self) {
        self.0.send_replace(true);
    }
}

/// Travels with a call to where it is sent, and holds it back there until it is given.
#[derive(Clone, Debug)]
pub struct Permit(Option<watch::Receiver<bool>>);

impl Permit {
    /// The permit of a call that is written down.
    pub fn given() -> Self {
        Self(None)
    }

    /// Waits until it is known whether the call is sent.
    pub async fn is_given(&self) -> bool {
        match &self.0 {
            None => true,
            Some(given) => given.clone().wait_for(|is_given| *is_given).await.is_ok(),
        }
    }
}

/// Waits until it is known whether the message is sent. Only calls need a permit, and none is sent
/// without one.
pub(super) async fn is_given_to(message: &ClientJsonRpcMessage) -> bool {
    let ClientJsonRpcMessage::Request(request) = message else { return true };
    let ClientRequest::CallToolRequest(call) = &request.request else { return true };
    match call.extensions.get::<Permit>() {
        None => false,
        Some(permit) => permit.is_given().await,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_permit_is_waited_for_until_it_is_given_or_cannot_be_any_more() {
        let (permission, permit) = Permission::pending();
        assert_eq!(permit.is_given().now_or_never(), None);
        permission.give();
        assert_eq!(permit.is_given().now_or_never(), Some(true));
        let (permission, permit) = Permission::pending();
        drop(permission);
        assert_eq!(permit.is_given().now_or_never(), Some(false));
        assert_eq!(Permit::given().is_given().now_or_never(), Some(true));
    }
}

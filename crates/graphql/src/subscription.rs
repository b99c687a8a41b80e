//! Live updates.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::{Stream, StreamExt};

use crate::caller::ContextExt;
use crate::event::Event;
use crate::fault;
use crate::input;
use crate::scalars::EventCursor;

pub(crate) struct Subscriptions;

/// Live updates. Delivery is ordered per viewer and at least once. Reconnect with
/// the last `cursor` you stored and nothing is missed.
#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// Everything that changes in the viewer's world. Replays what happened after the
    /// given position, then `CaughtUp`, then live. Without a position, starts live.
    async fn viewer_events<'ctx>(
        &self,
        ctx: &'ctx Context<'_>,
        after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<Event>> + 'ctx> {
        let caller = ctx.caller()?;
        let after = after.map(|cursor| cursor.0);
        let events = caller.engine.viewer_events(&caller.viewer, after).await;
        let events = events.map_err(|error| fault::error(&error))?;
        Ok(events.then(move |delivery| async move {
            match delivery {
                Ok(delivery) => Event::new(caller, delivery).await,
                Err(error) => Err(fault::error(&error)),
            }
        }))
    }

    /// One invocation, including progress. Ends by itself after the invocation reaches
    /// a final state. Without a position, starts with the current state.
    async fn invocation_events<'ctx>(
        &self,
        ctx: &'ctx Context<'_>,
        invocation_id: ID,
        after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<Event>> + 'ctx> {
        let caller = ctx.caller()?;
        let id = input::id(&invocation_id, "invocation", "invocationId");
        let id = id.map_err(|error| fault::error(&error))?;
        let after = after.map(|cursor| cursor.0);
        let events = caller.engine.invocation_events(&caller.viewer, id, after).await;
        let events = events.map_err(|error| fault::error(&error))?;
        Ok(events.then(move |delivery| async move {
            match delivery {
                Ok(delivery) => Event::new(caller, delivery).await,
                Err(error) => Err(fault::error(&error)),
            }
        }))
    }

    /// Changes of one resource: `CaughtUp` when the service has agreed to tell of them, then
    /// `ResourceUpdated` for each. Ends when the account goes, and with an error where the
    /// service does not tell. At most 20 at a time, per viewer and process.
    async fn resource_events<'ctx>(
        &self,
        ctx: &'ctx Context<'_>,
        account_id: ID,
        uri: String,
    ) -> Result<impl Stream<Item = Result<Event>> + 'ctx> {
        let caller = ctx.caller()?;
        let id = input::id(&account_id, "account", "accountId");
        let id = id.map_err(|error| fault::error(&error))?;
        let events = caller.engine.resource_events(&caller.viewer, id, uri).await;
        let events = events.map_err(|error| fault::error(&error))?;
        Ok(events.then(move |delivery| async move {
            match delivery {
                Ok(delivery) => Event::new(caller, delivery).await,
                Err(error) => Err(fault::error(&error)),
            }
        }))
    }
}

//! What a service answers that is asked for one thing.

use async_graphql::{Result, SimpleObject};
use attache_domain as domain;

use crate::app::AppFrame;
use crate::caller::Caller;
use crate::offer::whole;
use crate::problem::Problem;

/// What is in a resource: asked of the service when this is read, and kept nowhere.
#[derive(SimpleObject)]
pub(crate) struct ResourceReading {
    /// Its parts, 4 MiB in all. At most 100; none where there is a problem.
    contents: Vec<ResourceContents>,
    /// Why it could not be read.
    problem: Option<Problem>,
}

/// A part of a resource: text or bytes. Written by the service: untrusted.
#[derive(SimpleObject)]
pub(crate) struct ResourceContents {
    /// Where it is. Perhaps a part of what was asked for.
    uri: String,
    /// What kind of contents.
    mime_type: Option<String>,
    /// The text.
    text: Option<String>,
    /// The bytes, base64.
    blob: Option<String>,
    /// What it asks of the frame that it is shown in, where it is a page for one.
    app: Option<AppFrame>,
}

/// Values that would fit into a blank: asked of the service when this is read.
#[derive(SimpleObject)]
pub(crate) struct Completion {
    /// The values, best first. At most 100; none where the service has no idea.
    values: Vec<String>,
    /// How many there are, as the service says.
    total: Option<f64>,
    /// Whether there are more.
    has_more: bool,
    /// Why there are none.
    problem: Option<Problem>,
}

impl ResourceReading {
    pub(crate) async fn new(
        caller: &Caller,
        read: attache_engine::Result<Vec<domain::ResourceContents>>,
    ) -> Result<Self> {
        let (contents, problem) = Problem::apart(caller, read).await?;
        let part = |part: domain::ResourceContents| ResourceContents {
            uri: part.uri,
            mime_type: part.mime_type,
            text: part.text,
            blob: part.blob,
            app: part.app.map(AppFrame::from),
        };
        let contents = contents.unwrap_or_default().into_iter().map(part).collect();
        Ok(Self { contents, problem })
    }
}

impl Completion {
    pub(crate) async fn new(
        caller: &Caller,
        read: attache_engine::Result<domain::Completion>,
    ) -> Result<Self> {
        let (found, problem) = Problem::apart(caller, read).await?;
        let domain::Completion { values, total, has_more } = found.unwrap_or_default();
        Ok(Self { values, total: total.map(whole), has_more, problem })
    }
}

//! Pages of what a service offers beside its tools.

use async_graphql::{Result, SimpleObject};
use attache_domain as domain;
use attache_engine::OfferPage;

use crate::caller::Caller;
use crate::offer::{Resource, ResourceTemplate};
use crate::problem::Problem;
use crate::prompt::Prompt;

/// Each list has a type of its own, because GraphQL has no generics.
macro_rules! pages {
    ($($page:ident of $node:ident: $items:literal;)*) => {$(
        #[doc = concat!("A page of ", $items, ", as the service divides them: asked of it when this is read, and kept nowhere.")]
        #[derive(SimpleObject)]
        pub(crate) struct $page {
            /// The items, in the service's order. At most 500.
            nodes: Vec<$node>,
            /// How many were left out because they cannot be read, or are too many.
            left_out_count: i32,
            /// Pass it as `after` for the next page. Null at the end, which is after 100 pages
            /// at the latest.
            end_cursor: Option<String>,
            /// Why the list was not read, or ends before its end.
            problem: Option<Problem>,
        }

        impl $page {
            pub(crate) async fn new(
                caller: &Caller,
                page: attache_engine::Result<OfferPage<domain::$node>>,
            ) -> Result<Self> {
                let (page, refusal) = Problem::apart(caller, page).await?;
                let Some(page) = page else {
                    let (nodes, problem) = (Vec::new(), refusal);
                    return Ok(Self { nodes, left_out_count: 0, end_cursor: None, problem });
                };
                Ok(Self {
                    nodes: page.items.into_iter().map($node::from).collect(),
                    left_out_count: i32::try_from(page.left_out).unwrap_or(i32::MAX),
                    end_cursor: page.next,
                    problem: Problem::maybe(caller, page.problem).await?,
                })
            }
        }
    )*};
}

pages! {
    ResourcePage of Resource: "resources";
    ResourceTemplatePage of ResourceTemplate: "templates of resources";
    PromptPage of Prompt: "prompts";
}

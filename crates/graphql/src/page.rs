//! Pages of lists, as Relay describes connections.

use async_graphql::{Object, Result, SimpleObject};
use attache_domain::{MAX_PAGE, Page, PageKey, PageRequest};

use crate::access::Access;
use crate::invocation::Invocation;
use crate::service::Service;
use crate::tool::Tool;

/// Cursor pagination, forward only. `first` is at most 100.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether more follow.
    has_next_page: bool,
    /// Whether some came before.
    has_previous_page: bool,
    /// The cursor of the first item.
    start_cursor: Option<String>,
    /// The cursor of the last item: pass it as `after` for the next page.
    end_cursor: Option<String>,
}

/// Each list has types of its own, because GraphQL has no generics.
macro_rules! connections {
    ($($connection:ident of $edge:ident of $node:ident: $items:literal;)*) => {$(
        #[doc = concat!("A page of ", $items, ".")]
        pub(crate) struct $connection {
            edges: Vec<$edge>,
            has_next: bool,
            has_previous: bool,
        }

        #[doc = concat!("One of a page of ", $items, ", and where it is.")]
        #[derive(SimpleObject)]
        pub(crate) struct $edge {
            /// The item.
            node: $node,
            /// Where it is: pass it as `after` to go on from here.
            cursor: String,
        }

        #[doc = concat!("A page of ", $items, ".")]
        #[Object]
        impl $connection {
            /// The items with their cursors. At most 100.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The items. At most 100.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Whether there is more, and where.
            async fn page_info(&self) -> PageInfo {
                PageInfo {
                    has_next_page: self.has_next,
                    has_previous_page: self.has_previous,
                    start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
                    end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
                }
            }
        }

        impl $connection {
            /// A page of the house as a page of the contract.
            pub(crate) fn new<V, K: PageKey>(
                page: Page<V>,
                key: impl Fn(&V) -> K,
                node: impl Fn(V) -> $node,
            ) -> Self {
                let edge = |value| {
                    let cursor = key(&value).to_cursor();
                    $edge { node: node(value), cursor }
                };
                Self {
                    edges: page.items.into_iter().map(edge).collect(),
                    has_next: page.has_next,
                    has_previous: page.has_previous,
                }
            }
        }
    )*};
}

connections! {
    ServiceConnection of ServiceEdge of Service: "services";
    ToolConnection of ToolEdge of Tool: "tools";
    AccessConnection of AccessEdge of Access: "uses of accounts";
    InvocationConnection of InvocationEdge of Invocation: "invocations";
}

/// How many items, within bounds.
pub(crate) fn size(first: Option<i32>, default: usize) -> usize {
    first.map_or(default, |first| usize::try_from(first).unwrap_or(0).clamp(1, MAX_PAGE))
}

/// Which page was asked for.
pub(crate) fn request<K: PageKey>(
    first: Option<i32>,
    default: usize,
    after: Option<&str>,
) -> Result<PageRequest<K>> {
    let after =
        match after {
            None => None,
            Some(cursor) => Some(K::from_cursor(cursor).ok_or_else(|| {
                async_graphql::Error::new("`after` is not a cursor of this list.")
            })?),
        };
    Ok(PageRequest { first: size(first, default), after })
}

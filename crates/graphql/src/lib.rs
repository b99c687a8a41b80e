#![doc = include_str!("../README.md")]
#![expect(clippy::unused_async, reason = "the executor wants resolvers to be async")]
#![expect(clippy::duplicated_attributes, reason = "fields of interfaces look alike")]

mod access;
mod account;
mod app;
mod approval;
mod attempt;
mod caller;
mod catalog;
mod content;
mod documents;
mod elicitation;
mod event;
mod fault;
mod form;
mod guard;
mod icon;
mod input;
mod invocation;
mod loaders;
mod log_message;
mod mutation;
mod node;
mod nulls;
mod offer;
mod offer_page;
mod page;
mod payload;
mod problem;
mod prompt;
mod query;
mod reading;
mod scalars;
mod sdl;
mod service;
mod subscription;
mod tool;
mod tool_change;
mod toolset;
mod variables;
mod viewer;

use async_graphql::parser::types::OperationType;
use async_graphql::{Name, Request, Response, ServerError, Value};
use futures_util::stream::once;
use futures_util::{Stream, StreamExt};

pub use caller::Caller;
pub use fault::RequestError;
pub use sdl::sdl;

use crate::documents::Documents;
use crate::mutation::Mutation;
use crate::node::Versioned;
use crate::nulls::NullableErrors;
use crate::query::Query;
use crate::subscription::Subscriptions;

type Schema = async_graphql::Schema<Query, Mutation, Subscriptions>;

/// What one operation may cost, in fields, with lists weighed by their length.
const MAX_COMPLEXITY: usize = 50_000;

/// How often an operation may rename a field.
const MAX_ALIASES: usize = 50;

/// How many directives one field may have.
const MAX_DIRECTIVES: usize = 5;

/// The contract, ready to execute. Cheap to clone.
///
/// Every way in measures the document first and gives every error a code, so no
/// transport can forget to.
#[derive(Clone)]
pub struct Contract {
    schema: Schema,
    documents: Documents,
}

impl Default for Contract {
    fn default() -> Self {
        // How deep it goes, and how large it grows, is measured before: see `guard`.
        let schema = async_graphql::Schema::build(Query, Mutation, Subscriptions)
            .register_output_type::<Versioned>()
            .limit_complexity(MAX_COMPLEXITY)
            .limit_aliases(MAX_ALIASES)
            .limit_directives(MAX_DIRECTIVES)
            .disable_suggestions()
            .extension(NullableErrors);
        Self { schema: schema.finish(), documents: Documents::default() }
    }
}

impl Contract {
    /// Executes a query or a mutation.
    pub async fn execute(&self, mut request: Request, caller: Caller) -> Response {
        match self.admit(&mut request) {
            Err(error) => Response::from_errors(vec![error]),
            Ok(OperationType::Mutation) => self.mutate(request, caller).await,
            Ok(_) => fault::coded(Box::pin(self.schema.execute(request.data(caller))).await),
        }
    }

    /// Executes a mutation to its end, whether or not somebody still waits for the
    /// answer: what follows a commit must not depend on the patience of a client.
    async fn mutate(&self, request: Request, caller: Caller) -> Response {
        let (schema, tasks) = (self.schema.clone(), caller.engine.tasks().clone());
        let work = Box::pin(async move { schema.execute(request.data(caller)).await });
        match tasks.spawn(work).await {
            Ok(response) => fault::coded(response),
            // Whoever catches panics catches it where the request is.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Executes any operation as a stream of responses: one for a query or a
    /// mutation, as many as there are events for a subscription.
    pub fn execute_stream(
        &self,
        mut request: Request,
        caller: Caller,
    ) -> impl Stream<Item = Response> + Send + Unpin + use<> {
        match self.admit(&mut request) {
            Err(error) => futures_util::stream::iter([Response::from_errors(vec![error])]).boxed(),
            Ok(OperationType::Mutation) => {
                let contract = self.clone();
                once(async move { contract.mutate(request, caller).await }).boxed()
            }
            Ok(_) => self.schema.execute_stream(request.data(caller)).map(fault::coded).boxed(),
        }
    }

    /// Reads the document of a request, measures what it would grow to, and says what it
    /// is.
    fn admit(&self, request: &mut Request) -> Result<OperationType, ServerError> {
        let document = self.documents.read(&request.query)?;
        let operation = variables::operation(&document, request.operation_name.as_deref());
        let admitted = match operation {
            // Which one is meant is validation's to complain about.
            None => OperationType::Query,
            Some(operation) => {
                let given =
                    |name: &Name| request.variables.get(name).is_some_and(|it| *it != Value::Null);
                let required = variables::required(operation);
                if let Some(missing) = required.iter().find(|name| !given(name)) {
                    return Err(variables::missing(missing));
                }
                operation.ty
            }
        };
        request.set_parsed_query(document);
        Ok(admitted)
    }
}

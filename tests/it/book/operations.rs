//! What is to be sent to the API: each operation is sent, by somebody for whom it makes sense.

mod world;

use std::collections::HashMap;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, OperationDefinition, OperationType, Selection,
};
use async_graphql::{Name, Positioned};
use attache_server::operations::complete;
use serde_json::{Map, Value};

use self::world::World;
use super::chapters::{Block, blocks};

/// An operation of a block, with the fragments that it uses.
struct Operation {
    place: String,
    document: String,
    definition: OperationDefinition,
}

impl Operation {
    /// The field that it is about.
    fn root(&self) -> &str {
        let first = self.definition.selection_set.node.items.first().map(|item| &item.node);
        let Some(Selection::Field(field)) = first else { panic!("{}: no field", self.place) };
        &field.node.name.node
    }

    async fn variables(&self, world: &World<'_>) -> Value {
        let mut variables = Map::new();
        for definition in &self.definition.variable_definitions {
            let name = definition.node.name.node.as_str();
            match world.value(self.root(), name).await {
                Some(value) => variables.insert(name.to_owned(), value),
                None if definition.node.default_value.is_some() => None,
                None => panic!("{}: what is `${name}` of `{}` to be?", self.place, self.root()),
            };
        }
        variables.into()
    }

    async fn run(&self, world: &World<'_>) {
        let variables = self.variables(world).await;
        if self.definition.ty == OperationType::Subscription {
            return self.follow(world, variables).await;
        }
        let reply = world.viewer.execute(&self.document, variables).await;
        let errors = &reply.body["errors"];
        assert!(errors.is_null(), "{}: {errors}\n{}", self.place, self.document);
        let data = reply.body["data"].as_object().unwrap();
        for (field, value) in data {
            assert!(!value.is_null(), "{}: `{field}` is null", self.place);
        }
        let refusals = refusals(&reply.body["data"]);
        assert!(refusals.is_empty(), "{}: {refusals:?}\n{}", self.place, self.document);
    }

    /// A subscription that cannot begin says so at once, and one that can has something to tell.
    async fn follow(&self, world: &World<'_>, variables: Value) {
        let mut socket = world.viewer.socket().await;
        socket.subscribe("book", &self.document, variables).await;
        let said = socket.next().await.unwrap();
        let errors = &said["payload"]["errors"];
        assert_eq!(said["type"], "next", "{}: {said}", self.place);
        assert!(errors.is_null(), "{}: {errors}\n{}", self.place, self.document);
    }
}

/// Fields whose values are any JSON, and so may be empty.
const FREE: [&str; 2] = ["arguments", "definitions"];

/// What was refused, anywhere in an answer, and where nothing of what was asked for fits: a fragment on
/// another type leaves nothing.
fn refusals(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if fields.is_empty() => vec![value],
        Value::Object(fields) => {
            let inner = fields.iter().filter(|(name, _)| !FREE.contains(&name.as_str()));
            let inner = inner.flat_map(|(_, value)| refusals(value));
            let several = fields.get("problems").and_then(Value::as_array).into_iter().flatten();
            let one = fields.get("problem").filter(|it| !it.is_null());
            several.chain(one).chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(refusals).collect(),
        _ => Vec::new(),
    }
}

/// The operations of a block. A fragment that it does not bring along is that of the examples.
fn operations(block: &Block) -> Vec<Operation> {
    let document = complete(&block.text);
    let parsed = parse_query(&document);
    let parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}", block.place));
    let operation = |definition: Positioned<OperationDefinition>| Operation {
        place: block.place.clone(),
        document: document.clone(),
        definition: definition.node,
    };
    match parsed.operations {
        DocumentOperations::Single(definition) => vec![operation(definition)],
        DocumentOperations::Multiple(definitions) => {
            let definitions: HashMap<Name, _> = definitions;
            assert_eq!(definitions.len(), 1, "{}: one operation in a block", block.place);
            definitions.into_values().map(operation).collect()
        }
    }
}

/// The operations that stand in TypeScript, as editors find them: after a mark, or in a `graphql` tag.
fn embedded() -> Vec<Block> {
    let mut found = Vec::new();
    for block in blocks(&["ts", "tsx"]) {
        for start in ["/* GraphQL */ `", " graphql`"] {
            for rest in block.text.split(start).skip(1) {
                let text = rest.split('`').next().unwrap().to_owned();
                let (language, place) = ("graphql".to_owned(), block.place.clone());
                found.push(Block { language, text, place });
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_does_what_it_says() {
    let app = world::start().await;
    let (written, embedded) = (blocks(&["graphql"]), embedded());
    assert!(written.len() > 20 && embedded.len() > 4, "{} {}", written.len(), embedded.len());
    for (number, block) in written.iter().chain(&embedded).enumerate() {
        for operation in operations(block) {
            let world = World::of(&app, &format!("reader-{number}")).await;
            operation.run(&world).await;
        }
    }
}

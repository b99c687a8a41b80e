//! The GraphQL contract: what it is, and that it keeps its own rules.

use std::fs;
use std::path::{Path, PathBuf};

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, ServiceDocument, Type, TypeDefinition,
    TypeKind, TypeSystemDefinition,
};
use attache_support::{TestApp, document};
use serde_json::{Value, json};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The types of the contract.
pub(crate) fn types() -> Vec<TypeDefinition> {
    let document: ServiceDocument = parse_schema(attache_graphql::sdl()).unwrap();
    let definitions = document.definitions.into_iter();
    let types = definitions.filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        _ => None,
    });
    types.collect()
}

pub(crate) fn fields(definition: &TypeDefinition) -> &[Positioned<FieldDefinition>] {
    match &definition.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

pub(crate) fn inputs(definition: &TypeDefinition) -> &[Positioned<InputValueDefinition>] {
    match &definition.kind {
        TypeKind::InputObject(input) => &input.fields,
        _ => &[],
    }
}

/// Whether it is of this interface.
pub(crate) fn implements(definition: &TypeDefinition, name: &str) -> bool {
    let interfaces = match &definition.kind {
        TypeKind::Object(object) => &object.implements,
        TypeKind::Interface(interface) => &interface.implements,
        _ => return false,
    };
    interfaces.iter().any(|interface| interface.node == name)
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

#[test]
fn schema_graphql_is_what_the_server_speaks() {
    let file = root().join("schema.graphql");
    let printed = attache_graphql::sdl();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&file, &printed).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == printed,
        "schema.graphql is not what the code says. If the change is meant, run the tests with \
         UPDATE_SCHEMA=1 and review the difference."
    );
}

#[test]
fn everything_is_described() {
    let mut bare = Vec::new();
    for definition in types() {
        let name = &definition.name.node;
        if definition.description.is_none() {
            bare.push(name.to_string());
        }
        for field in fields(&definition) {
            if field.node.description.is_none() {
                bare.push(format!("{name}.{}", field.node.name.node));
            }
        }
        for input in inputs(&definition) {
            if input.node.description.is_none() {
                bare.push(format!("{name}.{}", input.node.name.node));
            }
        }
        if let TypeKind::Enum(enumeration) = &definition.kind {
            for value in &enumeration.values {
                if value.node.description.is_none() {
                    bare.push(format!("{name}.{}", value.node.value.node));
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[test]
fn every_list_is_a_connection_or_says_how_long_it_can_be() {
    let mut endless = Vec::new();
    for definition in types() {
        let name = &definition.name.node;
        let is_connection = name.ends_with("Connection");
        for field in fields(&definition) {
            let is_bounded = says_how_many(field.node.description.as_ref());
            if is_list(&field.node.ty.node) && !is_connection && !is_bounded {
                // An interface says it once for all that implement it.
                let is_repeated = implements_field(&definition, &field.node.name.node);
                if !is_repeated {
                    endless.push(format!("{name}.{}", field.node.name.node));
                }
            }
        }
        for input in inputs(&definition) {
            if is_list(&input.node.ty.node) && !says_how_many(input.node.description.as_ref()) {
                endless.push(format!("{name}.{}", input.node.name.node));
            }
        }
    }
    assert!(endless.is_empty(), "lists without an end: {endless:#?}");
}

/// Whether a description, which may break its lines anywhere, says `At most`.
fn says_how_many(description: Option<&Positioned<String>>) -> bool {
    let words = description.map(|text| text.node.split_whitespace().collect::<Vec<_>>().join(" "));
    words.is_some_and(|words| words.contains("At most"))
}

fn implements_field(definition: &TypeDefinition, field: &str) -> bool {
    types().iter().any(|other| {
        matches!(other.kind, TypeKind::Interface(_))
            && implements(definition, &other.name.node)
            && fields(other).iter().any(|it| it.node.name.node == field)
    })
}

#[test]
fn every_mutation_takes_one_input_and_answers_with_a_payload() {
    let types = types();
    let mutation = types.iter().find(|it| it.name.node == "Mutation").unwrap();
    for field in fields(mutation) {
        let name = &field.node.name.node;
        let upper = name[..1].to_uppercase() + &name[1..];
        assert_eq!(field.node.ty.node.to_string(), format!("{upper}Payload"), "{name}");
        let [input] = field.node.arguments.as_slice() else { panic!("{name} takes one input") };
        assert_eq!(input.node.name.node, "input", "{name}");
        assert_eq!(input.node.ty.node.to_string(), format!("{upper}Input!"), "{name}");

        let payload = types.iter().find(|it| *it.name.node == format!("{upper}Payload")).unwrap();
        let type_of = |wanted: &str| {
            let found = fields(payload).iter().find(|it| it.node.name.node == wanted);
            found.map(|field| field.node.ty.node.to_string())
        };
        assert_eq!(type_of("problems").as_deref(), Some("[Problem!]!"), "{name}");
        assert_eq!(type_of("cursor").as_deref(), Some("EventCursor!"), "{name}");
        let entity = &fields(payload)[0].node;
        let may_be_missing = entity.ty.node.nullable || is_list(&entity.ty.node);
        assert!(may_be_missing, "{name}: what a refusal leaves out must be nullable");
    }
}

#[test]
fn types_that_implement_an_interface_have_what_clients_rely_on() {
    for definition in types() {
        let has = |field: &str| fields(&definition).iter().any(|it| it.node.name.node == field);
        let name = &definition.name.node;
        for (interface, needed) in [
            ("Node", &["id"][..]),
            ("Versioned", &["revision", "updatedAt"]),
            ("Event", &["cursor", "at"]),
            ("Problem", &["code", "message", "path"]),
        ] {
            if implements(&definition, interface) {
                assert!(needed.iter().all(|field| has(field)), "{name} is a bad {interface}");
            }
        }
        let is_relay = name.ends_with("Connection") || name.ends_with("Edge");
        assert!(!is_relay || has("pageInfo") || has("cursor"), "{name} has a reserved name");
    }
}

#[test]
fn names_follow_the_house() {
    let mut odd = Vec::new();
    for definition in types() {
        let owner = &definition.name.node;
        let outputs = fields(&definition).iter().map(|it| (&it.node.name.node, &it.node.ty.node));
        let inputs = inputs(&definition).iter().map(|it| (&it.node.name.node, &it.node.ty.node));
        for (name, ty) in outputs.chain(inputs) {
            let ty = ty.to_string();
            let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
            let is_odd = match ty.trim_end_matches('!') {
                "Boolean" => !begins(&["is", "has", "allows", "accepts"]),
                "DateTime" => {
                    let ends = ["At", "at", "After", "Before"];
                    !ends.iter().any(|end| name.ends_with(end))
                }
                _ => name.contains('_') || name.ends_with("Ids") != ty.starts_with("[ID!"),
            };
            if is_odd && !(owner == "Query" || name == "ids") {
                odd.push(format!("{owner}.{name}: {ty}"));
            }
        }
    }
    assert!(odd.is_empty(), "{odd:#?}");
}

/// The operations that the README points to, and GraphiQL shows.
#[tokio::test(flavor = "multi_thread")]
async fn every_example_is_a_valid_operation() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let read = |name: &str| fs::read_to_string(root().join("examples").join(name)).unwrap();
    let files = ["operations", "models", "reading", "history", "chat"];
    let examples: String = files.map(|name| read(&format!("{name}.graphql"))).concat();
    let key = "0123456789abcdef";
    let variables = json!({
        "attemptId": "att_00000000000000000000000000",
        "ticket": "nothing",
        "toolId": "tool_00000000000000000000000000",
        "accountId": "acct_00000000000000000000000000",
        "invocationId": "inv_00000000000000000000000000",
        "elicitationId": "elct_00000000000000000000000000",
        "action": "DECLINE",
        "call": {},
        "input": { "toolId": "tool_00000000000000000000000000", "arguments": {},
            "idempotencyKey": key },
        "answer": { "elicitationId": "elct_00000000000000000000000000", "action": "DECLINE" },
        "digest": "nothing",
        "idempotencyKey": key,
        "serviceIds": [],
        "serviceCode": "NOWHERE",
        "name": "Anything",
        "mcpUrl": "https://127.0.0.1/mcp",
        "uri": "note://nowhere",
        "completion": { "reference": { "prompt": "any" }, "argument": "any", "value": "" },
    });
    let mut names = Vec::new();
    for line in examples.lines() {
        let mut words = line.split([' ', '(']);
        if let Some("query" | "mutation") = words.next() {
            names.push(words.next().unwrap().to_owned());
        }
    }
    assert!(names.len() > 10);
    for name in names {
        let document = document(&name);
        let used = variables.as_object().unwrap().iter();
        let used = used.filter(|(variable, _)| document.contains(&format!("${variable}")));
        let used: serde_json::Map<String, Value> =
            used.map(|(variable, value)| (variable.clone(), value.clone())).collect();
        let reply = ada.execute(&document, Value::Object(used)).await;
        assert!(reply.body.get("errors").is_none(), "{name}: {}", reply.body);
    }
    drop(ada.watch(&ada.cursor().await).await);
}

//! What is another's cannot be told from what does not exist, wherever an id goes in.

use std::collections::BTreeSet;

use async_graphql::parser::types::TypeKind;
use attache_support::{Client, OPEN, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::contract::{fields, inputs, types};

/// Whose id a place wants.
#[derive(Clone, Copy)]
enum Kind {
    Account,
    Attempt,
    Elicitation,
    Invocation,
    Tool,
}

/// Every place of the contract that takes the id of something a viewer owns, and how
/// to put one there. A place that is missing here fails the test below.
const PLACES: [(&str, Kind, &str); 19] = [
    ("Query.node.id", Kind::Account, "query ($id: ID!) { node(id: $id) { id __typename } }"),
    ("Query.nodes.ids", Kind::Tool, "query ($id: ID!) { nodes(ids: [$id]) { id __typename } }"),
    (
        "InvocationFilter.toolIds",
        Kind::Tool,
        "query ($id: ID!) { viewer { invocations(filter: { toolIds: [$id] }) { nodes { id } } } }",
    ),
    (
        "ToolFilter.accountIds",
        Kind::Account,
        "query ($id: ID!) { viewer { tools(filter: { accountIds: [$id] }) { nodes { id } } } }",
    ),
    (
        "AccessFilter.accountIds",
        Kind::Account,
        "query ($id: ID!) { viewer { accessLog(filter: { accountIds: [$id] }) {
            nodes { accountId } } } }",
    ),
    (
        "ConnectTargetInput.accountId",
        Kind::Account,
        "mutation ($id: ID!) { beginConnect(input: { target: { accountId: $id } }) {
            attempt { id } problems { code message path } } }",
    ),
    (
        "ConnectWithKeyInput.accountId",
        Kind::Account,
        "mutation ($id: ID!) { connectWithKey(input: { serviceCode: \"OPEN\", accountId: $id }) {
            account { id } problems { code message path } } }",
    ),
    (
        "CancelConnectInput.attemptId",
        Kind::Attempt,
        "mutation ($id: ID!) { cancelConnect(input: { attemptId: $id }) {
            attempt { id } problems { code message path } } }",
    ),
    (
        "DisconnectInput.accountId",
        Kind::Account,
        "mutation ($id: ID!) { disconnect(input: { accountId: $id }) {
            disconnectedAccountIds revocation problems { code message path } } }",
    ),
    (
        "RefreshCatalogInput.accountId",
        Kind::Account,
        "mutation ($id: ID!) { refreshCatalog(input: { accountId: $id }) {
            account { id } problems { code message path } } }",
    ),
    (
        "UpdateToolSettingsInput.toolId",
        Kind::Tool,
        "mutation ($id: ID!) { updateToolSettings(input: { toolId: $id,
            patch: { isEnabled: false, presetArguments: { name: \"x\" } } }) {
            tool { id } problems { code message path } } }",
    ),
    (
        "AcceptToolChangeInput.toolId",
        Kind::Tool,
        "mutation ($id: ID!) { acceptToolChange(input: { toolId: $id, digest: \"any\" }) {
            tool { id } problems { code message path } } }",
    ),
    (
        "InvokeToolInput.toolId",
        Kind::Tool,
        "mutation ($id: ID!) { invokeTool(input: { toolId: $id, arguments: {},
            idempotencyKey: \"0123456789abcdef\" }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "CancelInvocationInput.invocationId",
        Kind::Invocation,
        "mutation ($id: ID!) { cancelInvocation(input: { invocationId: $id }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "ApproveInvocationInput.invocationId",
        Kind::Invocation,
        "mutation ($id: ID!) { approveInvocation(input: { invocationId: $id, arguments: {} }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "RejectInvocationInput.invocationId",
        Kind::Invocation,
        "mutation ($id: ID!) { rejectInvocation(input: { invocationId: $id }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "EraseInvocationInput.invocationId",
        Kind::Invocation,
        "mutation ($id: ID!) { eraseInvocation(input: { invocationId: $id }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "RepeatInvocationInput.invocationId",
        Kind::Invocation,
        "mutation ($id: ID!) { repeatInvocation(input: { invocationId: $id,
            idempotencyKey: \"0123456789abcdef\" }) {
            invocation { id } problems { code message path } } }",
    ),
    (
        "AnswerElicitationInput.elicitationId",
        Kind::Elicitation,
        "mutation ($id: ID!) { answerElicitation(input: { elicitationId: $id, action: CANCEL }) {
            elicitation { id } invocation { id } problems { code message path } } }",
    ),
];

/// Places whose ids belong to nobody, and those that have their own tests below.
const OTHERS: [&str; 5] = [
    "ToolFilter.serviceIds",
    "InvocationFilter.serviceIds",
    "SelectServicesInput.serviceIds",
    "Subscription.invocationEvents.invocationId",
    "Subscription.resourceEvents.accountId",
];

/// Every argument and every input field that takes an id.
fn places() -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for definition in types() {
        let owner = &definition.name.node;
        let takes_id = |ty: &async_graphql::parser::types::Type| {
            ty.to_string().trim_matches(['[', ']', '!']) == "ID"
        };
        for field in fields(&definition) {
            for argument in &field.node.arguments {
                if takes_id(&argument.node.ty.node) {
                    let (field, name) = (&field.node.name.node, &argument.node.name.node);
                    places.insert(format!("{owner}.{field}.{name}"));
                }
            }
        }
        if let TypeKind::InputObject(_) = &definition.kind {
            for input in inputs(&definition) {
                if takes_id(&input.node.ty.node) {
                    places.insert(format!("{owner}.{}", input.node.name.node));
                }
            }
        }
    }
    places
}

#[test]
fn every_place_that_takes_an_id_is_tried() {
    let tried: BTreeSet<String> =
        PLACES.iter().map(|(place, ..)| *place).chain(OTHERS).map(str::to_owned).collect();
    let places = places();
    assert_eq!(places.difference(&tried).collect::<Vec<_>>(), Vec::<&String>::new(), "not tried");
    assert_eq!(tried.difference(&places).collect::<Vec<_>>(), Vec::<&String>::new(), "gone");
}

/// Everything that Ada can see.
async fn world(ada: &Client) -> Value {
    let query = "{ viewer { eventCursor mcpData
        accounts { id state revision catalog { state revision } }
        connectAttempts { id state revision }
        tools { nodes { id revision settings { isEnabled presetArguments } } }
        pendingElicitations { id state revision }
        invocations { nodes { id state revision } } } }";
    ada.query(query, Value::Null).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_does_not_exist_and_cannot_be_touched() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    mallory.connect_open().await;
    let account = ada.connect_open().await;
    let attempt = ada.begin().await.id;
    let tool = ada.tool("hang").await;
    let invocation = ada.start(&tool, json!({})).await;
    let asking = ada.start(&ada.tool("book_table").await, json!({})).await;
    ada.until_invocation(&asking, "AWAITING_INPUT").await;
    let before = world(&ada).await;
    let elicitation = &before["viewer"]["pendingElicitations"][0]["id"];
    let elicitation = elicitation.as_str().unwrap().to_owned();
    for (place, kind, document) in PLACES {
        let (theirs, absent) = match kind {
            Kind::Account => (&account, "acct_00000000000000000000000000"),
            Kind::Attempt => (&attempt, "att_00000000000000000000000000"),
            Kind::Elicitation => (&elicitation, "elct_00000000000000000000000000"),
            Kind::Invocation => (&invocation, "inv_00000000000000000000000000"),
            Kind::Tool => (&tool, "tool_00000000000000000000000000"),
        };
        let answer = async |id: &str| {
            let reply = mallory.execute(document, json!({ "id": id })).await;
            (reply.status, reply.body)
        };
        let (found, missing) = (answer(theirs).await, answer(absent).await);
        assert_eq!(found, missing, "{place}");
        assert!(!found.1.to_string().contains(theirs.as_str()), "{place}: {}", found.1);
        assert_eq!(world(&ada).await, before, "{place}");
        // An id of another type, and one that is none, are not there either.
        for odd in ["svc_00000000000000000000000000", "", "nonsense", "acct_", "'; --"] {
            let (_, body) = answer(odd).await;
            let code = body["errors"][0]["extensions"]["code"].as_str();
            assert_ne!(code, Some("INTERNAL"), "{place} with {odd:?}: {body}");
        }
    }
    assert_eq!(world(&ada).await, before);
    app.playground.release();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_the_invocation_of_another() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    let invocation = ada.invoke(&tool, json!({})).await["id"].as_str().unwrap().to_owned();
    let query = "subscription ($id: ID!) { invocationEvents(invocationId: $id) { cursor } }";
    let mut errors = Vec::new();
    for id in [invocation.as_str(), "inv_00000000000000000000000000"] {
        let mut socket = mallory.socket().await;
        socket.subscribe("1", query, json!({ "id": id })).await;
        let said = socket.next().await.unwrap();
        assert_eq!(said["type"], "error", "{said}");
        errors.push(said["payload"].clone());
    }
    assert_eq!(errors[0], errors[1]);
    assert_eq!(errors[0][0]["extensions"]["code"], "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens_with_the_account_of_another() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    let account = ada.connect_notes(&app, "ada").await;
    let query = "subscription ($id: ID!) {
        resourceEvents(accountId: $id, uri: \"notebook://notes\") { cursor } }";
    let mut errors = Vec::new();
    for id in [account.as_str(), "acct_00000000000000000000000000"] {
        let mut socket = mallory.socket().await;
        socket.subscribe("1", query, json!({ "id": id })).await;
        let said = socket.next().await.unwrap();
        assert_eq!(said["type"], "error", "{said}");
        errors.push(said["payload"].clone());
    }
    assert_eq!(errors[0], errors[1]);
    assert_eq!(errors[0][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(app.playground.listeners("notebook://notes"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_viewer_hears_of_their_own_world_only() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    let mut watch = mallory.watch_from_now().await;
    ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    ada.invoke(&tool, json!({})).await;
    let account = mallory.connect_open().await;
    let event = watch.until("an event", |_| true).await;
    assert_eq!(event["account"]["id"], account.as_str(), "the first thing she hears of");
    // Nor does a position in another's log lead anywhere but into one's own.
    let of_ada = ada.cursor().await;
    let mut elsewhere = mallory.watch(&of_ada).await;
    let first = elsewhere.next().await.unwrap();
    assert!(!first.to_string().contains(tool.as_str()), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_subject_of_another_tenant_is_somebody_else() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let namesake = app.client(Some(app.token_of("acme", "ada", TimeDelta::hours(1))));
    ada.connect_open().await;
    let query = "{ viewer { id accounts { id } } }";
    let (one, other) =
        (ada.query(query, Value::Null).await, namesake.query(query, Value::Null).await);
    assert_ne!(one["viewer"]["id"], other["viewer"]["id"]);
    assert_eq!(other["viewer"]["accounts"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_with_a_service_are_never_shared() {
    let app = TestApp::start().await;
    let people = ["ada", "grace", "mary"];
    for person in people {
        app.viewer(person).connect_notes(&app, person).await;
    }
    let calls = people.map(|person| {
        let client = app.viewer(person);
        async move {
            let tool = client.tool("whoami").await;
            for _ in 0..5 {
                let said = client.invoke(&tool, json!({})).await;
                assert_eq!(said["result"]["content"][0]["text"], person);
            }
        }
    });
    futures_util::future::join_all(calls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_there_is_nobody() {
    let app = TestApp::start().await;
    let service = format!("{{ service(code: \"{OPEN}\") {{ id }} }}");
    for client in [app.anonymous(), app.client(Some("not.a.token".into()))] {
        let reply = client.execute(&service, Value::Null).await;
        assert_eq!((reply.status.as_u16(), reply.error_code()), (401, "UNAUTHENTICATED"));
        assert!(reply.headers.contains_key("www-authenticate"));
    }
    assert_eq!(app.database.count("viewers").await, 0);
}

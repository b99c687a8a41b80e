//! Services that viewers add by the URL of an MCP server.

use attache_playground::{Client as OAuthClient, Document, Endpoint, TokenKind};
use attache_support::{Client, Setup, TestApp, eventually};
use serde_json::{Value, json};
use url::Url;

/// An operator who lets people add the playground.
const ALLOWED: &str = "[custom_services]\nallow_loopback = true\n";

async fn start(more: &str) -> TestApp {
    Setup { toml: format!("{ALLOWED}{more}"), ..Setup::default() }.start().await
}

async fn add_with(client: &Client, input: Value) -> Value {
    let query = "mutation ($input: AddServiceInput!) { addService(input: $input) {
        service { id code name isOwn mcpUrl connectMethod
            keyForm { fields { __typename pointer label isRequired } } }
        problems { code message path } } }";
    client.query(query, json!({ "input": input })).await["addService"].clone()
}

/// Adds a service that signs people in, and returns its code.
async fn add(app: &TestApp, client: &Client) -> String {
    let input = json!({ "name": "My notes", "mcpUrl": app.playground.mcp_url() });
    let added = add_with(client, input).await;
    added["service"]["code"].as_str().unwrap_or_else(|| panic!("{added}")).to_owned()
}

async fn remove(client: &Client, code: &str) -> Value {
    let query = "mutation ($input: RemoveServiceInput!) { removeService(input: $input) {
        removedServiceId problems { code path } } }";
    client.query(query, json!({ "input": { "serviceCode": code } })).await["removeService"].clone()
}

async fn begin(client: &Client, code: &str) -> Value {
    client.begin_with(json!({ "target": { "serviceCode": code } })).await
}

fn url(begun: &Value) -> Url {
    let url = begun["attempt"]["authorizationUrl"].as_str();
    url.unwrap_or_else(|| panic!("{begun}")).parse().unwrap()
}

fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn connect(app: &TestApp, client: &Client, code: &str, person: &str) -> String {
    let begun = begin(client, code).await;
    let callback = app.playground.consent(url(&begun).as_str(), person).unwrap();
    let completed = client.complete(&callback).await;
    let account = completed["account"]["id"].as_str();
    let account = account.unwrap_or_else(|| panic!("{completed}")).to_owned();
    client.until_catalog(&account, "READY").await;
    account
}

async fn connect_with_key(client: &Client, input: Value) -> Value {
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id } problems { code path ... on ArgumentsInvalid { violations { pointer } } } } }";
    client.query(query, json!({ "input": input })).await["connectWithKey"].clone()
}

async fn whoami(client: &Client) -> Value {
    let tool = client.tool("whoami").await;
    client.invoke(&tool, json!({})).await["result"]["content"][0]["text"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_makes_a_service_for_one_person_alone() {
    let app = start("").await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    let mut watch = ada.watch_from_now().await;
    let input = json!({ "name": " My notes ", "mcpUrl": app.playground.mcp_url() });
    let service = add_with(&ada, input.clone()).await["service"].clone();
    assert_eq!(service["name"], "My notes");
    assert_eq!((&service["isOwn"], &service["connectMethod"]), (&json!(true), &json!("OAUTH")));
    assert_eq!(watch.until_type("ServiceAdded").await["service"]["id"], service["id"]);
    assert_eq!(add_with(&ada, input).await["service"], service, "the same again is the same");
    let code = service["code"].as_str().unwrap();
    connect(&app, &ada, code, "ada").await;
    assert_eq!(whoami(&ada).await, "ada");

    let query =
        "query ($code: String!, $id: ID!) { service(code: $code) { name } node(id: $id) { id }
        services(filter: { search: \"notes\" }) { nodes { code } }
        viewer { connectedServices { name } } }";
    let variables = json!({ "code": code, "id": service["id"] });
    let seen = ada.query(query, variables.clone()).await;
    let listed = seen["services"]["nodes"].as_array().unwrap();
    assert!(listed.iter().any(|it| it["code"] == code), "{seen}");
    assert_eq!(seen["service"]["name"], "My notes");
    assert_eq!(seen["node"]["id"], service["id"]);
    assert_eq!(seen["viewer"]["connectedServices"], json!([{ "name": "My notes" }]));

    // Nobody else finds it under any name, nor can they tell it from one that never was.
    let seen = grace.query(query, variables).await;
    let listed = seen["services"]["nodes"].as_array().unwrap();
    assert!(listed.iter().all(|it| it["code"] != code), "{seen}");
    assert_eq!((&seen["service"], &seen["node"]), (&Value::Null, &Value::Null));
    for refused in [
        begin(&grace, code).await,
        remove(&grace, code).await,
        grace.run("Select", json!({ "serviceIds": [service["id"]] })).await,
        connect_with_key(&grace, json!({ "serviceCode": code })).await,
    ] {
        assert_eq!(refused["problems"][0]["code"], "NOT_FOUND", "{refused}");
    }
    let chosen = ada.run("Select", json!({ "serviceIds": [service["id"]] })).await;
    assert_eq!(chosen["selectedServices"], json!([{ "code": code }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_client_serves_two_servers_that_somebody_added() {
    let found = "[services.FOUND]\nname = \"Found\"\nmcp_url = \"{playground}/mcp\"\n\
        connect = \"oauth\"\n";
    let app = start(found).await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    connect(&app, &ada, "FOUND", "ada").await;
    let mut clients = vec![param(&url(&begin(&ada, "FOUND").await), "client_id").unwrap()];
    for person in [&ada, &grace] {
        let code = add(&app, person).await;
        clients.push(param(&url(&begin(person, &code).await), "client_id").unwrap());
    }
    clients.sort();
    clients.dedup();
    assert_eq!(clients.len(), 3);
    assert_eq!(app.playground.requests(Endpoint::Register).len(), 3);

    // Naming a client that the house has gets nobody its secret: the place to come back to is
    // another, and the secret is not the viewer's.
    let client = json!({ "issuer": app.playground.origin(), "clientId": "attache-test" });
    let input =
        json!({ "name": "Trap", "mcpUrl": app.playground.mcp_url(), "oauthClient": client });
    let added = add_with(&grace, input).await;
    let trap = url(&begin(&grace, added["service"]["code"].as_str().unwrap()).await);
    assert_eq!(param(&trap, "client_id").as_deref(), Some("attache-test"));
    let callback = param(&trap, "redirect_uri").unwrap();
    assert!(app.playground.consent(trap.as_str(), "grace").is_err());
    // Were it taken there all the same, there would be nothing to prove it with.
    let mut known = app.playground.clients();
    let known = known.iter_mut().find(|known| known.id == "attache-test").unwrap();
    known.redirect_uris.push(callback);
    app.playground.register(known.clone());
    let callback = app.playground.consent(trap.as_str(), "grace").unwrap();
    assert_eq!(grace.complete(&callback).await["attempt"]["state"], "FAILED");
    let exchange = app.playground.requests(Endpoint::Token).pop().unwrap();
    assert!(!exchange.headers.contains_key("authorization"), "{exchange:?}");
    assert_eq!(exchange.field("client_secret"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_a_viewer_brings_is_used_there_and_is_kept_secret() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let secret = "planted-secret-of-ada";
    app.plant(secret);
    let query = "query ($issuer: String!) { viewer { allowsOwnServices ownClientRedirectUri(issuer: $issuer) } }";
    let viewer =
        ada.query(query, json!({ "issuer": app.playground.origin() })).await["viewer"].clone();
    assert_eq!(viewer["allowsOwnServices"], true);
    let redirect_uri = viewer["ownClientRedirectUri"].as_str().unwrap().to_owned();
    let (id, redirect_uris) = ("adas-client".to_owned(), vec![redirect_uri]);
    app.playground.register(OAuthClient { id, secret: Some(secret.to_owned()), redirect_uris });
    let client = json!({ "issuer": app.playground.origin(), "clientId": "adas-client",
        "clientSecret": secret, "clientAuthentication": "CLIENT_SECRET_POST" });
    let input =
        json!({ "name": "Mine", "mcpUrl": app.playground.mcp_url(), "oauthClient": client });
    let added = add_with(&ada, input).await;
    let code = added["service"]["code"].as_str().unwrap_or_else(|| panic!("{added}"));
    let account = connect(&app, &ada, code, "ada").await;
    assert_eq!(whoami(&ada).await, "ada");
    assert!(app.playground.requests(Endpoint::Register).is_empty());
    let exchange = app.playground.requests(Endpoint::Token).pop().unwrap();
    assert_eq!(exchange.field("client_secret").as_deref(), Some(secret));

    // The key of credentials goes with the account; what the viewer brought stays.
    ada.disconnect(&account).await;
    let of_ada = "data_keys WHERE purpose = 'CREDENTIALS' AND user_id IN
        (SELECT user_id FROM invocations)";
    eventually("a key that is destroyed", async || {
        (app.database.count(of_ada).await == 0).then_some(())
    })
    .await;
    connect(&app, &ada, code, "ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_asked_what_it_wants_to_see() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let open = json!({ "name": "Open", "mcpUrl": app.playground.open_mcp_url() });
    let open = add_with(&ada, open).await["service"].clone();
    assert_eq!(open["connectMethod"], "NONE");
    let connected = connect_with_key(&ada, json!({ "serviceCode": open["code"] })).await;
    assert_eq!(connected["problems"], json!([]), "{connected}");

    let fields = json!([
        { "name": "key", "label": "Your key", "header": "X-Notes-Key" },
        { "name": "team", "label": "Team", "header": "X-Notes-Team", "isSecret": false,
            "isRequired": false },
    ]);
    let url = app.playground.keyed_mcp_url();
    let keyed = json!({ "name": "Keyed", "mcpUrl": url, "keyFields": fields });
    let keyed = add_with(&ada, keyed).await["service"].clone();
    assert_eq!(keyed["connectMethod"], "API_KEY");
    let team = json!({ "__typename": "FormTextField", "pointer": "/team", "label": "Team",
        "isRequired": false });
    assert_eq!(keyed["keyForm"]["fields"][1], team);
    app.plant("pk_ada");
    let values = json!({ "key": "pk_ada", "team": "Blue birds" });
    let input = json!({ "serviceCode": keyed["code"], "values": values });
    let account = connect_with_key(&ada, input).await["account"]["id"].clone();
    ada.until_catalog(account.as_str().unwrap(), "READY").await;
    let shown = app.playground.requests(Endpoint::Mcp).pop().unwrap();
    assert_eq!(shown.headers["x-notes-team"], "Blue birds");
    assert_eq!(shown.headers["x-notes-key"], "pk_ada");
    assert!(!shown.headers.contains_key("authorization"));

    for (fields, what) in [
        (json!([{ "name": "k", "label": "K", "header": "Host" }]), "a header of the connection"),
        (json!([{ "name": "k", "label": "K", "header": "Mcp-Session-Id" }]), "of the protocol"),
        (json!([{ "name": "k", "label": "K", "header": "X", "isRequired": false }]), "nothing"),
    ] {
        let input = json!({ "name": "Bad", "mcpUrl": url, "keyFields": fields });
        let refused = add_with(&ada, input).await;
        assert_eq!(refused["problems"][0]["path"], json!(["input", "keyFields"]), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leads_this_server_to_where_it_may_not_go() {
    // The operator vouches for loopback, for what the operator configures.
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let here = app.playground.address().port();
    for address in [
        app.playground.mcp_url(),
        format!("https://127.0.0.1:{here}/mcp"),
        "https://[::1]/mcp".to_owned(),
        "https://[::ffff:10.0.0.1]/mcp".to_owned(),
        "https://2130706433/mcp".to_owned(),
        "https://0x7f.1/mcp".to_owned(),
        "https://10.0.0.1/mcp".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://mcp.example.com:8443/mcp".to_owned(),
        "https://mcp.example.com./mcp".to_owned(),
        "https://user:password@mcp.example.com/mcp".to_owned(),
        "http://mcp.example.com/mcp".to_owned(),
        format!("https://mcp.example.com/{}", "x".repeat(3_000)),
    ] {
        // A minute later, people may try as often again.
        let person = app.viewer(&format!("person-{}", address.len()));
        let refused = add_with(&person, json!({ "name": "X", "mcpUrl": address })).await;
        assert_eq!(refused["problems"][0]["code"], "INVALID_INPUT", "{address}: {refused}");
        assert_eq!(refused["problems"][0]["path"], json!(["input", "mcpUrl"]), "{address}");
    }
    // A name that leads to this machine is found out when it is looked up.
    let refused = add_with(&ada, json!({ "name": "X", "mcpUrl": "https://localhost/mcp" })).await;
    assert_eq!(refused["problems"][0]["code"], "SERVICE_UNAVAILABLE", "{refused}");
    assert!(app.playground.requests(Endpoint::Mcp).is_empty());
    assert_eq!(app.database.count("own_services").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_somebody_added_leads_nowhere_else_either() {
    let app = start("").await;
    let ada = app.viewer("ada");
    for (document, fields) in [
        (Document::Resource, json!({ "resource": "https://bank.test/mcp" })),
        (Document::Resource, json!({ "authorization_servers": ["https://10.0.0.1"] })),
        (Document::Resource, json!({ "authorization_servers": ["https://bank.test:8443"] })),
        (Document::Server, json!({ "issuer": "https://bank.test" })),
        (Document::Server, json!({ "token_endpoint": "https://169.254.169.254/token" })),
        (Document::Server, json!({ "authorization_endpoint": "javascript:alert(1)" })),
    ] {
        app.playground.edit(document, fields.clone());
        let refused =
            add_with(&ada, json!({ "name": "Trap", "mcpUrl": app.playground.mcp_url() })).await;
        let code = refused["problems"][0]["code"].as_str().unwrap_or_default();
        assert!(["SERVICE_REFUSED", "SERVICE_UNAVAILABLE"].contains(&code), "{fields}: {refused}");
        app.playground.restore(document);
    }
    assert_eq!(app.database.count("own_services").await, 0);
    add(&app, &ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_can_name_the_hosts_and_tries_are_limited() {
    let app = start("hosts = [\"mcp.example.com\"]\n").await;
    let ada = app.viewer("ada");
    let input = json!({ "name": "X", "mcpUrl": app.playground.mcp_url() });
    assert_eq!(add_with(&ada, input).await["problems"][0]["path"], json!(["input", "mcpUrl"]));
    let app = start("").await;
    let ada = app.viewer("ada");
    let input = json!({ "name": "X", "mcpUrl": format!("{}/nothing", app.playground.origin()) });
    for _ in 0..10 {
        let refused = add_with(&ada, input.clone()).await;
        assert_eq!(refused["problems"][0]["code"], "SERVICE_UNAVAILABLE", "{refused}");
    }
    assert_eq!(add_with(&ada, input).await["problems"][0]["code"], "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_document_is_shown_only_where_the_server_names_itself() {
    let document = "[client]\ndocument_url = \"https://attache.test/oauth/client.json\"";
    let app = start(document).await;
    let takes = json!({ "client_id_metadata_document_supported": true });
    app.playground.edit(Document::Server, takes);
    let silent = json!({ "authorization_response_iss_parameter_supported": false });
    app.playground.edit(Document::Server, silent);
    let ada = app.viewer("ada");
    let code = add(&app, &ada).await;
    // An honest server that others run as well could be made to bring its codes here.
    let begun = url(&begin(&ada, &code).await);
    assert_ne!(param(&begun, "client_id").unwrap(), "https://attache.test/oauth/client.json");

    let mut app = app;
    app.playground.restore(Document::Server);
    let takes = json!({ "client_id_metadata_document_supported": true });
    app.playground.edit(Document::Server, takes);
    app.restart().await;
    let ada = app.viewer("ada");
    let begun = url(&begin(&ada, &code).await);
    let id = param(&begun, "client_id").unwrap();
    assert_eq!(id, "https://attache.test/oauth/client.json");
    let shown = app.anonymous();
    let shown = shown.send(shown.request(http::Method::GET, "/oauth/client.json")).await;
    let listed = shown.body["redirect_uris"].as_array().unwrap();
    assert!(listed.contains(&param(&begun, "redirect_uri").unwrap().into()), "{listed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_era_can_be_pinned() {
    for (era, spoken, unspoken) in [
        ("LEGACY", "\"initialize\"", "server/discover"),
        ("MODERN", "server/discover", "\"initialize\""),
    ] {
        let app = start("").await;
        let ada = app.viewer("ada");
        let input = json!({ "name": era, "mcpUrl": app.playground.open_mcp_url(),
            "protocolEra": era });
        let code = add_with(&ada, input).await["service"]["code"].clone();
        let account = connect_with_key(&ada, json!({ "serviceCode": code })).await;
        let account = account["account"]["id"].as_str().unwrap().to_owned();
        ada.until_catalog(&account, "READY").await;
        let requests = app.playground.requests(Endpoint::Mcp);
        assert!(requests.iter().any(|request| request.body.contains(spoken)), "{era}");
        assert!(requests.iter().all(|request| !request.body.contains(unspoken)), "{era}");
    }
}

/// Waits until nothing that was issued opens anything.
async fn until_all_tokens_are_dead(app: &TestApp) {
    eventually("no token that is alive", async || {
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_service_ends_everything_there() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let code = add(&app, &ada).await;
    connect(&app, &ada, &code, "ada").await;
    assert_eq!(whoami(&ada).await, "ada");
    let begun = begin(&ada, &code).await;
    let callback = app.playground.consent(url(&begun).as_str(), "grace").unwrap();
    let mut watch = ada.watch_from_now().await;
    let removed = remove(&ada, &code).await;
    assert_eq!(removed["problems"], json!([]), "{removed}");
    let told = watch.until_type("ServiceRemoved").await;
    assert_eq!(told["serviceId"], removed["removedServiceId"]);
    until_all_tokens_are_dead(&app).await;
    assert!(app.playground.issued().iter().any(|token| token.kind == TokenKind::Refresh));

    // Whoever comes back finds nothing, and what they bring is not used.
    let completed = ada.complete(&callback).await;
    assert_eq!(completed["attempt"]["state"], "ABANDONED", "{completed}");
    assert_eq!(app.playground.counts().codes, 1);
    assert_eq!(remove(&ada, &code).await["problems"][0]["code"], "NOT_FOUND");
    assert_eq!(begin(&ada, &code).await["problems"][0]["code"], "NOT_FOUND");
    let query =
        "{ viewer { accounts { id } invocations { nodes { toolName service { name isOwn } } } } }";
    let left = eventually("an account that is gone", async || {
        let left = ada.query(query, Value::Null).await["viewer"].clone();
        (left["accounts"] == json!([])).then_some(left)
    })
    .await;
    let service = json!({ "name": "A removed service", "isOwn": true });
    assert_eq!(left["invocations"]["nodes"], json!([{ "toolName": "whoami", "service": service }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_leaves_nothing_but_what_is_needed_to_revoke() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let code = add(&app, &ada).await;
    connect(&app, &ada, &code, "ada").await;
    let query =
        "mutation { eraseViewer(input: { isConfirmed: true }) { isErased problems { code } } }";
    assert_eq!(ada.query(query, Value::Null).await["eraseViewer"]["isErased"], true);
    assert_eq!(app.database.count("own_services").await, 0);
    // The client has a secret, without which the service would not end them.
    until_all_tokens_are_dead(&app).await;
}

//! Nothing secret is readable where it does not belong. Every other test looks for
//! secrets in the log and in the answers, too, when its server goes.

use std::fmt::Write as _;

use attache_support::{ServerProcess, TestApp, eventually, report};
use serde_json::{Value, json};

/// Every row of every table, as text.
pub(crate) async fn dump(app: &TestApp) -> String {
    let client = app.database.connect().await;
    let tables = "SELECT format('%I', table_name) FROM information_schema.tables
        WHERE table_schema = 'public' ORDER BY 1";
    let mut dump = String::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        for row in client.query(&format!("SELECT t::text FROM {table} t"), &[]).await.unwrap() {
            writeln!(dump, "{table}: {}", row.get::<_, String>(0)).unwrap();
        }
    }
    dump
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_database_reads_nothing_that_was_entrusted() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_notes(&app, "ada").await;
    ada.connect_keyed(&app, "ada").await;
    ada.begin().await;
    let tool = ada.tool("echo").await;
    let (argument, prompt, preset) = ("planted argument", "planted prompt", "planted preset");
    let patch = json!({ "presetArguments": { "preset": preset } });
    ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    let input = json!({ "toolId": tool, "arguments": { "text": argument }, "prompt": prompt,
        "waitMs": 10_000 });
    let invoked = ada.invoke_with(input).await;
    assert_eq!(invoked["invocation"]["result"]["structuredContent"]["text"], argument);

    let dump = dump(&app).await;
    assert!(dump.lines().count() > 20, "{dump}");
    let entrusted = [argument, prompt, preset, "pk_ada"].map(str::to_owned);
    for secret in app.secrets().into_iter().chain(entrusted) {
        let row = |found: &str| dump.lines().find(|row| row.contains(found)).map(str::to_owned);
        assert_eq!(row(&secret), None, "{secret}");
        assert_eq!(row(&hex(&secret)), None, "{secret} in hexadecimal");
    }
    // The state of an attempt is kept as its hash only.
    let begun = ada.begin().await;
    let url = url::Url::parse(&begun.url).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert!(!self::dump(&app).await.contains(&state));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_moved_to_another_account_opens_nothing() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    ada.connect_keyed(&app, "ada").await;
    mallory.connect_keyed(&app, "mallory").await;
    let database = app.database.connect().await;
    let query = "UPDATE credentials c SET sealed_access = o.sealed_access FROM credentials o
        WHERE o.user_id <> c.user_id";
    // It is not even stored, unless whoever moves it takes the key along or out of the way.
    assert!(database.execute(query, &[]).await.is_err());
    let unlock = "ALTER TABLE credentials DROP CONSTRAINT credentials_data_key";
    database.batch_execute(unlock).await.unwrap();
    assert_eq!(database.execute(query, &[]).await.unwrap(), 2);
    let mut app = app;
    // Warm sessions hold the right tokens still.
    app.restart().await;
    for person in ["ada", "mallory"] {
        let client = app.viewer(person);
        let tool = client.tool("whoami").await;
        let failed = client.invoke(&tool, json!({})).await;
        assert_eq!(failed["state"], "FAILED", "{failed}");
    }
    assert_eq!(app.playground.calls("whoami"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_tells_the_person_nothing_but_its_number() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let database = app.database.connect().await;
    let sabotage = "CREATE TABLE kept AS SELECT id, definition FROM tools;
        UPDATE tools SET definition = '{ \"planted_field\": 1 }'";
    database.batch_execute(sabotage).await.unwrap();
    let reply = ada.execute("{ viewer { id tools { nodes { title } } } }", Value::Null).await;
    let error = &reply.body["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL", "{}", reply.body);
    assert!(error["extensions"]["incident"].is_string(), "{error}");
    let text = reply.body.to_string();
    for internal in ["planted_field", "definition", "missing field", "serde"] {
        assert!(!text.contains(internal), "{text}");
    }
    let undo = "UPDATE tools SET definition = kept.definition FROM kept WHERE kept.id = tools.id";
    database.batch_execute(undo).await.unwrap();
    eventually("a server that goes on", async || {
        let reply = ada.execute("{ viewer { tools { nodes { title } } } }", Value::Null).await;
        reply.body.get("errors").is_none().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_that_is_not_the_databases_is_refused_at_the_start() {
    let app = TestApp::start().await;
    app.viewer("ada").connect_keyed(&app, "ada").await;
    let Err(error) = app.start_with_another_ring().await else { panic!("it starts") };
    let said = format!("{:#}", anyhow::Error::from(error));
    assert!(said.contains("key"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bit_of_what_is_sealed_can_be_turned_unnoticed() {
    let server = ServerProcess::start(env!("CARGO_BIN_EXE_attache")).await;
    let ada = server.viewer("ada");
    let attempt = ada.begin().await;
    let callback = server.playground.consent(&attempt.url, "ada").unwrap();
    ada.complete(&callback).await;
    let database = server.database.connect().await;
    let verify = async || server.run(&["keys", "verify"]).await.status.success();
    assert!(verify().await);
    let (mut refused, mut noticed) = (0, 0);
    for (table, column) in [
        ("credentials", "sealed_access"),
        ("credentials", "sealed_refresh"),
        ("data_keys", "sealed_key"),
    ] {
        let length = format!("SELECT min(octet_length({column})) FROM {table}");
        let length: i32 = database.query_one(&length, &[]).await.unwrap().get(0);
        // The head with the key's id, the nonce, the seal, and what is sealed.
        for (turn, at) in [0, 1, 2, 4].into_iter().chain((7..length).step_by(13)).enumerate() {
            let bit = 1 << (turn % 8);
            let flip = format!(
                "UPDATE {table} SET {column} = set_byte({column}, {at}, get_byte({column}, {at}) # {bit})"
            );
            if database.execute(&flip, &[]).await.is_err() {
                refused += 1;
                continue;
            }
            assert!(!verify().await, "byte {at} of {table}.{column}");
            noticed += 1;
            database.execute(&flip, &[]).await.unwrap();
        }
    }
    assert!(verify().await, "all of it is as it was");
    report(&format!("{noticed} bits turned and noticed, {refused} refused by the database"));
    assert!(noticed > 30 && refused > 0, "{noticed} {refused}");
}

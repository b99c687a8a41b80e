//! The database: that the code knows it, and that it keeps its own rules.

use std::collections::BTreeSet;
use std::fs;

use attache_support::{Database, TestApp};
use serde_json::json;

use crate::contract::root;

/// What `crates/store/src/schema.rs` says: table, column, whether it may be null.
fn known() -> BTreeSet<(String, String, bool)> {
    let text = fs::read_to_string(root().join("crates/store/src/schema.rs")).unwrap();
    let mut known = BTreeSet::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("diesel::joinable!") {
            continue;
        }
        if let Some((column, ty)) = line.split_once(" -> ") {
            let is_nullable = ty.starts_with("Nullable<");
            known.insert((table.clone(), column.to_owned(), is_nullable));
        } else if let Some((name, rest)) = line.split_once(" (")
            && rest.ends_with('{')
        {
            name.clone_into(&mut table);
        }
    }
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_knows_every_column_there_is() {
    let database = Database::create().await;
    let rows = database.connect().await;
    let rows = rows.query(
        "SELECT table_name::text, column_name::text, is_nullable = 'YES'
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
        &[],
    );
    let found: BTreeSet<(String, String, bool)> =
        rows.await.unwrap().iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let known = known();
    assert!(known.len() > 50);
    assert_eq!(found.difference(&known).collect::<Vec<_>>(), Vec::<&_>::new(), "not in schema.rs");
    assert_eq!(known.difference(&found).collect::<Vec<_>>(), Vec::<&_>::new(), "only in schema.rs");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_a_person_owns_goes_with_them_and_is_found_fast() {
    let database = Database::create().await;
    let client = database.connect().await;
    let owned = client.query(
        "SELECT c.table_name::text FROM information_schema.columns c
         WHERE c.table_schema = 'public' AND c.column_name = 'user_id'",
        &[],
    );
    let owned: BTreeSet<String> = owned.await.unwrap().iter().map(|row| row.get(0)).collect();
    assert!(owned.len() > 8, "{owned:?}");
    let cascading = client.query(
        "SELECT conrelid::regclass::text FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'viewers'::regclass AND confdeltype = 'c'",
        &[],
    );
    let mut cascading: BTreeSet<String> =
        cascading.await.unwrap().iter().map(|row| row.get(0)).collect();
    // What every call writes goes by a trigger instead; the next test sees it go.
    cascading.extend(["accesses", "events", "idempotency_keys", "invocations"].map(str::to_owned));
    assert_eq!(owned.difference(&cascading).collect::<Vec<_>>(), Vec::<&String>::new());
    // `user_id` must lead an index, or deleting a person reads whole tables.
    let indexed = client.query(
        "SELECT DISTINCT i.indrelid::regclass::text FROM pg_index i
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE a.attname = 'user_id' AND i.indpred IS NULL",
        &[],
    );
    let indexed: BTreeSet<String> = indexed.await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(owned.difference(&indexed).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_calls_wrote_goes_with_the_person_and_nobody_elses_does() {
    let app = TestApp::start().await;
    for person in ["ada", "grace"] {
        let client = app.viewer(person);
        client.connect_open().await;
        let tool = client.tool("roll_dice").await;
        client.invoke(&tool, json!({})).await;
    }
    let written = ["events", "idempotency_keys", "invocations", "invocation_payloads", "accesses"];
    let counts = async || {
        let mut counts = Vec::new();
        for table in written {
            counts.push(app.database.count(table).await);
        }
        counts
    };
    let both = counts().await;
    assert_eq!(both[1..], [2, 2, 2, 2]);
    let client = app.database.connect().await;
    let first = "DELETE FROM viewers WHERE id = (SELECT min(id::text)::uuid FROM viewers)";
    assert_eq!(client.execute(first, &[]).await.unwrap(), 1);
    let one = counts().await;
    assert_eq!(one[1..], [1, 1, 1, 1]);
    assert!(one[0] > 0 && one[0] < both[0], "{one:?} of {both:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed_bytes_and_nothing_else_is_named_like_one() {
    let database = Database::create().await;
    let client = database.connect().await;
    let rows = client.query(
        "SELECT table_name::text, column_name::text, data_type::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
        &[],
    );
    let mut sealed = 0;
    for row in rows.await.unwrap() {
        let (table, column, ty): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let place = format!("{table}.{column} is {ty}");
        if column.starts_with("sealed_") {
            assert_eq!(ty, "bytea", "{place}");
            sealed += 1;
        }
        let names_a_secret = ["token", "secret", "password", "verifier", "api_key"]
            .iter()
            .any(|word| column.contains(word));
        assert!(!names_a_secret || ty == "bytea", "{place}");
    }
    assert!(sealed >= 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_can_be_undone_and_run_again() {
    let database = Database::create().await;
    let client = database.connect().await;
    let mut folders: Vec<_> = fs::read_dir(root().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    for folder in folders.iter().rev() {
        let undo = fs::read_to_string(folder.join("down.sql")).unwrap();
        client.batch_execute(&undo).await.unwrap_or_else(|error| panic!("{folder:?}: {error:?}"));
    }
    let left = database.count(
        "information_schema.tables WHERE table_schema = 'public'
         AND table_name NOT LIKE '\\_\\_diesel%'",
    );
    assert_eq!(left.await, 0);
    client.batch_execute("DELETE FROM __diesel_schema_migrations").await.unwrap();
    let done = attache_store::migrate(database.url()).await.unwrap();
    assert_eq!(done.len(), folders.len());
    attache_store::check_schema(database.url()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_of_another_version_is_refused() {
    let database = Database::create().await;
    let client = database.connect().await;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000001')";
    client.batch_execute(newer).await.unwrap();
    let error = attache_store::check_schema(database.url()).await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    client.batch_execute("DELETE FROM __diesel_schema_migrations").await.unwrap();
    let error = attache_store::check_schema(database.url()).await.unwrap_err();
    assert!(error.to_string().contains("attache migrate"), "{error}");
}

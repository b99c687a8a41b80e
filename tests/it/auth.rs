//! Who a request speaks for, where an issuer publishes its keys.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use attache_domain::Clock;
use attache_server::config::{Config, Keys};
use attache_server::serve::Server;
use attache_support::{Client, Setup, TestApp, eventually};
use axum::routing::get;
use axum::{Json, Router};
use chrono::TimeDelta;
use futures_util::future::join_all;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

/// What comes before an Ed25519 key in PKCS #8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/// An issuer of tokens, which publishes its keys.
#[derive(Clone, Default)]
struct Issuer {
    keys: Arc<Mutex<BTreeMap<String, [u8; 32]>>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    fn publish(&self, kid: &str, clock: &Clock) {
        self.keys.lock().unwrap().insert(kid.to_owned(), clock.random());
    }

    fn withdraw(&self, kid: &str) {
        self.keys.lock().unwrap().remove(kid);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn key(seed: &[u8; 32]) -> EncodingKey {
        EncodingKey::from_ed_der(&[&PKCS8[..], seed].concat())
    }

    fn key_set(&self) -> Value {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let keys = self.keys.lock().unwrap();
        let jwks = keys.iter().map(|(kid, seed)| {
            let mut jwk =
                Jwk::from_encoding_key(&Self::key(seed), Algorithm::EdDSA).expect("a public key");
            jwk.common.key_id = Some(kid.clone());
            jwk
        });
        json!({ "keys": jwks.collect::<Vec<_>>() })
    }

    /// A token for Ada, signed with a published key or, for a name nobody published,
    /// with any other.
    fn token(&self, kid: &str, clock: &Clock) -> String {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let now = clock.now().timestamp();
        let claims = json!({ "iss": "https://login.test", "aud": "attache", "sub": "ada",
            "tenant": "house", "iat": now, "exp": now + 3600 });
        let seed = self.keys.lock().unwrap().get(kid).copied().unwrap_or([7; 32]);
        encode(&header, &claims, &Self::key(&seed)).unwrap()
    }

    async fn listen(&self) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let issuer = self.clone();
        let keys = get(move || std::future::ready(Json(issuer.key_set())));
        let serve = axum::serve(listener, Router::new().route("/keys", keys));
        #[expect(clippy::disallowed_methods, reason = "an issuer is nobody's to drain")]
        tokio::spawn(async move { serve.await });
        url.parse().unwrap()
    }
}

/// A server that takes tokens of this issuer.
async fn start(app: &TestApp, issuer: &Issuer) -> Server {
    let mut config: Config = app.config().clone();
    config.auth.keys = Keys::Jwks(issuer.listen().await);
    let server = Server::start(config, app.clock.clone(), Router::new()).await;
    let server = server.unwrap_or_else(|error| panic!("{error}"));
    eventually("a first look at the keys", async || (issuer.asked() > 0).then_some(())).await;
    server
}

async fn status(client: &Client) -> u16 {
    client.execute("{ viewer { id } }", Value::Null).await.status.as_u16()
}

async fn manual() -> TestApp {
    let clock = Clock::manual(Clock::system().now(), 5);
    Setup { clock, ..Setup::default() }.start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_with_a_published_key_is_taken() {
    let (app, issuer) = (TestApp::start().await, Issuer::default());
    issuer.publish("first", &app.clock);
    let server = start(&app, &issuer).await;
    let client = |token: String| app.client(Some(token.into())).at(server.address());
    let token = issuer.token("first", &app.clock);
    assert_eq!(status(&client(token.clone())).await, 200);
    // A signature is not a suggestion.
    let (signed, _) = token.rsplit_once('.').unwrap();
    for forged in [
        format!("{signed}.{}", "A".repeat(86)),
        format!("{signed}."),
        issuer.token("unpublished", &app.clock),
    ] {
        assert_eq!(status(&client(forged)).await, 401);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_keys_that_were_made_up_cause_no_flood() {
    let (app, issuer) = (manual().await, Issuer::default());
    issuer.publish("first", &app.clock);
    let server = start(&app, &issuer).await;
    app.clock.advance(TimeDelta::seconds(31));
    let sprayed = (0..200).map(|number| {
        let token = issuer.token(&format!("made up {number}"), &app.clock);
        let client = app.client(Some(token.into())).at(server.address());
        async move { status(&client).await }
    });
    assert!(join_all(sprayed).await.iter().all(|status| *status == 401));
    assert!(issuer.asked() <= 2, "{}", issuer.asked());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_new_is_found_and_one_that_is_gone_is_forgotten() {
    let (app, issuer) = (manual().await, Issuer::default());
    issuer.publish("old", &app.clock);
    let server = start(&app, &issuer).await;
    let client =
        |kid: &str| app.client(Some(issuer.token(kid, &app.clock).into())).at(server.address());
    let old = client("old");
    assert_eq!(status(&old).await, 200);
    issuer.publish("new", &app.clock);
    app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(status(&client("new")).await, 200);
    issuer.withdraw("old");
    app.clock.advance(TimeDelta::seconds(31));
    // Somebody asks for a key that nobody knows, so the keys are read again.
    assert_eq!(status(&client("made up")).await, 401);
    assert_eq!(status(&old).await, 401);
    assert_eq!(status(&client("new")).await, 200);
    server.stop().await;
}

//! What is shown as JSON: claims that are let in, a ring that is one, answers in the shape of answers.

use attache_server::config::Keys;
use attache_store::RingDocument;
use attache_support::TestApp;
use jsonwebtoken::{EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::chapters::{Block, blocks};

fn parsed() -> Vec<(Block, Value)> {
    let read = |block: Block| {
        let value = serde_json::from_str(&block.text);
        let value = value.unwrap_or_else(|error| panic!("{}: {error}", block.place));
        (block, value)
    };
    blocks(&["json"]).into_iter().map(read).collect()
}

#[test]
fn answers_have_the_shape_of_answers() {
    let mut count = 0;
    for (block, value) in parsed() {
        // Over a socket, the payload of a message is the list.
        let Some(errors) = value.get("errors").or_else(|| value.get("payload")) else { continue };
        count += 1;
        for error in errors.as_array().unwrap() {
            assert!(error["message"].is_string(), "{}", block.place);
            let code = error["extensions"]["code"].as_str();
            let code = code.unwrap_or_else(|| panic!("{}: no code", block.place));
            assert!(super::vocabulary::TOP_LEVEL.contains(&code), "{}: {code}", block.place);
        }
    }
    assert!(count > 1, "only {count} answers are shown");
}

#[test]
fn rings_are_rings() {
    let rings = parsed().into_iter().filter(|(_, value)| value.get("keys").is_some());
    let mut count = 0;
    for (block, _) in rings {
        count += 1;
        if let Err(error) = RingDocument::parse(&SecretString::from(block.text)) {
            panic!("{}: {error}", block.place);
        }
    }
    assert!(count > 0, "no ring is shown");
}

/// A token with the claims that are shown is let in. Who it is for is that of the server here, and it
/// was issued now.
#[tokio::test(flavor = "multi_thread")]
async fn claims_are_let_in() {
    let claims: Vec<_> = parsed().into_iter().filter(|(_, it)| it.get("sub").is_some()).collect();
    assert!(!claims.is_empty(), "no claims are shown");
    let app = TestApp::start().await;
    let auth = &app.config().auth;
    let Keys::Shared(secret) = &auth.keys else { panic!("tests share a secret") };
    for (block, mut claims) in claims {
        let shown =
            |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("{}: {name}", block.place));
        let lifetime = shown("exp") - shown("iat");
        assert!(claims["iss"].is_string() && claims["aud"].is_string(), "{}", block.place);
        let now = app.clock.now().timestamp();
        claims["iss"] = auth.issuer.clone().into();
        claims["aud"] = auth.audience.clone().into();
        claims["tenant"] = json!("house");
        claims["iat"] = now.into();
        claims["exp"] = (now + lifetime).into();
        let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
        let viewer = app.client(Some(token.into()));
        let reply = viewer.execute("{ viewer { id } }", Value::Null).await;
        assert!(reply.body.get("errors").is_none(), "{}: {}", block.place, reply.body);
    }
}

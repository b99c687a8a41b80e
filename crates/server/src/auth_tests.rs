use attache_upstream::Policy;
use jsonwebtoken::{EncodingKey, Header as JwtHeader};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;

const SECRET: &str = "a secret of at least thirty-two bytes";

fn authenticator() -> Authenticator {
    authenticator_with(|_| ())
}

fn authenticator_with(change: impl FnOnce(&mut Auth)) -> Authenticator {
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let mut auth = Auth {
        issuer: "https://login.example".to_owned(),
        audience: "attache".to_owned(),
        keys: Keys::Shared(SecretString::from(SECRET)),
        tenant_claim: None,
        client_claim: None,
        max_lifetime: TimeDelta::hours(24),
    };
    change(&mut auth);
    Authenticator::new(auth, Egress::new(Policy::default()), Clock::manual(start, 1))
}

fn good() -> Value {
    json!({
        "iss": "https://login.example", "aud": "attache", "sub": "ada",
        "iat": 1_800_000_000, "exp": 1_800_000_600,
    })
}

fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&JwtHeader::default(), claims, &key).unwrap()
}

async fn verify(authenticator: &Authenticator, header: Value, claims: &Value) -> bool {
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(&header), encode(claims));
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    authenticator.verify(&format!("Bearer {message}.{signature}")).await.is_ok()
}

#[tokio::test]
async fn a_good_token_names_its_viewer() {
    let authenticator = authenticator();
    let token = signed(&good());
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let signed_in = authenticator.verify(&format!("{scheme} {token}")).await.unwrap();
        assert_eq!(signed_in.viewer, Viewer::new("", "https://login.example", "ada"));
        assert_eq!(signed_in.until.timestamp(), 1_800_000_630);
    }
}

#[tokio::test]
async fn each_claim_that_is_not_as_it_must_be_is_refused() {
    let authenticator = authenticator();
    let header = json!({"alg": "HS256"});
    assert!(verify(&authenticator, header.clone(), &good()).await);
    for (name, value) in [
        ("iss", Value::Null),
        ("iss", json!(1)),
        ("iss", json!("https://evil.example")),
        ("iss", json!(["https://evil.example", "https://login.example"])),
        ("aud", Value::Null),
        ("aud", json!("another")),
        ("aud", json!(42)),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", json!("x".repeat(256))),
        ("exp", Value::Null),
        ("exp", json!("1800000600")),
        ("exp", json!(1_799_999_970)),
        ("exp", json!(1_800_000_000 + 24 * 60 * 60 + 1)),
        ("exp", json!(1e300)),
        ("nbf", json!(1_800_000_031)),
        ("nbf", json!("soon")),
        ("iat", json!(1_800_000_031)),
        ("cnf", json!({"jkt": "x"})),
    ] {
        let mut claims = good();
        match &value {
            Value::Null => {
                claims.as_object_mut().unwrap().remove(name);
            }
            value => claims[name] = value.clone(),
        }
        let is_taken = verify(&authenticator, header.clone(), &claims).await;
        assert!(!is_taken, "{name} = {value} was taken");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_half_a_minute() {
    let authenticator = authenticator();
    let header = json!({"alg": "HS256"});
    for (name, value) in [("exp", 1_799_999_971), ("nbf", 1_800_000_030), ("iat", 1_800_000_030)] {
        let mut claims = good();
        claims[name] = json!(value);
        if name == "exp" {
            claims["iat"] = json!(1_799_999_000);
        }
        assert!(verify(&authenticator, header.clone(), &claims).await, "{name}");
    }
}

#[tokio::test]
async fn headers_decide_nothing_they_should_not() {
    let authenticator = authenticator();
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS512"}),
        json!({"alg": "RS256"}),
        json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
        json!({"typ": "JWT"}),
    ] {
        let is_taken = verify(&authenticator, header.clone(), &good()).await;
        assert!(!is_taken, "{header} was taken");
    }
}

#[tokio::test]
async fn what_is_not_a_token_is_refused() {
    let authenticator = authenticator();
    let huge = format!("Bearer {}", "a".repeat(MAX_TOKEN + 1));
    for credentials in
        ["", "Bearer", "Bearer ", "Bearer a.b", "Bearer ..", "Basic YTpi", "Bearer é.é.é", &huge]
    {
        assert!(authenticator.verify(credentials).await.is_err(), "{credentials}");
    }
}

#[tokio::test]
async fn a_tenant_is_part_of_who_somebody_is_where_there_are_several() {
    let authenticator = authenticator_with(|auth| auth.tenant_claim = Some("org".to_owned()));
    let header = json!({"alg": "HS256"});
    assert!(!verify(&authenticator, header.clone(), &good()).await, "a missing tenant was taken");
    let mut claims = good();
    claims["org"] = json!("acme");
    assert!(verify(&authenticator, header, &claims).await);
}

#[tokio::test]
async fn a_token_names_its_client_where_it_can_be_named() {
    let authenticator = authenticator();
    let client = async |authenticator: &Authenticator, more: Value| {
        let mut claims = good();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let token = signed(&claims);
        let signed_in = authenticator.verify(&format!("Bearer {token}")).await.unwrap();
        signed_in.client.map(|client| client.as_str().to_owned())
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(client(&authenticator, json!({})).await, None);
    assert_eq!(client(&authenticator, json!({"azp": "web"})).await, named("web"));
    let both = json!({"azp": "web", "client_id": "chat"});
    assert_eq!(client(&authenticator, both.clone()).await, named("chat"));
    for odd in [json!(7), json!(""), json!(["chat"]), json!("x".repeat(256))] {
        assert_eq!(client(&authenticator, json!({"client_id": odd})).await, None, "{odd}");
    }
    let authenticator = authenticator_with(|auth| auth.client_claim = Some("cid".to_owned()));
    assert_eq!(client(&authenticator, both).await, None, "only the claim that is configured");
    assert_eq!(client(&authenticator, json!({"cid": "okta"})).await, named("okta"));
}

fn token(subject: &str) -> String {
    let mut claims = good();
    claims["sub"] = json!(subject);
    signed(&claims)
}

#[tokio::test]
async fn a_token_that_was_good_is_over_when_it_says() {
    let authenticator = authenticator();
    let credentials = format!("Bearer {}", token("ada"));
    let ada = authenticator.verify(&credentials).await.unwrap();
    authenticator.clock.advance(TimeDelta::seconds(629));
    assert_eq!(authenticator.verify(&credentials).await.unwrap().viewer, ada.viewer);
    authenticator.clock.advance(TimeDelta::seconds(1));
    assert!(authenticator.verify(&credentials).await.is_err());
}

#[tokio::test]
async fn what_resembles_a_token_that_was_good_is_verified_by_itself() {
    let authenticator = authenticator();
    let (ada, eve) = (token("ada"), token("eve"));
    let [of_ada, of_eve] = [&ada, &eve].map(|it| format!("Bearer {it}"));
    let known = authenticator.verify(&of_ada).await.unwrap();
    assert_ne!(authenticator.verify(&of_eve).await.unwrap().viewer, known.viewer);

    let (signed, signature) = ada.rsplit_once('.').unwrap();
    let (others, _) = eve.rsplit_once('.').unwrap();
    let cut = &signature[..signature.len() - 1];
    for forged in [format!("{others}.{signature}"), format!("{signed}.{cut}"), format!("{ada}.")] {
        assert!(authenticator.verify(&format!("Bearer {forged}")).await.is_err(), "{forged}");
    }
    assert_eq!(authenticator.verify(&of_ada).await.unwrap().viewer, known.viewer);
}

#[tokio::test]
async fn a_token_that_was_verified_is_not_verified_again() {
    let authenticator = authenticator();
    let ada = authenticator.verify(&format!("Bearer {}", token("ada"))).await.unwrap();
    // Nothing else would take this for a token.
    assert!(authenticator.verify("Bearer planted").await.is_err());
    authenticator.recent.keep(Recent::name("planted"), authenticator.reading().unwrap(), &ada);
    assert_eq!(authenticator.verify("Bearer planted").await.unwrap().viewer, ada.viewer);
}

#[tokio::test]
async fn only_tokens_that_were_good_are_remembered() {
    let authenticator = authenticator();
    let good = format!("Bearer {}", token("ada"));
    for (credentials, kept) in [("Bearer a.b.c", 0), (&good, 1), (&good, 1), ("Bearer a.b.d", 1)] {
        let _ = authenticator.verify(credentials).await;
        assert_eq!(authenticator.recent.kept(), kept, "after {credentials}");
    }
}

//! Every preset loads, and every answer that its service is known to give comes out right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use attache_domain::ConnectMethod;
use attache_engine::Offer;
use attache_upstream::{
    Access, AuthorizationServer, ClientSource, Dialect, Identity, IdentitySource, OAuthError,
    TokenAnswer,
};
use chrono::DateTime;
use http::StatusCode;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::super::{Config, Variables, effective_service};
use super::*;

const FRAME: &str = r#"
public_url = "https://attache.test"
[auth]
issuer = "https://login.test"
audience = "attache"
[returns]
default = "https://app.test"
"#;

/// A configuration with one service, with or without a client of its own.
fn config(service: &str, has_client: bool) -> Config {
    let toml = format!("{FRAME}{service}");
    let ring = attache_store::KeyRing::generate(&attache_domain::Clock::system());
    let mut variables = vec![
        ("ATTACHE_DATABASE_URL".to_owned(), "postgres://a:b@localhost/c".to_owned()),
        ("ATTACHE_KEYS".to_owned(), ring.expose_secret().to_owned()),
        ("ATTACHE_JWT_SECRET".to_owned(), "x".repeat(32)),
    ];
    if has_client {
        variables.push(("ATTACHE_IT_CLIENT_ID".to_owned(), "client".to_owned()));
        variables.push(("ATTACHE_IT_CLIENT_SECRET".to_owned(), "secret".to_owned()));
    }
    let config = Config::read(&toml, &Variables::new(variables, &|_| unreachable!()));
    config.unwrap_or_else(|error| panic!("{service}: {error}"))
}

/// The service that an operator gets who names a preset and nothing else.
fn offer(name: &str) -> Offer {
    let is_registered = preset(name).unwrap().contains("authorization_url");
    let service = format!("[services.IT]\npreset = \"{name}\"\n");
    config(&service, is_registered).services.pop().unwrap()
}

/// The same, as it is shown and read again.
fn read_again(name: &str) -> Offer {
    let before = offer(name);
    let Access::OAuth(provider) = &before.provider.access else { return before };
    let has_client = matches!(provider.client, ClientSource::Registered(_));
    let config = config(&format!("[services.IT]\npreset = \"{name}\"\n"), has_client);
    let shown = effective_service(&config, "IT").unwrap();
    self::config(&shown, has_client).services.pop().unwrap()
}

fn dialect(offer: &Offer) -> Dialect {
    match &offer.provider.access {
        Access::OAuth(provider) => provider.dialect.clone(),
        _ => Dialect::default(),
    }
}

#[test]
fn every_file_is_a_preset_and_needs_nothing_but_a_client() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "answers")
        .collect();
    assert_eq!(
        files.iter().map(String::as_str).collect::<Vec<_>>(),
        preset_names().collect::<Vec<_>>()
    );
    assert!(files.len() >= 25, "{}", files.len());
    for name in &files {
        let offer = offer(name);
        assert!(offer.provider.mcp_url().is_some_and(|url| url.scheme() == "https"), "{name}");
        assert!(offer.service.description.is_some(), "{name}");
        let text = preset(name).unwrap();
        assert!(text.starts_with("# "), "{name} says where its facts come from");
        assert!(text.contains("2026-"), "{name} says when they were looked at");
    }
}

#[test]
fn who_needs_a_client_is_also_asked_whose_account_it_is() {
    for name in preset_names() {
        let offer = offer(name);
        let Access::OAuth(provider) = &offer.provider.access else { continue };
        assert_eq!(offer.service.connect_method, ConnectMethod::OAuth, "{name}");
        let has_endpoints = matches!(provider.server, AuthorizationServer::Endpoints(_));
        let is_told = !matches!(provider.identity, IdentitySource::Standard);
        assert_eq!(has_endpoints, is_told, "{name}");
    }
}

#[test]
fn what_is_shown_of_a_service_can_be_written_like_that() {
    for name in preset_names() {
        let (before, again) = (offer(name), read_again(name));
        assert_eq!(dialect(&again), dialect(&before), "{name}");
        assert_eq!(again.provider.mcp_url(), before.provider.mcp_url(), "{name}");
        assert_eq!(again.service.default_scopes, before.service.default_scopes, "{name}");
    }
}

#[test]
fn what_an_operator_writes_goes_on_top() {
    let on_top = "mcp_url = \"https://mcp.test\"\n[oauth]\nscopes = []\n".parse().unwrap();
    let table = on_top_of("github", on_top).unwrap();
    assert_eq!(table["mcp_url"].as_str(), Some("https://mcp.test"));
    assert_eq!(table["name"].as_str(), Some("GitHub"));
    assert_eq!(table["oauth"]["scopes"].as_array().unwrap().len(), 0);
    assert_eq!(table["oauth"]["client_auth"].as_str(), Some("post"));
    assert_eq!(on_top_of("nowhere", Table::new()), None);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    answer: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    preset: String,
    of: String,
    status: u16,
    content_type: String,
    body: String,
    source: String,
    expected: Expected,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_in: Option<u64>,
    scopes: Option<Vec<String>>,
    error: Option<String>,
    subject: Option<String>,
    label: Option<String>,
    is_revoked: Option<bool>,
}

#[test]
fn what_services_answer_is_understood() {
    let text = include_str!("../../presets/answers.toml");
    let recorded: Recorded = toml::from_str(text).unwrap();
    assert!(recorded.answer.len() >= 30);
    for answer in &recorded.answer {
        let what = format!("{} {}: {}", answer.preset, answer.of, answer.body);
        assert!(!answer.source.is_empty() && answer.content_type.contains("json"), "{what}");
        let offer = offer(&answer.preset);
        match answer.of.as_str() {
            "token" => check_token(answer, &dialect(&offer), &what),
            "identity" => check_identity(answer, &offer, &what),
            "revocation" => {
                let status = StatusCode::from_u16(answer.status).unwrap();
                let revoked = dialect(&offer).revoked(status, answer.body.as_bytes());
                assert_eq!(Some(revoked.is_ok()), answer.expected.is_revoked, "{what}");
            }
            other => panic!("{other}: {what}"),
        }
    }
}

fn check_token(answer: &Answer, dialect: &Dialect, what: &str) {
    let expected = &answer.expected;
    let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let read = match TokenAnswer::read(dialect, answer.body.as_bytes(), now) {
        Ok(read) => read,
        Err(OAuthError::Refused(code)) => {
            assert_eq!(Some(code), expected.error, "{what}");
            return;
        }
        Err(error) => panic!("{error:?}: {what}"),
    };
    assert_eq!(expected.error, None, "{what}");
    assert_eq!(Some(read.access.expose_secret()), expected.access_token.as_deref(), "{what}");
    let refresh = read.refresh.as_ref().map(|it| it.expose_secret());
    assert_eq!(refresh, expected.refresh_token.as_deref(), "{what}");
    assert_eq!(read.lifetime.map(|it| it.as_secs()), expected.expires_in, "{what}");
    assert_eq!(read.scopes, expected.scopes, "{what}");
}

fn check_identity(answer: &Answer, offer: &Offer, what: &str) {
    let Access::OAuth(provider) = &offer.provider.access else { panic!("{what}") };
    let (subject, label) = match &provider.identity {
        IdentitySource::Call { subject, label, .. } | IdentitySource::Answer { subject, label } => {
            (subject, label)
        }
        IdentitySource::Standard => panic!("{what}"),
    };
    let body = serde_json::from_str(&answer.body).unwrap();
    let identity = Identity::read(&body, subject, label).unwrap_or_else(|| panic!("{what}"));
    assert_eq!(Some(identity.subject), answer.expected.subject, "{what}");
    assert_eq!(identity.label, answer.expected.label, "{what}");
}

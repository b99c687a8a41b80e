use secrecy::ExposeSecret;

use super::*;

const MINIMAL: &str = r#"
public_url = "https://attache.example.com"
[auth]
issuer = "https://login.example.com"
audience = "attache"
[returns]
default = "https://app.example.com/connections"
"#;

const GITHUB: &str = r#"
[services.GITHUB]
name = "GitHub"
mcp_url = "https://api.githubcopilot.com/mcp/"
connect = "oauth"
[services.GITHUB.oauth]
issuer = "https://github.com/login/oauth"
authorization_url = "https://github.com/login/oauth/authorize"
token_url = "https://github.com/login/oauth/access_token"
scopes = ["repo"]
"#;

fn variables() -> Vec<(String, String)> {
    let ring = attache_store::KeyRing::generate(&attache_domain::Clock::system());
    [
        ("ATTACHE_DATABASE_URL", "postgres://localhost/attache"),
        ("ATTACHE_KEYS", ring.expose_secret()),
        ("ATTACHE_JWT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("PATH", "/usr/bin"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn read(toml: &str, extra: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let extra = extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all = variables().into_iter().chain(extra);
    let read_file = |_: &str| Ok("from a file, long enough to be a secret\n".to_owned());
    Config::read(toml, &Variables::new(all, &read_file))
        .map_err(|invalid| invalid.0.iter().map(ToString::to_string).collect())
}

#[test]
fn a_minimal_file_is_enough() {
    let config = read(MINIMAL, &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:4000");
    assert_eq!(config.callback_base().as_str(), "https://attache.example.com/oauth/callback");
    assert!(!config.egress.allows_loopback);
}

#[test]
fn a_service_is_read_with_its_client_from_the_environment() {
    let client = [
        ("ATTACHE_GITHUB_CLIENT_ID", "Iv1.0123"),
        ("ATTACHE_GITHUB_CLIENT_SECRET_FILE", "/run/secrets/github"),
    ];
    let config = read(&format!("{MINIMAL}{GITHUB}"), &client).unwrap();
    let attache_upstream::Access::OAuth(provider) = &config.services[0].provider.access else {
        panic!("not OAuth");
    };
    let attache_upstream::ClientSource::Registered(client) = &provider.client else {
        panic!("not registered");
    };
    assert_eq!(client.id, "Iv1.0123");
    let attache_upstream::Proof::Secret(secret) = &client.proof else { panic!("no secret") };
    assert_eq!(secret.expose_secret(), "from a file, long enough to be a secret");
    assert_eq!(provider.resource, None);
}

#[test]
fn every_mistake_is_reported_at_once_with_its_key() {
    let toml = r#"
        listen = "nowhere"
        public_url = "ftp://x"
        colour = "blue"
        [auth]
        issuer = ""
        [http]
        allowed_origins = ["https://app.example.com/path"]
        [returns]
        chat = "https://app.example.com"
        [retention]
        payloads = "forever"
        [services.github]
        name = "GitHub"
        [services.SLACK]
        mcp_url = "http://10.0.0.1/mcp"
        connect = "oauth"
        [services.SLACK.oauth]
        token_url = "https://slack.com/api/oauth.v2.user.access"
    "#;
    let variables = [
        ("ATTACHE_COLOUR", "blue"),
        ("ATTACHE_JWT_SECRET_FILE", "x"),
        ("ATTACHE_SLACK_CLIENT_SECRET", "x"),
    ];
    let mistakes = read(toml, &variables);
    let mistakes = mistakes.unwrap_err();
    for key in [
        "listen",
        "public_url",
        "colour",
        "auth.issuer",
        "auth.audience",
        "http.allowed_origins",
        "returns.default",
        "retention.payloads",
        "services.github",
        "services.SLACK.name",
        "services.SLACK.mcp_url",
        "services.SLACK.oauth.issuer",
        "ATTACHE_COLOUR",
        "ATTACHE_JWT_SECRET",
        "ATTACHE_SLACK_CLIENT_ID",
    ] {
        let found = mistakes.iter().any(|mistake| mistake.starts_with(&format!("{key}: ")));
        assert!(found, "{key} is not among {mistakes:#?}");
    }
}

#[test]
fn a_short_shared_secret_is_refused() {
    let all = variables().into_iter().map(|(name, value)| {
        let value = if name == "ATTACHE_JWT_SECRET" { "short".to_owned() } else { value };
        (name, value)
    });
    let result = Config::read(MINIMAL, &Variables::new(all, &|_| unreachable!()));
    let invalid = result.unwrap_err();
    assert_eq!(invalid.0[0].key, "ATTACHE_JWT_SECRET");
}

#[test]
fn what_is_shown_holds_no_secret() {
    let client = [
        ("ATTACHE_GITHUB_CLIENT_ID", "Iv1.0123"),
        ("ATTACHE_GITHUB_CLIENT_SECRET", "hunter2hunter2"),
    ];
    let config = read(&format!("{MINIMAL}{GITHUB}"), &client).unwrap();
    let shown = format!("{}{config:?}", effective(&config));
    for (_, secret) in variables().iter().filter(|(name, _)| name.starts_with("ATTACHE_")) {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("https://attache.example.com/oauth/callback/github-"), "{shown}");
}

#[test]
fn a_reserved_parameter_cannot_be_configured() {
    let toml = format!("{MINIMAL}{GITHUB}authorization_params = {{ state = \"mine\" }}");
    let mistakes = read(&toml, &[("ATTACHE_GITHUB_CLIENT_ID", "x")]).unwrap_err();
    assert!(mistakes[0].starts_with("services.GITHUB.oauth.authorization_params"), "{mistakes:?}");
}

#[test]
fn people_add_services_only_where_the_operator_says_so_and_only_public_ones() {
    let config = read(MINIMAL, &[]).unwrap();
    assert!(config.own_services.rules.is_none(), "not by default");
    // What was added before can still be revoked where it was allowed to be.
    let no_more = format!("{MINIMAL}[custom_services]\nports = [8443]\n");
    let own = read(&no_more, &[]).unwrap().own_services;
    assert!(own.rules.is_none() && own.egress.ports == Some(vec![8443]));
    let top = format!("allow_custom_services = true\n{MINIMAL}");
    let networks = format!("{top}[egress]\nallow_networks = [\"10.0.0.0/8\"]\n");
    let own = read(&networks, &[]).unwrap().own_services;
    assert_eq!(own.rules.unwrap().hosts, None);
    assert_eq!((own.egress.allowed, own.egress.ports), (Vec::new(), Some(vec![443])));
    let wrong = "[custom_services]\nhosts = [\"https://a.b\"]\nports = [0]\nhost = 1\n";
    let mistakes = read(&format!("{top}{wrong}"), &[]).unwrap_err();
    for key in ["hosts", "ports", "host"] {
        let key = format!("custom_services.{key}: ");
        assert!(mistakes.iter().any(|it| it.starts_with(&key)), "{key} {mistakes:?}");
    }
    let taken = "[services.OWN_IT]\nname = \"x\"\nmcp_url = \"https://a.b\"\nconnect = \"none\"\n";
    let mistakes = read(&format!("{MINIMAL}{taken}"), &[]).unwrap_err();
    assert!(mistakes[0].starts_with("services.OWN_IT: "), "{mistakes:?}");
}

#[test]
fn what_a_service_asks_for_is_a_form_of_headers() {
    let service = "[services.S]\nname = \"S\"\nmcp_url = \"https://s.example.com/mcp\"\n\
        connect = \"api_key\"\nprotocol_era = \"legacy\"\n";
    let form = |more: &str| {
        let config = read(&format!("{MINIMAL}{service}{more}"), &[]);
        config.map(|config| config.services[0].service.key_form.clone().unwrap())
    };
    assert_eq!(form("").unwrap(), attache_domain::KeyForm::bearer());
    let two = "key_fields = [{ name = \"k\", label = \"Key\", header = \"X-Key\" }, \
        { name = \"s\", label = \"Site\", header = \"X-Site\", secret = false, required = false }]";
    assert_eq!(form(two).unwrap().fields().len(), 2);
    let bad = "key_fields = [{ name = \"k\", label = \"Key\", header = \"Host\" }]";
    assert!(form(bad).unwrap_err()[0].starts_with("services.S.key_fields: "));
    // What is shown can be read back.
    let shown = format!("{MINIMAL}{service}{two}");
    let shown = effective(&read(&shown, &[]).unwrap());
    assert!(shown.contains("[[services.S.key_fields]]\nname = \"k\""), "{shown}");
    assert!(shown.contains("protocol_era = \"legacy\""), "{shown}");
}

#[test]
fn changed_tools_are_held_back_only_where_the_operator_says_so() {
    assert!(!read(MINIMAL, &[]).unwrap().holds_changed_tools);
    let config = read(&format!("{MINIMAL}[tools]\nhold_changed = true\n"), &[]).unwrap();
    assert!(config.holds_changed_tools);
    assert!(effective(&config).contains("\n[tools]\nhold_changed = true\n"));
    let misspelled = read(&format!("{MINIMAL}[tools]\nhold_change = true\n"), &[]);
    assert!(misspelled.unwrap_err()[0].starts_with("tools.hold_change: "));
}

//! The command line: what scripts and people get from it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use attache_store::KeyRing;
use attache_support::Database;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tempfile::TempDir;

use crate::contract::root;

const SECRET: &str = "planted-secret-of-at-least-32-bytes";

/// The program with these arguments and this environment, and nothing else.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attache"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// How it ended, and what it said about that.
fn failure(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), text(&output.stderr))
}

fn ring() -> String {
    let printed = run(&["keys", "generate"], &[]);
    assert!(printed.status.success());
    text(&printed.stdout).trim().to_owned()
}

/// The example of the repository with what it asks for.
fn example(ring: &str) -> (String, Vec<(&str, &str)>) {
    let file = root().join("attache.example.toml").display().to_string();
    let variables = vec![
        ("ATTACHE_DATABASE_URL", "postgres://nobody:planted@127.0.0.1:1/nowhere"),
        ("ATTACHE_KEYS", ring),
        ("ATTACHE_JWT_SECRET", SECRET),
        ("ATTACHE_GITHUB_CLIENT_ID", "github-client"),
        ("ATTACHE_GITHUB_CLIENT_SECRET", "planted-github-secret"),
        ("ATTACHE_SLACK_CLIENT_ID", "slack-client"),
        ("ATTACHE_SLACK_CLIENT_SECRET", "planted-slack-secret"),
    ];
    (file, variables)
}

#[test]
fn schema_prints_the_schema() {
    let printed = run(&["schema"], &[]);
    assert_eq!(text(&printed.stdout), fs::read_to_string(root().join("schema.graphql")).unwrap());
}

#[test]
fn help_names_every_command_and_every_exit_code() {
    let help = text(&run(&["--help"], &[]).stdout);
    for word in ["serve", "dev", "migrate", "schema", "check", "token", "keys", "Exit codes"] {
        assert!(help.contains(word), "{word} in {help}");
    }
    assert_eq!(run(&["--help"], &[]).status.code(), Some(0));
    assert_eq!(run(&["nonsense"], &[]).status.code(), Some(2));
    assert_eq!(run(&[], &[]).status.code(), Some(2));
}

#[test]
fn the_example_is_a_configuration_that_works() {
    let ring = ring();
    let (file, variables) = example(&ring);
    let checked = run(&["check", "--config", &file], &variables);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let shown = text(&checked.stdout);
    for expected in [
        "[services.GITHUB]",
        "[services.SLACK]",
        "register this redirect URI: https://attache.example.com/oauth/callback/github-",
        "(hidden)",
    ] {
        assert!(shown.contains(expected), "{expected} in {shown}");
    }
    let key: Value = serde_json::from_str(&ring).unwrap();
    let key = key["keys"][0]["material"]["b64"].as_str().unwrap();
    for secret in ["planted", SECRET, key] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn every_mistake_is_listed_with_its_key_at_once() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("attache.toml");
    let toml = r#"
        listen = "everywhere"
        public_url = "attache.example.com"
        colour = "blue"
        [auth]
        issuer = "x"
        [services.github]
        name = "GitHub"
        [services.SLACK]
        name = "Slack"
        mcp_url = "http://127.0.0.1/mcp"
        connect = "magic"
    "#;
    fs::write(&file, toml).unwrap();
    let file = file.display().to_string();
    for command in ["check", "serve"] {
        let variables = [("ATTACHE_JWT_SECRET", "short"), ("ATTACHE_KEYS", "{}")];
        let (code, said) = failure(&run(&[command, "--config", &file], &variables));
        assert_eq!(code, 64, "{said}");
        for key in [
            "listen",
            "public_url",
            "colour",
            "auth.audience",
            "ATTACHE_JWT_SECRET",
            "ATTACHE_KEYS",
            "ATTACHE_DATABASE_URL",
            "returns.default",
            "services.github",
            "services.SLACK.mcp_url",
            "services.SLACK.connect",
        ] {
            assert!(said.contains(key), "{key} in {said}");
        }
        assert!(!said.contains("short\""), "{said}");
    }
    let (code, said) = failure(&run(&["serve", "--config", "/nowhere/attache.toml"], &[]));
    assert_eq!(code, 64);
    assert!(said.contains("attache.example.toml"), "{said}");
}

#[test]
fn secrets_can_be_files() {
    let directory = TempDir::new().unwrap();
    let ring = ring();
    let secret = directory.path().join("secret");
    fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let secret = secret.display().to_string();
    let (file, mut variables) = example(&ring);
    variables.retain(|(name, _)| *name != "ATTACHE_JWT_SECRET");
    variables.push(("ATTACHE_JWT_SECRET_FILE", &secret));
    let token = |variables: &[(&str, &str)]| {
        let printed = run(&["token", "--subject", "ada", "--config", &file], variables);
        assert!(printed.status.success(), "{}", text(&printed.stderr));
        text(&printed.stdout)
    };
    // The line break of the file is not part of the secret.
    let (_, direct) = example(&ring);
    let parts = |token: String| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(token(&variables)), parts(token(&direct)));
    assert_eq!((one.len(), &one[0]), (3, &other[0]));
    variables.push(("ATTACHE_KEYS_FILE", "/nowhere"));
    let (code, said) = failure(&run(&["check", "--config", &file], &variables));
    assert_eq!(code, 64);
    assert!(said.contains("ATTACHE_KEYS"), "{said}");
}

#[test]
fn a_token_that_would_not_be_taken_is_not_signed() {
    let ring = ring();
    let (file, variables) = example(&ring);
    let base = ["token", "--config", &file, "--subject", "ada"];
    for (more, hint) in
        [(["--lifetime", "30d"], "auth.max_lifetime"), (["--tenant", "acme"], "auth.tenant_claim")]
    {
        let (code, said) = failure(&run(&[&base[..], &more[..]].concat(), &variables));
        assert_ne!(code, 0);
        assert!(said.contains(hint), "{said}");
    }
    let odd = [&base[..], &["--lifetime", "soon"][..]].concat();
    assert_eq!(run(&odd, &variables).status.code(), Some(2));
}

#[test]
fn a_key_ring_is_new_each_time_and_fits() {
    let (one, other) = (ring(), ring());
    assert_ne!(one, other);
    KeyRing::parse(&SecretString::from(one)).unwrap();
}

/// A ring that is overwritten takes everything with it that it sealed.
#[test]
fn a_key_ring_in_a_file_is_its_owners_and_is_not_overwritten() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("keys.json");
    let name = file.display().to_string();
    let made = run(&["keys", "generate", "--file", &name], &[]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert_eq!(text(&made.stdout), "");
    let ring = fs::read_to_string(&file).unwrap();
    KeyRing::parse(&SecretString::from(ring.clone())).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, said) = failure(&run(&["keys", "generate", "--file", &name], &[]));
    assert_eq!(code, 64, "{said}");
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), ring);
    let nowhere = directory.path().join("nowhere/keys.json").display().to_string();
    assert_eq!(failure(&run(&["keys", "generate", "--file", &nowhere], &[])).0, 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_brought_up_to_date_once_and_a_server_insists_on_it() {
    let database = Database::create_empty().await;
    let url = database.url().expose_secret().to_owned();
    let ring = ring();
    let (file, mut variables) = example(&ring);
    variables[0].1 = &url;
    // What it keeps on disk it keeps here.
    let directory = TempDir::new().unwrap();
    let text_of_file = fs::read_to_string(file).unwrap();
    let here = directory.path().join("attache.toml").display().to_string();
    let journal = directory.path().display().to_string();
    fs::write(&here, text_of_file.replace("/var/lib/attache", &journal)).unwrap();
    let (code, said) = failure(&run(&["serve", "--config", &here], &variables));
    assert_eq!(code, 69, "{said}");
    assert!(said.contains("attache migrate"), "{said}");

    let migrate = || run(&["migrate"], &[("ATTACHE_DATABASE_URL", &url)]);
    let first = migrate();
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(text(&first.stdout).starts_with("Ran "));
    assert!(text(&migrate().stdout).contains("up to date"));

    let (code, said) = failure(&run(&["migrate"], &[]));
    assert_eq!(code, 64);
    assert!(said.contains("ATTACHE_DATABASE_URL"), "{said}");
    let nowhere = "postgres://nobody:planted@127.0.0.1:1/nowhere";
    let (code, said) = failure(&run(&["migrate"], &[("ATTACHE_DATABASE_URL", nowhere)]));
    assert_eq!(code, 69);
    assert!(!said.contains("planted"), "{said}");
}

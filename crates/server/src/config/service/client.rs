//! The client that an operator registered at a service.

use attache_domain::ServiceCode;
use attache_upstream::{ClientAuth, Proof, SigningKey};
use secrecy::SecretString;

use super::super::reader::{Mistakes, Section};
use super::super::variables::Variables;

/// What a deployment knows of its client.
pub(super) struct Client {
    pub(super) id: SecretString,
    secret: Option<SecretString>,
    key: Option<SecretString>,
}

/// The client's id and what it proves itself with are the deployment's, so they come from
/// the environment.
pub(super) fn client(
    code: &ServiceCode,
    variables: &Variables<'_>,
    mistakes: &Mistakes,
) -> Option<Client> {
    let [id, secret, key] =
        ["ID", "SECRET", "KEY"].map(|what| format!("ATTACHE_{code}_CLIENT_{what}"));
    let secret = variables.get(&secret, mistakes);
    let key = variables.get(&key, mistakes);
    match variables.get(&id, mistakes) {
        Some(id) => Some(Client { id, secret, key }),
        None => {
            if secret.is_some() || key.is_some() {
                mistakes.add(id, "is needed with a client secret or key");
            }
            None
        }
    }
}

/// How the client proves itself. What it has to prove itself with says so, where the
/// operator does not.
pub(super) fn client_auth(section: &Section<'_>, client: Option<&Client>) -> ClientAuth {
    match section.string("client_auth").as_deref() {
        Some("basic") => ClientAuth::Basic,
        Some("post") => ClientAuth::Post,
        Some("none") => ClientAuth::None,
        Some("private_key_jwt") => ClientAuth::PrivateKeyJwt,
        Some(_) => {
            let what = "must be \"basic\", \"post\", \"private_key_jwt\" or \"none\"";
            section.mistake("client_auth", what);
            ClientAuth::None
        }
        None => match client {
            Some(Client { key: Some(_), .. }) => ClientAuth::PrivateKeyJwt,
            Some(Client { secret: None, .. }) => ClientAuth::None,
            _ => ClientAuth::Basic,
        },
    }
}

/// What it proves itself with: what goes with how, and nothing else.
pub(super) fn proof(section: &Section<'_>, client: &Client, auth: ClientAuth) -> Option<Proof> {
    let key_id = section.string("client_key_id");
    let Client { secret, key, .. } = client;
    match (auth, secret, key) {
        (ClientAuth::None, None, None) => Some(Proof::None),
        (ClientAuth::Basic | ClientAuth::Post, Some(secret), None) => {
            Some(Proof::Secret(secret.clone()))
        }
        (ClientAuth::PrivateKeyJwt, None, Some(key)) => match SigningKey::parse(key, key_id) {
            Ok(key) => Some(Proof::Key(key)),
            Err(error) => {
                section.mistake("client_auth", format!("the client's key: {error}"));
                None
            }
        },
        _ => {
            let what = "a client secret goes with \"basic\" and \"post\", a client key with \"private_key_jwt\", and neither with \"none\"";
            section.mistake("client_auth", what);
            None
        }
    }
}

//! What a session shows of what an account is used with.

use attache_domain::KeyForm;
use attache_store::Credential;
use attache_upstream::SessionCredential;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use crate::Offer;
use crate::refresh::NoCredential;

/// What a session shows of a credential.
pub(crate) fn shown(
    offer: &Offer,
    credential: &Credential,
) -> Result<SessionCredential, NoCredential> {
    match (&offer.service.key_form, credential.is_key) {
        (Some(form), true) => {
            let secret = credential.secret.expose_secret();
            let values = match (serde_json::from_str(secret), form.only_field()) {
                (Ok(values), _) => values,
                // A key that was stored when there were no forms.
                (Err(_), Some(field)) => Map::from_iter([(field.name.clone(), secret.into())]),
                (Err(_), None) => return Err(NoCredential::Over),
            };
            key(form, credential.version, &values).ok_or(NoCredential::Over)
        }
        (None, false) => token(credential),
        // The operator has changed how accounts are connected there.
        _ => Err(NoCredential::Over),
    }
}

/// What a session shows of the values of a key. `None` where the service asks for something by
/// now that was not entered, or that fits no header.
pub(crate) fn key(
    form: &KeyForm,
    version: i64,
    values: &Map<String, Value>,
) -> Option<SessionCredential> {
    let mut entered = Vec::new();
    for field in form.fields() {
        let Some(value) = values.get(&field.name).and_then(Value::as_str) else {
            if field.is_required {
                return None;
            }
            continue;
        };
        entered.push((field, value));
    }
    if form.is_for_program() {
        let variables = entered.into_iter().map(|(field, value)| {
            let name = field.variable.as_deref().unwrap_or_default();
            (name, field.prefix.as_str(), value)
        });
        return Some(SessionCredential::for_program(version, variables));
    }
    let headers = entered
        .into_iter()
        .map(|(field, value)| (field.header.as_str(), format!("{}{value}", field.prefix).into()));
    SessionCredential::headers(version, headers).ok()
}

/// What a session shows of a token.
pub(crate) fn token(credential: &Credential) -> Result<SessionCredential, NoCredential> {
    // Every token was checked when it was stored.
    let shown = SessionCredential::bearer(credential.version, &credential.secret)
        .map_err(|_| NoCredential::Unavailable)?;
    // What nobody can renew is shown until it is refused.
    Ok(shown.until(credential.fresh_until.filter(|_| credential.is_renewable)))
}

//! What a token claims (RFC 7519, section 4.1), once its signature is known to be good.

use attache_domain::{ClientId, Viewer};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{LEEWAY, Rejected, SignedIn};
use crate::config::Auth;

/// The longest subject, as OpenID Connect has it (Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;

/// Where tokens say whom they were issued to.
pub(super) const CLIENT_CLAIMS: [&str; 2] = ["client_id", "azp"];

/// Checks what `jsonwebtoken` does not, and says who it is.
pub(super) fn check(claims: &Value, auth: &Auth, now: DateTime<Utc>) -> Result<SignedIn, Rejected> {
    // A list with the right issuer in it would pass the library.
    if claims.get("iss").and_then(Value::as_str) != Some(&auth.issuer) {
        return Err(Rejected::Claim("iss"));
    }
    // Bound to a key that the sender would have to prove it holds.
    if claims.get("cnf").is_some() {
        return Err(Rejected::Demands("a proof of possession"));
    }
    let expires = instant(claims, "exp")?.ok_or(Rejected::Claim("exp"))?;
    let until = expires.checked_add_signed(LEEWAY).ok_or(Rejected::Claim("exp"))?;
    if until <= now {
        return Err(Rejected::Claim("exp"));
    }
    let latest = now + LEEWAY;
    for name in ["nbf", "iat"] {
        if instant(claims, name)?.is_some_and(|instant| instant > latest) {
            return Err(Rejected::Claim(name));
        }
    }
    // A token that says nothing of its birth counts as born now.
    let born = instant(claims, "iat")?.unwrap_or(now);
    if expires - born > auth.max_lifetime {
        return Err(Rejected::Claim("exp"));
    }
    let subject = text(claims, "sub")?;
    let tenant = match &auth.tenant_claim {
        Some(name) => text(claims, name).map_err(|_| Rejected::Claim("tenant"))?,
        None => "",
    };
    let viewer = Viewer::new(tenant, &auth.issuer, subject);
    Ok(SignedIn { viewer, client: client(claims, auth), until })
}

/// Whom the token was issued to: the claim that the operator names, or `client_id` (RFC 9068,
/// section 2.2), or `azp` (OpenID Connect Core 1.0, section 2). Nobody is refused for want of it.
fn client(claims: &Value, auth: &Auth) -> Option<ClientId> {
    let claim = |name: &str| ClientId::new(claims.get(name)?.as_str()?);
    match &auth.client_claim {
        Some(name) => claim(name),
        None => CLIENT_CLAIMS.iter().find_map(|name| claim(name)),
    }
}

fn text<'a>(claims: &'a Value, name: &str) -> Result<&'a str, Rejected> {
    let text = claims.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty() && text.len() <= MAX_SUBJECT).ok_or(Rejected::Claim("sub"))
}

/// A `NumericDate`: seconds since 1970, possibly with a fraction.
fn instant(claims: &Value, name: &'static str) -> Result<Option<DateTime<Utc>>, Rejected> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are exact enough")]
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64));
    let instant = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    instant.map(Some).ok_or(Rejected::Claim(name))
}

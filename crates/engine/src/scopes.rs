//! What is asked for at an authorization server.

use std::collections::HashSet;

use attache_domain::{Account, Problem};
use attache_upstream::Discovery;

use crate::{Offer, Result};

/// The most scopes that can be named at once.
const MAX_SCOPES: usize = 100;

/// What to ask for.
#[derive(Clone, Copy)]
pub(crate) enum Wish<'a> {
    /// What is usual at the service.
    Usual,
    /// What the viewer wants, of what there is.
    Viewer(&'a [String]),
    /// What the service wants for a call. It may list less, because what it lists is only what
    /// everybody needs (MCP, "Scope Challenge Handling").
    Service(&'a [String]),
}

/// What to ask for: never more than the operator allows, or than the service knows where
/// that is left to it. An account that is connected again keeps what it has, and is asked for
/// what it was asked for: a service that says what a token is good for leaves out what else came
/// of a scope, for example a refresh token (`offline_access`).
pub(crate) fn scopes(
    offer: &Offer,
    place: &Discovery,
    account: Option<&Account>,
    wish: Wish<'_>,
) -> Result<Vec<String>> {
    let service = &offer.service;
    let mut scopes = match wish {
        Wish::Usual if service.default_scopes.is_empty() => place.scopes.clone(),
        Wish::Usual => service.default_scopes.clone(),
        Wish::Viewer(wanted) | Wish::Service(wanted) => {
            let is_listed = |scope: &String| {
                let mut listed = place.scopes_supported.iter().flatten().chain(&place.scopes);
                matches!(wish, Wish::Service(_)) || listed.any(|it| it == scope)
            };
            check_wish(offer, wanted, is_listed)?;
            wanted.to_vec()
        }
    };
    let is_allowed =
        |scope: &&String| service.allowed_scopes.as_ref().is_none_or(|all| all.contains(scope));
    if let Some(account) = account {
        let before = account.granted_scopes.iter().chain(&account.requested_scopes);
        scopes.extend(before.filter(is_allowed).cloned());
    }
    Ok(each_once(scopes))
}

/// `is_listed` decides where the operator leaves it to the service.
fn check_wish(offer: &Offer, wanted: &[String], is_listed: impl Fn(&String) -> bool) -> Result<()> {
    if wanted.len() > MAX_SCOPES {
        let message = format!("At most {MAX_SCOPES} scopes can be asked for at once.");
        return Err(Problem::invalid_input("scopes", message).into());
    }
    let is_allowed = |scope: &String| match &offer.service.allowed_scopes {
        Some(allowed) => allowed.contains(scope),
        None => is_listed(scope),
    };
    if let Some(scope) = wanted.iter().find(|scope| !is_allowed(scope)) {
        tracing::info!(%scope, "a scope beyond what is allowed was asked for");
        let message = format!("{} does not allow one of these scopes here.", offer.service.name);
        return Err(Problem::invalid_input("scopes", message).into());
    }
    Ok(())
}

/// What a client may have to ask for some day: what the operator allows, or else all that the
/// resource and its authorization server know.
pub(crate) fn all_scopes(offer: &Offer, place: &Discovery, scopes: &[String]) -> Vec<String> {
    let mut all = scopes.to_vec();
    match &offer.service.allowed_scopes {
        Some(allowed) => all.extend_from_slice(allowed),
        None => {
            let known = [&place.scopes_supported, &place.server.scopes];
            all.extend(known.into_iter().flatten().flatten().cloned());
        }
    }
    each_once(all)
}

fn each_once(mut scopes: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    scopes.retain(|scope| seen.insert(scope.clone()));
    scopes
}

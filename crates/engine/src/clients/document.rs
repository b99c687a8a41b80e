//! The document that says who we are (Client ID Metadata Document).

use attache_domain::ServiceCode;
use attache_upstream::{Endpoints, context_id};
use serde_json::{Value, json};
use url::Url;

use super::{DOCUMENT, OWN};
use crate::Engine;

impl Engine {
    /// The document that says who we are (Client ID Metadata Document), where one is
    /// configured. It is public.
    pub fn client_document(&self) -> Option<Value> {
        let url = self.0.settings.client_document.as_ref()?;
        let offered = self.services().iter().filter(|offer| offer.introduces_itself());
        let offered = offered.map(|offer| document_context(&offer.service.code, url));
        let own = self.allows_own_services().then(|| context_id(OWN, url.as_str(), DOCUMENT));
        let redirect_uris: Vec<String> =
            offered.chain(own).map(|context| self.redirect_uri(&context).into()).collect();
        Some(json!({
            "client_id": url,
            "client_name": self.0.settings.client_name,
            "redirect_uris": redirect_uris,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "web",
        }))
    }
}

/// The document is the same for all authorization servers, so the context cannot depend on
/// one.
pub(super) fn document_context(service: &ServiceCode, document: &Url) -> String {
    // The document is public, and says nothing of who added what.
    let code = if service.is_own() { OWN } else { service.as_str() };
    context_id(code, document.as_str(), DOCUMENT)
}

/// Whether an authorization server may know us by a document that every other takes as well.
/// Services that viewers added share one place to come back to, so that nothing but the
/// server's own name in the callback tells them apart: there it has to be in it (RFC 9207).
pub(super) fn may_see_document(service: &ServiceCode, server: &Endpoints) -> bool {
    server.is_safe_for_documents() && (server.names_itself || !service.is_own())
}

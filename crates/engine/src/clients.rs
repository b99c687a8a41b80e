//! Who we are to a service's authorization server: whom the operator introduced us as, or
//! whom we introduce ourselves as.

use attache_domain::{ServiceCode, UserId, Viewer};
use attache_store::StoredRegistration;
use attache_upstream::{
    ClientAuth, ClientIdentity, ClientKind, ClientSource, Discovery, Introduction, OAuthError,
    OAuthProvider, Proof, context_id,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use crate::scopes::all_scopes;
use crate::{Engine, Error, Fault, Offer, Result};

/// A secret that lapses sooner is not used to begin anything.
const SECRET_MARGIN: TimeDelta = TimeDelta::hours(1);

/// What stands for the name of a client that has none before it is known.
const DOCUMENT: &str = "document";
const REGISTERED: &str = "registered";

/// Who we are somewhere, and where people are sent back to.
pub(crate) struct KnownClient {
    pub(crate) identity: ClientIdentity,
    pub(crate) redirect_uri: Url,
}

/// Why we are nobody there.
pub(crate) enum NotKnown {
    /// The authorization server.
    OAuth(OAuthError),
    /// It is our fault.
    Fault(Error),
}

impl From<attache_store::Error> for NotKnown {
    fn from(error: attache_store::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    /// Who we are at the place where a service's tokens come from. The first time, that may
    /// mean to register there.
    pub(crate) async fn client_at(
        &self,
        offer: &Offer,
        provider: &OAuthProvider,
        place: &Discovery,
        scopes: &[String],
    ) -> Result<KnownClient, NotKnown> {
        let issuer = &place.server.issuer;
        let known = |client_id: String, client_auth, kind, context: &str| KnownClient {
            identity: ClientIdentity {
                issuer: issuer.clone(),
                token_endpoint: place.server.token.clone(),
                revocation_endpoint: place.server.revocation.clone(),
                client_id,
                client_auth,
                resource: place.resource.clone(),
                kind,
                dialect: provider.dialect.clone(),
            },
            redirect_uri: self.redirect_uri(context),
        };
        let code = offer.service.code.as_str();
        if let ClientSource::Registered(client) = &provider.client {
            let context = context_id(code, issuer, &client.id);
            return Ok(known(client.id.clone(), client.auth, ClientKind::Configured, &context));
        }
        if let Some(url) = &self.0.settings.client_document
            && place.server.is_safe_for_documents()
        {
            let context = document_context(code, url);
            return Ok(known(url.to_string(), ClientAuth::None, ClientKind::Document, &context));
        }
        let context = context_id(code, issuer, REGISTERED);
        let (owner, redirect_uri) = (Viewer::house(), self.redirect_uri(&context));
        let stored = self.0.store.registration(owner.id, issuer, redirect_uri.as_str()).await?;
        let now = self.0.clock.now();
        let is_good =
            |it: &StoredRegistration| it.expires_at.is_none_or(|at| now + SECRET_MARGIN < at);
        let registration = match stored.filter(is_good) {
            Some(registration) => registration,
            None => {
                let all_scopes = all_scopes(offer, place, scopes);
                let introduction = Introduction {
                    name: self.0.settings.client_name.clone(),
                    redirect_uri,
                    scopes: scopes.to_vec(),
                    all_scopes,
                };
                self.introduce(&owner, place, &introduction).await?
            }
        };
        let auth = auth_of(&registration)?;
        Ok(known(registration.client_id, auth, ClientKind::Registered, &context))
    }

    /// Registers, and remembers it.
    async fn introduce(
        &self,
        owner: &Viewer,
        place: &Discovery,
        introduction: &Introduction,
    ) -> Result<StoredRegistration, NotKnown> {
        let (issuer, redirect_uri) = (&place.server.issuer, &introduction.redirect_uri);
        let registered = self.0.upstream.register(&place.server, introduction).await;
        let registered = registered.map_err(|error| {
            if matches!(error, OAuthError::NotRegistered) {
                tracing::error!(%issuer, %redirect_uri, "this server has to be registered there by \
                    hand, with this redirect URI, and its client id configured");
            }
            NotKnown::OAuth(error)
        })?;
        tracing::info!(target: "attache::audit", %issuer, client.id = registered.client_id,
            "this server registered itself");
        let auth = serde_json::to_value(registered.auth).ok();
        let stored = StoredRegistration {
            client_id: registered.client_id,
            auth: auth.and_then(|auth| auth.as_str().map(str::to_owned)).unwrap_or_default(),
            secret: registered.secret,
            expires_at: registered.secret_expires_at,
        };
        self.0.store.keep_registration(owner, issuer, redirect_uri.as_str(), &stored).await?;
        Ok(stored)
    }

    /// What a client proves itself with. `None` when nobody knows it any more.
    pub(crate) async fn proof(
        &self,
        _user: UserId,
        service: &ServiceCode,
        client: &ClientIdentity,
    ) -> Result<Option<Proof>> {
        match client.kind {
            ClientKind::Configured => Ok(self.services().proof(service, client).cloned()),
            ClientKind::Document => Ok(Some(Proof::None)),
            ClientKind::Registered => {
                let owner = Viewer::house().id;
                let (issuer, id) = (&client.issuer, &client.client_id);
                let known = self.0.store.registered_client(owner, issuer, id).await?;
                Ok(known.map(|known| known.secret.map_or(Proof::None, Proof::Secret)))
            }
        }
    }

    /// A server does not know us any more, where we had registered by ourselves: the next one
    /// who connects makes us register anew.
    pub(crate) async fn forget_client(&self, client: &ClientIdentity) -> Result<()> {
        if client.kind == ClientKind::Registered {
            let owner = Viewer::house().id;
            self.0.store.forget_registration(owner, &client.issuer, &client.client_id).await?;
        }
        Ok(())
    }

    fn redirect_uri(&self, context: &str) -> Url {
        let mut url = self.0.settings.callback_base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(context);
        }
        url
    }

    /// The document that says who we are (Client ID Metadata Document), where one is
    /// configured. It is public.
    pub fn client_document(&self) -> Option<Value> {
        let url = self.0.settings.client_document.as_ref()?;
        let redirect_uris: Vec<String> = self
            .services()
            .iter()
            .filter(|offer| offer.introduces_itself())
            .map(|offer| document_context(offer.service.code.as_str(), url))
            .map(|context| self.redirect_uri(&context).into())
            .collect();
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
fn document_context(code: &str, document: &Url) -> String {
    context_id(code, document.as_str(), DOCUMENT)
}

fn auth_of(registration: &StoredRegistration) -> Result<ClientAuth, NotKnown> {
    serde_json::from_value(Value::from(registration.auth.as_str()))
        .map_err(|error| NotKnown::Fault(Fault::Stored(error).into()))
}

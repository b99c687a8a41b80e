//! Who we are to a service's authorization server: whom the operator introduced us as, or
//! whom we introduce ourselves as.

mod document;

use attache_domain::{ServiceCode, UserId, Viewer};
use attache_store::{ClientOwner, StoredRegistration};
use attache_upstream::{
    ClientAuth, ClientIdentity, ClientKind, ClientSource, Discovery, Introduction, OAuthError,
    OAuthProvider, Proof, context_id,
};
use chrono::TimeDelta;
use serde_json::Value;
use url::Url;

use self::document::{document_context, may_see_document};
use crate::scopes::all_scopes;
use crate::{Engine, Error, Fault, Offer, Result};

/// A secret that lapses sooner is not used to begin anything.
const SECRET_MARGIN: TimeDelta = TimeDelta::hours(1);

/// What stands for the name of a client that has none before it is known.
const DOCUMENT: &str = "document";
const REGISTERED: &str = "registered";

/// What stands for all services that viewers added. No operator's service has this code.
const OWN: &str = "OWN_";

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
        user: UserId,
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
        let of = &offer.service.code;
        if let Some(url) = &self.0.settings.client_document
            && !matches!(provider.client, ClientSource::Brought)
            && may_see_document(of, &place.server)
        {
            let context = document_context(of, url);
            return Ok(known(url.to_string(), ClientAuth::None, ClientKind::Document, &context));
        }
        let (owner, is_brought) =
            (owner(user, of), matches!(provider.client, ClientSource::Brought));
        let context = if is_brought {
            brought_context(user, issuer)
        } else {
            context_id(code, issuer, REGISTERED)
        };
        let redirect_uri = self.redirect_uri(&context);
        let stored = self.0.store.registration(owner, issuer, redirect_uri.as_str()).await?;
        let now = self.0.clock.now();
        let is_good =
            |it: &StoredRegistration| it.expires_at.is_none_or(|at| now + SECRET_MARGIN < at);
        let registration = match stored.filter(is_good) {
            Some(registration) => registration,
            None if is_brought => return Err(NotKnown::OAuth(OAuthError::NotRegistered)),
            None => {
                let all_scopes = all_scopes(offer, place, scopes);
                let introduction = Introduction {
                    name: self.0.settings.client_name.clone(),
                    redirect_uri,
                    scopes: scopes.to_vec(),
                    all_scopes,
                };
                self.introduce(of, owner, place, &introduction).await?
            }
        };
        let auth = auth_of(&registration)?;
        Ok(known(registration.client_id, auth, ClientKind::Registered, &context))
    }

    /// Registers, and remembers it.
    async fn introduce(
        &self,
        service: &ServiceCode,
        owner: ClientOwner<'_>,
        place: &Discovery,
        introduction: &Introduction,
    ) -> Result<StoredRegistration, NotKnown> {
        let (issuer, redirect_uri) = (&place.server.issuer, &introduction.redirect_uri);
        let registered = self.upstream(service).register(&place.server, introduction).await;
        let registered = registered.map_err(|error| {
            if matches!(error, OAuthError::NotRegistered) {
                tracing::error!(%issuer, %redirect_uri, "this server has to be registered there by \
                    hand, with this redirect URI, and its client id configured");
            }
            NotKnown::OAuth(error)
        })?;
        tracing::info!(target: "attache::audit", %issuer, client.id = registered.client_id,
            "this server registered itself");
        let stored = StoredRegistration {
            client_id: registered.client_id,
            auth: auth_text(registered.auth),
            secret: registered.secret,
            expires_at: registered.secret_expires_at,
        };
        if !service.is_own() {
            self.0.store.see(&Viewer::house()).await?;
        }
        self.0.store.keep_registration(owner, issuer, redirect_uri.as_str(), &stored).await?;
        Ok(stored)
    }

    /// What a client proves itself with. `None` when nobody knows it any more.
    pub(crate) async fn proof(
        &self,
        user: UserId,
        service: &ServiceCode,
        client: &ClientIdentity,
    ) -> Result<Option<Proof>> {
        match client.kind {
            ClientKind::Configured => Ok(self.services().proof(service, client).cloned()),
            ClientKind::Document => Ok(Some(Proof::None)),
            ClientKind::Registered => {
                let (owner, issuer, id) = (owner(user, service), &client.issuer, &client.client_id);
                let known = self.0.store.registered_client(owner, issuer, id).await?;
                Ok(known.map(|known| known.secret.map_or(Proof::None, Proof::Secret)))
            }
        }
    }

    /// A server does not know us any more, where we had registered by ourselves: the next one
    /// who connects makes us register anew.
    pub(crate) async fn forget_client(
        &self,
        user: UserId,
        service: &ServiceCode,
        client: &ClientIdentity,
    ) -> Result<()> {
        let offer = self.offer(user, service).await?;
        if client.kind == ClientKind::Registered && offer.is_some_and(|it| it.introduces_itself()) {
            let owner = owner(user, service);
            self.0.store.forget_registration(owner, &client.issuer, &client.client_id).await?;
        }
        Ok(())
    }

    /// Where people come back to from a server that the viewer introduces us to. It depends on
    /// nothing that is not known before the service is added.
    pub fn brought_redirect_uri(&self, user: UserId, issuer: &str) -> Url {
        self.redirect_uri(&brought_context(user, issuer))
    }

    fn redirect_uri(&self, context: &str) -> Url {
        let mut url = self.0.settings.callback_base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(context);
        }
        url
    }
}

/// Stands for the client that a viewer brought to an issuer.
fn brought_context(user: UserId, issuer: &str) -> String {
    context_id(OWN, issuer, &user.to_string())
}

/// For whom a client is that we register at a service.
fn owner(user: UserId, service: &ServiceCode) -> ClientOwner<'_> {
    if service.is_own() { ClientOwner::own(user, service) } else { ClientOwner::house() }
}

/// How a client proves itself, as it is stored.
pub(crate) fn auth_text(auth: ClientAuth) -> String {
    let text = serde_json::to_value(auth).ok();
    text.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
}

fn auth_of(registration: &StoredRegistration) -> Result<ClientAuth, NotKnown> {
    serde_json::from_value(Value::from(registration.auth.as_str()))
        .map_err(|error| NotKnown::Fault(Fault::Stored(error).into()))
}

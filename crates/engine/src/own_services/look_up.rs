//! Finding the services that a viewer can use: what the operator offers, and their own.

use std::sync::Arc;

use attache_domain::{ConnectMethod, Service, ServiceCode, ServiceId, UserId};
use attache_store::OwnService;
use attache_upstream::{
    Access, AuthorizationServer, ClientSource, Dialect, IdentitySource, McpServer, OAuthProvider,
    Provider,
};

use crate::{Engine, Offer, Result};

impl Engine {
    /// A service that a viewer can use, as it was when it was last looked for.
    pub(crate) async fn offer(
        &self,
        user: UserId,
        code: &ServiceCode,
    ) -> Result<Option<Arc<Offer>>> {
        if !code.is_own() {
            return Ok(self.services().get(code).cloned());
        }
        match self.services().remembered(user, code) {
            Some(offer) if self.allows_own_services() => Ok(Some(offer)),
            _ => self.offer_now(user, code).await,
        }
    }

    /// A service that a viewer can use, by its code as somebody typed it. Somebody else's is
    /// none.
    pub async fn offer_named(&self, user: UserId, code: &str) -> Result<Option<Arc<Offer>>> {
        match code.parse() {
            Ok(code) => self.offer_now(user, &code).await,
            Err(_) => Ok(None),
        }
    }

    async fn offer_now(&self, user: UserId, code: &ServiceCode) -> Result<Option<Arc<Offer>>> {
        if !code.is_own() {
            return Ok(self.services().get(code).cloned());
        }
        if !self.allows_own_services() {
            return Ok(None);
        }
        match Box::pin(self.0.store.own_service(user, code)).await? {
            Some(service) => Ok(self.remember(user, service)),
            None => {
                self.services().forget(code);
                Ok(None)
            }
        }
    }

    /// The services that the viewer added, oldest first.
    pub async fn own_offers(&self, user: UserId) -> Result<Vec<Arc<Offer>>> {
        if !self.allows_own_services() {
            return Ok(Vec::new());
        }
        let services = self.0.store.own_services(user).await?;
        Ok(services.into_iter().filter_map(|service| self.remember(user, service)).collect())
    }

    /// All services that a viewer can use, by name.
    pub async fn offers(&self, user: UserId) -> Result<Vec<Arc<Offer>>> {
        let mut offers = self.own_offers(user).await?;
        offers.extend(self.services().iter().cloned());
        offers.sort_by_cached_key(|offer| {
            (offer.service.name.to_lowercase(), offer.service.code.clone())
        });
        Ok(offers)
    }

    /// The services with these ids that a viewer can use; nothing in the place of others.
    pub async fn offers_by_id(
        &self,
        user: UserId,
        ids: &[ServiceId],
    ) -> Result<Vec<Option<Arc<Offer>>>> {
        let offered = ids.iter().map(|id| self.services().by_id(*id).cloned());
        let mut offers: Vec<_> = offered.collect();
        if offers.iter().any(Option::is_none) {
            let own = self.own_offers(user).await?;
            for (id, offer) in ids.iter().zip(&mut offers).filter(|(_, offer)| offer.is_none()) {
                *offer = own.iter().find(|it| it.service.code.id() == *id).cloned();
            }
        }
        Ok(offers)
    }

    /// How to reach a service that a viewer added. `None` where the operator has made rules
    /// since that it breaks.
    pub(super) fn remember(&self, user: UserId, service: OwnService) -> Option<Arc<Offer>> {
        let rules = self.0.settings.own_services.as_ref()?;
        rules.allows(&service.mcp_url).then(|| self.services().remember(user, offer_of(service)))
    }
}

/// How to reach a service that a viewer added.
pub(super) fn offer_of(service: OwnService) -> Offer {
    let access = match service.connect_method {
        ConnectMethod::ApiKey => Access::ApiKey,
        ConnectMethod::None => Access::Open,
        ConnectMethod::OAuth => {
            let (server, client) = match service.client_issuer {
                Some(issuer) => (AuthorizationServer::Issuer(issuer), ClientSource::Brought),
                None => (AuthorizationServer::Discovered, ClientSource::Automatic),
            };
            Access::OAuth(Box::new(OAuthProvider {
                server,
                client,
                resource: None,
                authorization_params: Vec::new(),
                identity: IdentitySource::Standard,
                dialect: Dialect::default(),
            }))
        }
    };
    Offer {
        service: Service {
            code: service.code,
            name: service.name,
            description: None,
            icon_url: None,
            homepage_url: None,
            settings_url: None,
            mcp_url: Some(service.mcp_url.clone()),
            connect_method: service.connect_method,
            key_form: service.key_form,
            accepts_connections: true,
            default_scopes: Vec::new(),
            allowed_scopes: None,
        },
        provider: Provider {
            server: McpServer::At(service.mcp_url),
            protocol_era: service.protocol_era,
            access,
        },
    }
}

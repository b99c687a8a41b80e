//! The services that the operator offers.

use std::collections::BTreeMap;

use attache_domain::{Service, ServiceCode, ServiceId};
use attache_upstream::{Access, ClientIdentity, ClientSource, Proof, Provider};

/// A service, and how to reach it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What people are told.
    pub service: Service,
    /// How to reach it.
    pub provider: Provider,
}

impl Offer {
    /// Whether we introduce ourselves to its authorization server.
    pub(crate) fn introduces_itself(&self) -> bool {
        match &self.provider.access {
            Access::OAuth(provider) => matches!(provider.client, ClientSource::Automatic),
            Access::ApiKey | Access::Open => false,
        }
    }
}

/// The services that the operator offers, by code.
#[derive(Clone, Debug, Default)]
pub struct Services(BTreeMap<ServiceCode, Offer>);

impl Services {
    /// Offers these.
    pub fn new(offers: impl IntoIterator<Item = Offer>) -> Self {
        Self(offers.into_iter().map(|offer| (offer.service.code.clone(), offer)).collect())
    }

    /// A service by its code.
    pub fn get(&self, code: &ServiceCode) -> Option<&Offer> {
        self.0.get(code)
    }

    /// A service by its code as somebody typed it.
    pub fn named(&self, code: &str) -> Option<&Offer> {
        self.get(&code.parse().ok()?)
    }

    /// A service by its id.
    pub fn by_id(&self, id: ServiceId) -> Option<&Offer> {
        self.iter().find(|offer| offer.service.code.id() == id)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Offer> {
        let mut offers: Vec<_> = self.0.values().collect();
        offers.sort_by_key(|offer| (offer.service.name.to_lowercase(), &offer.service.code));
        offers.into_iter()
    }

    /// The name to show, also for a service that is no longer offered.
    pub fn name<'a>(&'a self, code: &'a ServiceCode) -> &'a str {
        self.get(code).map_or(code.as_str(), |offer| &offer.service.name)
    }

    /// What a client proves itself with, as long as it is still the configured one.
    pub(crate) fn proof(&self, code: &ServiceCode, client: &ClientIdentity) -> Option<&Proof> {
        match &self.get(code)?.provider.access {
            Access::OAuth(provider) => match &provider.client {
                ClientSource::Registered(known) if known.id == client.client_id => {
                    Some(&known.proof)
                }
                _ => None,
            },
            Access::ApiKey | Access::Open => None,
        }
    }
}

//! The services there are: those that the operator offers, and those that viewers added, each
//! for the viewer who added it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attache_domain::{Service, ServiceCode, ServiceId, UserId};
use attache_upstream::{Access, ClientIdentity, ClientSource, Proof, Provider};
use lru::LruCache;

/// How many services that viewers added are remembered.
const KNOWN: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

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

/// The services there are.
#[derive(Debug)]
pub struct Services {
    offered: BTreeMap<ServiceCode, Arc<Offer>>,
    /// What a viewer added never changes, so it need not be read for each call. Whether it is
    /// there still, is asked where something new begins.
    own: Mutex<LruCache<ServiceCode, (UserId, Arc<Offer>)>>,
}

impl Services {
    /// Offers these.
    pub fn new(offers: impl IntoIterator<Item = Offer>) -> Self {
        let offers = offers.into_iter().map(|offer| (offer.service.code.clone(), Arc::new(offer)));
        Self { offered: offers.collect(), own: Mutex::new(LruCache::new(KNOWN)) }
    }

    /// A service that the operator offers.
    pub fn get(&self, code: &ServiceCode) -> Option<&Arc<Offer>> {
        self.offered.get(code)
    }

    /// A service that the operator offers, by its id.
    pub(crate) fn by_id(&self, id: ServiceId) -> Option<&Arc<Offer>> {
        self.offered.values().find(|offer| offer.service.code.id() == id)
    }

    /// All that the operator offers, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Offer>> {
        self.offered.values()
    }

    /// The name to show, also for a service that is no longer offered.
    pub(crate) fn name(&self, code: &ServiceCode) -> String {
        if let Some(offer) = self.get(code) {
            return offer.service.name.clone();
        }
        let known = self.own().peek(code).map(|(_, offer)| offer.service.name.clone());
        // Sentences begin with it.
        known.unwrap_or_else(|| {
            if code.is_own() { "The service".to_owned() } else { code.to_string() }
        })
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

    /// A service that `user` added, if it is remembered.
    pub(crate) fn remembered(&self, user: UserId, code: &ServiceCode) -> Option<Arc<Offer>> {
        let mut own = self.own();
        let (owner, offer) = own.get(code)?;
        (*owner == user).then(|| offer.clone())
    }

    /// Remembers a service that `user` added.
    pub(crate) fn remember(&self, user: UserId, offer: Offer) -> Arc<Offer> {
        let offer = Arc::new(offer);
        self.own().put(offer.service.code.clone(), (user, offer.clone()));
        offer
    }

    /// Forgets a service that was removed.
    pub(crate) fn forget(&self, code: &ServiceCode) {
        self.own().pop(code);
    }

    fn own(&self) -> MutexGuard<'_, LruCache<ServiceCode, (UserId, Arc<Offer>)>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Who is asking, and the engine: all that a resolver may see.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use async_graphql::{Context, ErrorExtensions, ID, Result};
use attache_domain as domain;
use attache_domain::{ClientId, ServiceCode, ServiceId, UserId, Viewer};
use attache_engine::Engine;
use futures_util::future::try_join_all;

use crate::fault;
use crate::loaders::Loaders;
use crate::service::Service;

/// The most ids that a filter takes.
pub(crate) const MAX_FILTER_IDS: usize = 50;

/// The signed-in person a request speaks for, with what resolvers need to serve them.
/// Put one into the data of each request; without it every field refuses.
pub struct Caller {
    pub(crate) viewer: Viewer,
    /// The client that they use, as their token says.
    pub(crate) client: Option<ClientId>,
    pub(crate) engine: Engine,
    /// Most calls to tools load nothing.
    loaders: OnceLock<Box<Loaders>>,
}

impl Caller {
    /// Serves `viewer`, who uses `client`.
    pub fn new(viewer: Viewer, client: Option<ClientId>, engine: Engine) -> Self {
        Self { viewer, client, engine, loaders: OnceLock::new() }
    }

    pub(crate) fn user(&self) -> UserId {
        self.viewer.id
    }

    pub(crate) fn loaders(&self) -> &Loaders {
        self.loaders.get_or_init(|| Box::new(Loaders::new(&self.viewer, &self.engine)))
    }

    /// A service by its code, also when it is no longer there.
    pub(crate) async fn service(&self, code: &ServiceCode) -> Result<Service> {
        let offer = if code.is_own() {
            let own = self.loaders().own_services.load_one(()).await.map_err(fault::shared)?;
            own.unwrap_or_default().iter().find(|offer| offer.service.code == *code).cloned()
        } else {
            self.engine.services().get(code).cloned()
        };
        Ok(Service(match offer {
            Some(offer) => offer.service.clone(),
            None => domain::Service::retired(code.clone()),
        }))
    }

    /// Services by their codes.
    pub(crate) async fn services(&self, codes: &[ServiceCode]) -> Result<Vec<Service>> {
        try_join_all(codes.iter().map(|code| self.service(code))).await
    }

    /// The codes of the services with these ids.
    pub(crate) async fn service_codes(&self, ids: &[ID]) -> Result<Vec<ServiceCode>> {
        let ids = ids.iter().take(MAX_FILTER_IDS).filter_map(|id| id.parse().ok());
        let ids: Vec<ServiceId> = ids.collect();
        let offers = self.engine.offers_by_id(self.user(), &ids).await;
        let offers = offers.map_err(|error| fault::error(&error))?;
        Ok(offers.into_iter().flatten().map(|offer| offer.service.code.clone()).collect())
    }

    /// The services the viewer chose.
    pub(crate) async fn selection(&self) -> Result<Arc<Vec<ServiceCode>>> {
        let selection = self.loaders().selection.load_one(()).await.map_err(fault::shared)?;
        Ok(selection.unwrap_or_default())
    }

    /// The viewer's accounts.
    pub(crate) async fn accounts(&self) -> Result<Arc<Vec<domain::Account>>> {
        let accounts = self.loaders().all_accounts.load_one(()).await.map_err(fault::shared)?;
        Ok(accounts.unwrap_or_default())
    }
}

/// A loader's error reaches everybody who waited for the batch.
pub(crate) type SharedError = Arc<attache_engine::Error>;

pub(crate) type Batch<K, V> = Result<HashMap<K, V>, SharedError>;

/// What a resolver may reach.
pub(crate) trait ContextExt {
    /// Who is asking. An error when nobody signed in.
    fn caller(&self) -> Result<&Caller>;
}

impl ContextExt for Context<'_> {
    fn caller(&self) -> Result<&Caller> {
        self.data_opt::<Caller>().ok_or_else(|| {
            async_graphql::Error::new("Sign in first.")
                .extend_with(|_, extensions| extensions.set("code", "UNAUTHENTICATED"))
        })
    }
}

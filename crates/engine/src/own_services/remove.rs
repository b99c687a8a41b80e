//! Removing a service.

use attache_domain::{AccountId, Problem, ProblemCode, ServiceCode, ServiceId, Viewer};
use attache_store::{Removal, Written};

use crate::{Engine, Error, Result};

/// How often somebody may connect an account while the service is being removed.
const TRIES: u32 = 5;

impl Engine {
    /// Disconnects the viewer's accounts at a service that they added, and removes it. History
    /// stays.
    #[tracing::instrument(name = "engine.remove_service", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn remove_service(&self, viewer: &Viewer, code: &str) -> Result<Written<ServiceId>> {
        let unknown = || Problem::not_found("service").at("serviceCode");
        let code: ServiceCode = code.parse().map_err(|_| unknown())?;
        // Also while the operator allows no more of them.
        if self.0.store.own_service(viewer.id, &code).await?.is_none() {
            return Err(unknown().into());
        }
        let problem = Problem::new(ProblemCode::Refused, "You removed this service.");
        for _ in 0..TRIES {
            let accounts = self.accounts(viewer).await?;
            let here = accounts.iter().filter(|account| account.service == code);
            let ids: Vec<AccountId> = here.map(|account| account.id).collect();
            let gone = self.take_away(viewer.id, &ids).await?.accounts;
            if !gone.is_empty() {
                let gone = gone.iter().map(|account| account.id).collect();
                let (engine, user) = (self.clone(), viewer.id);
                self.0.tasks.spawn(async move { engine.finish_disconnect(user, gone).await });
            }
            let removal = self.0.store.remove_own_service(viewer.id, &code, &problem).await?;
            match removal {
                (Removal::Done, cursor) => {
                    self.services().forget(&code);
                    tracing::info!(target: "attache::audit", service = %code, viewer.id = %viewer.id,
                        "a viewer removed a service");
                    return Ok((code.id(), cursor));
                }
                (Removal::Unknown, _) => return Err(unknown().into()),
                (Removal::Connected, _) => {}
            }
        }
        let message = "An account is being connected at this moment. Try again.";
        Err(Error::refused(ProblemCode::LimitReached, message))
    }
}

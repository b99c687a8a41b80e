//! Work that many wait for and that is done once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::AccountId;
use attache_store::Credential;
use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::sync::oneshot;

use crate::refresh::NoCredential;

/// What a flight brings.
pub(crate) type Landing = Result<Credential, NoCredential>;

/// Renewals that are under way in this process, by account. Whoever needs one joins it;
/// it goes on when all who joined have left. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Flights(Arc<Mutex<HashMap<AccountId, Flight>>>);

type Flight = Shared<oneshot::Receiver<Landing>>;

/// Has to say how a flight ended. Dropping it ends the flight for those who joined.
pub(crate) struct Pilot {
    flights: Flights,
    account: AccountId,
    landing: Option<oneshot::Sender<Landing>>,
}

impl Flights {
    /// Joins the renewal of an account's credential, or begins one: `begin` has to see to it
    /// that somebody flies.
    pub(crate) async fn join(&self, account: AccountId, begin: impl FnOnce(Pilot)) -> Landing {
        let (flight, pilot) = self.board(account);
        if let Some(pilot) = pilot {
            begin(pilot);
        }
        // A pilot that was lost, to a drain or a panic, brought nothing.
        flight.await.unwrap_or(Err(NoCredential::Unavailable))
    }

    /// Begins a renewal that others may join, unless there is one already.
    pub(crate) fn begin(&self, account: AccountId) -> Option<Pilot> {
        self.board(account).1
    }

    fn board(&self, account: AccountId) -> (Flight, Option<Pilot>) {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&account) {
            return (flight.clone(), None);
        }
        let (landing, flight) = oneshot::channel();
        let flight = flight.shared();
        flights.insert(account, flight.clone());
        (flight, Some(Pilot { flights: self.clone(), account, landing: Some(landing) }))
    }
}

impl Pilot {
    /// Tells everybody who joined how it ended.
    pub(crate) fn land(mut self, landing: Landing) {
        self.leave();
        if let Some(sender) = self.landing.take() {
            // Nobody may be left to hear it.
            let _ = sender.send(landing);
        }
    }

    /// Whoever comes from now on begins anew.
    fn leave(&self) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.remove(&self.account);
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        if self.landing.is_some() {
            self.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use attache_domain::{Clock, new_id};

    use super::*;

    fn credential() -> Credential {
        Credential {
            secret: "token".to_owned().into(),
            version: 2,
            fresh_until: None,
            expires_at: None,
            is_renewable: true,
            is_key: false,
        }
    }

    #[tokio::test]
    async fn all_who_come_while_it_flies_get_what_it_brings() {
        let (flights, account) = (Flights::default(), new_id(&Clock::system()));
        let pilots = RefCell::new(Vec::new());
        let mut landings = Vec::new();
        for _ in 0..3 {
            landings.push(Box::pin(flights.join(account, |pilot| pilots.borrow_mut().push(pilot))));
        }
        for landing in &mut landings {
            assert!(landing.now_or_never().is_none(), "it flies");
        }
        drop(landings);
        assert_eq!(pilots.borrow().len(), 1);

        let mut late = Box::pin(flights.join(account, |_| panic!("it flies already")));
        assert!((&mut late).now_or_never().is_none());
        pilots.borrow_mut().pop().unwrap().land(Ok(credential()));
        assert_eq!(late.await.unwrap().version, 2);
        assert!(flights.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_pilot_that_is_lost_leaves_nobody_waiting() {
        let (flights, account) = (Flights::default(), new_id(&Clock::system()));
        let landing = flights.join(account, drop).await;
        assert!(matches!(landing, Err(NoCredential::Unavailable)));
        assert!(flights.begin(account).is_some(), "the next one begins anew");
    }
}

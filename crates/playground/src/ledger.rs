//! Who may ask for tokens, and every token ever issued.

mod policy;
mod saved;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

pub use self::policy::{Counts, Policy, Reuse};
pub(crate) use self::saved::{keep, load};
use crate::random;
use crate::script::lock;

/// A client of the authorization server.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its public name.
    pub id: String,
    /// Its secret; `None` for a public client.
    pub secret: Option<String>,
    /// Where it may send people back to, compared byte for byte.
    pub redirect_uris: Vec<String>,
}

/// What a person consented to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub person: String,
    /// To which client.
    pub client: String,
    /// To what.
    pub scope: String,
}

/// A token that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The token.
    pub token: String,
    /// What it is for.
    pub kind: TokenKind,
    /// What it stands for.
    pub grant: Grant,
    /// The act of consent that it comes from.
    pub family: u64,
    /// Whether it works, or would if it had not lapsed.
    pub is_live: bool,
    /// When an access token lapses, or a refresh token that was used stops working. Not
    /// before a restart, after it.
    #[serde(skip)]
    until: Option<Instant>,
}

impl Issued {
    /// Whether it works now.
    pub fn works(&self) -> bool {
        self.is_live && self.until.is_none_or(|until| Instant::now() < until)
    }
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Sent with requests.
    Access,
    /// Buys new tokens.
    Refresh,
}

/// A code waiting to be exchanged.
struct Code {
    grant: Grant,
    redirect_uri: String,
    challenge: String,
}

/// Every token, and where each is.
#[derive(Default)]
struct Book {
    issued: Vec<Issued>,
    places: HashMap<String, usize>,
    counts: Counts,
    families: u64,
}

impl Book {
    fn find(&self, token: &str, kind: TokenKind) -> Option<&Issued> {
        self.places.get(token).map(|place| &self.issued[*place]).filter(|it| it.kind == kind)
    }

    fn enter(&mut self, issued: Issued) {
        self.places.insert(issued.token.clone(), self.issued.len());
        self.issued.push(issued);
    }

    fn end(&mut self, which: impl Fn(&Issued) -> bool) {
        for issued in self.issued.iter_mut().filter(|issued| which(issued)) {
            issued.is_live = false;
        }
    }

    fn issue(&mut self, grant: &Grant, family: u64, policy: Policy) -> (Issued, Issued) {
        let issue = |kind, prefix, until| Issued {
            token: random::token(prefix),
            kind,
            grant: grant.clone(),
            family,
            is_live: true,
            until,
        };
        let until = Instant::now() + policy.lifetime;
        let access = issue(TokenKind::Access, "pat_", Some(until));
        let refresh = issue(TokenKind::Refresh, "prt_", None);
        self.enter(access.clone());
        self.enter(refresh.clone());
        (access, refresh)
    }
}

pub(crate) struct Ledger {
    clients: Mutex<HashMap<String, Client>>,
    codes: Mutex<HashMap<String, Code>>,
    book: Mutex<Book>,
    policy: Mutex<Policy>,
    pub(crate) changed: watch::Sender<()>,
}

impl Ledger {
    pub(crate) fn new(issued: Vec<Issued>) -> Self {
        let mut book = Book::default();
        for token in issued {
            book.families = book.families.max(token.family);
            book.enter(token);
        }
        Self {
            clients: Mutex::default(),
            codes: Mutex::default(),
            book: Mutex::new(book),
            policy: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    pub(crate) fn register(&self, client: Client) {
        lock(&self.clients).insert(client.id.clone(), client);
    }

    pub(crate) fn client(&self, id: &str) -> Option<Client> {
        lock(&self.clients).get(id).cloned()
    }

    pub(crate) fn clients(&self) -> Vec<Client> {
        lock(&self.clients).values().cloned().collect()
    }

    pub(crate) fn issued(&self) -> Vec<Issued> {
        lock(&self.book).issued.clone()
    }

    pub(crate) fn counts(&self) -> Counts {
        lock(&self.book).counts
    }

    pub(crate) fn policy(&self) -> Policy {
        *lock(&self.policy)
    }

    pub(crate) fn set_policy(&self, policy: Policy) {
        *lock(&self.policy) = policy;
    }

    /// A code for `grant`, to be exchanged by whoever knows the verifier.
    pub(crate) fn issue_code(
        &self,
        grant: Grant,
        redirect_uri: String,
        challenge: String,
    ) -> String {
        let code = random::token("code_");
        lock(&self.codes).insert(code.clone(), Code { grant, redirect_uri, challenge });
        code
    }

    /// Exchanges a code for tokens. A code works once.
    pub(crate) fn redeem(
        &self,
        code: &str,
        client: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Option<(Issued, Issued)> {
        let code = lock(&self.codes).remove(code)?;
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let is_right = code.grant.client == client
            && code.redirect_uri == redirect_uri
            && code.challenge == challenge;
        is_right.then(|| {
            let mut book = lock(&self.book);
            book.counts.codes += 1;
            book.families += 1;
            let family = book.families;
            let tokens = book.issue(&code.grant, family, self.policy());
            self.changed.send_replace(());
            tokens
        })
    }

    /// Buys new tokens with a refresh token, as the policy has it. The second one is `None`
    /// where the old one stays good.
    pub(crate) fn renew(&self, token: &str, client: &str) -> Option<(Issued, Option<Issued>)> {
        let policy = self.policy();
        let mut book = lock(&self.book);
        let found = book.find(token, TokenKind::Refresh)?.clone();
        if found.grant.client != client {
            return None;
        }
        if !found.works() {
            book.counts.reuses += 1;
            book.end(|issued| issued.family == found.family);
            self.changed.send_replace(());
            return None;
        }
        book.counts.refreshes += 1;
        if policy.ends_old_access {
            book.end(|it| it.family == found.family && it.kind == TokenKind::Access);
        }
        let (access, refresh) = book.issue(&found.grant, found.family, policy);
        let place = book.places[token];
        match policy.reuse {
            Reuse::EndsFamily => book.issued[place].is_live = false,
            Reuse::Leeway(leeway) => {
                let until = book.issued[place].until;
                book.issued[place].until = until.or_else(|| Some(Instant::now() + leeway));
            }
            Reuse::NonRotating => {
                let place = book.places[&refresh.token];
                book.issued[place].is_live = false;
                self.changed.send_replace(());
                return Some((access, None));
            }
        }
        self.changed.send_replace(());
        Some((access, Some(refresh)))
    }

    /// An access token that nobody asked for.
    pub(crate) fn issue_access(&self, grant: &Grant) -> Issued {
        let mut book = lock(&self.book);
        book.families += 1;
        let family = book.families;
        let (access, refresh) = book.issue(grant, family, self.policy());
        book.end(|issued| issued.token == refresh.token);
        access
    }

    /// Whom an access token speaks for.
    pub(crate) fn authenticate(&self, token: &str) -> Option<Grant> {
        let book = lock(&self.book);
        book.find(token, TokenKind::Access).filter(|it| it.works()).map(|it| it.grant.clone())
    }

    pub(crate) fn revoke(&self, token: &str) {
        let mut book = lock(&self.book);
        let found = book.places.get(token).map(|place| book.issued[*place].clone());
        let policy = self.policy();
        if policy.revokes_grants {
            book.end(|issued| found.as_ref().is_some_and(|it| it.grant == issued.grant));
        } else if policy.revokes_consents {
            book.end(|issued| found.as_ref().is_some_and(|it| it.family == issued.family));
        } else {
            book.end(|issued| issued.token == token);
        }
        self.changed.send_replace(());
    }
}

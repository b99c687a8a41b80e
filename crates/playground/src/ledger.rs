//! Who may ask for tokens, and every token ever issued.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::State;
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

/// How tokens live and end. May be changed while the playground runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long access tokens last.
    pub lifetime: Duration,
    /// What becomes of a refresh token that was used.
    pub reuse: Reuse,
    /// Whether renewing ends the access token from before.
    pub ends_old_access: bool,
    /// Whether revoking a token ends everything the person gave to the client.
    pub revokes_grants: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_hours(24),
            reuse: Reuse::EndsFamily,
            ends_old_access: false,
            revokes_grants: false,
        }
    }
}

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// It is spent; using it again ends all that came of the same consent (RFC 9700,
    /// section 4.14.2).
    EndsFamily,
    /// It can be used for so long, as often as anybody likes, and is spent then.
    Leeway(Duration),
    /// It stays good.
    NonRotating,
}

/// What the token endpoint did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Codes that were exchanged.
    pub codes: usize,
    /// Renewals, by whatever refresh token.
    pub refreshes: usize,
    /// Spent refresh tokens that were used again, each of which ended a family.
    pub reuses: usize,
}

/// A code waiting to be exchanged.
struct Code {
    grant: Grant,
    redirect_uri: String,
    challenge: String,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) issued: Vec<Issued>,
    pub(crate) notes: HashMap<String, Vec<crate::notebook::Note>>,
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
        let grant = book.places.get(token).map(|place| book.issued[*place].grant.clone());
        if self.policy().revokes_grants {
            book.end(|issued| Some(&issued.grant) == grant.as_ref());
        } else {
            book.end(|issued| issued.token == token);
        }
        self.changed.send_replace(());
    }
}

/// What an earlier playground left behind.
pub(crate) fn load(file: Option<&Path>) -> io::Result<Saved> {
    match file.map(fs::read) {
        None => Ok(Saved::default()),
        Some(Ok(json)) => Ok(serde_json::from_slice(&json)?),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(Saved::default()),
        Some(Err(error)) => Err(error),
    }
}

/// Writes the ledger and the notes down whenever they change.
pub(crate) fn keep(state: &Arc<State>, file: PathBuf) {
    let state = state.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "a third party is not part of the server that is drained"
    )]
    tokio::spawn(async move {
        let (mut tokens, mut notes) =
            (state.ledger.changed.subscribe(), state.notebook.changed.subscribe());
        loop {
            let changed = tokio::select! {
                changed = tokens.changed() => changed,
                changed = notes.changed() => changed,
                () = state.stop.cancelled() => return,
            };
            if changed.is_err() {
                return;
            }
            let saved = Saved { issued: state.ledger.issued(), notes: state.notebook.all() };
            if let Err(error) = save(&file, &saved) {
                tracing::warn!(%error, "the playground could not be saved");
            }
        }
    });
}

fn save(file: &Path, saved: &Saved) -> io::Result<()> {
    let partial = file.with_extension("partial");
    fs::write(&partial, serde_json::to_vec(saved)?)?;
    fs::rename(partial, file)
}

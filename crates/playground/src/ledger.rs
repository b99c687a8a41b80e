//! Who may ask for tokens, and every token ever issued.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

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
    /// Whether it works.
    pub is_live: bool,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Sent with requests.
    Access,
    /// Buys new tokens, once.
    Refresh,
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

pub(crate) struct Ledger {
    clients: Mutex<HashMap<String, Client>>,
    codes: Mutex<HashMap<String, Code>>,
    issued: Mutex<Vec<Issued>>,
    pub(crate) changed: watch::Sender<()>,
}

impl Ledger {
    pub(crate) fn new(issued: Vec<Issued>) -> Self {
        Self {
            clients: Mutex::default(),
            codes: Mutex::default(),
            issued: Mutex::new(issued),
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
        lock(&self.issued).clone()
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
        is_right.then(|| self.issue(&code.grant))
    }

    /// Rotates a refresh token. One that was used before ends the whole grant
    /// (RFC 9700, section 4.14.2).
    pub(crate) fn rotate(&self, token: &str, client: &str) -> Option<(Issued, Issued)> {
        let found = self.find(token, TokenKind::Refresh)?;
        if found.grant.client != client {
            return None;
        }
        if !found.is_live {
            self.end(|issued| issued.grant == found.grant);
            return None;
        }
        self.end(|issued| issued.token == token);
        Some(self.issue(&found.grant))
    }

    fn issue(&self, grant: &Grant) -> (Issued, Issued) {
        let issue = |kind, prefix| Issued {
            token: random::token(prefix),
            kind,
            grant: grant.clone(),
            is_live: true,
        };
        let access = issue(TokenKind::Access, "pat_");
        let refresh = issue(TokenKind::Refresh, "prt_");
        lock(&self.issued).extend([access.clone(), refresh.clone()]);
        self.changed.send_replace(());
        (access, refresh)
    }

    /// Whom an access token speaks for.
    pub(crate) fn authenticate(&self, token: &str) -> Option<Grant> {
        self.find(token, TokenKind::Access).filter(|it| it.is_live).map(|it| it.grant)
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.end(|issued| issued.token == token);
    }

    fn find(&self, token: &str, kind: TokenKind) -> Option<Issued> {
        let issued = lock(&self.issued);
        issued.iter().find(|issued| issued.token == token && issued.kind == kind).cloned()
    }

    fn end(&self, which: impl Fn(&Issued) -> bool) {
        for issued in lock(&self.issued).iter_mut().filter(|issued| which(issued)) {
            issued.is_live = false;
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

//! What a playground leaves behind for the next one.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Issued;
use crate::State;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) issued: Vec<Issued>,
    pub(crate) notes: HashMap<String, Vec<crate::notebook::Note>>,
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

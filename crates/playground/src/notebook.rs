//! What people wrote down: something for the tools to work on.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::script::lock;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) color: String,
}

pub(crate) struct Notebook {
    notes: Mutex<HashMap<String, Vec<Note>>>,
    pub(crate) changed: watch::Sender<()>,
}

impl Notebook {
    pub(crate) fn new(notes: HashMap<String, Vec<Note>>) -> Self {
        Self { notes: Mutex::new(notes), changed: watch::Sender::new(()) }
    }

    pub(crate) fn all(&self) -> HashMap<String, Vec<Note>> {
        lock(&self.notes).clone()
    }

    pub(crate) fn of(&self, person: &str) -> Vec<Note> {
        lock(&self.notes).get(person).cloned().unwrap_or_default()
    }

    /// All of them as one text, in Markdown.
    pub(crate) fn exported(&self, person: &str) -> String {
        let notes = self.of(person);
        let notes: Vec<String> =
            notes.iter().map(|note| format!("## {}\n\n{}", note.title, note.body)).collect();
        if notes.is_empty() { "There are no notes yet.".to_owned() } else { notes.join("\n\n") }
    }

    pub(crate) fn add(&self, person: &str, title: String, body: String, color: String) -> Note {
        let mut notes = lock(&self.notes);
        let mine = notes.entry(person.to_owned()).or_default();
        let id = mine.iter().map(|note| note.id).max().unwrap_or_default() + 1;
        let note = Note { id, title, body, color };
        mine.push(note.clone());
        self.changed.send_replace(());
        note
    }

    pub(crate) fn delete(&self, person: &str, id: u64) -> bool {
        let mut notes = lock(&self.notes);
        let Some(mine) = notes.get_mut(person) else {
            return false;
        };
        let before = mine.len();
        mine.retain(|note| note.id != id);
        self.changed.send_replace(());
        mine.len() < before
    }
}

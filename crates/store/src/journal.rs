//! Answers with tokens, on this machine's disk until they are in the database.
//!
//! A service that rotates refresh tokens has spent the old one when its answer leaves it.
//! Between that and our commit, the new ones exist only in the answer. So there is a page
//! for it before the service is asked, which makes sure that there is room, and the answer
//! is on it before anybody reads it. A page is removed when the database has what was on
//! it. Whoever finds pages of a process that is gone brings them home.
//!
//! What is on a page is sealed like everything else.

mod page;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::Clock;
use chrono::{DateTime, Utc};
use secrecy::SecretString;

pub use page::{OrphanedPage, PageKey};

use crate::Store;
use crate::data_keys::UserKeys;
use crate::error::{Error, Result};
use crate::refreshes::Turn;

/// The lock of a process's folder. Whose process is gone, whose lock is free.
const LOCK: &str = "lock";

/// Where a process keeps its pages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Journal(Option<Arc<Folder>>);

#[derive(Debug)]
struct Folder {
    /// Where all processes of this machine keep theirs.
    root: PathBuf,
    /// Where this one does.
    own: PathBuf,
    /// Held for as long as the process lives.
    _lock: File,
    /// Folders of processes that are gone, with the locks that make them ours.
    adopted: Mutex<Vec<(PathBuf, File)>>,
    /// Pages that whoever made them left behind, though this process lives.
    left: Mutex<Vec<PathBuf>>,
}

impl Journal {
    /// Keeps pages in a folder of its own under `root`, which it makes.
    pub fn open(root: &Path, clock: &Clock) -> io::Result<Self> {
        let own = root.join(clock.uuid().simple().to_string());
        fs::create_dir_all(&own)?;
        restrict(root)?;
        restrict(&own)?;
        let lock = File::create(own.join(LOCK))?;
        lock.lock()?;
        File::open(root)?.sync_all()?;
        let folder = Folder {
            root: root.to_owned(),
            own,
            _lock: lock,
            adopted: Mutex::default(),
            left: Mutex::default(),
        };
        Ok(Self(Some(Arc::new(folder))))
    }

    /// Keeps nothing. A process that dies between a service's answer and the database loses
    /// what the answer held.
    pub fn none() -> Self {
        Self(None)
    }
}

#[cfg(unix)]
fn restrict(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

impl Folder {
    /// Takes over the folders of processes that are gone, and says which pages are in what
    /// was taken over so far, and which were left behind in this process.
    fn orphans(&self) -> io::Result<Vec<PathBuf>> {
        let mut adopted = self.adopted.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in fs::read_dir(&self.root)? {
            let folder = entry?.path();
            if folder == self.own || adopted.iter().any(|(known, _)| *known == folder) {
                continue;
            }
            // Made, and not locked yet, or removed meanwhile.
            let Ok(lock) = File::open(folder.join(LOCK)) else { continue };
            match lock.try_lock() {
                Ok(()) => adopted.push((folder, lock)),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.retain(|page| page.exists());
        let mut pages = left.clone();
        drop(left);
        adopted.retain(|(folder, _)| match pages_in(folder) {
            Ok(found) if found.is_empty() => {
                // Two processes may both want it gone.
                let _ = fs::remove_dir_all(folder);
                false
            }
            Ok(found) => {
                pages.extend(found);
                true
            }
            Err(_) => false,
        });
        Ok(pages)
    }
}

fn pages_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_page = |path: &PathBuf| path.extension().is_some_and(|it| it == page::EXTENSION);
    fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .filter(|path| path.as_ref().map_or(true, is_page))
        .collect()
}

/// A page for an answer that is about to be asked for. One that is dropped and not discarded
/// is found like those of processes that are gone: whoever made it failed or panicked.
pub struct Page {
    /// Nothing without a journal.
    file: Option<(Arc<Folder>, PathBuf)>,
    key: PageKey,
    keys: Arc<UserKeys>,
}

impl Store {
    /// Makes a page for an answer, before it is asked for: if there is no room for it, the
    /// service had better not be asked.
    pub async fn begin_page(&self, key: PageKey) -> Result<Page> {
        let keys = self.house_keys().await?;
        let Some(folder) = &self.journal().0 else {
            return Ok(Page { file: None, key, keys });
        };
        let name = format!("{}.{}", self.clock().uuid().simple(), page::EXTENSION);
        let (file, blank) = (folder.own.join(name), key.clone());
        let path = file.clone();
        blocking(move || page::create(&path, &blank)).await?;
        Ok(Page { file: Some((folder.clone(), file)), key, keys })
    }

    /// Pages of processes of this machine that are gone, and those left behind in this one.
    pub async fn orphaned_pages(&self) -> Result<Vec<OrphanedPage>> {
        let Some(folder) = self.journal().0.clone() else {
            return Ok(Vec::new());
        };
        let read = |file: PathBuf| match page::read(file.clone()) {
            Ok(page) => Ok(Some(page)),
            // Its process died while it made it, so nothing was asked.
            Err(error) if is_unreadable(&error) => fs::remove_file(file).map(|()| None),
            Err(error) => Err(error),
        };
        blocking(move || {
            folder.orphans()?.into_iter().filter_map(|it| read(it).transpose()).collect()
        })
        .await
    }

    /// What is on a page that was found; `None` when its process died before the answer was
    /// on it.
    pub async fn read_page(&self, page: &OrphanedPage) -> Result<Option<SecretString>> {
        let Some(sealed) = &page.sealed else {
            return Ok(None);
        };
        let keys = self.house_keys().await?;
        match keys.open_text("page", page.key.place(), sealed) {
            Ok(text) => Ok(Some(text)),
            // With a key that this ring does not lead to: somebody has to bring that.
            Err(error) if error.is_unknown_key() => Err(error),
            // Written half when the process died.
            Err(Error::Sealed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the service answered when this version of a credential was to be renewed before, and
    /// when that was asked, if it is on a page on this machine: of a process that stands still,
    /// or of one that is gone and whose pages somebody is about to bring home.
    pub async fn kept_answer(&self, turn: &Turn) -> Result<Option<(SecretString, DateTime<Utc>)>> {
        let Some(folder) = self.journal().0.clone() else {
            return Ok(None);
        };
        let (user, account) = (turn.user, turn.account);
        let place = (turn.generation, turn.version);
        let is_it = move |key: &PageKey| {
            matches!(key, PageKey::Refresh { user: whose, account: of, generation, version, .. }
                if *whose == user && *of == account && (*generation, *version) == place)
        };
        // Pages come and go meanwhile, and what cannot be read is no answer.
        let found = blocking(move || {
            let folders = fs::read_dir(&folder.root)?.flatten().map(|entry| entry.path());
            let pages = folders.filter_map(|folder| pages_in(&folder).ok()).flatten();
            let pages = pages.filter_map(|file| page::read(file).ok());
            Ok(pages.filter(|page| is_it(&page.key)).collect::<Vec<_>>())
        });
        for page in found.await? {
            let PageKey::Refresh { asked_at, .. } = page.key else { continue };
            if let Some(answer) = self.read_page(&page).await? {
                return Ok(Some((answer, asked_at)));
            }
        }
        Ok(None)
    }

    /// Removes a page whose answer has come home.
    pub async fn remove_page(&self, page: OrphanedPage) -> Result<()> {
        blocking(move || fs::remove_file(page.file)).await
    }
}

impl Page {
    /// Puts the answer on the page. When this returns, it survives the process and the
    /// machine's power.
    pub async fn keep(&self, answer: &SecretString) -> Result<()> {
        let Some((_, file)) = self.file.clone() else {
            return Ok(());
        };
        let sealed = page::sealed(&self.keys, &self.key, answer);
        let key = self.key.clone();
        blocking(move || page::write(&file, &key, &sealed)).await
    }

    /// Removes the page: the database has what was on it.
    pub async fn discard(mut self) {
        let Some((_, file)) = self.file.take() else { return };
        if let Err(error) = blocking(move || fs::remove_file(file)).await {
            tracing::warn!(?error, "a page could not be removed");
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some((folder, file)) = self.file.take() {
            folder.left.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        }
    }
}

fn is_unreadable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// Files block, so they are written where that holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Journal(io::Error::other(error)))?.map_err(Error::Journal)
}

//! What people are shown of how their accounts are used.

use attache_domain::{
    Access, AccessFilter, AccessKind, Account, ClientId, Page, PageRequest, Viewer,
};
use attache_store::AccessKey;

use crate::{Engine, Result};

impl Engine {
    /// A page of what the viewer's accounts were used for, newest first.
    pub async fn accesses(
        &self,
        viewer: &Viewer,
        filter: &AccessFilter,
        page: &PageRequest<AccessKey>,
    ) -> Result<Page<(Access, AccessKey)>> {
        Ok(self.0.store.accesses(viewer.id, filter, page).await?)
    }

    /// Writes down that an account that can be used is about to be, before its service is asked:
    /// what could not be written down does not happen.
    pub(crate) async fn note_access(
        &self,
        viewer: &Viewer,
        account: &Account,
        kind: AccessKind,
        client: Option<&ClientId>,
        name: Option<&str>,
    ) -> Result<()> {
        self.check_usable(account)?;
        Ok(self.0.store.note_access(viewer.id, account, kind, client, name).await?)
    }
}

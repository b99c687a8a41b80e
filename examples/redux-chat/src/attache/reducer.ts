import { combineReducers } from '@reduxjs/toolkit';

import { accountsSlice } from './store/accounts.ts';
import { attemptsSlice } from './store/attempts.ts';
import { catalogsSlice } from './store/catalogs.ts';
import { elicitationsSlice } from './store/elicitations.ts';
import { formsSlice } from './store/forms.ts';
import { invocationsSlice } from './store/invocations.ts';
import { revocationsSlice } from './store/revocations.ts';
import { servicesSlice } from './store/services.ts';
import { settingsSlice } from './store/settings.ts';
import { syncSlice } from './store/sync.ts';
import { toolsSlice } from './store/tools.ts';

/** What Attaché knows about the viewer. Belongs at `attache` in the store. */
export const attacheReducer = combineReducers({
  sync: syncSlice.reducer,
  services: servicesSlice.reducer,
  settings: settingsSlice.reducer,
  accounts: accountsSlice.reducer,
  attempts: attemptsSlice.reducer,
  catalogs: catalogsSlice.reducer,
  tools: toolsSlice.reducer,
  forms: formsSlice.reducer,
  invocations: invocationsSlice.reducer,
  elicitations: elicitationsSlice.reducer,
  revocations: revocationsSlice.reducer,
});

export type AttacheState = ReturnType<typeof attacheReducer>;

/** A store that holds it. */
export interface WithAttache {
  readonly attache: AttacheState;
}

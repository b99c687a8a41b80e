import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { accountRemoved, catalogUpdated } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { Catalog } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const catalogs = createEntityAdapter<Catalog, string>({
  selectId: (catalog) => catalog.accountId,
});

/** How fresh the tools of each account are. */
export const catalogsSlice = createSlice({
  name: 'attache/catalogs',
  initialState: catalogs.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        const read = payload.snapshot.viewer.accounts.map(({ id, catalog }) => ({
          accountId: id,
          ...catalog,
        }));
        catalogs.setAll(state, read);
      })
      .addCase(catalogUpdated, (state, { payload: { accountId, catalog } }) => {
        upsertNewer(catalogs, state, [{ accountId, ...catalog }]);
      })
      .addCase(accountRemoved, (state, { payload }) => {
        catalogs.removeOne(state, payload.accountId);
      });
  },
});

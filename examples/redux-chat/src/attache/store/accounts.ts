import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { accountRemoved, accountUpdated } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { Account } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const accounts = createEntityAdapter<Account>({
  sortComparer: (one, other) => one.connectedAt.localeCompare(other.connectedAt),
});

/** The accounts that are connected. */
export const accountsSlice = createSlice({
  name: 'attache/accounts',
  initialState: accounts.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        const read = payload.snapshot.viewer.accounts.map(({ catalog, ...account }) => account);
        accounts.setAll(state, read);
      })
      .addCase(accountUpdated, (state, { payload }) => {
        upsertNewer(accounts, state, [payload.account]);
      })
      .addCase(accountRemoved, (state, { payload }) => {
        accounts.removeOne(state, payload.accountId);
      });
  },
});

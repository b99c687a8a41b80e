import { createSlice } from '@reduxjs/toolkit';

import { revocationUpdated } from '../events.ts';
import type { RevocationState } from '../nodes.ts';

/** What is known, at their services, of the credentials of accounts that are gone. */
const initialState: Record<string, RevocationState> = {};

export const revocationsSlice = createSlice({
  name: 'attache/revocations',
  initialState,
  reducers: {},
  extraReducers: (builder) => {
    builder.addCase(revocationUpdated, (state, { payload: { accountId, revocation } }) => {
      state[accountId] = revocation;
    });
  },
});

import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { elicitationUpdated } from '../events.ts';
import { conversationRead, snapshotRead } from '../reads.ts';
import type { Elicitation } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const elicitations = createEntityAdapter<Elicitation>();

/** Questions in the middle of calls. */
export const elicitationsSlice = createSlice({
  name: 'attache/elicitations',
  initialState: elicitations.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(snapshotRead, (state, { payload }) => {
        elicitations.setAll(state, payload.viewer.pendingElicitations);
      })
      .addCase(conversationRead, (state, { payload }) => {
        upsertNewer(
          elicitations,
          state,
          payload.flatMap((invocation) => invocation.elicitations),
        );
      })
      .addCase(elicitationUpdated, (state, { payload }) => {
        upsertNewer(elicitations, state, [payload.elicitation]);
      });
  },
});

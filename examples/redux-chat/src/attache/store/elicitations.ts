import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { elicitationUpdated, invocationUpdated } from '../events.ts';
import { conversationRead, stateRead } from '../reads.ts';
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
      .addCase(stateRead, (state, { payload }) => {
        elicitations.setAll(state, payload.snapshot.viewer.pendingElicitations);
      })
      .addCase(conversationRead, (state, { payload }) => {
        upsertNewer(
          elicitations,
          state,
          payload.flatMap((invocation) => invocation.elicitations),
        );
      })
      .addCase(invocationUpdated, (state, { payload: { invocation } }) => {
        // With what a call carried, what was asked in it is erased, too.
        if (invocation.erasedAt === null) return;
        const isOfIt = (id: string) => state.entities[id]?.invocation.id === invocation.id;
        elicitations.removeMany(state, state.ids.filter(isOfIt));
      })
      .addCase(elicitationUpdated, (state, { payload }) => {
        upsertNewer(elicitations, state, [payload.elicitation]);
      });
  },
});

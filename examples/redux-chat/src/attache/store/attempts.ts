import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { connectAttemptUpdated } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { Attempt } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const attempts = createEntityAdapter<Attempt>();

/** Attempts to connect: those that are pending, and what became of those seen so far. */
export const attemptsSlice = createSlice({
  name: 'attache/attempts',
  initialState: attempts.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        // One that ended while nobody listened is not among those that are pending.
        const isOver = (id: string) => state.entities[id]?.state !== 'PENDING';
        attempts.removeMany(
          state,
          state.ids.filter((id) => !isOver(id)),
        );
        upsertNewer(attempts, state, payload.snapshot.viewer.connectAttempts);
      })
      .addCase(connectAttemptUpdated, (state, { payload }) => {
        upsertNewer(attempts, state, [payload.attempt]);
      });
  },
});

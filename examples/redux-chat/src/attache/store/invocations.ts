import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { invocationLogged, invocationProgressed, invocationUpdated } from '../events.ts';
import { conversationRead, stateRead } from '../reads.ts';
import type { Invocation, LogMessage } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const invocations = createEntityAdapter<Invocation>({
  sortComparer: (one, other) =>
    one.createdAt.localeCompare(other.createdAt) || one.id.localeCompare(other.id),
});

const isSame = (one: LogMessage, other: LogMessage) =>
  one.loggedAt === other.loggedAt && one.text === other.text;

/** The calls that were seen so far: the newest, and those of conversations that were opened. */
export const invocationsSlice = createSlice({
  name: 'attache/invocations',
  initialState: invocations.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        invocations.setAll(state, payload.snapshot.viewer.invocations.nodes);
      })
      .addCase(conversationRead, (state, { payload }) => {
        const calls = payload.map(({ elicitations, ...invocation }) => invocation);
        upsertNewer(invocations, state, calls);
      })
      .addCase(invocationUpdated, (state, { payload }) => {
        upsertNewer(invocations, state, [payload.invocation]);
      })
      .addCase(invocationProgressed, (state, { payload: { invocationId, progress } }) => {
        // How far it is comes without a revision. It only grows.
        const invocation = state.entities[invocationId];
        if (invocation && (invocation.progress?.current ?? -1) < progress.current) {
          invocation.progress = progress;
        }
      })
      .addCase(invocationLogged, (state, { payload: { invocationId, message } }) => {
        const log = state.entities[invocationId]?.log;
        if (log && !log.some((known) => isSame(known, message))) {
          log.push(message);
        }
      });
  },
});

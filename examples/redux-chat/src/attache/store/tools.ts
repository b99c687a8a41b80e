import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { accountRemoved, catalogUpdated, toolUpdated } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { Tool } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

export const tools = createEntityAdapter<Tool>();

/** The tools of all accounts. */
export const toolsSlice = createSlice({
  name: 'attache/tools',
  initialState: tools.getInitialState({ areRead: false }),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        tools.setAll(state, payload.tools);
        state.areRead = true;
      })
      .addCase(catalogUpdated, (state, { payload }) => {
        tools.removeMany(state, payload.removedToolIds);
        upsertNewer(tools, state, payload.upsertedTools);
      })
      .addCase(toolUpdated, (state, { payload }) => {
        upsertNewer(tools, state, [payload.tool]);
      })
      .addCase(accountRemoved, (state, { payload }) => {
        const gone = state.ids.filter((id) => state.entities[id]?.account.id === payload.accountId);
        tools.removeMany(state, gone);
      });
  },
});

import { createSlice } from '@reduxjs/toolkit';

import { viewerSettingsUpdated } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { ViewerSettings } from '../nodes.ts';

const initialState: ViewerSettings = { defaultConfirmation: 'UNLESS_READ_ONLY' };

/** What the viewer decided for all tools. */
export const settingsSlice = createSlice({
  name: 'attache/settings',
  initialState,
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (_, { payload }) => payload.snapshot.viewer.settings)
      .addCase(viewerSettingsUpdated, (_, { payload }) => payload.settings);
  },
});

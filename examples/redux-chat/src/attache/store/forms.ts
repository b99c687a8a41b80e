import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { accountRemoved } from '../events.ts';
import { formRead } from '../reads.ts';
import type { Form } from '../nodes.ts';
import { upsertNewer } from './versioned.ts';

/** A form, and the revision of the tool that it belongs to. */
export interface ToolForm {
  /** The tool's id. */
  readonly id: string;
  readonly accountId: string;
  readonly revision: number;
  readonly form: Form;
}

export const forms = createEntityAdapter<ToolForm>();

/** The forms of the tools that were opened. */
export const formsSlice = createSlice({
  name: 'attache/forms',
  initialState: forms.getInitialState(),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(formRead, (state, { payload }) => {
        upsertNewer(forms, state, [payload]);
      })
      .addCase(accountRemoved, (state, { payload }) => {
        const isGone = (id: string) => state.entities[id]?.accountId === payload.accountId;
        forms.removeMany(state, state.ids.filter(isGone));
      });
  },
});

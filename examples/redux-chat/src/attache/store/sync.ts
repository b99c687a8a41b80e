import { createSlice, isAction, type PayloadAction } from '@reduxjs/toolkit';

import { caughtUp } from '../events.ts';
import { stateRead } from '../reads.ts';

/** How what is here relates to what the server knows. */
export type SyncPhase =
  /** Nobody asked yet. */
  | 'idle'
  /** The state is being read. */
  | 'reading'
  /** What happened meanwhile arrives. */
  | 'catchingUp'
  /** As the server knows it, as of now. */
  | 'live'
  /** The server is out of reach, and is tried again. */
  | 'offline'
  /** The server does not let us in. */
  | 'refused';

interface SyncState {
  readonly phase: SyncPhase;
  /** The position in the log that the rest of the state belongs to. */
  readonly cursor: string | null;
}

const initialState: SyncState = { phase: 'idle', cursor: null };

/** The position that an action of ours moves to. */
const cursorOf = (action: unknown): string | undefined => {
  if (!isAction(action) || !action.type.startsWith('attache/') || !('meta' in action)) {
    return undefined;
  }
  const { meta } = action as { meta?: { cursor?: unknown } };
  return typeof meta?.cursor === 'string' ? meta.cursor : undefined;
};

export const syncSlice = createSlice({
  name: 'attache/sync',
  initialState,
  reducers: {
    phaseChanged: (state, { payload }: PayloadAction<SyncPhase>) => {
      state.phase = payload;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        state.cursor = payload.snapshot.viewer.eventCursor;
      })
      .addCase(caughtUp, (state) => {
        state.phase = 'live';
      })
      .addMatcher(
        (action) => cursorOf(action) !== undefined,
        (state, action) => {
          state.cursor = cursorOf(action) ?? state.cursor;
        },
      );
  },
});

export const { phaseChanged } = syncSlice.actions;

// Attaché in a Redux store. Nothing here knows of React.
//
//   const store = configureStore({ reducer: { attache: attacheReducer } });
//   const attache = createAttache(store, session);

import type { Dispatch } from '@reduxjs/toolkit';

import { createCommands, type Commands } from './commands.ts';
import type { WithAttache } from './reducer.ts';
import { startSync, type Sync } from './sync.ts';
import { createTransport, type Session } from './transport.ts';

export type { Commands } from './commands.ts';
export * from './form/build.ts';
export * from './form/draft.ts';
export { attacheReducer, type AttacheState, type WithAttache } from './reducer.ts';
export * from './selectors.ts';
export type { ToolForm } from './store/forms.ts';
export type { SyncPhase } from './store/sync.ts';
export { Fault, NotLetIn, type Session } from './transport.ts';
export * from './nodes.ts';

export interface Attache extends Commands, Sync {}

/** Keeps the store as the server knows it, and does what people want done. */
export function createAttache(
  store: { dispatch: Dispatch; getState: () => WithAttache },
  session: () => Promise<Session>,
): Attache {
  const transport = createTransport(session);
  return { ...createCommands(store.dispatch, transport), ...startSync(store, transport) };
}

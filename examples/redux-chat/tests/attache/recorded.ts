// What a server told a client once (see `../record.ts`).

import { configureStore } from '@reduxjs/toolkit';

import { attacheReducer } from '../../src/attache/index.ts';
import type { SnapshotQuery } from '../../src/attache/generated.ts';
import type { AttacheEvent, Form, Tool } from '../../src/attache/nodes.ts';
import recording from './recorded.json' with { type: 'json' };

export const recorded = recording as unknown as {
  /** The state before anything happened. */
  readonly before: SnapshotQuery;
  /** Everything that happened. */
  readonly events: readonly AttacheEvent[];
  /** The state before the disconnection. */
  readonly after: SnapshotQuery;
  readonly tools: readonly Tool[];
  /** The form with a field of every kind. */
  readonly form: Form;
};

export const newStore = () => configureStore({ reducer: { attache: attacheReducer } });

/** The first event of a kind. */
export function firstOf<Name extends AttacheEvent['__typename']>(name: Name) {
  const event = recorded.events.find((it) => it.__typename === name);
  if (!event) throw new Error(`no ${name} was recorded`);
  return event as Extract<AttacheEvent, { __typename: Name }>;
}

// Keeps the store as the server knows it: reads everything once, follows what happens from there,
// and goes on from the last position when the connection was lost.

import type { Dispatch } from '@reduxjs/toolkit';

import { actionOf } from './events.ts';
import { SnapshotDocument, ToolsDocument, type ToolsQuery } from './generated.ts';
import { stateRead } from './reads.ts';
import type { WithAttache } from './reducer.ts';
import { phaseChanged } from './store/sync.ts';
import { NotLetIn, type Transport } from './transport.ts';
import type { Tool } from './nodes.ts';

/** The wait before the first new try, in milliseconds, and the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 10_000;

interface Store {
  dispatch: Dispatch;
  getState: () => WithAttache;
}

export interface Sync {
  /** Tries at once what would be tried again later, on a connection of its own. */
  reconnect: () => void;
  stop: () => void;
}

/** Begins to keep the store, until it is stopped. */
export function startSync(store: Store, transport: Transport): Sync {
  const life = new AbortController();
  let round = new AbortController();
  const isOver = () => life.signal.aborted;

  const follow = async () => {
    for (let failures = 0; !isOver();) {
      round = new AbortController();
      const signal = AbortSignal.any([life.signal, round.signal]);
      try {
        await keepUp(store, transport, signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (!isOver()) {
          store.dispatch(phaseChanged(error instanceof NotLetIn ? 'refused' : 'offline'));
        }
      }
      if (signal.aborted) continue;
      // Not all at once when a server comes back that had many.
      const wait = Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT);
      failures += 1;
      await pause(wait * (0.5 + Math.random() / 2), signal);
    }
  };
  void follow();

  return {
    reconnect: () => {
      round.abort();
    },
    stop: () => {
      life.abort();
    },
  };
}

/** Reads what has to be read, and applies what happens, until the connection ends. */
async function keepUp(
  { dispatch, getState }: Store,
  transport: Transport,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const read = async () => {
    dispatch(phaseChanged('reading'));
    const state = await readAll(transport, signal);
    signal.throwIfAborted();
    dispatch(stateRead(state));
    return state.snapshot.viewer.eventCursor;
  };
  let cursor = getState().attache.sync.cursor ?? (await read());
  for (;;) {
    let isTooOld = false;
    let isFirst = true;
    for await (const event of transport.events(cursor, signal)) {
      onProgress();
      if (event.__typename === 'SnapshotRequired') {
        isTooOld = true;
        break;
      }
      if (isFirst) dispatch(phaseChanged('catchingUp'));
      isFirst = false;
      dispatch(actionOf(event));
    }
    if (!isTooOld) throw new Error('The connection ended');
    cursor = await read();
  }
}

/**
 * Reads the state, position first, and then the tools. Whatever changes in between is told again
 * when the events after that position arrive.
 */
async function readAll({ request }: Transport, signal: AbortSignal) {
  const snapshot = await request(SnapshotDocument, {}, signal);
  const tools: Tool[] = [];
  for (let after: string | null = null; ;) {
    const page: ToolsPage = (await request(ToolsDocument, { after }, signal)).viewer.tools;
    tools.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    if (after === null) return { snapshot, tools };
  }
}

type ToolsPage = ToolsQuery['viewer']['tools'];

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

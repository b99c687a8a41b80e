import { expect, test, vi } from 'vitest';

import { selectPhase, selectToolsAreRead } from '../../src/attache/index.ts';
import { SnapshotDocument } from '../../src/attache/generated.ts';
import type { AttacheEvent } from '../../src/attache/nodes.ts';
import { startSync } from '../../src/attache/sync.ts';
import { NotLetIn, type Transport } from '../../src/attache/transport.ts';
import { firstOf, newStore, recorded } from './recorded.ts';

const event = (cursor: string, happened: AttacheEvent): AttacheEvent => ({ ...happened, cursor });
const caughtUp = (cursor: string) => event(cursor, firstOf('CaughtUp'));
const snapshotRequired: AttacheEvent = { __typename: 'SnapshotRequired', cursor: 'old', at: '' };

/** A server that says these things, one connection after the other, and then nothing. */
function server(...connections: readonly (readonly AttacheEvent[] | Error)[]) {
  const asked: string[] = [];
  let snapshots = 0;
  const transport: Transport = {
    request: (document) => {
      const isSnapshot = (document as unknown) === SnapshotDocument;
      if (isSnapshot) snapshots += 1;
      const page = { nodes: recorded.tools, pageInfo: { hasNextPage: false, endCursor: null } };
      const answer: unknown = isSnapshot ? recorded.before : { viewer: { tools: page } };
      return Promise.resolve(answer as never);
    },
    async *events(after, signal) {
      const said = connections[asked.length];
      asked.push(after);
      if (said instanceof Error) throw said;
      yield* said ?? [];
      if (!said) {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      }
    },
  };
  return { transport, asked, snapshots: () => snapshots };
}

const start = recorded.before.viewer.eventCursor;

test('after a loss it goes on from the last position, without reading again', async () => {
  const store = newStore();
  const { transport, asked, snapshots } = server(
    [caughtUp('a'), event('b', firstOf('AccountUpdated'))],
    [caughtUp('c')],
  );
  const sync = startSync(store, transport);
  await vi.waitFor(() => {
    expect(asked).toEqual([start, 'b', 'c']);
  });
  expect(snapshots()).toBe(1);
  sync.stop();
});

test('where the position is not in the log any more, it reads again', async () => {
  const store = newStore();
  const { transport, asked, snapshots } = server([snapshotRequired, caughtUp('never')]);
  const sync = startSync(store, transport);
  await vi.waitFor(() => {
    expect(asked).toEqual([start, start]);
  });
  expect(snapshots()).toBe(2);
  expect(store.getState().attache.sync.cursor).toBe(start);
  sync.stop();
});

test('it says when the server is out of reach, and when it does not let us in', async () => {
  for (const [error, phase] of [
    [new Error('gone'), 'offline'],
    [new NotLetIn('no'), 'refused'],
  ] as const) {
    const store = newStore();
    const { transport } = server([caughtUp('a')], error);
    const phases: string[] = [];
    store.subscribe(() => phases.push(selectPhase(store.getState())));
    const sync = startSync(store, transport);
    await vi.waitFor(() => {
      expect(phases).toContain(phase);
    });
    sync.stop();
  }
});

test('who is told to tries at once', async () => {
  const store = newStore();
  const lost = Array.from({ length: 6 }, () => new Error('gone'));
  const { transport, asked } = server(...lost);
  const sync = startSync(store, transport);
  for (let tries = 1; tries <= 6; tries += 1) {
    await vi.waitFor(() => {
      expect(asked.length).toBeGreaterThanOrEqual(tries);
    });
    sync.reconnect();
  }
  sync.stop();
});

test('a reading that fails half way is made again, and nothing of it is shown', async () => {
  const store = newStore();
  const { transport, snapshots } = server([caughtUp('a')]);
  let failures = 1;
  const failing: Transport = {
    ...transport,
    request: (document, variables, signal) => {
      if ((document as unknown) !== SnapshotDocument && failures > 0) {
        failures -= 1;
        return Promise.reject(new Error('gone'));
      }
      return transport.request(document, variables, signal);
    },
  };
  const sync = startSync(store, failing);
  await vi.waitFor(() => {
    expect(selectPhase(store.getState())).toBe('offline');
  });
  expect(store.getState().attache.sync.cursor).toBeNull();
  await vi.waitFor(() => {
    expect(selectToolsAreRead(store.getState())).toBe(true);
  });
  expect(snapshots()).toBe(2);
  sync.stop();
});

test('what somebody else calls a position moves nothing', () => {
  const store = newStore();
  store.dispatch({ type: 'list/scrolled', meta: { cursor: 'elsewhere' } });
  expect(store.getState().attache.sync.cursor).toBeNull();
});

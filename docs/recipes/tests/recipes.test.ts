// Each recipe, with what a server told a client once: from an empty state to the end of it.

import { introspectionFromSchema, isAbstractType } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';

import { codesOf } from '../dist/codes.ts';
import { createApollo, followWithApollo, state as apolloState } from '../dist/apollo.ts';
import { possibleTypes } from '../dist/kinds.ts';
import { createStore } from '../dist/redux.ts';
import { createRelay, followWithRelay } from '../dist/relay.ts';
import { createUrql, followWithUrql, state as urqlState } from '../dist/urql.ts';
import { environmentState } from './relay.ts';
import { play, recorded, schema, type Connection, type RecordedEvent } from './server.ts';

interface Node {
  readonly id: string;
  readonly state: string;
  readonly revision: number;
}

/** What a screen is shown. */
interface Shown {
  readonly accounts: readonly Node[];
  readonly invocations: readonly Node[];
}

/** How long a store may take to be as it should, in milliseconds, on a machine that is busy. */
const PATIENCE = 10_000;

const url = 'https://attache.example.com/graphql';
const token = () => Promise.resolve('signed');

/** Those that share the loop of the book, and how it is begun. */
type Failed = (error: unknown) => void;
const loops: Record<string, (signal: AbortSignal, failed: Failed) => Promise<void>> = {
  apollo: (signal, failed) => followWithApollo(createApollo(url, token), failed, signal),
  urql: (signal, failed) =>
    followWithUrql(createUrql(url, token, introspectionFromSchema(schema)), failed, signal),
  relay: (signal, failed) => followWithRelay(createRelay(url, token), failed, signal),
};

const ignore = () => undefined;

const recipes: Record<string, (signal: AbortSignal) => () => Shown | undefined> = {
  redux: (signal) => {
    const { store, attache } = createStore(url, token);
    signal.addEventListener('abort', attache.stop);
    return () => {
      const { accounts, invocations } = store.getState().attache;
      const list = (nodes: object) => Object.values(nodes) as Node[];
      return {
        accounts: list(accounts.entities),
        invocations: list(invocations.entities),
      };
    };
  },
  apollo: (signal) => {
    const client = createApollo(url, token);
    void followWithApollo(client, ignore, signal);
    return () => {
      const viewer = client.cache.readQuery({ query: apolloState })?.viewer;
      return viewer && { accounts: viewer.accounts, invocations: viewer.invocations.nodes };
    };
  },
  urql: (signal) => {
    const client = createUrql(url, token, introspectionFromSchema(schema));
    void followWithUrql(client, ignore, signal);
    return () => {
      const viewer = client.readQuery(urqlState, {}, { requestPolicy: 'cache-only' })?.data?.viewer;
      return viewer && { accounts: viewer.accounts, invocations: viewer.invocations.nodes };
    };
  },
  relay: (signal) => {
    const environment = createRelay(url, token);
    void followWithRelay(environment, ignore, signal);
    return () => environmentState(environment);
  },
};

/** What is to be shown after these events: the newest of each, but for what is gone. */
function expected(events: readonly RecordedEvent[]): Shown {
  const nodes = { account: new Map<string, Node>(), invocation: new Map<string, Node>() };
  for (const event of events) {
    for (const kind of ['account', 'invocation'] as const) {
      const node = event[kind];
      const known = node && nodes[kind].get(node.id);
      if (node && (known?.revision ?? 0) < node.revision) nodes[kind].set(node.id, node);
    }
    if ('accountId' in event && event.__typename === 'AccountRemoved') {
      nodes.account.delete(event.accountId as string);
    }
  }
  return { accounts: [...nodes.account.values()], invocations: [...nodes.invocation.values()] };
}

const plain = (nodes: readonly Node[]) =>
  nodes
    .map(({ id, state, revision }) => ({ id, state, revision }))
    .sort((one, other) => one.id.localeCompare(other.id));

const isSame = (shown: Shown | undefined, wanted: Shown) => {
  expect(shown && plain(shown.accounts)).toEqual(plain(wanted.accounts));
  expect(shown && plain(shown.invocations)).toEqual(plain(wanted.invocations));
};

let life = new AbortController();

/** Begins to keep a store, beside a server that says this. */
function start(recipe: string, ...connections: readonly Connection[]) {
  life = new AbortController();
  const server = play(...connections);
  const begin = recipes[recipe];
  if (!begin) throw new Error(recipe);
  return { ...server, shown: begin(life.signal) };
}

const warn = vi.spyOn(console, 'warn');
const fail = vi.spyOn(console, 'error');

afterEach(() => {
  life.abort();
  vi.unstubAllGlobals();
  // Caches say there what they were not told.
  const said = [...warn.mock.calls, ...fail.mock.calls];
  vi.clearAllMocks();
  expect(said).toEqual([]);
});

test('caches are told of every kind of event that there is', () => {
  const event = schema.getType('Event');
  if (!isAbstractType(event)) throw new Error('no interface');
  const kinds = schema.getPossibleTypes(event).map(({ name }) => name);
  expect(possibleTypes.Event.toSorted()).toEqual(kinds.toSorted());
});

const { events } = recorded;
const half = events.findIndex((event) => event.__typename === 'InvocationUpdated') + 3;
const [first, second] = [events.slice(0, half), events.slice(half)];
const all = Object.keys(recipes);

test.each(all)('%s: from the snapshot it follows to the end', async (recipe) => {
  const { asked, tokens, shown } = start(recipe, { says: events, then: 'stays' });
  await vi.waitFor(() => {
    isSame(shown(), expected(events));
  }, PATIENCE);
  expect(asked).toEqual([recorded.before.viewer.eventCursor]);
  expect([...tokens]).toEqual(['Bearer signed']);
});

test.each(all)('%s: after a loss it goes on from where it stood', async (recipe) => {
  const connections = [
    { says: first, then: 'breaks' },
    { says: second, then: 'stays' },
  ] as const;
  const { asked, snapshots, shown } = start(recipe, ...connections);
  await vi.waitFor(() => {
    isSame(shown(), expected(events));
  }, PATIENCE);
  expect(asked).toEqual([recorded.before.viewer.eventCursor, first.at(-1)?.cursor]);
  expect(snapshots()).toBe(1);
});

test.each(all)('%s: what comes late and is older brings nothing back', async (recipe) => {
  const late = events.filter(({ invocation }) => invocation && invocation.revision < 3);
  expect(late.length).toBeGreaterThan(2);
  const says = [...events, ...late];
  const { told, shown } = start(recipe, { says, then: 'stays' });
  await vi.waitFor(() => {
    // The acknowledgement is a message as well.
    expect(told()).toBe(says.length + 1);
  }, PATIENCE);
  // Some put what they are told into their stores a moment later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  isSame(shown(), expected(events));
});

test.each(all)('%s: where the position is gone it starts over', async (recipe) => {
  const gone = { __typename: 'SnapshotRequired', cursor: 'gone', at: '2026-01-01T00:00:00Z' };
  const { asked, snapshots, shown } = start(
    recipe,
    { says: [...first, gone], then: 'ends' },
    { says: [], then: 'stays' },
  );
  const { eventCursor, accounts, invocations } = recorded.after.viewer as unknown as {
    readonly eventCursor: string;
    readonly accounts: readonly Node[];
    readonly invocations: { readonly nodes: readonly Node[] };
  };
  await vi.waitFor(() => {
    expect(asked).toEqual([recorded.before.viewer.eventCursor, eventCursor]);
  }, PATIENCE);
  expect(snapshots()).toBe(2);
  isSame(shown(), { accounts, invocations: invocations.nodes });
});

const shared = Object.keys(loops);

/** Begins the loop alone. */
function loop(recipe: string, ...connections: readonly Connection[]) {
  life = new AbortController();
  const server = play(...connections);
  const failures: unknown[] = [];
  const begin = loops[recipe];
  if (!begin) throw new Error(recipe);
  const ended = begin(life.signal, (error) => { failures.push(error); });
  return { ...server, failures, ended };
}

test.each(shared)('%s: what is stopped while it reads does not begin to listen', async (recipe) => {
  const { asked, snapshots, failures, ended } = loop(recipe, { says: events, then: 'stays' });
  const answer = globalThis.fetch;
  vi.stubGlobal('fetch', (...request: Parameters<typeof fetch>) => {
    life.abort();
    return answer(...request);
  });
  await ended;
  expect(snapshots()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toEqual([]);
  expect(failures).toEqual([]);
});

test.each(shared)('%s: what is stopped hears nothing more', async (recipe) => {
  const { told, listening, ended } = loop(recipe, { says: events, then: 'stays' });
  await vi.waitFor(() => {
    expect(told()).toBe(events.length + 1);
  }, PATIENCE);
  life.abort();
  await ended;
  await vi.waitFor(() => {
    expect(listening()).toBe(0);
  }, PATIENCE);
});

test.each(shared)('%s: what failed is told, and tried again', async (recipe) => {
  const connections = [{ says: first, then: 'breaks' }, { says: second, then: 'stays' }] as const;
  const { asked, failures } = loop(recipe, ...connections);
  await vi.waitFor(() => {
    expect(asked).toHaveLength(2);
  }, PATIENCE);
  expect(failures).toHaveLength(1);
});

test.each(shared)('%s: what the server does not know is not asked for again', async (recipe) => {
  const { asked, failures, ended } = loop(recipe, { says: [], then: 'is refused' });
  await ended;
  expect(asked).toHaveLength(1);
  expect(failures.flatMap((it) => codesOf(it))).toContain('GRAPHQL_VALIDATION_FAILED');
});

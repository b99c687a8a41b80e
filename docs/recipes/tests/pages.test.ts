// The smaller pieces of the book and the README, each doing what its page says.

import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, test, vi } from 'vitest';

import { selectPhase, selectToolGroups } from '../dist/attache/index.ts';
import { begin, wrong } from '../dist/form.ts';
import { takeTicket } from '../dist/landing.ts';
import { tokenOf } from '../dist/person.ts';
import { connect } from '../dist/README.ts';
import { createStore, runByName } from '../dist/redux.ts';
import { play, playWith, recorded } from './server.ts';

const url = 'https://attache.example.com/graphql';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Where a server for development wrote this into one of its files. */
async function beside(file: string, content: object, work: () => void | Promise<void>) {
  const directory = mkdtempSync(join(tmpdir(), 'attache-book-'));
  const cwd = process.cwd();
  try {
    mkdirSync(join(directory, '.attache'));
    writeFileSync(join(directory, '.attache', file), JSON.stringify(content));
    process.chdir(directory);
    await work();
  } finally {
    process.chdir(cwd);
    rmSync(directory, { recursive: true });
  }
}

test('a ticket is taken out of the address', () => {
  const replaced: string[] = [];
  const location = { href: 'https://app.example.com/chat?from=x&attempt=att_1&ticket=t1' };
  const history = {
    replaceState: (_state: unknown, _title: string, to: URL) => replaced.push(to.href),
  };
  vi.stubGlobal('window', { location, history });
  expect(takeTicket()).toBe('t1');
  expect(replaced).toEqual(['https://app.example.com/chat?from=x']);
  location.href = 'https://app.example.com/chat';
  expect(takeTicket()).toBeNull();
  expect(replaced).toHaveLength(1);
});

test('a form begins with what the service suggests, and says what is missing', () => {
  const { draft, value } = begin(recorded.form);
  expect(value).toMatchObject({ travellers: 2, flexible: false, class: 'good' });
  expect(wrong(recorded.form, draft)).toContain('/destination');
});

test('what is needed of a client is this little', async () => {
  play();
  await beside('dev.json', { url, token: 'signed' }, async () => {
    const { request } = await import('../dist/request.ts');
    const data = await request<{ viewer: { eventCursor: string } }>('{ viewer { eventCursor } }');
    expect(data.viewer.eventCursor).toBe(recorded.before.viewer.eventCursor);
  });
});

test('the client of the README reads, and follows', async () => {
  const { asked, tokens } = play({ says: recorded.events, then: 'ends' });
  const { execute, follow } = connect(url, 'signed');
  expect(await execute('{ viewer { eventCursor } }')).toMatchObject({ data: { viewer: {} } });
  const seen: unknown[] = [];
  for await (const { data } of follow('here')) seen.push(data?.['viewerEvents']);
  expect(asked).toEqual(['here']);
  expect([...tokens]).toEqual(['Bearer signed']);
  expect(seen).toHaveLength(recorded.events.length);
});

test('a server that answers without a body is not taken for one that answers', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 503 })));
  const { request } = await import('../dist/request.ts');
  await expect(request('{ viewer { eventCursor } }')).rejects.toThrow('503');
});

test('a token is signed for somebody else', async () => {
  await beside('keys.json', { jwt: 'shared' }, () => {
    const [header = '', claims = '', signature] = tokenOf('grace').split('.');
    const signed = createHmac('sha256', 'shared').update(`${header}.${claims}`);
    expect(signature).toBe(signed.digest('base64url'));
    const claimed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(claimed).toMatchObject({ iss: 'attache dev', aud: 'attache', sub: 'grace' });
  });
});

test('a tool is run where the store is live, and not before', async () => {
  const invoked: unknown[] = [];
  const invokeTool = (args: { input: unknown }) => {
    invoked.push(args.input);
    return { invocation: null, problems: [], cursor: 'there' };
  };
  // Up to where it is said that the state is current: the accounts that have the tools are there.
  const connected = recorded.events.filter(({ __typename }) => __typename === 'AccountUpdated');
  const caughtUp = recorded.events.filter(({ __typename }) => __typename === 'CaughtUp');
  playWith({ invokeTool }, { says: [...connected.slice(0, 2), ...caughtUp], then: 'stays' });
  const kept = createStore(url, () => Promise.resolve('signed'));
  const { store } = kept;
  const isThere = () => selectToolGroups(store.getState(), 'greet').length > 0;
  const early: boolean[] = [];
  const unsubscribe = store.subscribe(() => {
    if (!isThere() || selectPhase(store.getState()) === 'live') return;
    unsubscribe();
    void runByName(kept, 'greet', { name: 'Ada' }).then((it) => early.push(it));
  });
  await vi.waitFor(() => {
    expect(isThere() && selectPhase(store.getState())).toBe('live');
  });
  expect(early).toEqual([false]);
  expect(invoked).toEqual([]);
  expect(await runByName(kept, 'nothing', {})).toBe(false);
  expect(await runByName(kept, 'greet', { name: 'Ada' })).toBe(true);
  expect(invoked).toMatchObject([{ arguments: { name: 'Ada' } }]);
  kept.attache.stop();
});

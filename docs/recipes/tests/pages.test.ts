// The smaller pieces of the book and the README, each doing what its page says.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, test, vi } from 'vitest';

import { begin, wrong } from '../dist/form.ts';
import { takeTicket } from '../dist/landing.ts';
import { connect } from '../dist/README.ts';
import { createStore, runByName } from '../dist/redux.ts';
import { play, recorded } from './server.ts';

const url = 'https://attache.example.com/graphql';

afterEach(() => {
  vi.unstubAllGlobals();
});

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
  expect(value).toBeTypeOf('object');
  const required = recorded.form.fields.filter((field) => field.isRequired);
  expect(required.length).toBeGreaterThan(0);
  expect(Array.isArray(wrong(recorded.form, draft))).toBe(true);
});

test('what is needed of a client is this little', async () => {
  play();
  const directory = mkdtempSync(join(tmpdir(), 'attache-book-'));
  const cwd = process.cwd();
  try {
    mkdirSync(join(directory, '.attache'));
    writeFileSync(join(directory, '.attache/dev.json'), JSON.stringify({ url, token: 'signed' }));
    process.chdir(directory);
    const { request } = await import('../dist/request.ts');
    const data = await request<{ viewer: { eventCursor: string } }>('{ viewer { eventCursor } }');
    expect(data.viewer.eventCursor).toBe(recorded.before.viewer.eventCursor);
  } finally {
    process.chdir(cwd);
    rmSync(directory, { recursive: true });
  }
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

test('a tool is not run before the store is live', async () => {
  play();
  const kept = createStore(url, () => Promise.resolve('signed'));
  expect(await runByName(kept, 'greet', { name: 'Ada' })).toBe(false);
  kept.attache.stop();
});

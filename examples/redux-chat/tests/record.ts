// Records what a server tells a client, for the tests of the reducers:
//
//   cargo run -- dev          (in another terminal, with a fresh --directory)
//   npm run record

import { writeFileSync } from 'node:fs';

import { createCommands } from '../src/attache/commands.ts';
import { SnapshotDocument, ToolFormDocument, ToolsDocument } from '../src/attache/generated.ts';
import type { AttacheEvent } from '../src/attache/nodes.ts';
import { createTransport } from '../src/attache/transport.ts';
import { session } from './session.ts';

const transport = createTransport(() => Promise.resolve(session()));
const commands = createCommands(<Action>(action: Action) => action, transport);
const before = await transport.request(SnapshotDocument, {});

const events: AttacheEvent[] = [];
const end = new AbortController();
const following = (async () => {
  try {
    for await (const event of transport.events(before.viewer.eventCursor, end.signal)) {
      events.push(event);
    }
  } catch (error) {
    if (!end.signal.aborted) throw error;
  }
})();

const seen = async (what: string, is: (event: AttacheEvent) => boolean) => {
  for (let tries = 0; !events.some(is); tries += 1) {
    if (tries > 200) throw new Error(`never seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

// Toys need no consent. A notebook does, and the playground takes it without a browser.
await commands.selectServices({ serviceIds: before.services.nodes.map(({ id }) => id) });
await commands.updateViewerSettings({ defaultConfirmation: 'ALWAYS' });
const { account } = await commands.connectWithKey({ serviceCode: 'TOOLBOX' });
if (!account) throw new Error('no account');
await seen('a catalog', (it) => it.__typename === 'CatalogUpdated' && it.catalog.state === 'READY');

const begun = await commands.beginConnect({
  target: { serviceCode: 'NOTEBOOK' },
  returnTo: 'frontend',
});
const consent = await fetch(begun.attempt?.authorizationUrl ?? '', {
  method: 'POST',
  body: new URLSearchParams({ person: 'ada' }),
  redirect: 'manual',
});
const back = await fetch(consent.headers.get('location') ?? '', { redirect: 'manual' });
const ticket = new URL(back.headers.get('location') ?? '').searchParams.get('ticket');
await commands.completeOAuth({ ticket: ticket ?? '' });

// A service of the viewer's own: the playground once more, which listens on the next port.
const own = new URL(session().url);
own.port = String(Number(own.port) + 1);
own.pathname = '/open/mcp';
const added = await commands.addService({ name: 'Mine', mcpUrl: own.href });
await commands.removeService({ serviceCode: added.service?.code ?? '' });

const { viewer } = await transport.request(ToolsDocument, { after: null });
const tool = (name: string) => {
  const found = viewer.tools.nodes.find((it) => it.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.id;
};
const invoke = (name: string, args: unknown) =>
  commands.invokeTool({
    toolId: tool(name),
    arguments: args,
    idempotencyKey: crypto.randomUUID(),
    conversationId: 'recorded',
    prompt: `Please ${name}`,
    ifUnconfirmed: 'AWAIT_APPROVAL',
    isConfirmed: name !== 'greet',
  });
const { node } = await transport.request(ToolFormDocument, { id: tool('plan_trip') });
const form = node?.__typename === 'Tool' ? node.form : null;
await commands.updateToolSettings({ toolId: tool('greet'), patch: { isPinned: true } });
const asked = await invoke('greet', { name: 'Ada' });
await commands.approveInvocation({ invocationId: asked.invocation?.id ?? '' });
await invoke('countdown', { from: 3, pauseMs: 100 });
await invoke('show_kinds', {});
const booking = await invoke('book_table', {});
await seen('a question', (it) => it.__typename === 'ElicitationUpdated');
const question = events.find((it) => it.__typename === 'ElicitationUpdated');
if (question?.__typename !== 'ElicitationUpdated') throw new Error('no question');
await commands.answerElicitation({
  elicitationId: question.elicitation.id,
  action: 'ACCEPT',
  content: { date: '2026-12-24', people: 2 },
});
await seen(
  'a table',
  (it) =>
    it.__typename === 'InvocationUpdated' &&
    it.invocation.id === booking.invocation?.id &&
    it.invocation.state === 'SUCCEEDED',
);
await commands.updateViewerSettings({ defaultConfirmation: 'UNLESS_READ_ONLY' });
const after = await transport.request(SnapshotDocument, {});
const tools = (await transport.request(ToolsDocument, { after: null })).viewer.tools.nodes;
await commands.disconnect({ serviceCode: 'NOTEBOOK' });
await seen('a revocation', (it) => it.__typename === 'RevocationUpdated');
await seen('a removal', (it) => it.__typename === 'AccountRemoved');
end.abort();
await following;

// An event a line, so that it can be seen what became different.
const lines = events.map((event) => JSON.stringify(event)).join(',\n');
const rest = JSON.stringify({ before, after, tools, form }).slice(1);
writeFileSync(new URL('attache/recorded.json', import.meta.url), `{"events":[\n${lines}\n],\n${rest}\n`);
console.log(`${events.length} events`);
process.exit();

// The page that a newcomer sees first: the tour of the README, without the internet.

import type { Page } from '@playwright/test';

import { createTransport } from '../../src/attache/transport.ts';
import { ToolsDocument } from '../../src/attache/generated.ts';
import { session } from '../session.ts';
import { expect, test } from './world.ts';

async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('tab').getByRole('button', { name, exact: true }).click();
}

/** Runs what is open, and waits until this is in the answer. */
async function execute(page: Page, expected: RegExp): Promise<void> {
  const result = page.getByRole('region', { name: 'Result Window' });
  const tooEarly = 'Unknown operation named';
  await expect(async () => {
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await expect(result).toContainText(new RegExp(`${tooEarly}|${expected.source}`));
    // The page learns the name of an operation a moment after its tab was opened. Until then it
    // asks for the one before, which is refused, and nothing was run.
    await expect(result).not.toContainText(tooEarly, { timeout: 100 });
  }).toPass();
  await expect(result).toContainText(expected);
}

/** Runs the operation of a tab. */
async function runTab(page: Page, name: string, expected: RegExp): Promise<void> {
  await open(page, name);
  await execute(page, expected);
}

test('GraphiQL takes a newcomer through the tour, subscriptions included', async ({
  page,
  context,
  world,
}) => {
  const strangers: string[] = [];
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    const isOurs = ['127.0.0.1', 'localhost'].includes(hostname);
    if (!isOurs && protocol.startsWith('http')) strangers.push(request.url());
  });
  const origin = `http://127.0.0.1:${world.server.port}/`;
  await page.goto(origin);

  // The editor shows a part of a long line: the address is taken from the answer itself.
  const answered = page.waitForResponse(
    (it) => it.request().postData()?.includes('beginConnect(') === true,
  );
  await runTab(page, 'Connect', /authorizationUrl/);
  const { data } = (await (await answered).json()) as {
    data: { beginConnect: { attempt: { authorizationUrl: string } } };
  };
  await page.goto(data.beginConnect.attempt.authorizationUrl);
  await page.getByRole('button', { name: 'Allow' }).click();
  await runTab(page, 'Complete', /CONNECTED/);
  await runTab(page, 'Tools', /NOTEBOOK/);

  const watching = await context.newPage();
  await watching.goto(origin);
  await runTab(watching, 'Watch', /CaughtUp/);

  const transport = createTransport(() => Promise.resolve(session()));
  await expect
    .poll(async () => (await transport.request(ToolsDocument, { after: null })).viewer.tools.nodes)
    .not.toEqual([]);
  const { viewer } = await transport.request(ToolsDocument, { after: null });
  const tool = viewer.tools.nodes.find((it) => it.name === 'whoami');
  await open(page, 'Invoke');
  await page.getByRole('region', { name: 'Variables' }).getByRole('textbox').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(JSON.stringify({ toolId: tool?.id }));
  await execute(page, /invocation/);
  const watched = watching.getByRole('region', { name: 'Result Window' });
  await expect(watched).toContainText('InvocationUpdated');

  await runTab(page, 'History', /whoami/);
  await runTab(page, 'Disconnect', /disconnectedAccountIds/);
  await expect(watched).toContainText(/AccountRemoved|RevocationUpdated/);
  expect(strangers).toEqual([]);
});

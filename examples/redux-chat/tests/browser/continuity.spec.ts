import { choose, connectNotebook, connectToolbox, expect, run, services, submit, test } from './world.ts';

test('a reload in the middle of a call loses nothing', async ({ page }) => {
  await connectToolbox(page);
  await choose(page, 'Count down');
  await page.getByLabel(/^From/).fill('8');
  await submit(page, 'Count down', 'Count for me');
  await page.reload();
  const call = page.getByRole('article', { name: 'Count down' });
  await expect(call.getByText('Count for me')).toBeVisible();
  await expect(call).toHaveAttribute('data-state', 'RUNNING');
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(call.getByText('Lift-off!')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Count for me' })).toBeVisible();
});

test('a question outlives a server that is killed', async ({ page, world }) => {
  await connectToolbox(page);
  const call = await run(page, 'Book a table', 'Dinner');
  await call.getByLabel(/^Date/).fill('2026-12-24');
  await world.server.stop('SIGKILL');
  await expect(page.getByText('Out of reach. Trying again…')).toBeVisible();
  // Nothing that was entered is lost meanwhile, and trying says why it does not work.
  await call.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(call.getByText('could not be reached')).toBeVisible();
  await world.server.start();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await expect(call.getByLabel(/^Date/)).toHaveValue('2026-12-24');
  await call.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
});

test('a call whose server was killed is said to be interrupted, and not run again', async ({
  page,
  world,
}) => {
  await connectToolbox(page);
  await choose(page, 'Count down');
  await page.getByLabel(/^From/).fill('60');
  const call = await submit(page, 'Count down', 'Count');
  await expect(call.getByRole('progressbar')).toHaveAttribute('value', /\d/);
  await world.server.stop('SIGKILL');
  await world.server.start();
  await expect(call).toHaveAttribute('data-state', 'INTERRUPTED', { timeout: 30_000 });
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('two windows stay in step', async ({ page, context, world }) => {
  const other = await context.newPage();
  await other.goto(world.origin);
  await connectToolbox(page);
  // The same conversation, in both.
  await expect(other.getByRole('button', { name: /^Greet/ })).toBeVisible();
  await choose(page, 'Greet');
  await page.getByLabel(/^Name/).fill('Grace');
  await submit(page, 'Greet', 'Say hello');
  await other.getByRole('link', { name: 'Say hello' }).click();
  await expect(other.getByText('Hello, Grace!')).toBeVisible();
  // What is pinned, and what is disconnected, in one is so in the other.
  await other.getByRole('button', { name: 'Pin Roll dice' }).click();
  await expect(page.getByRole('button', { name: 'Pin Roll dice' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  const card = (await services(page)).getByRole('listitem', { name: 'Toolbox' }).first();
  await card.getByRole('button', { name: /^Disconnect/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect/ });
  await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(other.getByText('Nothing is connected yet.')).toBeVisible();
  // The history stays.
  await expect(other.getByText('Hello, Grace!')).toBeVisible();
});

test('who was offline hears of everything afterwards', async ({ page, context, world }) => {
  await connectToolbox(page);
  const other = await context.newPage();
  await other.goto(world.origin);
  await expect(other.getByText('Live', { exact: true })).toBeVisible();
  const offline = await other.context().newCDPSession(other);
  const network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await offline.send('Network.emulateNetworkConditions', { ...network, offline: true });
  await expect(other.getByText('Out of reach. Trying again…')).toBeVisible();
  await choose(page, 'Greet');
  await page.getByLabel(/^Name/).fill('Ada');
  await submit(page, 'Greet', 'While you were away');
  await offline.send('Network.emulateNetworkConditions', { ...network, offline: false });
  await expect(other.getByText('Live', { exact: true })).toBeVisible();
  await expect(other.getByRole('link', { name: 'While you were away' })).toBeVisible();
});

test('conversations are kept apart, and found again', async ({ page }) => {
  await connectNotebook(page, 'Ada');
  await page.getByRole('button', { name: 'Close' }).click();
  await run(page, 'Who am I?', 'First');
  await page.getByRole('button', { name: 'New conversation' }).click();
  await expect(page.getByText('What shall be done?')).toBeVisible();
  await run(page, 'Who am I?', 'Second');
  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('link', { name: 'First' }).click();
  await expect(page.getByRole('article').getByText('First')).toBeVisible();
});

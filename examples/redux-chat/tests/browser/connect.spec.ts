import { connectNotebook, connectToolbox, expect, services, test } from './world.ts';

test('a person connects by going there and coming back', async ({ page }) => {
  const card = await connectNotebook(page, 'Ada');
  await expect(card.getByRole('listitem', { name: /^ada@/ })).toBeVisible();
  await expect(card.getByText(/^\d+ tools$/)).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});

test('who refuses there is told so, and can try again', async ({ page }) => {
  const card = (await services(page)).getByRole('listitem', { name: 'Notebook' }).first();
  await card.getByRole('button', { name: 'Connect Notebook' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await connectNotebook(page, 'Ada');
});

test('one service may have two accounts, and each its tools', async ({ page }) => {
  await connectNotebook(page, 'Ada');
  const card = await connectNotebook(page, 'Grace');
  await expect(card.getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Close' }).click();
  const picker = page.getByRole('region', { name: 'Tools' });
  await expect(picker.getByRole('group')).toHaveCount(2);
});

test('who disconnects is told what goes, and what the service said', async ({ page }) => {
  const card = await connectNotebook(page, 'Ada');
  await card.getByRole('button', { name: /^Disconnect/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect/ });
  await expect(dialog.getByText('the access to Notebook')).toBeVisible();
  await expect(dialog.getByText(/\d+ tools/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();

  await card.getByRole('button', { name: /^Disconnect/ }).click();
  await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(card.getByText('confirmed that the access no longer works')).toBeVisible();
  await expect(card.getByRole('button', { name: 'Connect Notebook' })).toBeVisible();
});

test('an open service takes one click', async ({ page }) => {
  await connectToolbox(page);
  await expect(page.getByRole('button', { name: /^Greet/ })).toBeVisible();
});

test.describe('with a service that takes a key', () => {
  const archive = `services.ARCHIVE = { name = "Archive", mcp_url = "{playground}/keyed/mcp", connect = "api_key" }`;
  test.use({ settings: [[archive], { scope: 'test' }] });

  test('a person is asked for their key, and again where it is none', async ({ page }) => {
    const card = (await services(page)).getByRole('listitem', { name: 'Archive' }).first();
    await card.getByRole('button', { name: 'Connect Archive' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Archive' });
    const key = dialog.getByLabel(/^API key/);
    await expect(key).toHaveAttribute('type', 'password');
    await key.fill('nonsense');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();
    await expect(key).toHaveValue('nonsense');
    await key.fill('pk_ada');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(card.getByText(/^\d+ tools$/)).toBeVisible();
  });
});

test.describe('where there is little time to come back', () => {
  test.use({ settings: [['callback.time_to_return = "1s"'], { scope: 'test' }] });

  test('who takes too long is told so, and can begin again', async ({ page, context, world }) => {
    const other = await context.newPage();
    await other.goto(world.origin);
    const there = (await services(other)).getByRole('listitem', { name: 'Notebook' }).first();
    await expect(there).toBeVisible();
    const card = (await services(page)).getByRole('listitem', { name: 'Notebook' }).first();
    await card.getByRole('button', { name: 'Connect Notebook' }).click();
    await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible();
    await expect(there.getByText('Signing in took too long. Start again.')).toBeVisible();
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect(page.getByRole('heading', { name: 'Not connected' })).toBeVisible();
    await expect(there.getByRole('button', { name: 'Connect Notebook' })).toBeEnabled();
  });
});

import { choose, closeServices, connectNotebook, connectToolbox, expect, run, submit, test } from './world.ts';

test('a form of every kind of field is filled in and sent', async ({ page }) => {
  await connectToolbox(page);
  await choose(page, 'Plan a trip');
  const form = page.getByRole('region', { name: 'New call' });
  // What is missing is said where it is missing, and nothing is lost.
  await form.getByLabel(/^Budget/).fill('a lot');
  await form.getByRole('button', { name: 'Run' }).click();
  await expect(form.getByText('This is needed.')).toBeVisible();
  await expect(form.getByText('This is not a number.')).toBeVisible();
  await form.getByLabel(/^Budget/).fill('1200.5');
  await form.getByLabel(/^Where to/).fill('Portugal');
  await form.getByLabel(/^First day/).fill('2027-05-01');
  await form.getByLabel(/^Travellers/).fill('3');
  await form.getByLabel('Dates may move').check();
  await form.getByLabel(/^Comfort/).selectOption('best');
  await form.getByLabel('museums').check();
  await form.getByLabel('nature').check();
  await form.getByLabel(/^Wishes/).fill('A *quiet* room');
  await form.getByLabel(/^Name of the hotel/).fill('Pensão');
  await form.getByRole('button', { name: 'Add to Stops' }).click();
  await form.getByRole('button', { name: 'Add to Stops' }).click();
  await form.getByLabel(/^City/).first().fill('Lisbon');
  await form.getByLabel(/^City/).last().fill('Porto');
  await form.getByRole('button', { name: 'Remove Stops 1' }).click();
  await form.getByLabel('By car').check();
  await form.getByLabel(/^Doors/).fill('9');
  await form.getByLabel(/^Anything else/).fill('{"pets": ["cat"]}');
  // The server says what does not fit, at the field.
  await form.getByRole('button', { name: 'Run' }).click();
  await expect(form.getByLabel(/^Doors/)).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel(/^Doors/).fill('5');
  const call = await submit(page, 'Plan a trip', 'Somewhere warm');
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(call.getByRole('heading', { name: 'Portugal' })).toBeVisible();
  await call.getByText('What was sent').click();
  await expect(call.getByText('1200.5').first()).toBeVisible();
  await expect(call.getByText('car', { exact: true }).first()).toBeVisible();
  await expect(call.getByText('Lisbon')).toHaveCount(0);
});

test('a call says how far it is, and is stopped', async ({ page }) => {
  await connectToolbox(page);
  await choose(page, 'Count down');
  await page.getByLabel(/^From/).fill('60');
  const call = await submit(page, 'Count down', 'Count');
  await expect(call.getByRole('progressbar')).toHaveAttribute('value', /\d/);
  await call.getByRole('button', { name: /^Stop/ }).click();
  await expect(call).toHaveAttribute('data-state', 'CANCELLED');
  await call.getByRole('button', { name: /^Run again/ }).click();
  const again = page.getByRole('article', { name: 'Count down' }).nth(1);
  await again.getByRole('button', { name: /^Stop/ }).click();
  await expect(again).toHaveAttribute('data-state', 'CANCELLED');
});

test('a question in the middle of a call is answered where it is asked', async ({ page }) => {
  await connectToolbox(page);
  const call = await run(page, 'Book a table', 'Dinner');
  const question = call.getByRole('region', { name: 'Toolbox asks' });
  await question.getByLabel(/^Date/).fill('2026-12-24');
  await question.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(call.getByText('You answered.')).toBeVisible();
  await expect(call.getByText('2026-12-24')).toBeVisible();
});

test('a call that needs another permission goes on once it is given', async ({ page }) => {
  await connectNotebook(page, 'Ada');
  await closeServices(page);
  const call = await run(page, 'Export notes', 'Let me have them');
  await expect(call).toHaveAttribute('data-state', 'AWAITING_AUTHORIZATION');
  await call.getByRole('button', { name: /^Continue at/ }).click();
  await expect(page.getByText('notes:export')).toBeVisible();
  await page.getByLabel('Ada').check();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText('Connected.', { exact: true })).toBeVisible();
  await closeServices(page);
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(call.getByText('There are no notes yet.')).toBeVisible();
});

test('what may destroy something waits for the person, who may change it', async ({ page }) => {
  await connectNotebook(page, 'Ada');
  await page.getByRole('button', { name: 'Close' }).click();
  await choose(page, 'Add a note');
  await page.getByLabel(/^Title/).fill('Milk');
  const added = await submit(page, 'Add a note');
  await added.getByRole('button', { name: 'Run it', exact: true }).click();
  await expect(added).toHaveAttribute('data-state', 'SUCCEEDED');

  await choose(page, 'Delete a note');
  await page.getByLabel(/^Number/).fill('99');
  const call = await submit(page, 'Delete a note');
  await expect(call.getByText('may destroy something')).toBeVisible();
  await call.getByRole('button', { name: 'Change' }).click();
  await call.getByLabel(/^Number/).fill('1');
  await call.getByRole('button', { name: 'Run it so' }).click();
  await expect(call).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(call.getByText('Deleted.')).toBeVisible();

  await choose(page, 'Delete a note');
  await page.getByLabel(/^Number/).fill('1');
  const last = await submit(page, 'Delete a note');
  await last.getByRole('button', { name: 'Do not run' }).click();
  await expect(last).not.toHaveAttribute('data-state', 'APPROVAL_REQUIRED');
});

test('every kind of answer is shown as what it is', async ({ page }) => {
  await connectToolbox(page);
  const call = await run(page, 'Show every kind of answer', 'Show me');
  await expect(call.getByRole('heading', { name: 'Every kind of answer', exact: true })).toBeVisible();
  await expect(call.getByText('Markdown')).toHaveCSS('font-weight', '700');
  const picture = call.getByRole('img', { name: 'What the tool answered' });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBe(320);
  const audio = call.locator('audio');
  await expect.poll(() => audio.evaluate((it: HTMLAudioElement) => it.duration)).toBeGreaterThan(0.3);
  await expect(call.getByRole('columnheader', { name: 'city' })).toBeVisible();
  await expect(call.getByRole('cell', { name: 'Lisbon' })).toBeVisible();
  await expect(call.getByText('First note')).toBeVisible();
  await expect(call.getByText('Second.')).toBeVisible();
});

test('tools are searched, pinned and switched off', async ({ page }) => {
  await connectToolbox(page);
  const picker = page.getByRole('region', { name: 'Tools' });
  // What is entered meanwhile stays.
  await choose(page, 'Roll dice');
  await page.getByLabel(/^Sides/).fill('20');
  await picker.getByRole('button', { name: 'Pin Roll dice' }).click();
  await expect(picker.getByRole('listitem').first()).toContainText('Roll dice');
  await expect(page.getByLabel(/^Sides/)).toHaveValue('20');
  await picker.getByLabel('Search tools').fill('count dow');
  await expect(picker.getByRole('listitem')).toHaveCount(1);
  await picker.getByRole('switch', { name: 'Enable Count down' }).click();
  await expect(picker.getByRole('button', { name: /^Count down/ })).toBeDisabled();
});

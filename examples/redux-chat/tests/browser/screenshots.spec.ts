// The pictures of the README. `SCREENSHOTS=1 npm run test:browser` replaces them.

import { choose, connectNotebook, connectToolbox, expect, run, services, submit, test } from './world.ts';

const picture = (name: string) =>
  process.env.SCREENSHOTS ? `screenshots/${name}.png` : `test-results/${name}.png`;

test('the pictures of the README', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await connectToolbox(page);
  await connectNotebook(page, 'Ada');
  await services(page);
  await page.screenshot({ path: picture('services') });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Pin Plan a trip' }).click();
  await run(page, 'Show every kind of answer', 'Show me what an answer can be');
  await expect(page.getByText('Second.')).toBeVisible();
  await page.screenshot({ path: picture('answer') });
  await run(page, 'Book a table', 'Dinner for two on the terrace');
  await choose(page, 'Plan a trip');
  const form = page.getByRole('region', { name: 'New call' });
  await form.getByLabel(/^Where to/).fill('Portugal');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: picture('form-dark') });
  await submit(page, 'Plan a trip', 'Two weeks in spring');
});

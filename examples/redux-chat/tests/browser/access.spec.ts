// What somebody needs who does not see the screen, or does not use a mouse, and how fast it is there.

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { choose, connectNotebook, connectToolbox, expect, run, services, test } from './world.ts';

async function expectNoViolations(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((it) => it.html).join(' ')}`);
  expect(found, where).toEqual([]);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing wrong, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await expectNoViolations(page, 'with nothing connected');
    await connectToolbox(page);
    await connectNotebook(page, 'Ada');
    await expectNoViolations(page, 'services');
    const card = (await services(page)).getByRole('listitem', { name: 'Notebook' }).first();
    await card.getByRole('button', { name: /^Disconnect/ }).click();
    await expectNoViolations(page, 'a confirmation');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await choose(page, 'Plan a trip');
    const form = page.getByRole('region', { name: 'New call' });
    await form.getByRole('button', { name: 'Add to Stops' }).click();
    await form.getByLabel('By train').check();
    await form.getByRole('button', { name: 'Run' }).click();
    await expectNoViolations(page, 'a form with mistakes');
    await page.getByRole('button', { name: 'Choose no tool' }).click();
    await run(page, 'Show every kind of answer', 'Show me');
    await expect(page.getByText('Second.')).toBeVisible();
    const call = await run(page, 'Book a table', 'Dinner');
    await expect(call.getByRole('region')).toBeVisible();
    await expectNoViolations(page, 'a conversation');
  });
}

/** Presses Tab until this has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 100; presses += 1) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('everything can be done with the keyboard', async ({ page }) => {
  await tabTo(page, page.getByRole('button', { name: 'Services' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Services' });
  await expect(dialog).toBeVisible();
  await tabTo(page, dialog.getByRole('button', { name: 'Connect Toolbox' }));
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(/^\d+ tools$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Services' })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: /^Greet/ }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel(/^Name/));
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Hello, Ada!')).toBeVisible();
});

test('on a small screen nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await connectToolbox(page);
  await run(page, 'Show every kind of answer', 'Show me');
  await expect(page.getByText('Second.')).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  const conversation = page.getByRole('log');
  const wider = await conversation.evaluate((it) => it.scrollWidth - it.clientWidth);
  expect(wider).toBe(0);
  // What sends a long form can be reached.
  await choose(page, 'Plan a trip');
  await page.getByLabel(/^Where to/).fill('Portugal');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('article', { name: 'Plan a trip' })).toBeVisible();
});

test('there is something to see within a second', async ({ page, world }) => {
  await page.goto(`${world.origin}/#again`);
  await page.reload();
  const shown = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const paint = list.getEntriesByName('first-contentful-paint')[0];
          if (paint) resolve(paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  expect(shown).toBeLessThan(1000);
});

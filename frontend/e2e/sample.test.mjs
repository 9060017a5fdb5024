import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shopify } from './files.mjs';
import { bringIn, countRows, rows, shop, until } from './harness.mjs';

test('the sample company is opened, says what it is, and is left without a trace', async (t) => {
  const { page, go, get } = await shop(t);
  await bringIn(page, shopify);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sample');
  await page.getByRole('option', { name: /Open the sample company/ }).click();
  const banner = page.getByText('Sample company: nothing here is real');
  await banner.waitFor({ timeout: 30_000 });
  await go('/orders');
  await rows(page).first().waitFor();
  await banner.waitFor();
  const counts = await get('/api/view/orders/counts');
  assert.equal(counts.channels.length, 5);
  assert.ok(counts.all >= 2000, `${counts.all} orders`);
  await go('/');
  await page.getByText('Orders per day by channel').waitFor();

  await page.getByRole('button', { name: 'Back to my workspace' }).first().click();
  await until('the own workspace is back', async () => !(await get('/api/v1/about')).workspace.sample);
  await banner.waitFor({ state: 'detached' });
  await go('/orders');
  await countRows(page, 3);
});

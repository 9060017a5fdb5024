import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { shopify } from './files.mjs';
import { bringIn, drop, shop, toast, until } from './harness.mjs';

test('orders are exported by a template of one’s own, listed, and change nothing when they come back', async (t) => {
  const { page, go, wrong } = await shop(t);
  await bringIn(page, shopify);

  await go('/orders');
  await page.getByRole('link', { name: 'Export…' }).click();
  await page.getByText('Orders: 3').waitFor();
  await page.getByLabel('Which records').fill('bogus=1');
  await page
    .getByText(/is not something orders can be filtered by/)
    .first()
    .waitFor();
  await page.getByLabel('Which records').fill('');
  await page.getByText('Orders: 3').waitFor();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByText('Done: 3 records.').waitFor();
      await page.getByRole('link', { name: /^Save Orders, complete/ }).click();
    })(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  assert.match(text, /Tradepost order,Order number/);
  assert.equal(text.match(/#200\d/g) === null, false, 'the orders are in it');

  // A template of one's own: fewer columns, another name, another order by key.
  await page.getByRole('button', { name: 'Back to the preview' }).click();
  await page.getByRole('button', { name: 'Take Tradepost order away' }).click();
  await page.getByLabel('Header of: Order number').press('Alt+ArrowDown');
  await page.getByLabel('Header of: Order number').fill('No.');
  await until('the preview follows', async () => {
    const heads = await page.getByRole('columnheader').allInnerTexts();
    return heads[0] === 'Order id' && heads[1] === 'No.';
  });
  await page.getByRole('button', { name: 'Save as…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save as…' });
  await dialog.getByLabel('Name').fill('For the accountant');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Template saved');

  await go('/exports');
  await page.getByText('For the accountant').waitFor();
  await go('/exports?tab=past');
  await page.getByRole('row', { name: /Orders, complete/ }).click();
  await page.getByText(/^[0-9a-f]{64}$/).waitFor();

  await drop(page, { name: 'back.csv', text });
  await page.getByRole('heading', { name: 'back.csv' }).waitFor();
  await page.getByRole('button', { name: /^Same 3$/ }).waitFor();
  assert.deepEqual(
    wrong.filter((each) => !each.includes('422')),
    [],
  );
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { shopify, shopifyBad, unknown } from './files.mjs';
import { bringIn, countRows, drop, rows, shop, until } from './harness.mjs';

test('bad rows wait in quarantine, and the corrected file brings them in', async (t) => {
  const { page, go, wrong } = await shop(t);
  await bringIn(page, shopifyBad);
  await page.getByText(/^2 orders wait: correct the downloaded rows/).waitFor();

  const asked = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download failed rows' }).click();
  const failed = await readFile(await (await asked).path(), 'utf8');
  assert.match(failed, /#2002[\s\S]*12,3x/);
  assert.match(failed, /#2003[\s\S]*last Tuesday/);
  assert.doesNotMatch(failed, /#2001/);

  await page.getByRole('link', { name: 'quarantine', exact: true }).click();
  await countRows(page, 2);
  await rows(page, '#2002').click();
  const panel = page.getByRole('complementary', { name: 'Peek' });
  for (const words of ['12,3x', 'Total']) await panel.getByText(words, { exact: true }).first().waitFor();
  await panel.getByText('(this is wrong)').waitFor({ state: 'attached' });
  await go('/orders');
  await countRows(page, 1);

  // What was downloaded, corrected as in a spreadsheet.
  const corrected = failed
    .replace('"12,3x"', '12.30')
    .replace('12,3x', '12.30')
    .replaceAll('last Tuesday', '2026-11-21 08:02:30 -0500');
  await bringIn(page, { name: 'corrected.csv', text: corrected });
  await go('/orders');
  await countRows(page, 3);
  assert.match(await rows(page, '#2002').innerText(), /12\.30/);

  // Whoever corrected the file has no more use for the rows as they first came.
  await go('/quarantine');
  await page.getByText('Nothing waits').waitFor();

  // The first import does not go on saying that they wait.
  await go('/import');
  await page.getByText('1 created · 2 settled since').waitFor();
  await rows(page, 'orders_bad.csv').click();
  await page.getByText(/2 that waited are settled/).waitFor();
  assert.equal(await page.getByText(/orders wait: correct/).count(), 0);
  await until('both rows are settled', async () => (await page.getByText('settled since').count()) === 2);
  assert.deepEqual(wrong, []);
});

test('a record that is wrong as a whole says so in one sentence', async (t) => {
  const { page, go } = await shop(t);
  const [head, first, ...rest] = shopify.text.split('\n');
  await bringIn(page, { name: 'torn.csv', text: [head, `${first},one,too,many`, ...rest].join('\n') });
  await go('/quarantine');
  const cause = page.getByRole('list', { name: 'Causes' }).getByRole('listitem');
  await cause.getByText(/^The row has \d+ cells/).waitFor();
  assert.equal(await cause.getByText(/expected \d+ cells/).count(), 0);
});

test('a file nobody knows is called so, and nothing changes', async (t) => {
  const { page, go, wrong } = await shop(t);
  await drop(page, unknown);
  await page.getByRole('heading', { name: 'I don’t know this file' }).waitFor();
  await page.getByText('recipes.csv').first().waitFor();
  await page.getByText(/Dish/).first().waitFor();
  await page.getByText('Shopify orders').first().waitFor();
  await page.getByRole('button', { name: 'Put away' }).click();
  await go('/orders');
  await page.getByText('No orders yet').waitFor();
  assert.deepEqual(wrong, []);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { shopify, unknown } from './files.mjs';
import { bringIn, countRows, drop, rows, shop, toast, until } from './harness.mjs';

const walmart = await readFile(
  new URL('../../backend/tabular/format/testdata/walmart.csv', import.meta.url),
  'utf8',
);

test('a file without a currency asks for it once, by keys alone', async (t) => {
  const { page, wrong } = await shop(t);
  await drop(page, { name: 'walmart.csv', text: walmart });
  await page.getByText('This file names no currency.').waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Currency', exact: true }).count(), 0);
  await page.getByRole('combobox', { name: 'Currency of the amounts' }).focus();
  await page.keyboard.type('usd');
  await page.getByRole('option', { name: /USD/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Apply: create 3' }).click();
  await page.getByRole('link', { name: /^See the orders/ }).waitFor();
  // The channel's next file needs no word; that its amounts are in dollars is said once, not for every order.
  await drop(page, { name: 'walmart-2.csv', text: walmart.replaceAll('10800', '10900') });
  await page.getByRole('heading', { name: 'walmart-2.csv' }).waitFor();
  await page.getByRole('button', { name: 'Apply: create 3' }).waitFor();
  await page.getByText('they are read as USD').waitFor();
  await rows(page).first().waitFor();
  assert.equal(await rows(page, 'no currency').count(), 0);
  assert.deepEqual(wrong, []);
});

test('a zone is found by typing over the one that is chosen', async (t) => {
  const { page, go } = await shop(t);
  await go('/settings');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  await zone.click();
  await page.keyboard.type('lisbon');
  await page.getByRole('option', { name: /Lisbon/ }).waitFor();
  await page.keyboard.press('Enter');
  await until('the zone is taken', async () => /Lisbon/.test(await zone.inputValue()));
});

test('no network is no reason to stand still', async (t) => {
  const { page, go, wrong } = await shop(t);
  await page.evaluate(() => {
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
    window.dispatchEvent(new Event('offline'));
  });
  await bringIn(page, shopify);
  await go('/orders');
  await countRows(page, 3);
  assert.deepEqual(wrong, []);
});

test('when Tradepost stops, every page says so', async (t) => {
  const { page, stop } = await shop(t);
  await bringIn(page, shopify);
  await stop();
  const words = page.getByText('Tradepost does not answer. What you see may be old');
  await words.waitFor();
  await page.getByRole('link', { name: 'Exports' }).click();
  await page.getByText('Tradepost does not answer.').first().waitFor();
  assert.equal(await page.getByTitle('Is everything running?').count(), 0);
});

test('files that nobody knows are not said to have plans', async (t) => {
  const { page } = await shop(t);
  await drop(page, shopify, unknown, { ...unknown, name: 'other.csv', text: `${unknown.text}\n` });
  await toast(page, '1 file was read. Look at its plan, then apply it. 2 files are not known yet');
});

test('what was read another way is put away, not stopped', async (t) => {
  const { page, go } = await shop(t);
  await drop(page, shopify);
  await page.getByRole('button', { name: 'Discard' }).click();
  await go('/import');
  await rows(page, 'put away').waitFor();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amazon, shopify } from './files.mjs';
import { bringIn, countRows, drop, rows, shop, toast, until } from './harness.mjs';

test('a dropped file becomes a plan, orders, and nothing again', async (t) => {
  const { page, go, wrong } = await shop(t);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();

  await drop(page, shopify);
  await page.getByRole('heading', { name: 'orders_export.csv' }).waitFor();
  await page.getByText('waits for you').waitFor();
  await countRows(page, 3);
  assert.match(await rows(page, '#2001').innerText(), /new[\s\S]*Ada Lovelace[\s\S]*48\.30/);
  await page.getByRole('button', { name: 'Apply: create 3' }).click();
  await page.getByRole('link', { name: 'See the orders of Shopify' }).click();

  await countRows(page, 3);
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '4');
  await rows(page, '#2001').click();
  await page.getByRole('heading', { name: '#2001' }).waitFor();
  const text = await page.getByRole('main').innerText();
  for (const part of ['Mug, blue', 'MUG-BLU-2', 'Tea towel', 'Ada Lovelace', 'Portland', '48.30', 'Created'])
    assert.ok(text.includes(part), `the order's page says ${part}`);
  await page.getByRole('link', { name: 'As it came' }).click();
  const raw = page.getByRole('dialog', { name: 'As it came' });
  await raw.getByRole('rowheader', { name: 'Lineitem sku' }).waitFor();
  assert.equal(await raw.getByRole('columnheader', { name: /^Row / }).count(), 2, 'both rows of the file');
  assert.match(await raw.getByRole('row', { name: 'Lineitem sku' }).innerText(), /MUG-BLU-2[\s\S]*TOWEL-1/);
  await raw.getByRole('link', { name: 'Open the import' }).click();

  await page.getByRole('button', { name: 'Undo this import…' }).click();
  await page.getByText('orders it created are removed').waitFor();
  await page.getByRole('button', { name: 'Undo 3 orders' }).click();
  await page.getByText('undone', { exact: true }).waitFor();
  await go('/orders');
  await page.getByText('No orders yet').waitFor();
  assert.deepEqual(wrong, []);
});

test('two channels are one list, and sums of ours are marked', async (t) => {
  const { page, go } = await shop(t);
  await drop(page, shopify, amazon);
  await page.getByText(/files were read/).waitFor();
  await go('/import');
  for (const name of [shopify.name, amazon.name]) {
    await rows(page, name).click();
    await page.getByRole('button', { name: /^Apply: / }).click();
    await page.getByRole('link', { name: /^See the orders/ }).waitFor();
    await go('/import');
  }
  await go('/orders');
  await countRows(page, 5);
  const computed = rows(page, '113-5550001-0000001');
  assert.match(await computed.innerText(), /52\.03/);
  assert.equal(await computed.getByText('Added up by Tradepost').count(), 1);
  assert.equal(await rows(page, '#2001').getByText('Added up by Tradepost').count(), 0);
  const channels = page.locator('[role=rowgroup] [role=row]');
  assert.deepEqual(
    [await channels.filter({ hasText: '#200' }).count(), await channels.filter({ hasText: '113-' }).count()],
    [3, 2],
  );
  await computed.click();
  await page.getByText('because the source states no amount there').waitFor();
});

test('orders are found, filtered, kept as a view, peeked at and tagged', async (t) => {
  const { page, go } = await shop(t);
  await bringIn(page, shopify);
  await bringIn(page, amazon);
  await go('/orders');
  await countRows(page, 5);

  const search = page.getByRole('searchbox');
  for (const [words, found] of [
    ['2001', '#2001'],
    ['113-5550002-0000002', 'Mary Jackson'],
    ['ring-01', '#2002'],
    ['zoe@harbour.example', '#2003'],
    ['lovelace', '#2001'],
    ['Katherine J', '113-5550001'],
  ]) {
    await search.fill(words);
    await until(`only ${found} for ${words}`, async () => {
      const texts = await rows(page).allInnerTexts();
      return texts.length === 1 && texts[0].includes(found);
    });
  }
  await search.fill('nobody of this name');
  await page.getByText('No order fits').waitFor();
  await search.fill('');
  await countRows(page, 5);

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Channel' }).click();
  await page.getByRole('option', { name: /Amazon/ }).click();
  await countRows(page, 2);
  assert.match(page.url(), /channel=Amazon/);
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByLabel('Name of the view').fill('Widgets');
  await page.getByLabel('Name of the view').press('Enter');
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('button', { name: 'Widgets' }).waitFor();
  await page.getByRole('button', { name: /^Remove the filter/ }).click();
  await views.getByRole('button', { name: /^All/ }).click();
  await countRows(page, 5);
  await views.getByRole('button', { name: 'Widgets' }).click();
  await countRows(page, 2);
  await views.getByRole('button', { name: /^All/ }).click();
  await countRows(page, 5);

  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await peek.waitFor();
  const before = await peek.locator('header').innerText();
  await page.keyboard.press('j');
  await until('the peek follows', async () => (await peek.locator('header').innerText()) !== before);
  await page.keyboard.press('Escape');
  await peek.waitFor({ state: 'detached' });

  for (const number of ['#2001', '#2002'])
    await page.getByRole('checkbox', { name: new RegExp(number) }).click();
  await page.getByText('2 selected (of 5 matching)').waitFor();
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Tag').fill('inspected');
  await page.getByRole('button', { name: 'Tag 2 orders' }).click();
  await toast(page, '2 orders tagged “inspected”');
  for (const number of ['#2001', '#2002'])
    await until(`${number} carries the tag`, async () => (await tagsOf(page, number)).includes('inspected'));
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).click();
  await until('the tag is gone', async () => (await page.getByTitle(/inspected/).count()) === 0);
});

/** All tags of a row: a narrow list shows the first, the hover has them all. */
const tagsOf = async (page, number) =>
  (await rows(page, number)
    .getByTitle(/gift|inspected/)
    .first()
    .getAttribute('title')) ?? '';

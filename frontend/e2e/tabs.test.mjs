import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amazon, shopify, shopifyMany } from './files.mjs';
import { bringIn, countRows, rows, shop, until } from './harness.mjs';

test('what changes in one tab shows in the other', async (t) => {
  const { page, tab, go } = await shop(t);
  const other = await tab('/orders');
  await other.getByText('No orders yet').waitFor();
  await page.bringToFront();
  await bringIn(page, shopify);
  await countRows(other, 3);

  await go('/orders');
  await countRows(page, 3);
  await rows(page, '#2001').getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  await page.getByRole('button', { name: 'Hold 1 order' }).click();
  await rows(other, '#2001').getByText('on hold').waitFor();
  await until('the count of the tab follows', async () =>
    /On hold\s*1/.test(await other.getByRole('navigation', { name: 'Views' }).innerText()),
  );
  await bringIn(page, amazon);
  await countRows(other, 5);
});

test('an address is a page, and a reload stays on it', async (t) => {
  const { page, tab, go, get, wrong } = await shop(t);
  await bringIn(page, shopifyMany(400));
  await go('/orders?search=buyer%20399');
  await countRows(page, 1);
  await page.reload();
  await countRows(page, 1);
  assert.equal(await page.getByRole('searchbox').inputValue(), 'buyer 399');

  const [{ id, number }] = (await get('/api/view/orders?search=3100')).rows;
  const deep = await tab(`/orders/${id}`);
  await deep.getByRole('heading', { level: 1 }).getByText(number).waitFor();
  await deep.reload();
  await deep.getByRole('heading', { level: 1 }).getByText(number).waitFor();

  await go('/orders');
  const grid = page.getByRole('grid');
  await until('the whole list is known', async () => (await grid.getAttribute('aria-rowcount')) === '401');
  await grid.evaluate((element) => element.scrollTo({ top: 3000 }));
  const row = page.locator('[role=row][aria-rowindex="95"]');
  await row.waitFor();
  await row.click();
  await page.getByText('Timeline').waitFor();
  await page.goBack();
  await row.waitFor();
  assert.equal(await grid.evaluate((element) => element.scrollTop), 3000, 'the list stands where it stood');

  await go('/nowhere');
  await page.getByText('There is no page at this address').waitFor();
  await page.getByRole('link', { name: 'Go to Home' }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  assert.deepEqual(wrong, []);
});

test('a system without a language still gets a page', async (t) => {
  const { page, go, wrong } = await shop(t);
  // WebKitGTK under LANG=C says so, and every Intl constructor throws at it.
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'language', { get: () => 'C', configurable: true });
    Object.defineProperty(Navigator.prototype, 'languages', { get: () => ['C'], configurable: true });
  });
  await page.reload();
  await bringIn(page, shopify);
  await go('/');
  await page.getByText('Orders per day by channel').waitFor();
  await page.getByRole('main').locator('canvas').first().waitFor();
  assert.deepEqual(wrong, []);
});

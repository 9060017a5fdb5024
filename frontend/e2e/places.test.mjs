import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shop } from './harness.mjs';

test('goods go from one location to another, and a scanner counts what is there', async (t) => {
  const { page, go, get, post, wrong } = await shop(t);
  for (const sku of ['MUG', 'VASE']) {
    const { id } = await post('/api/v1/variants', { sku, title: sku });
    await post(`/api/v1/stock/${id}/count`, { location: 'Berlin', on_hand: '10', start: true });
  }

  await go('/stock/locations');
  await page.getByRole('button', { name: 'Add a location' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Munich');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Munich', { exact: true }).waitFor();

  await go('/stock/transfers');
  await page.getByRole('button', { name: 'New transfer' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByRole('combobox', { name: 'From' }).click();
  await page.getByRole('option', { name: 'Berlin' }).click();
  await form.getByRole('combobox', { name: 'To' }).click();
  await page.getByRole('option', { name: 'Munich' }).click();
  await form.getByPlaceholder('SKU or title').fill('MUG');
  await page.getByRole('option', { name: /MUG/ }).click();
  await form.getByLabel('Quantity').first().fill('4');
  await form.getByRole('button', { name: 'Send' }).click();
  await page.getByText('On its way', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Receive' }).click();
  await form.getByLabel('MUG: Received').fill('3');
  await form.getByLabel('MUG: Lost').fill('1');
  await form.getByLabel('MUG: Reason').fill('fell off');
  await form.getByRole('button', { name: 'Receive' }).click();
  await page.getByText('Lost or broken: fell off').waitFor();
  await page.getByText('Done', { exact: true }).waitFor();

  await go('/stock/stocktakes');
  await page.getByRole('button', { name: 'Start a stocktake' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start a stocktake' }).click();
  await page.getByLabel('Scan or type a code').waitFor();
  // A scanner types, and is faster than an answer.
  for (const code of ['MUG', 'mug', 'NOBODY', 'vase']) {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  }
  await page
    .getByRole('status')
    .getByText(/1 so far · VASE/)
    .waitFor();
  await page.getByRole('button', { name: 'Unknown codes' }).getByText('1').waitFor();
  await page.getByRole('button', { name: 'Variance' }).click();
  const row = page.getByRole('row', { name: /MUG/ });
  await row.getByText('−4', { exact: true }).waitFor(); // 6 are left at Berlin, 2 were found
  await page.getByRole('button', { name: 'Close and write' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close and write' }).click();
  await page.getByText('The counts are written.').waitFor();
  const after = await get('/api/v1/stock?sku=MUG');
  assert.deepEqual(
    after.stock[0].locations.map(({ location, on_hand }) => [location, on_hand]),
    [
      ['Berlin', 2],
      ['Munich', 3],
    ],
  );
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Taken back', { exact: true }).waitFor();
  assert.deepEqual(wrong, []);
});

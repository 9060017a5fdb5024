import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shop } from './harness.mjs';

const product = (post, sku, title) => post('/api/v1/variants', { sku, title });

test('goods are ordered from a supplier, come in, and become kits', async (t) => {
  const { page, go, post, get, wrong } = await shop(t);
  const mug = await product(post, 'MUG', 'Blue mug');
  const set = await product(post, 'SET', 'Two mugs');
  await post(`/api/v1/stock/${mug.id}/count`, { location: 'Main', on_hand: '1' });
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');

  await go('/purchases');
  await page.getByText('Nothing is on order').waitFor();
  await go('/purchases?view=suppliers');
  await button('Add supplier').first().click();
  await dialog.getByLabel('Name').fill('Acme');
  await dialog.getByLabel('Currency').click();
  await page.getByRole('option', { name: /^EUR/ }).click();
  await dialog.getByLabel('Days until goods come').fill('7');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Acme' }).waitFor();

  await button('Add product').first().click();
  await dialog.getByRole('combobox', { name: 'Item' }).fill('MUG');
  await page.getByRole('option', { name: 'MUG · Blue mug' }).click();
  await dialog.getByLabel('Units in a pack').fill('6');
  await dialog.getByLabel(/Price of a pack/).fill('30,00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('gridcell', { name: 'EUR 30.00' }).waitFor();

  await button('New purchase order').click();
  await page.getByRole('heading', { name: 'PO-1' }).waitFor();
  await page.getByRole('combobox', { name: 'Item' }).fill('MUG');
  await page.getByRole('option', { name: 'MUG · Blue mug' }).click();
  await page.getByRole('textbox', { name: 'Packs' }).fill('2');
  await button('Save lines').click();
  await page.getByRole('cell', { name: '60.00' }).waitFor();
  await button('Mark as ordered').click();
  await page.getByText('Ordered', { exact: true }).first().waitFor();
  const stock = async () => (await get(`/api/v1/stock/${mug.id}`)).locations[0];
  assert.deepEqual([(await stock()).on_hand, (await stock()).incoming], [1, 12]);

  await button('Receive').click();
  await dialog.getByLabel('How many of MUG came').fill('13');
  await dialog.getByRole('button', { name: 'Receive' }).click();
  await dialog.getByText('13 of MUG came, and 12 are awaited.').waitFor();
  await dialog.getByLabel('More came than was ordered, and that is right').check();
  await dialog.getByRole('button', { name: 'Add freight or duty' }).click();
  await dialog.getByLabel('Amount').fill('1,30');
  await dialog.getByRole('button', { name: 'Receive' }).click();
  await page.getByText('Received', { exact: true }).first().waitFor();
  assert.deepEqual([(await stock()).on_hand, (await stock()).incoming], [14, 0]);

  await go(`/kits/${set.id}`);
  await button('What is in it').first().click();
  await dialog.getByText('Put together').click();
  await dialog.getByLabel('Quantity').fill('2');
  await dialog.getByRole('combobox', { name: 'Item' }).fill('MUG');
  await page.getByRole('option', { name: 'MUG · Blue mug' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('7 can be made').waitFor();
  await button('Put together').click();
  await dialog.getByLabel('How many').fill('3');
  await dialog.getByRole('button', { name: 'Put 3 together' }).click();
  await dialog.getByText('SET is not tracked at Main.').waitFor();
  await dialog.getByLabel(/Track what is not tracked there/).check();
  await dialog.getByRole('button', { name: 'Put 3 together' }).click();
  await page.getByText('4 can be made · 3 lie there').waitFor();
  assert.equal((await stock()).on_hand, 8);

  await go(`/stock/${mug.id}`);
  await page.getByRole('link', { name: 'PO-1' }).first().waitFor();
  await page.getByRole('link', { name: 'kit SET' }).waitFor();
  assert.deepEqual(
    wrong.filter((each) => !each.startsWith('409')),
    [],
  );
});

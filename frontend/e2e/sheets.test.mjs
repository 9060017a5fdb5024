import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRows, rows, shop } from './harness.mjs';

/** Orders, Orders (2) that goes on where it ends, Older, and Notes that hold no table. */
const workbook = new URL('sheets.xlsx', import.meta.url).pathname;

test('another sheet of a workbook is chosen in the plan', async (t) => {
  const { page, go, wrong } = await shop(t);
  await go('/import');
  const chosen = page.waitForEvent('filechooser');
  await page
    .getByRole('button', { name: /^Choose/ })
    .first()
    .click();
  await (await chosen).setFiles(workbook);
  await page.getByRole('heading', { name: 'sheets.xlsx' }).waitFor();
  await countRows(page, 4);
  await page.getByText('is read as one table with those that go on where it ends: Orders (2).').waitFor();
  const sheet = page.getByRole('combobox', { name: 'Sheet', exact: true });
  assert.equal(await sheet.inputValue(), 'Orders');

  await sheet.click();
  await page.getByRole('option', { name: 'Older' }).click();
  await rows(page, '#1001').waitFor();
  await countRows(page, 2);
  assert.equal(await sheet.inputValue(), 'Older');
  assert.deepEqual(wrong, []);

  await sheet.click();
  await page.getByRole('option', { name: 'Notes' }).click();
  await page.getByText('its first cell is “made by Ann”').waitFor();
  assert.equal(await sheet.inputValue(), 'Older', 'a sheet without a table leaves the plan as it is');
  assert.equal(await sheet.getAttribute('aria-invalid'), 'true');
});

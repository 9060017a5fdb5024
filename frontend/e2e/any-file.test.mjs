/**
 * Any file in: which test covers which step of a good importer.
 *
 *  1  drop or paste, several at once    here: "several files"; "an archive"; "a count comes from the clipboard"; first-light
 *  2  sniff, show and let it be changed here: "a layout of one's own" (layout line, header row)
 *  3  recognise, offer the kept profile here: "a layout of one's own" (the second file); first-light
 *  4  map: guesses, samples, words      here: "a layout of one's own"; "eighty columns"
 *  5  choose the mode                   here: "the same file again" (create only)
 *  6  preview, edit in place, fix all   here: "cells are corrected in place"
 *  7  errors say where and what to do   here: "cells are corrected in place"; quarantine
 *  8  one batch, the file kept, again   here: "the same file again"
 *  9  result, failed rows dropped again quarantine: "bad rows wait"
 * 10  undo with a preview               here: "a layout of one's own"; first-light
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { amazon, shopify, shopifyBad, unknown } from './files.mjs';
import { bringIn, countRows, drop, rows, shop, toast, until } from './harness.mjs';
import { countText, ownLayout, products, wide, zipOf } from './shopfiles.mjs';

const preview = (page) => page.getByRole('complementary', { name: 'As it would come in' });
const apply = async (page) => {
  await page.getByRole('button', { name: /^Apply: / }).click();
  await page.getByRole('link', { name: /^See the/ }).waitFor();
};

/** A select: its list has the same name while it is open. */
const combo = (on, name) => on.getByRole('combobox', { name, exact: true });

/** Opens the mapping of a file nobody knows. */
const openMapping = async (page, file) => {
  await drop(page, file);
  await page.getByRole('heading', { name: 'I don’t know this file' }).waitFor();
  await page.getByRole('link', { name: 'Say what its columns mean' }).click();
  await page.getByRole('heading', { name: `Map ${file.name}` }).waitFor();
};

test('a layout of one’s own is mapped once and known from then on', async (t) => {
  const { page, go, wrong } = await shop(t);
  await openMapping(page, ownLayout('04', 5001));
  await page.getByText('semicolon').waitFor();
  assert.equal(await page.getByLabel('Name of this layout').inputValue(), 'laden');
  assert.equal(await combo(page, 'What Bestellnummer fills').inputValue(), 'Order number');
  await page
    .getByRole('button', { name: /^guess, / })
    .first()
    .waitFor();

  // The days can be read two ways: the page asks, once.
  await preview(page).getByText('can be read two ways').waitFor();
  await preview(page).getByRole('button', { name: 'April 3, 2026' }).click();
  await preview(page).getByText('can be read two ways').waitFor({ state: 'detached' });
  await preview(page).getByText('The file names no currency').waitFor();
  await combo(preview(page), 'Currency').click();
  await combo(preview(page), 'Currency').fill('EUR');
  await page.getByRole('option', { name: /EUR/ }).first().click();

  // A word of the shop's own for a state.
  const pays = combo(page, 'What Zahlung fills');
  if ((await pays.inputValue()) !== 'Payment state') {
    await pays.click();
    await pays.fill('Payment state');
    await page.getByRole('option', { name: 'Payment state' }).click();
  }
  const more = page.getByRole('button', { name: 'Change the values of Zahlung' });
  if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
  await combo(page, 'What “in Klärung” means').click();
  await page.getByRole('option', { name: 'pending' }).click();

  // An expression, wrong and then right, with its result.
  await page.getByRole('button', { name: 'Change the values of Ort' }).click();
  const expression = page.getByLabel('Change the value');
  await expression.last().fill('upper(value');
  await page
    .getByText(/cannot be understood/)
    .first()
    .waitFor();
  await expression.last().fill('upper(value)');
  await preview(page).getByText('LEIPZIG').waitFor();
  await until(
    'no record has a problem',
    async () =>
      (await preview(page)
        .getByText(/with problems?$/)
        .count()) === 0,
  );

  await page.getByRole('button', { name: 'Save and plan' }).click();
  await page.getByText('waits for you').waitFor();
  await countRows(page, 3);
  assert.match(await rows(page, 'L-5001').innerText(), /new[\s\S]*Frieda Anders[\s\S]*44\.75/);
  await apply(page);
  await go('/orders');
  await countRows(page, 3);

  // The same layout again needs no word.
  await drop(page, ownLayout('05', 5101));
  await page.getByRole('heading', { name: 'laden-2026-05.csv' }).waitFor();
  await page.getByRole('button', { name: /^You mapped this layout on .* as “laden”/ }).waitFor();
  await apply(page);
  await page.getByRole('button', { name: 'Undo this import…' }).click();
  await page.getByText('orders it created are removed').waitFor();
  await page.getByRole('button', { name: 'Undo 3 orders' }).click();
  await page.getByText('undone', { exact: true }).waitFor();
  await go('/orders');
  await countRows(page, 3);

  // It is listed, renamed, saved as a file, forgotten, and brought back from that file.
  await go('/import/layouts');
  await countRows(page, 1);
  await page.getByRole('button', { name: 'More for laden' }).click();
  const asked = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save as a file' }).click();
  const saved = await readFile(await (await asked).path(), 'utf8');
  assert.equal(JSON.parse(saved).kind, 'orders');
  await page.getByRole('button', { name: 'More for laden' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Name of this layout').fill('Laden in Leipzig');
  await page.getByRole('button', { name: 'Rename' }).click();
  await rows(page, 'Laden in Leipzig').waitFor();
  await page.getByRole('button', { name: 'More for Laden in Leipzig' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete the layout' }).click();
  await page.getByText('No layouts yet').waitFor();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Bring in a layout file' }).first().click();
  await (await chooser).setFiles({
    name: 'l.json',
    mimeType: 'application/json',
    buffer: Buffer.from(saved),
  });
  await countRows(page, 1);
  assert.deepEqual(wrong, []);
});

test('cells are corrected in place, one or all alike, and taken back', async (t) => {
  const { page, go, wrong } = await shop(t);
  const bad = {
    name: shopifyBad.name,
    text: shopifyBad.text
      .replace('48.30,0.00,0.00,48.30', '48.30,0.00,0.00,tba')
      .replaceAll('"12,3x"', 'tba'),
  };
  await drop(page, bad);
  await page.getByRole('heading', { name: bad.name }).waitFor();
  await page.getByText(/^3 orders cannot come in/).waitFor();
  await rows(page, '#2003').click();
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await peek.getByRole('button', { name: /^Correct Created at in row \d+: last Tuesday/ }).click();
  await page.keyboard.press('Escape');
  await peek.getByRole('button', { name: /^Correct Created at/ }).click();
  await page.keyboard.type('2026-11-21 08:02:30 -0500');
  await page.keyboard.press('Enter');
  await page.getByText(/^2 orders cannot come in/).waitFor();
  await peek.getByText('was “last Tuesday”').waitFor();

  await rows(page, '#2002').click();
  await peek.getByRole('button', { name: /^Correct Total in row \d+: tba/ }).click();
  await page.keyboard.type('25.00');
  await peek.getByRole('button', { name: 'Correct all 2 rows that say “tba”' }).click();
  await page.getByRole('button', { name: 'Apply: create 3' }).waitFor();
  await page.getByText('2 corrections are laid over the file.').waitFor();

  await page.getByRole('button', { name: 'Look at them' }).click();
  await page
    .getByRole('list', { name: 'Corrections' })
    .getByRole('button', { name: 'Take back' })
    .last()
    .click();
  await toast(page, 'The correction was taken back.');
  await page.getByText(/^2 orders cannot come in/).waitFor();
  await page.keyboard.press('Escape');
  await apply(page);
  await go('/orders');
  await countRows(page, 1);
  await rows(page, '#2003').waitFor();
  assert.deepEqual(wrong, []);
});

test('products come in, a count comes from the clipboard, and both are seen', async (t) => {
  const { page, go, wrong } = await shop(t);
  await go('/stock');
  await page.getByText('Nothing to count yet').waitFor();
  await drop(page, products);
  await page.getByRole('heading', { name: products.name }).waitFor();
  await page.getByText(/^3 products cannot come in/).waitFor();
  await combo(page, 'Currency of the amounts').click();
  await combo(page, 'Currency of the amounts').fill('USD');
  await page.getByRole('option', { name: /USD/ }).first().click();
  await page.getByRole('button', { name: 'Apply: create 3' }).click();
  await page.getByRole('link', { name: 'See the products' }).click();
  await countRows(page, 3);
  await page.getByRole('searchbox').fill('towel');
  await countRows(page, 1);
  await rows(page, 'TOWEL-1').click();
  await page.getByRole('complementary', { name: 'Peek' }).getByText('Linen.').waitFor();

  await page.getByRole('heading', { level: 1 }).click();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, countText);
  await page.getByRole('heading', { name: /^I don’t know this file/ }).waitFor();
  await page.getByText(/^Pasted on .*\.tsv$/).waitFor();
  await page.keyboard.press('m');
  await page.getByRole('combobox', { name: 'What does the file hold?' }).waitFor();
  assert.equal(
    await page.getByRole('combobox', { name: 'What does the file hold?' }).inputValue(),
    'Stock counts',
  );
  await preview(page).getByText('MUG-BLU').first().waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: /^Apply: / }).waitFor();
  await countRows(page, 3);
  await apply(page);
  await page.getByRole('link', { name: 'See the stock' }).click();
  await countRows(page, 3);
  await page.getByRole('columnheader', { name: 'Shop' }).waitFor();
  assert.match(await rows(page, 'TOWEL-1').innerText(), /30/);
  assert.match(await rows(page, 'MUG-WHT').innerText(), /\b0\b/);
  await page.getByRole('grid').getByRole('link', { name: 'MUG-BLU' }).click();
  await page.getByText('Why 12 available?').waitFor();
  assert.deepEqual(wrong, []);
});

test('several files at once are several imports, each with its next step', async (t) => {
  const { page } = await shop(t);
  await drop(page, shopify, amazon, unknown);
  const came = page.getByRole('region', { name: '3 files came in' });
  await came.waitFor();
  assert.equal(await came.getByRole('link', { name: 'Look' }).count(), 2);
  await until('the plans are counted', async () => /3 new/.test(await came.innerText()));
  await came.getByRole('link', { name: 'Map it' }).click();
  await page.getByRole('heading', { name: 'Map recipes.csv' }).waitFor();
  await page.getByText(/^Still needed: /).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save and plan' }).isDisabled(), true);
});

test('JSON of anybody is mapped like any table, and damage in it is said with its place', async (t) => {
  const { page, go, wrong } = await shop(t);
  const text = `[
  {"order": {"no": "J-1", "date": "2026-03-12T09:14:01Z"}, "item": "MUG", "qty": 2, "price": "9.50", "cur": "EUR"},
  {"order": {"no": "J-2", "date": "2026-03-12T09:15:01Z"}, "item": "TEA" "qty": 2, "price": "9.50", "cur": "EUR"}
]`;
  await openMapping(page, { name: 'orders.json', text });
  await page.getByText('JSON, one object a row').waitFor();
  assert.equal(await combo(page, 'What order.no fills').inputValue(), 'Order number');
  await page.getByText(/Object 2 cannot be read: on line 3 of the file/).waitFor();
  await page.getByRole('button', { name: 'Save and plan' }).click();
  await page.getByRole('button', { name: 'Apply: create 1' }).waitFor();
  await apply(page);
  await go('/orders');
  await countRows(page, 1);
  assert.deepEqual(wrong, []);
});

test('plans that ask nothing are applied at once, each taken back by itself', async (t) => {
  const { page, go, wrong } = await shop(t);
  await drop(page, shopify, amazon, shopifyBad);
  await page.getByRole('region', { name: '3 files came in' }).waitFor();
  await page.getByText('2 plans are ready to be applied (orders: create 5).').waitFor();
  await page.getByText('1 other waits for a decision and is left out.').waitFor();
  await page.getByRole('button', { name: 'Apply all 2 ready plans' }).click();
  await until(
    'both are applied',
    async () => (await page.getByRole('button', { name: 'Undo…' }).count()) === 2,
  );
  await page.getByRole('button', { name: 'Apply all 2 ready plans' }).waitFor({ state: 'detached' });
  await go('/orders');
  await countRows(page, 5);
  assert.deepEqual(wrong, []);
});

test('every file of an archive is an import of its own', async (t) => {
  const { page, go, wrong } = await shop(t);
  await go('/import');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).first().click();
  const buffer = zipOf(shopify, amazon, ownLayout('04', 5001));
  await (await chooser).setFiles({ name: 'november.zip', mimeType: 'application/zip', buffer });
  const came = page.getByRole('region', { name: '3 files came in' });
  await came.waitFor();
  await until('both known ones are planned', async () =>
    /3 new[\s\S]*2 new|2 new[\s\S]*3 new/.test(await came.innerText()),
  );
  await came.getByRole('link', { name: 'Map it' }).click();
  await page.getByRole('heading', { name: /^Map .*laden-2026-04\.csv/ }).waitFor();
  assert.deepEqual(wrong, []);
});

test('the same file again changes nothing, and create only leaves what is known', async (t) => {
  const { page, go } = await shop(t);
  await bringIn(page, shopify);
  await drop(page, shopify);
  await page.getByRole('link', { name: 'Look at it' }).waitFor();
  await page.getByRole('button', { name: 'Nothing to apply' }).waitFor();
  await page.getByRole('combobox', { name: 'What is known already' }).click();
  await page.getByRole('option', { name: 'Create new, skip known' }).click();
  await until('all are skipped', async () => (await rows(page, 'skipped').count()) === 3);
  await go('/orders');
  await countRows(page, 3);
});

test('what changed here meanwhile goes back into the plan, and the rest is applied', async (t) => {
  const { page, go } = await shop(t);
  const priced = (name, total) => ({ name, text: shopify.text.replaceAll('89.00', total) });
  await bringIn(page, shopify);
  await drop(page, priced('later.csv', '90.00'));
  await page.getByRole('button', { name: 'Apply: change 1' }).waitFor();
  const plan = new URL(page.url()).hash.slice(1);
  await bringIn(page, priced('between.csv', '91.00'));
  await go(plan);
  await page.getByRole('heading', { name: 'later.csv' }).waitFor();
  await page.getByRole('button', { name: 'Apply: change 1' }).click();
  await page.getByText(/^1 order changed here while the plan was applied/).waitFor();
  await page.getByRole('button', { name: 'Look at it' }).click();
  await countRows(page, 1);
  await rows(page, '#2002').getByText('91.00').first().waitFor();
  await page.getByRole('button', { name: 'Apply the rest: 1' }).click();
  await page.getByText(/^1 order changed here/).waitFor({ state: 'detached' });
  await go('/orders');
  await rows(page, '#2002').getByText('90.00').waitFor();
});

test('eighty columns are found and filtered, by keys', async (t) => {
  const { page } = await shop(t);
  await openMapping(page, wide);
  const columns = page.getByRole('region', { name: 'Columns' });
  await until('every column has its row', async () => (await columns.locator('tbody tr').count()) === 80);
  await page.keyboard.press('/');
  await page.keyboard.type('qty');
  await until('one fits', async () => (await columns.locator('tbody tr').count()) === 1);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Backspace');
  await columns.getByRole('button', { name: /^Only the \d+ not used/ }).click();
  await until('the used ones are left out', async () => (await columns.locator('tbody tr').count()) < 80);
});

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious where files are mapped and seen, ${colorScheme}`, async (t) => {
    const { page, go } = await shop(t, { colorScheme });
    const look = async (where) => {
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
        }),
      );
      const bad = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join('; ')}`);
      assert.deepEqual(bad, [], where);
    };
    await openMapping(page, ownLayout('04', 5001));
    await preview(page).getByText('L-5001').first().waitFor();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('button', { name: 'Change the values of Ort' }).click();
    await look('the mapping');
    await page.getByRole('button', { name: 'Save and plan' }).click();
    await countRows(page, 3);
    await rows(page, 'L-5001').click();
    await page
      .getByRole('complementary', { name: 'Peek' })
      .getByRole('button', { name: /^Correct Ort/ })
      .first()
      .click();
    await look('a cell that is corrected');
    await go('/import/layouts');
    await countRows(page, 1);
    await look('the layouts');
    for (const path of ['/products', '/customers', '/stock']) {
      await go(path);
      await page
        .getByRole('link', { name: /^Import/ })
        .first()
        .waitFor();
      await look(path);
    }
  });

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { amazon, shopify, shopifyBad } from './files.mjs';
import { bringIn, countRows, rows, settled, shop, toast, until } from './harness.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('everything is done by keys alone', async (t) => {
  const { page, wrong } = await shop(t);
  const { keyboard } = page;
  await settled(page);
  await keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Search or do anything/ }).waitFor();
  await keyboard.type('import');
  await page
    .getByRole('option', { name: /^Import/ })
    .first()
    .waitFor();
  await keyboard.press('Enter');
  await until('the import page', () => page.url().endsWith('#/import'));

  const chooser = page.waitForEvent('filechooser');
  await until(
    'the page takes its keys',
    async () => (await page.getByRole('heading', { level: 1 }).innerText()) === 'Import',
  );
  await settled(page);
  await keyboard.press('o');
  await (await chooser).setFiles({
    name: shopify.name,
    mimeType: 'text/csv',
    buffer: Buffer.from(shopify.text),
  });
  await page.getByRole('button', { name: 'Apply: create 3' }).waitFor();
  await settled(page);
  await keyboard.press('Control+Enter');
  await page.getByRole('link', { name: /^See the orders/ }).waitFor();

  // Two keys make one step only when they come soon after each other, which a busy machine may not manage at once.
  await until('the orders', async () => {
    await keyboard.press('g');
    await keyboard.press('o');
    return page.url().includes('#/orders');
  });
  await countRows(page, 3);
  await settled(page);
  const cursor = page.locator('[data-cursor]');
  await keyboard.press('j');
  const first = await cursor.innerText();
  await keyboard.press('j');
  assert.notEqual(await cursor.innerText(), first);
  await keyboard.press('k');
  assert.equal(await cursor.innerText(), first);
  const number = first.match(/#\d+/)[0];
  await keyboard.press('Space');
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await peek.getByText(number).first().waitFor();
  await settled(page);
  await keyboard.press('Escape');
  await peek.waitFor({ state: 'detached' });
  await settled(page);

  await keyboard.press('x');
  await page.getByText('1 selected (of 3 matching)').waitFor();
  await settled(page);
  await keyboard.press('t');
  const tag = page.getByRole('dialog', { name: 'Tag' }).getByLabel('Tag');
  await until('the field has the focus', () => tag.evaluate((field) => field === document.activeElement));
  await keyboard.type('rush');
  await page.getByRole('button', { name: 'Tag 1 order' }).waitFor();
  await until('the plan is made', () => page.getByRole('button', { name: 'Tag 1 order' }).isEnabled());
  await keyboard.press('Enter');
  await toast(page, '1 order tagged “rush”');
  // While the dialog closes, Enter is still its own.
  await page.getByRole('dialog', { name: 'Tag' }).waitFor({ state: 'detached' });
  await settled(page);

  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).getByText(number).waitFor();
  await settled(page);
  await keyboard.press('j');
  await until(
    'the next order',
    async () => !(await page.getByRole('heading', { level: 1 }).innerText()).includes(number),
  );
  await settled(page);
  await keyboard.press('u');
  await countRows(page, 3);
  await settled(page);
  await keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys on this screen' });
  await help.getByText('Peek without leaving the list').waitFor();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await settled(page);
  await keyboard.press('/');
  await until('the search has the focus', () =>
    page.getByRole('searchbox').evaluate((field) => field === document.activeElement),
  );
  await keyboard.type('hopper');
  await countRows(page, 1);
  assert.match(await rows(page).innerText(), /Grace Hopper/);
  assert.deepEqual(wrong, []);
});

test('dark is chosen once and kept', async (t) => {
  const { page, go, tab } = await shop(t, { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const lightness = async () => {
    const [red, green, blue] = (await ground()).match(/\d+/g).map(Number);
    return (red + green + blue) / 3;
  };
  assert.ok((await lightness()) > 200, 'light as the system says');
  await go('/settings');
  await page.getByText('Dark', { exact: true }).click();
  await until('the page is dark', async () => (await lightness()) < 60);
  await page.reload();
  await page.getByRole('main').waitFor();
  await until('it stays dark', async () => (await lightness()) < 60);
  const other = await tab('/orders');
  await until('every tab is dark', () =>
    other.evaluate(() => document.documentElement.dataset.mantineColorScheme === 'dark'),
  );
});

/** Pages that are looked at as the imports above leave them, full or empty. */
const others = [
  '/stock',
  '/stock/drift',
  '/stock/oversold',
  '/stock/transfers',
  '/stock/stocktakes',
  '/stock/locations',
  '/stock/rules',
  '/purchases',
  '/purchases?view=suppliers',
  '/purchases?view=value',
  '/kits',
  '/products',
  '/customers',
  '/listings',
  '/prices',
  '/edi',
  '/books',
  '/connections',
  '/connections/new',
  '/plans',
  '/import/layouts',
  '/exports',
  '/exports/1',
  '/schedules?tab=calendar',
];

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious on any page, ${colorScheme}`, async (t) => {
    const { page, go, get, post, folder } = await shop(t, { colorScheme });
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
    await look('a new workspace');
    await go('/orders');
    await page.getByText('No orders yet').waitFor();
    await look('no orders');

    await bringIn(page, shopifyBad);
    await look('an import with errors');
    await bringIn(page, amazon);
    await post('/api/v1/watches', { folder, cron: '0 9 * * *' });
    const first = (await get('/api/view/orders?limit=1')).rows[0];
    const run = (await get('/api/v1/runs?limit=1')).runs[0];
    const pages = [
      ['/', () => page.getByText('Orders per day by channel').waitFor()],
      ['/orders', () => countRows(page, 3)],
      [`/orders/${first.id}`, () => page.getByText('Timeline').waitFor()],
      ['/import', () => countRows(page, 2)],
      ['/schedules', () => countRows(page, 1)],
      ['/quarantine', () => countRows(page, 2)],
      ['/activity', () => rows(page).first().waitFor()],
      [`/activity/${run.id}`, () => page.getByText('Started').waitFor()],
      ['/settings', () => page.getByText('Health check').waitFor()],
    ];
    for (const [path, shown] of pages) {
      await go(path);
      await shown();
      await look(path);
    }
    for (const path of others) {
      await go(path);
      await settled(page);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await look(path);
    }
    await go('/orders');
    await countRows(page, 3);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('Space');
    await page.getByRole('complementary', { name: 'Peek' }).getByText('Total', { exact: true }).waitFor();
    await look('a selection and a peek');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await look('the palette');
  });

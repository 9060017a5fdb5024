/**
 * Takes the pictures of docs/screenshots from the sample company, in both themes:
 * `make build && node frontend/e2e/screenshots.mjs`. ImageMagick makes them small.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { csv, line, order, shopifyColumns } from './files.mjs';
import { drop, rows, shop, until } from './harness.mjs';

const folder = new URL('../../docs/screenshots/', import.meta.url).pathname;
const most = 250_000;

for (const colorScheme of ['light', 'dark'])
  test(`pictures of the sample company, ${colorScheme}`, async (t) => {
    await mkdir(folder, { recursive: true });
    const { page, go, get, post, folder: shopFolder } = await shop(t, { colorScheme });
    const shoot = async (name) => {
      await page.mouse.move(2, 798);
      await until(
        'no message is shown',
        async () => (await page.getByRole('log').getByRole('alert').count()) === 0,
      );
      const file = join(folder, colorScheme === 'dark' ? `${name}-dark.png` : `${name}.png`);
      await page.screenshot({ path: file });
      await promisify(execFile)('convert', [
        file,
        '-strip',
        '-dither',
        'None',
        '-colors',
        '128',
        `PNG8:${file}`,
      ]);
      assert.ok((await stat(file)).size < most, `${file} is too large`);
    };
    await page.getByRole('button', { name: 'Open the sample company' }).click();
    await page.getByText('Sample company: nothing here is real').waitFor({ timeout: 30_000 });
    await page.getByText('Orders per day by channel').waitFor();
    await page.locator('canvas').first().waitFor();
    await shoot('home');

    await go('/orders');
    await rows(page).nth(20).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await shoot('orders');

    const { channels } = await get('/api/v1/channels');
    const { name } = channels.find(({ kind }) => kind === 'shopify');
    const found = (await get(`/api/view/orders?channel=${encodeURIComponent(name)}&limit=200`)).rows;
    const views = [];
    for (const { id } of found.slice(0, 40)) views.push(await get(`/api/view/orders/${id}`));
    const rich =
      views.find(({ order: { lines, stage } }) => lines.length > 1 && stage === 'to_ship') ?? views[0];
    await go(`/orders/${rich.order.id}`);
    await page.getByText('Timeline').waitFor();
    await shoot('order');

    await drop(page, { name: 'orders_export.csv', text: csv(shopifyColumns, exportOf(views)) });
    const channel = page.getByRole('combobox', { name: /^Into/ });
    if ((await channel.inputValue()) !== name) {
      await channel.fill(name);
      await channel.press('Enter');
    }
    await page.getByRole('button', { name: /^Apply: .*change/ }).waitFor();
    await rows(page).nth(10).waitFor();
    await shoot('import-plan');

    await rows(page, 'error').first().click();
    const record = page.getByRole('complementary').last();
    await record.getByRole('button', { name: '48.3O' }).click();
    await page.keyboard.type('48.30');
    await shoot('corrections');
    await page.keyboard.press('Escape');

    await drop(page, partner);
    await page.getByRole('link', { name: 'Say what its columns mean' }).click();
    const preview = page.getByRole('complementary', { name: 'As it would come in' });
    await preview.getByRole('combobox', { name: 'Currency' }).fill('EUR');
    await page.getByRole('option', { name: /EUR/ }).click();
    await preview.getByText('EUR').first().waitFor();
    await shoot('mapping');

    await go('/exports');
    await page.getByRole('link', { name: 'Orders, one row each' }).click();
    await page.getByText('as they will be written').waitFor();
    await shoot('export');

    await mkdir(join(shopFolder, 'orders'));
    const add = async (schedule) => assert.ok((await post('/api/v1/schedules', schedule)).id, schedule.when);
    await add({
      kind: 'watch',
      name: 'Etsy downloads',
      when: 'every hour between 8 and 18',
      job: { folder: join(shopFolder, 'orders') },
    });
    const { templates } = await get('/api/v1/export-templates');
    const template = (name) => templates.find((each) => each.template.name === name).id;
    for (const [name, when] of [
      ['Order lines', 'every weekday at 7:30'],
      ['Stock', 'every Monday at 6'],
      ['Packing slips (PDF)', 'every weekday at 12:00'],
    ])
      await add({
        kind: 'export',
        name,
        when,
        job: { template: template(name), to: 'folder', folder: shopFolder },
      });
    await go('/schedules?tab=calendar');
    await page.getByText(/^Week of/).waitFor();
    await shoot('schedules');
  });

/** A partner's own layout: German words, decimal commas. */
const partner = {
  name: 'lieferliste.csv',
  text: [
    'Auftrag;Datum;Kunde;Mail;Strasse;PLZ;Ort;Artikelnummer;Artikel;Menge;Preis;Regal',
    'A-2041;18.11.2026;Jana Vogt;jana@example.com;Lindenweg 4;04109;Leipzig;TEA-BLU;Teekanne blau;1;59,90;R2',
    'A-2041;18.11.2026;Jana Vogt;jana@example.com;Lindenweg 4;04109;Leipzig;CUP-BLU;Tasse blau;4;12,50;R2',
    'A-2042;19.11.2026;Tarek Aziz;tarek@example.com;Am Markt 9;50667;Köln;BOWL-L;Schale, groß;2;24,00;R7',
    'A-2043;21.11.2026;Ida Ott;ida@example.com;Hafenstr. 12;20457;Hamburg;CUP-RED;Tasse rot;6;12,50;R3',
  ].join('\n'),
};

/** What the shop would export next: some new orders, one with a damaged total, and what was shipped since. */
function exportOf(views) {
  const newest = Math.max(...views.map(({ order: { number } }) => Number(number.slice(1))));
  const fresh = views.slice(0, 12).map((view, at) => {
    const placed = new Date(Date.parse(views[0].order.placed_at) + (12 - at) * 61_000);
    return records(view, {
      number: `#${newest + 12 - at}`,
      id: String(8_800_000_000 + at),
      placed,
      broken: at === 4,
    });
  });
  const shipped = views
    .filter(({ order: { stage } }) => stage === 'to_ship')
    .slice(0, 6)
    .map((view) => records(view, { shipped: true }));
  return [...fresh, ...shipped].flat();
}

function records(
  { order: known },
  { number = known.number, id = known.external_id, placed, broken, shipped },
) {
  const at = stamp(placed ?? new Date(known.placed_at));
  const to = known.ship_to ?? {};
  return known.lines.map((each, place) => {
    const what = line(String(each.quantity), each.title, each.unit_price, each.sku ?? '');
    if (place > 0) return { Name: number, 'Created at': at, ...what };
    return order(number, at, known.total, {
      Id: id ?? '',
      Email: known.buyer.email ?? '',
      Currency: known.currency,
      Subtotal: known.subtotal ?? known.total,
      Shipping: known.shipping ?? '0.00',
      Taxes: known.tax ?? '0.00',
      Total: broken ? '48.3O' : known.total,
      'Discount Amount': known.discount ?? '0.00',
      'Financial Status': known.financial_status ?? 'paid',
      'Fulfillment Status': shipped ? 'fulfilled' : 'unfulfilled',
      'Shipping Name': to.name ?? known.buyer.name,
      'Shipping Street': to.line1 ?? '',
      'Shipping Address1': to.line1 ?? '',
      'Shipping City': to.city ?? '',
      'Shipping Zip': to.postal_code ?? '',
      'Shipping Province': to.region ?? '',
      'Shipping Country': to.country ?? '',
      Tags: known.tags.join(', '),
      ...what,
    });
  });
}

const stamp = (date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} +0000`;

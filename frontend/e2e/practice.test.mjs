import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { drop, practise, rows, until } from './harness.mjs';

/** A port of this computer that nothing has. */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(String(port)));
    });
  });

/** What the panel knows of the shops, which are the judges of what arrived. */
function panelOf(address) {
  const state = async () => (await fetch(`${address}api/state`)).json();
  const post = async (path, body) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${address}api/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, await answer.text());
  };
  const shop = async (id) => (await state()).shops.find((each) => each.id === id);
  return {
    state,
    shop,
    /** What the shop was told, the newest first. */
    told: async (id, operation) => (await shop(id)).effects.filter((each) => each.operation === operation),
    /** Places orders in a shop until one has a line that fits, and gives it with that line. */
    async sell(id, fits) {
      for (let tries = 0; tries < 40; tries++) {
        await post(`shops/${id}/act`, { do: 'place' });
        const [order] = (await shop(id)).orders;
        const line = order.lines.find(fits);
        if (line) return { ...order, line };
      }
      assert.fail('no order has such a line');
    },
  };
}

/** Fills fields by what the panel says of each, by the labels of the form. */
async function fillFrom(page, settings, except = []) {
  for (const { label, value } of settings.filter((each) => !except.includes(each.label))) {
    const field = page.getByRole('textbox', { name: label, exact: true });
    if ((await field.count()) > 0) await field.fill(value);
    else await choose(page, label, value);
  }
}

async function choose(page, label, value) {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: value, exact: true }).click();
}

const form = async (go, page, connector, name) => {
  await go(`/connections/new?connector=${connector}`);
  await page.getByRole('heading', { name: `Connect ${name}` }).waitFor();
  await page.getByText(/^As it was on /).waitFor();
};
const tryIt = (page) => page.getByRole('button', { name: /^Test/ }).click();

/** Connects under a name and waits until the first looks are over. */
async function connect(page, name, orders) {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: `Connect ${name}` }).click();
  await page.getByRole('heading', { level: 1 }).getByText(name).waitFor();
  const row = page.getByRole('row', { name: /^Orders/ });
  await until(`the orders of ${name}`, async () => (await row.innerText()).includes(String(orders)));
  for (const stream of ['Products', 'Stock'])
    await page
      .getByRole('row', { name: new RegExp(`^${stream}`) })
      .getByText(/^looked/)
      .waitFor({ timeout: 90_000 }); // Amazon's limits make its first looks wait
}

test('a new user connects Shopify, Amazon and QuickBooks by hand; what one sells the others and the books hear of', async (t) => {
  const { page, go, tab, get, now, folder } = await practise(t);
  const panel = panelOf(now.panel);
  const link = page.getByRole('link', { name: 'Open the panel of the shops' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), now.panel);

  await form(go, page, 'shopify', 'Shopify');
  const shopify = await panel.shop('shopify');
  await fillFrom(page, shopify.settings);
  const token = page.getByRole('textbox', { name: 'Access token', exact: true });
  const right = await token.inputValue();
  await token.fill('shpat_wrong');
  await tryIt(page);
  await page.getByText(/^Shopify does not accept the access token\./).waitFor();
  await token.fill(right);
  await tryIt(page);
  await page.getByText('Shopify lets you in: Greenhouse').waitFor();
  await choose(page, 'At which place is your stock there?', 'Storeroom');
  await connect(page, 'Garden shop', shopify.counts.orders);

  await form(go, page, 'amazon', 'Amazon');
  const amazon = await panel.shop('amazon');
  await page.getByText('More settings').click();
  await fillFrom(page, amazon.settings);
  const feed = page.getByRole('textbox', { name: 'Send as a feed from', exact: true });
  await feed.fill('many');
  await tryIt(page);
  await page.getByText(/^“many” is no whole number/).waitFor();
  await feed.fill('3');
  await tryIt(page);
  await page.getByText('Amazon lets you in: Greenhouse & Co.').waitFor();
  await connect(page, 'Amazon DE', amazon.counts.orders);

  await form(go, page, 'quickbooksdesktop', 'QuickBooks Desktop');
  await page
    .getByRole('textbox', { name: 'Password for the Web Connector', exact: true })
    .fill('open sesame');
  await page.getByText('More settings').click();
  await page.getByRole('textbox', { name: 'Port', exact: true }).fill(await freePort());
  await tryIt(page);
  await page.getByText('The settings are complete.').waitFor();
  await page.getByRole('button', { name: 'Connect QuickBooks Desktop' }).click();
  const save = page.getByRole('link', { name: 'Save the .qwc file' });
  const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const qwc = join(folder, 'tradepost.qwc');
  await file.saveAs(qwc);
  const shops = await tab();
  await shops.goto(now.panel);
  await shops.getByLabel('The .qwc file').setInputFiles(qwc);
  await shops.getByLabel('Password').fill('open sesame');
  await shops.getByRole('button', { name: 'Open it' }).click();
  await shops.getByText('The Web Connector has the file.').waitFor();
  await page.getByText('Practice company, in EUR').waitFor();

  // From here on the storeroom is counted.
  await go('/import');
  const text = await (await fetch(`${now.panel}storeroom.csv`)).text();
  await drop(page, { name: 'storeroom.csv', text });
  await page.getByRole('button', { name: /^Apply: / }).click();
  await page.getByRole('link', { name: 'See the stock' }).waitFor();

  // A sale at Shopify lowers what Amazon offers, once the plan of it is approved.
  const available = async () => {
    const { stock } = await get('/api/v1/stock?limit=50');
    return Object.fromEntries(stock.map(({ sku, locations }) => [sku, locations[0]?.available]));
  };
  const counted = await available();
  const { goods } = await panel.shop('amazon');
  const offered = Object.fromEntries(goods.map(({ sku, quantity }) => [sku, quantity]));
  const sold = await panel.sell('shopify', ({ sku, quantity }) => counted[sku] - quantity < offered[sku]);
  await go('/connections/1');
  await page
    .getByRole('row', { name: /^Orders/ })
    .getByText(/^looked/)
    .waitFor();
  await page.getByRole('button', { name: 'Look now', exact: true }).first().click();
  await go('/orders');
  await rows(page, sold.number).waitFor();
  const { [sold.line.sku]: left } = await available();
  assert.ok(left < offered[sold.line.sku], 'less is available than Amazon offers');
  await go('/plans');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Amazon DE' })
    .getByRole('link', { name: 'Look' })
    .click();
  await rows(page, sold.line.sku).getByText(String(left), { exact: true }).waitFor();
  await page
    .getByRole('button', { name: /^Approve \d+: send to Amazon DE$/ })
    .first()
    .click();
  await until('Amazon offers less', async () =>
    (await panel.told('amazon', 'stock.set')).some(
      ({ target, after }) => target === sold.line.sku && Number(after) === left,
    ),
  );

  await go('/orders');
  await rows(page, sold.number).click();
  await page.getByRole('button', { name: 'Ship with tracking…' }).click();
  const shipping = page.getByRole('dialog', { name: /is on its way$/ });
  const tracking = shipping.getByLabel('Tracking number');
  await until('the dialog took the keys', () => tracking.evaluate((each) => each === document.activeElement));
  await tracking.fill('00340434161094042557');
  await shipping.getByLabel('Carrier').fill('DHL');
  await shipping.getByRole('button', { name: 'See what would be sent' }).click();
  await shipping.getByRole('button', { name: 'Approve: tell Garden shop it is shipped' }).click();
  await shipping.getByText('It is there.').waitFor();
  const [parcel] = await panel.told('shopify', 'order.ship');
  assert.equal(parcel.after, 'DHL 00340434161094042557');

  // Home says of all of them that they run.
  await go('/');
  for (const name of ['Garden shop', 'Amazon DE', 'QuickBooks Desktop'])
    await page.getByRole('main').getByRole('link', { name }).first().waitFor();
});

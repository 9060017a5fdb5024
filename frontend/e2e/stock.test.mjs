import assert from 'node:assert/strict';
import { test } from 'node:test';
import { practice, settled, shop, toast, until } from './harness.mjs';
import { keepKeys, vendor } from './vendor.mjs';

/** A shop with a connection whose products are linked and whose stock was looked at. */
async function connected(t) {
  const live = await vendor(t, 12);
  const all = await shop(t);
  const { post, get } = all;
  await keepKeys(post);
  const { id } = await post('/api/v1/connections', {
    connector: 'woocommerce',
    name: 'Garden shop',
    options: { url: live.url },
    secrets: { consumer_key: live.key, consumer_secret: live.secret },
  });
  for (const stream of ['orders', 'products', 'stock'])
    await post(`/api/v1/connections/${id}/sync?wait=true`, { stream });
  const { variants } = await get('/api/v1/variants');
  /** Says that so many lie here of a variant. */
  const count = (variant, n, location = 'Main') =>
    post(`/api/v1/stock/${variant.id}/count`, { location, on_hand: String(n) });
  const stock = async ({ id: variant }) => get(`/api/v1/stock/${variant}`);
  return { ...all, live, id, variants, count, stock };
}

const gridCell = (page, sku, column) =>
  page.getByRole('grid').getByRole('row').filter({ hasText: sku }).getByRole('gridcell').nth(column);

/** Pastes into the grid as a spreadsheet would. */
const pasteInto = (page, text) =>
  page.getByRole('grid').evaluate((grid, block) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', block);
    grid.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

test('levels are typed, pasted and filled like a spreadsheet, undone step by step, and written as one', async (t) => {
  const { page, go, get, post, wrong } = await shop(t);
  const skus = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA'];
  for (const sku of skus) {
    const { id } = await post('/api/v1/variants', { sku, title: `Thing ${sku}` });
    await post(`/api/v1/stock/${id}/count`, { location: 'Berlin', on_hand: '10', start: true });
  }
  await post('/api/v1/locations', { name: 'Munich' });
  await go('/stock');

  // Typed over: the old number stays readable beside the new one.
  const alpha = gridCell(page, 'ALPHA', 1);
  await alpha.click();
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await page.getByText('1 level changed').waitFor();
  assert.match(await alpha.innerText(), /10\s*7/);

  // A block of two columns goes where the cursor is: the second column starts tracking there.
  await gridCell(page, 'BRAVO', 1).click();
  await pasteInto(page, '5\t2\n6\t3\n');
  await page.getByText('5 levels changed').waitFor();

  // Filled down over what is chosen.
  await gridCell(page, 'CHARLIE', 2).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+d');
  await page.getByText('6 levels changed').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('5 levels changed').waitFor();
  await page.keyboard.press('Control+Shift+Z');
  await page.getByText('6 levels changed').waitFor();

  // By SKU, wherever the cursor is; what nobody knows is said and left out.
  await pasteInto(page, 'SKU\tBerlin\nDELTA\t4\nNOBODY\t1\n');
  await page.getByText('7 levels changed').waitFor();
  await page.getByText(/NOBODY/).waitFor();

  await page.getByRole('button', { name: 'Look at the plan' }).click();
  await page.getByRole('heading', { name: 'Changes of stock' }).waitFor();
  await page.getByRole('button', { name: 'Change 7 levels' }).click();
  await toast(page, '7 levels changed');
  const levels = async () =>
    (await get('/api/v1/stock')).stock.map(({ sku, locations }) => [
      sku,
      ...locations.map(({ on_hand }) => on_hand),
    ]);
  assert.deepEqual(await levels(), [
    ['ALPHA', 7],
    ['BRAVO', 5, 2],
    ['CHARLIE', 6, 3],
    ['DELTA', 4, 3],
  ]);

  // Taken back as one in Activity, which says first what that does.
  await go('/activity?kind=stock');
  await page
    .getByRole('link', { name: /7 levels|Stock grid|levels/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Undo…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Undo \d/ })
    .click();
  await toast(page, 'Undone');
  assert.deepEqual(
    await levels(),
    skus.map((sku) => [sku, 10]),
  );
  assert.deepEqual(
    wrong.filter((words) => !words.includes('/edits/plan')),
    [],
  );
});

test('a number that somebody changed in the shop is found, named, and put right or taken', async (t) => {
  const { page, go, live, variants, count, stock, post, get, wrong } = await connected(t);
  const [one, other, third] = variants;
  for (const each of [one, other, third]) await count(each, 40);
  const drift = async (query = '') => (await get(`/api/v1/drift?limit=100${query}`)).rows;
  const mine = [one.id, other.id];
  await until('it was told', async () => {
    for (const plan of (await get('/api/v1/plans?state=open')).plans)
      await post(`/api/v1/plans/${plan.id}/approve`, { despite: true });
    return (
      (await drift('&class=same')).filter((row) => mine.includes(row.variant) && row.last_pushed).length === 2
    );
  });

  // What was written is read back: somebody comes after that.
  await until('the writing has ended', async () => {
    const { runs } = await get('/api/v1/runs?kind=push');
    return runs.length > 0 && runs.every(({ finished_at }) => finished_at);
  });
  await live.move(`count?sku=${encodeURIComponent(one.sku)}&n=3`);
  await live.move(`count?sku=${encodeURIComponent(other.sku)}&n=50`);
  await go('/stock/drift');
  await page.getByRole('button', { name: 'Look live now' }).click();
  await toast(page, 'Looked live: this is how they stand');
  // The orders are looked at with it, unless that goes on already: then the next look says that none explains it.
  await until('it is nobody’s order', async () => {
    await post('/api/v1/drift/check', {});
    return (await drift('&mover=person')).filter(({ variant }) => mine.includes(variant)).length === 2;
  });
  const row = (variant) => page.getByRole('row').filter({ hasText: variant.sku });
  await row(one).getByText('Somebody there', { exact: true }).waitFor();
  await row(other).getByText('Somebody there', { exact: true }).waitFor();

  // Home says so, and leads here.
  await go('/');
  await page.getByText('listings have other stock at their channels than they were told').waitFor();
  await go('/stock/drift');

  // One is repaired: a plan, which is approved like any other.
  await page.getByRole('checkbox', { name: `Select ${one.sku} Garden shop` }).click();
  await page.getByRole('button', { name: 'Plan the repair of 1' }).click();
  await page.getByRole('button', { name: /^Approve 1: send to Garden shop$/ }).click();
  await until('it is right again', async () =>
    (await drift('&class=same')).some(({ variant }) => variant === one.id),
  );

  // The other's number is taken: it was our count that was wrong.
  await go('/stock/drift');
  await row(other).click();
  const before = (await stock(other)).locations[0].on_hand;
  const { ours } = (await drift()).find(({ variant }) => variant === other.id);
  await page.getByRole('complementary').getByRole('button', { name: 'Take 50 as our count' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Count it as 50 offers' }).click();
  await toast(page, /^Counted: /);
  const after = (await stock(other)).locations[0].on_hand;
  assert.equal(after - before, 50 - Number(ours), 'by what it differed');
  assert.deepEqual(wrong, []);
});

test('what was sold and is not there waits with what can be done, and the order goes on hold', async (t) => {
  const { page, go, get, variants, count, wrong } = await connected(t);
  for (const each of variants) await count(each, 0);
  const { lines } = await get('/api/v1/stock/oversold?limit=500');
  const [line] = lines;
  assert.ok(line, 'orders of the shop wait');

  await go('/');
  await page.getByText(/orders? (was|were) sold what is not there/).waitFor();
  await go('/stock/oversold');
  const row = page.getByRole('row').filter({ hasText: line.number }).first();
  const remedies = row.getByRole('button');
  const hold = row.getByRole('button', { name: 'Put on hold until more comes' });
  if ((await hold.count()) > 0) await hold.click();
  else {
    await remedies.last().click();
    await page.getByRole('menuitem', { name: 'Put on hold until more comes' }).click();
  }
  await toast(page, `${line.number} is on hold`);
  await until('it is held', async () => (await get(`/api/v1/orders/${line.order}`)).held);
  await row.getByText('On hold', { exact: true }).waitFor();
  assert.deepEqual(wrong, []);
});

test('a stock rule is worked out, replayed over 90 days, kept, and taken back in Activity', async (t) => {
  const { page, go, get, variants, count, wrong } = await connected(t);
  for (const each of variants.slice(0, 3)) await count(each, 20);
  await go('/stock/rules');
  await page
    .getByRole('button', { name: 'Garden shop', exact: true })
    .or(page.getByRole('tab', { name: 'Garden shop' }))
    .first()
    .click();
  await page.getByLabel('Keep back', { exact: true }).fill('4');
  await page.getByText(/^\d+ of \d+ listings would show something else/).waitFor();
  await page
    .getByText(/less 4 kept back/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Replay' }).click();
  await page
    .getByText(/oversold sales|Nothing that is tracked was sold/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Garden shop: keep 4 back');
  const rules = async () => (await get('/api/v1/stock-rules')).rules.map(({ words }) => words);
  assert.deepEqual(await rules(), ['keep 4 back']);

  await go('/activity?kind=rules');
  await page.getByRole('link', { name: 'Stock rule of Garden shop: keep 4 back' }).click();
  await page.getByRole('button', { name: 'Undo…' }).click();
  const asked = page.getByRole('dialog', { name: 'Undo this' });
  await asked.getByText('Garden shop: keep 4 back → all that is available').waitFor();
  await asked.getByRole('button', { name: 'Undo 1' }).click();
  await toast(page, 'Undone');
  assert.deepEqual(await rules(), []);
  await settled(page);
  assert.deepEqual(wrong, []);
});

test('a shop that is the master of its stock is counted here, and a wipe there waits for a person', async (t) => {
  const { page, go, get, live, id, variants, stock, wrong } = await connected(t);
  const [one] = variants;
  await go('/stock/rules');
  await page
    .getByRole('button', { name: 'Garden shop', exact: true })
    .or(page.getByRole('tab', { name: 'Garden shop' }))
    .first()
    .click();
  await page.getByRole('combobox', { name: 'Who says its stock' }).click();
  await page.getByRole('option', { name: 'the channel', exact: true }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await until('it is tracked by what the shop shows', async () => (await stock(one)).tracked);
  await page.getByRole('heading', { name: 'What Garden shop says' }).waitFor();
  const before = (await stock(one)).locations[0].on_hand;

  for (const each of variants) await live.move(`count?sku=${encodeURIComponent(each.sku)}&n=0`);
  const sync = () =>
    page.evaluate(
      (connection) =>
        fetch(`/api/v1/connections/${connection}/sync?wait=true`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"stream":"stock"}',
        }),
      id,
    );
  await sync();
  assert.equal((await stock(one)).locations[0].on_hand, before, 'nothing was emptied');
  await go('/');
  await page.getByText(/levels that a channel says were not counted/).waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'levels that a channel says' })
    .getByRole('link', { name: 'Look' })
    .click();
  await page.getByText('Nothing of it was counted. Look there whether it is so.').waitFor();
  await page.getByRole('button', { name: /^Count \d+ levels so$/ }).click();
  await toast(page, /levels counted$/);
  assert.equal((await stock(one)).locations[0].available, 0);
  const [run] = (await get('/api/v1/runs?kind=stock')).runs;
  assert.equal(run.can_undo, true);
  assert.deepEqual(wrong, []);
});

test('in practice a sale lowers the other channels, each number says why, and a wipe is stopped', async (t) => {
  const { page, go, get, post, now, wrong } = await practice(t);
  const act = (shopId, deed) =>
    fetch(`${now.panel}api/shops/${shopId}/act`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(deed),
    });
  const goods = async () =>
    (await get('/api/v1/stock?limit=100')).stock.filter(
      ({ tracked, channels }) => tracked && channels.length === 4,
    );
  const quick = ({ channels }) => channels.filter(({ channel }) => /Shopify|Vendure/.test(channel));
  const seen = ({ channels }) => channels.every(({ live }) => live !== null);
  const before = await until('the storeroom is tracked, and all shops were looked at', async () => {
    const all = await goods();
    return all.length > 5 && all.every(seen) && all;
  });
  const { connections } = await get('/api/v1/connections');
  for (const { id, name } of connections.filter(({ connector }) => connector !== 'amazon')) {
    await go(`/connections/${id}?tab=writes`);
    await page.getByRole('radio', { name: 'Send by itself' }).click();
    await toast(page, `${name}: this rule holds from now on`);
  }

  // Customers buy in one shop: the others show less, as soon as that is known.
  for (let n = 0; n < 10; n += 1) await act('woocommerce', { do: 'place' });
  const woo = connections.find(({ connector }) => connector === 'woocommerce');
  await post(`/api/v1/connections/${woo.id}/sync?wait=true`, { stream: 'orders' });
  const was = Object.fromEntries(
    before.map((row) => [row.sku, Math.max(...quick(row).map(({ live }) => live))]),
  );
  const sold = await until('what was sold here is lower there', async () =>
    (await goods()).find(
      (row) =>
        row.locations[0].available > 0 &&
        quick(row).every(
          ({ ours, last_pushed, live }) => live < was[row.sku] && ours === live && ours === last_pushed,
        ),
    ),
  );
  const left = quick(sold)[0].live;

  // Each number unfolds to what it is made of.
  await go(`/stock/${sold.variant}`);
  await page.getByRole('heading', { name: `Why ${sold.locations[0].available} available?` }).waitFor();
  await page.getByText('counted at the start').first().waitFor();
  await page
    .getByText(/kept for .*Practice WooCommerce/)
    .first()
    .waitFor();
  const shopify = page.getByRole('row').filter({ hasText: 'Practice Shopify' });
  await shopify.getByRole('button', { name: String(left) }).click();
  await page.getByText(`Why Practice Shopify shows ${left}`).first().waitFor();

  // A count that would empty all shops at once changes the ledger, and no shop.
  await go('/stock');
  await page.getByRole('grid').getByText(sold.sku, { exact: true }).waitFor();
  const zeros = before.map(({ sku }) => `${sku}\t0`).join('\n');
  await pasteInto(page, `SKU\tStoreroom\n${zeros}\n`);
  await page.getByRole('button', { name: 'Look at the plan' }).click();
  await page.getByRole('button', { name: /^Change \d+ levels$/ }).click();
  const blocked = await until('the guard stops it', async () =>
    (await get('/api/v1/plans?state=open')).plans.find(
      ({ name, blocked: why }) => name === 'Practice Shopify' && why,
    ),
  );
  await go(`/plans/${blocked.id}`);
  await page
    .getByText(/This would set \d+ of \d+ listings to zero at once\./)
    .first()
    .waitFor();
  const known = (await goods()).find(({ sku }) => sku === sold.sku);
  assert.equal(known.locations[0].on_hand, 0);
  assert.equal(quick(known).find(({ channel }) => channel === 'Practice Shopify').live, left);
  await go('/');
  await page
    .getByText(/plans? (is|are) blocked: (it looks|they look) like (a mistake|mistakes)/)
    .first()
    .waitFor();
  assert.deepEqual(
    wrong.filter((words) => !words.includes('/edits/plan')),
    [],
  );
});

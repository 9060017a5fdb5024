import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { drop, rows, settled, shop, toast, until } from './harness.mjs';
import { keepKeys, vendor } from './vendor.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function axe(page, where) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }),
  );
  const bad = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join('; ')}`);
  assert.deepEqual(bad, [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where}: nothing is wider than the window`);
}

/** A shop whose products are linked, and whose stock is as its connection last saw it. */
async function connected(t, look, listings) {
  const live = await vendor(t, listings);
  const all = await shop(t, look);
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
  return { ...all, live, id, skus: variants.map(({ sku }) => sku) };
}

/** Counts stock by a file, as somebody does who starts to track it. */
async function count(page, skus, quantity) {
  const lines = skus.map((sku) => `${sku},Main,${quantity},,`);
  const text = ['SKU,Location,On hand,Tracked since,Last movement', ...lines, ''].join('\r\n');
  await drop(page, { name: 'counted.csv', text });
  await page.getByRole('button', { name: /^Apply: / }).click();
  await page.getByRole('link', { name: /^See / }).waitFor();
}

const shown = (page) => page.locator('[role=grid] [role=rowgroup] [role=row]');

test('stock is counted, the plan is looked at, approved, seen in the shop, and taken back', async (t) => {
  const { page, go, get, live, id, skus, wrong } = await connected(t);
  await go('/import');
  await count(page, skus.slice(0, 4), 77);

  // The dry run says what would be sent, and keeps nothing.
  await go(`/connections/${id}?tab=writes`);
  const kept = async () => (await get('/api/v1/plans')).plans.map(({ id, etag }) => `${id} ${etag}`);
  const told = await kept(); // what orders moved of it waits already
  await page.getByRole('button', { name: 'Look live' }).click();
  await page.getByText(/^[34] changes$/).waitFor();
  assert.deepEqual(await kept(), told, 'nothing is kept');
  await page.getByRole('button', { name: /^Make a plan of these/ }).click();
  await page
    .getByRole('heading', { level: 1 })
    .getByText(/for Garden shop/)
    .waitFor();
  const planned = (await get('/api/v1/plans')).plans[0];
  const all = planned.counts.proposed;
  const before = (await get(`/api/v1/plans/${planned.id}`)).intents;

  // Home and the rail say that it waits, and lead to it.
  await go('/');
  await page.getByText('plan wants approval').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Look', exact: true }).first().click();
  const approve = page.getByRole('button', { name: `Approve ${all}: send to Garden shop` });
  await approve.waitFor();
  assert.equal(await shown(page).count(), all);

  // One is left out; the button says exactly how many are left.
  const [left] = before;
  await page.getByRole('checkbox', { name: `Select ${left.name}` }).click();
  await page.getByRole('button', { name: `Approve ${all - 1}: send to Garden shop` }).click();
  await toast(page, `${all - 1} changes go to Garden shop now`);
  for (const { operation, target, name, wanted } of before.slice(1))
    await until(`${name} is there`, async () => (await live.value(operation, target)) === wanted);
  assert.equal(await live.value(left.operation, left.target), left.observed, 'what was left out stays');
  await until(
    'all are done',
    async () => (await shown(page).filter({ hasText: 'Done' }).count()) === all - 1,
  );

  // What is left is discarded.
  await settled(page);
  await page.keyboard.press('Shift+D');
  await page.getByRole('button', { name: 'Discard 1 change' }).click();
  await toast(page, 'Discarded; nothing of it is sent');

  // Every call about a write is one click away.
  await shown(page).filter({ hasText: before[1].name }).click();
  const peek = page.getByRole('complementary');
  await peek.getByText('Sent: done').waitFor();
  await peek.getByText('can be set back to what was there').waitFor();
  await page.keyboard.press('Escape');

  // It is taken back by a plan of its own.
  await settled(page);
  await page.keyboard.press('z');
  await page.getByText('Can be set back to what was there').waitFor();
  await page.getByRole('button', { name: /^Plan the way back of / }).click();
  await page.getByRole('button', { name: `Approve ${all - 1}: send to Garden shop` }).click();
  for (const { operation, target, observed, name } of before.slice(1))
    await until(`${name} is as it was`, async () => (await live.value(operation, target)) === observed);
  await go('/plans');
  await page.getByText('Nothing waits for you.').waitFor();
  assert.deepEqual(wrong, []);
});

test('a plan that looks like a mistake goes out only after its words were read', async (t) => {
  const { page, go, get, live, id, skus } = await connected(t, {}, 30);
  await go('/import');
  await count(page, skus, 0);
  await go(`/connections/${id}?tab=writes`);
  await page.getByRole('radio', { name: 'Send by itself' }).click();
  await toast(page, 'Garden shop: this rule holds from now on');
  await page.getByRole('button', { name: 'Look live' }).click();
  await page.getByText('This would be blocked.').waitFor();
  await page.getByRole('button', { name: /^Make a plan/ }).click();
  await page.getByText('This plan does not go out by itself.').waitFor();
  const [plan] = (await get('/api/v1/plans')).plans;
  const [one] = (await get(`/api/v1/plans/${plan.id}`)).intents;
  await go('/');
  await page.getByText('plan is blocked: it looks like a mistake').waitFor();
  await page.getByText('1 running · 1 needs you').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Look', exact: true }).first().click();

  await page.getByRole('button', { name: /although blocked…$/ }).click();
  const asked = page.getByRole('dialog', { name: 'This plan looks like a mistake' });
  const send = asked.getByRole('button', { name: /^Approve \d+: send to Garden shop$/ });
  assert.equal(await send.isEnabled(), false, 'nothing goes before the words were read');
  assert.equal(await live.value(one.operation, one.target), one.observed);
  await asked.getByRole('checkbox').check();
  await send.click();
  await until('it is zero there', async () => (await live.value(one.operation, one.target)) === '0');
});

test('an order is shipped and its status set from its page, and a lost answer is looked up', async (t) => {
  const { page, go, get, live, wrong } = await connected(t);
  const { orders } = await get('/api/v1/orders?limit=100');
  const order = orders.find(({ stage }) => stage === 'to_ship') ?? orders[0];
  await go(`/orders/${order.id}`);
  await page.getByRole('button', { name: 'Tell Garden shop' }).waitFor();

  // Leaving before approval sends nothing, and leaves nothing that waits.
  await settled(page);
  await page.keyboard.press('s');
  const ship = page.getByRole('dialog', { name: /is on its way$/ });
  await ship.getByRole('textbox', { name: 'Tracking number' }).fill('1Z999');
  await ship.getByRole('button', { name: 'See what would be sent' }).click();
  await ship.getByText('Nothing is sent before you approve it').waitFor();
  await page.keyboard.press('Escape');
  await toast(page, 'Nothing was sent to Garden shop');
  await until('nothing waits', async () => (await get('/api/v1/plans?state=open')).plans.length === 0);

  await settled(page);
  await page.keyboard.press('s');
  await ship.getByRole('textbox', { name: 'Tracking number' }).fill('1Z12345');
  await ship.getByLabel('Carrier').fill('UPS');
  await page.keyboard.press('Enter');
  await ship.getByText('A shipment cannot be taken back').waitFor();
  await settled(page);
  await page.keyboard.press('Enter');
  await ship.getByText('Done', { exact: true }).waitFor();
  assert.ok(
    (await live.value('order.ship', order.external_id)).includes('1Z12345'),
    'the shop has the number',
  );
  await ship.getByRole('button', { name: 'Back to the order' }).click();
  await page.getByText('For Garden shop:').first().waitFor();

  // The answer to the next write is lost; nobody sends it twice, and the plan says what was found.
  await live.move('lose');
  await settled(page);
  await page.keyboard.press('e');
  const status = page.getByRole('dialog', { name: /^Set the status of/ });
  await status
    .getByLabel(/^Status at/)
    .first()
    .click();
  await page.getByRole('option', { name: 'On hold' }).click();
  await status.getByRole('button', { name: 'See what would be sent' }).click();
  await status.getByRole('button', { name: 'Approve: set it to on-hold' }).click();
  await status.getByText('No answer', { exact: true }).waitFor();
  assert.equal(await live.value('order.status', order.external_id), 'on-hold');
  await status.getByRole('link', { name: 'See every call' }).click();
  const peek = page.getByRole('complementary');
  await peek.getByText('Sent: no answer').waitFor();
  await peek.getByRole('button', { name: 'Look now' }).click();
  await peek.getByText(/^Looked whether it is there: /).waitFor();
  await peek.getByText('Done', { exact: true }).waitFor();
  assert.deepEqual(wrong, []);
});

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious on the pages of plans, ${colorScheme}`, async (t) => {
    const look = { colorScheme, viewport: { width: 1000, height: 700 } };
    const { page, go, get, post, id, skus } = await connected(t, look, 30);
    await go('/plans');
    await page.getByText('Nothing was planned yet').waitFor();
    await axe(page, 'no plans');
    await go('/import');
    await count(page, skus, 0);
    await go(`/connections/${id}?tab=writes`);
    await page.getByRole('button', { name: 'Look live' }).click();
    await page.getByText('This would be blocked.').waitFor();
    await axe(page, 'what a connection is told');
    const { id: plan } = await post(`/api/v1/connections/${id}/plans`, { live: true });
    await go(`/plans/${plan}`);
    await rows(page).first().click();
    await page.getByText('Calls about it').waitFor();
    await axe(page, 'a plan');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /although blocked…$/ }).click();
    await page.getByRole('dialog').getByRole('checkbox').waitFor();
    await axe(page, 'a blocked plan');
    await go('/plans');
    await page.getByRole('link', { name: 'Look', exact: true }).waitFor();
    await axe(page, 'all plans');
    const { orders } = await get('/api/v1/orders?limit=100');
    await go(`/orders/${orders.find(({ stage }) => stage === 'to_ship').id}`);
    await page.getByRole('button', { name: 'Tell Garden shop' }).waitFor();
    await settled(page);
    await page.keyboard.press('s');
    await page.getByRole('textbox', { name: 'Tracking number' }).fill('1Z1');
    await axe(page, 'shipping');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is sent before you approve it').waitFor();
    await axe(page, 'a plan in place');
  });

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { rows, shop, toast, until } from './harness.mjs';
import { fillIn, keepKeys, vendor } from './vendor.mjs';

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
}

test('an account is connected, its orders come in, it is signed in to again, paused and removed', async (t) => {
  const live = await vendor(t);
  const { page, go, get, post } = await shop(t);
  await keepKeys(post);
  await go('/connections');
  await page.getByText('No live account yet').waitFor();
  await page.getByRole('button', { name: 'Connect an account' }).click();
  await page.getByRole('heading', { name: 'Which system do you want to connect?' }).waitFor();
  await page.getByRole('button', { name: /^WooCommerce/ }).click();
  await page.getByRole('heading', { name: 'Connect WooCommerce' }).waitFor();
  await page.getByText('Choose Generate API key').waitFor();

  await fillIn(page, live, 'cs_wrong');
  await page
    .getByRole('alert')
    .getByText(/does not accept the consumer key and secret/)
    .waitFor();
  await fillIn(page, live);
  await page.getByText('WooCommerce lets you in: Greenhouse & Co.').waitFor();
  await page.locator('span', { hasText: 'Read orders' }).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('Garden shop');
  await page.getByRole('button', { name: 'Connect Garden shop' }).click();

  await page.getByRole('heading', { level: 1 }).getByText('Garden shop').waitFor();
  const orders = page.getByRole('row', { name: /^Orders/ });
  await until('all orders are known', async () => (await orders.innerText()).includes('40'));
  await orders.getByText(/^looked/).waitFor();
  const { id } = (await get('/api/v1/connections')).connections[0];
  assert.ok(
    !JSON.stringify(await get(`/api/view/connection/${id}`)).includes(live.secret),
    'secrets stay inside',
  );

  // The schedule is changed in words, in its place.
  await orders.getByRole('button', { name: /every 5 minutes\. Change it$/ }).click();
  await page.getByRole('textbox', { name: 'When' }).fill('every 10 minutes');
  await page.getByText('every 10 minutes; next').waitFor();
  await page.getByRole('button', { name: 'Keep' }).click();
  await toast(page, 'Orders: every 10 minutes from now on');

  // A new order comes in by a look, and says where it came from.
  await live.move('place');
  await page.keyboard.press('l');
  await until('the new order', async () => (await orders.innerText()).includes('41'));
  await go('/orders');
  await rows(page).first().click();
  await page.getByText('Created by a look at Garden shop').waitFor();
  await page.getByRole('link', { name: 'As it came' }).click();
  const raw = page.getByRole('dialog', { name: 'As it came' });
  await raw.getByRole('rowheader', { name: 'date_created_gmt' }).waitFor();
  await raw.getByRole('button', { name: 'Show as JSON' }).click();
  await raw.getByText('"line_items": [').waitFor();

  // The key is revoked there: Home says so, and leads to signing in again in place.
  await live.move('revoke');
  await go(`/connections/${id}`);
  await page.getByRole('button', { name: 'Look now', exact: true }).first().click();
  await page
    .getByText(/WooCommerce asks you to sign in again/)
    .first()
    .waitFor();
  await go('/');
  await page.getByText('account asks you to sign in again').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).first().click();
  const again = page.getByRole('dialog', { name: 'Sign in to Garden shop again' });
  await again.getByRole('textbox', { name: 'Consumer key' }).fill(live.key);
  await again.getByRole('textbox', { name: 'Consumer secret' }).fill(live.secret);
  await again.getByRole('button', { name: 'Test and keep' }).click();
  await again.getByRole('alert').waitFor();
  await live.move('calm');
  await again.getByRole('button', { name: 'Test and keep' }).click();
  await toast(page, /^Signed in as Greenhouse & Co\./);
  await page.getByRole('button', { name: 'Look now', exact: true }).first().click();
  await page.getByText('Running', { exact: true }).first().waitFor();
  await page.getByText('Over since.').first().waitFor();

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Paused: nothing is looked at until you resume', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  const removing = page.getByRole('dialog', { name: 'Remove Garden shop?' });
  await removing.getByText('All orders of Garden shop stay as they are').waitFor();
  await removing.getByRole('button', { name: 'Remove the connection' }).click();
  await page.getByText('No live account yet').waitFor();
  assert.equal((await get('/api/v1/orders?limit=100')).orders.length, 41, 'orders stay');
});

test('orders of files are matched before the first look, and stay one each', async (t) => {
  const live = await vendor(t);
  const { page, go, get, post } = await shop(t);
  await keepKeys(post);
  // The same orders as a file of the shop would bring them in: connected once, removed, connected to the same channel.
  const settings = {
    connector: 'woocommerce',
    name: 'Garden shop',
    options: { url: live.url },
    secrets: { consumer_key: live.key, consumer_secret: live.secret },
  };
  const { id } = await post('/api/v1/connections', settings);
  await post(`/api/v1/connections/${id}/sync?wait=true`, { stream: 'orders' });
  await go(`/connections/${id}?step=remove`);
  await page.getByRole('button', { name: 'Remove the connection' }).click();
  await page.getByText('No live account yet').waitFor();

  await go('/connections/new?connector=woocommerce');
  await fillIn(page, live);
  await page.getByRole('radio', { name: 'A channel that is there already' }).check();
  await page.getByText('Garden shop has 40 orders already').waitFor();
  await page.getByRole('button', { name: /^Connect / }).click();
  const match = page.getByRole('dialog', { name: 'How do the orders of Garden shop match?' });
  await match.getByText('New orders').waitFor();
  await go('/');
  await page.getByText('connection waits until you saw how its orders match').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Look', exact: true }).first().click();
  await match.getByRole('button', { name: 'Start orders' }).click();
  await match.waitFor({ state: 'detached' });
  const orders = page.getByRole('row', { name: /^Orders/ });
  await until('all orders are known', async () => (await orders.innerText()).includes('40'));
  assert.equal((await get('/api/v1/orders?limit=100')).orders.length, 40, 'no order is doubled');
});

test('a connection is made by keys alone', async (t) => {
  const live = await vendor(t);
  const { page, post, wrong } = await shop(t);
  await keepKeys(post);
  const { keyboard } = page;
  await until('the page takes its keys', async () => {
    await keyboard.press('g');
    await keyboard.press('n');
    return page.url().endsWith('#/connections');
  });
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  await keyboard.press('n');
  const reach = async (field) => {
    await until('a field is reached by Tab', async () => {
      if (await field.evaluate((each) => each === document.activeElement)) return true;
      await keyboard.press('Tab');
      return false;
    });
  };
  const system = page.getByRole('button', { name: /^WooCommerce/ });
  await system.waitFor();
  await reach(system);
  await keyboard.press('Enter');
  const address = page.getByLabel('Address of your shop');
  await address.waitFor();
  await reach(address);
  await keyboard.type(live.url);
  await reach(page.getByRole('textbox', { name: 'Consumer key' }));
  await keyboard.type(live.key);
  await reach(page.getByRole('textbox', { name: 'Consumer secret' }));
  await keyboard.type(live.secret);
  await keyboard.press('Enter');
  await page.getByText('WooCommerce lets you in: Greenhouse & Co.').waitFor();
  await reach(page.getByRole('textbox', { name: 'Name' }));
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).getByText('Greenhouse & Co.').waitFor();
  await until('orders came', async () =>
    (await page.getByRole('row', { name: /^Orders/ }).innerText()).includes('40'),
  );
  await keyboard.press('p');
  await page.getByText('Paused: nothing is looked at until you resume', { exact: true }).waitFor();
  await keyboard.press('u');
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  assert.deepEqual(wrong, []);
});

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious on the pages of connections, ${colorScheme}`, async (t) => {
    const live = await vendor(t);
    const { page, go, post } = await shop(t, { colorScheme, viewport: { width: 1000, height: 700 } });
    await keepKeys(post);
    await go('/connections');
    await page.getByText('No live account yet').waitFor();
    await axe(page, 'no connections');
    await go('/connections/new?connector=woocommerce');
    await fillIn(page, live);
    await page.getByText('WooCommerce lets you in: Greenhouse & Co.').waitFor();
    await axe(page, 'the form, tested');
    await page.getByRole('button', { name: /^Connect / }).click();
    const orders = page.getByRole('row', { name: /^Orders/ });
    await until('orders came', async () => (await orders.innerText()).includes('40'));
    await orders.getByRole('button', { name: /Change it$/ }).click();
    await page.getByRole('textbox', { name: 'When' }).waitFor();
    await axe(page, 'a connection');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, 'nothing is wider than the window');
    await go('/connections/1?tab=settings');
    await page.getByText('kept sealed; never shown').first().waitFor();
    await axe(page, 'its settings');
    await go('/connections/1?step=sign_in');
    await page.getByRole('dialog').getByText('How to get the keys').waitFor();
    await axe(page, 'signing in again');
    await go('/connections');
    await page.getByText(/next look/).waitFor();
    await axe(page, 'the list');
  });

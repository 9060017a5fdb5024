import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const bin = process.env.TRADEPOST_VENDOR ?? new URL('../../build/bin/vendorsim', import.meta.url).pathname;

/** A simulated WooCommerce shop with 40 orders. It ends with the test. */
export async function vendor(t) {
  const child = spawn(bin, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const shop = JSON.parse((await lines.next()).value);
  return { ...shop, move: (what) => fetch(`${shop.url}/_test/${what}`, { method: 'POST' }) };
}

/** Fills the form of a connection and tests it. */
export async function fillIn(page, shop, secret = shop.secret) {
  await page.getByLabel('Address of your shop').fill(shop.url);
  await page.getByRole('textbox', { name: 'Consumer key' }).fill(shop.key);
  await page.getByRole('textbox', { name: 'Consumer secret' }).fill(secret);
  await page.getByRole('button', { name: /^Test/ }).click();
}

/** Lets secrets be kept where there is no keyring. */
export const keepKeys = (post) => post('/api/v1/secrets/keeper', { keeper: 'file', consent: true });

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { shopify } from './files.mjs';
import { countRows, rows, shop, toast, until } from './harness.mjs';

test('a watched folder is added, looked into, and what came is told everywhere', async (t) => {
  const { page, folder, go, wrong } = await shop(t);
  const inbox = join(folder, 'inbox #1 ü');
  await mkdir(inbox);

  await page.getByRole('link', { name: 'Watch a folder' }).click();
  const form = page.getByRole('dialog', { name: 'Watch a folder' });
  await form.getByLabel('Folder').fill(join(folder, 'not there'));
  await form.getByRole('textbox', { name: 'When' }).fill('every 7 minutes');
  await form.getByText(/does not divide the clock evenly/).waitFor();
  await form.getByRole('textbox', { name: 'When' }).fill('every 15 minutes between 8 and 18');
  await form.getByText(/The next five/).waitFor();
  await form.getByRole('button', { name: 'Start watching' }).click();
  await until(
    'a folder that is not there is refused',
    async () => (await form.getByLabel('Folder').getAttribute('aria-invalid')) === 'true',
  );
  await form.getByLabel('Folder').fill(inbox);
  await form.getByRole('button', { name: 'Start watching' }).click();
  await toast(page, 'inbox #1 ü is watched from now on');
  await page.getByText('It has not run yet.').waitFor();

  await writeFile(join(inbox, shopify.name), shopify.text);
  const panel = page.getByRole('complementary', { name: 'Peek' });
  const arrived = async () => (await readdir(join(inbox, 'done')).catch(() => [])).length > 0;
  await until('the file is taken', async () => {
    const look = panel.getByRole('button', { name: 'Look now' });
    if (await look.isEnabled().catch(() => false)) await look.click();
    return arrived();
  });
  assert.deepEqual(
    (await readdir(join(inbox, 'done'))).sort(),
    [shopify.name, `${shopify.name}.report.json`],
    'the file, and what came of it',
  );
  assert.ok(!(await readdir(inbox)).includes(shopify.name), 'the file is moved, not copied');
  await panel.getByRole('link', { name: /3 new/ }).first().waitFor();

  await go('/orders');
  await countRows(page, 3);
  await rows(page, '#2002').click();
  await page.getByText(/^Created by/).waitFor();

  await go('/activity');
  await page.getByRole('combobox', { name: 'Kinds of work' }).selectOption('Watched folders');
  const run = rows(page, '3 new').filter({ hasText: 'inbox #1 ü' }).first();
  await run.waitFor();
  assert.match(await run.innerText(), /done[\s\S]*inbox #1 ü/);
  await run.click();
  await page.getByRole('heading', { level: 1 }).getByText('inbox #1 ü').waitFor();
  await go('/');
  await page.getByRole('main').getByText('inbox #1 ü').waitFor();
  assert.deepEqual(
    wrong.filter((words) => !words.startsWith('4') || !words.includes('/schedules')),
    [],
  );
});

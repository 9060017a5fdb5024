import { test } from 'node:test';
import { shop, toast, until } from './harness.mjs';

test('a server is added, tested and says its trouble in words; a fetch from it stands in list and calendar', async (t) => {
  const { page, go } = await shop(t);
  await go('/settings');
  const consent = page.getByLabel('Whoever can read the workspace folder may read the passwords');
  // Open by itself where there is no keyring.
  await page.locator('details', { hasText: 'Keep the key elsewhere' }).evaluate((details) => {
    details.open = true;
  });
  await consent.check();
  await page.getByRole('button', { name: 'Use a key file' }).click();
  await page.getByText(/the key lies beside it in secret.key/).waitFor();

  await go('/schedules?tab=servers');
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const server = page.getByRole('dialog', { name: 'Add a server' });
  await server.getByLabel('Name').fill('Partner');
  await server.getByLabel('Address').fill('127.0.0.1');
  await server.getByLabel('Port').fill('1');
  await server.getByLabel('User').fill('shop');
  await server.getByLabel('Password', { exact: true }).fill('canary password');
  await server.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Partner is saved. Test it now.');
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText(/127.0.0.1 could not be reached on port 1/).waitFor();

  await go('/schedules?add=fetch');
  const form = page.getByRole('dialog', { name: 'Fetch from a server' });
  await form.getByRole('combobox', { name: 'Server' }).click();
  await page.getByRole('option', { name: /Partner/ }).click();
  await form.getByRole('textbox', { name: 'When' }).fill('on the first monday of the month at 6');
  await form.getByText('on the first Monday of every month at 06:00. The next five:').waitFor();
  await form.getByRole('textbox', { name: 'When' }).fill('every day at 7:30');
  await form.getByText('every day at 07:30. The next five:').waitFor();
  await form.getByRole('button', { name: 'Start' }).click();
  await toast(page, 'From Partner runs from now on');
  const panel = page.getByRole('complementary', { name: 'Peek' });
  await panel.getByRole('button', { name: 'Run now' }).click();
  await panel
    .getByText(/could not be reached/)
    .first()
    .waitFor();

  await go('/schedules?tab=calendar');
  const calendar = page.getByRole('region', { name: 'Calendar' });
  await calendar
    .getByRole('link', { name: /From Partner/ })
    .getByText('failed')
    .waitFor();
  await calendar.getByRole('button', { name: 'Later' }).click();
  await until(
    'one planned run a day',
    async () => (await calendar.getByRole('button', { name: /From Partner/ }).count()) === 7,
  );
  await calendar.getByRole('button', { name: 'Today' }).click();
  await calendar.getByRole('link', { name: /From Partner/ }).click();
  await page.getByRole('heading', { level: 1 }).getByText('Fetched from Partner').waitFor();
  await go('/');
  await page
    .getByRole('main')
    .getByText(/From Partner/)
    .first()
    .waitFor();
});

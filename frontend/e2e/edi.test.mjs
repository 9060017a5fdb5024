import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { drop, rows, shop, toast } from './harness.mjs';

// An order that nobody here saw before, and the same with a quantity missing.
const good = `ISA*00*          *00*          *ZZ*NORTHWICK      *12*SMALLWORKS     *261102*0815*U*00401*000000007*0*P*>~
GS*PO*NORTHWICK*SMALLWORKS*20261102*0815*7*X*004010~
ST*850*0001~
BEG*00*SA*NW-88**20261102~
CUR*BY*USD~
DTM*010*20261201~
N1*ST*NORTHWICK DEPOT*92*D1~
N3*1 CANAL STREET~
N4*ALBANY*NY*12207*US~
PO1*1*10*EA*3.5*WE*VN*CUP-1*IN*771~
PID*F****ENAMEL CUP~
PO1*2*4*EA*20*WE*VN*POT-2*IN*772~
CTT*2~
SE*12*0001~
GE*1*7~
IEA*1*000000007~
`;
const broken = good
  .replaceAll('000000007', '000000008')
  .replace('GS*PO*NORTHWICK*SMALLWORKS*20261102*0815*7', 'GS*PO*NORTHWICK*SMALLWORKS*20261102*0815*8')
  .replace('GE*1*7', 'GE*1*8')
  .replace('NW-88', 'NW-89')
  .replace('PO1*1*10*EA', 'PO1*1**EA');

test('an order by EDI is understood, taken in, acknowledged, and answered by an 855, 856 and 810', async (t) => {
  const { page, folder, go, wrong } = await shop(t);
  const outbox = join(folder, 'outbox');
  await mkdir(outbox);
  const sent = async () => (await readdir(outbox)).filter((name) => !name.startsWith('.')).sort();
  const button = (name) => page.getByRole('button', { name });

  await go('/edi');
  await page.getByRole('textbox', { name: 'Paste X12 or EDIFACT here' }).fill(broken);
  await button('Look at it').click();
  await page.getByRole('heading', { name: 'Order NW-89 of 2 Nov 2026' }).waitFor();
  await button(/^What is wrong/).click();
  await page
    .getByText(/With PO103 \(unit\) there also has to be PO102/)
    .first()
    .waitFor();
  await button(/^Take it in/).click();
  await button('Take in and acknowledge').click();
  await page.getByRole('link', { name: 'See the documents' }).click();
  await rows(page, 'NW-89').getByText('Refused').waitFor();

  await button('Partners').click();
  await page.getByLabel('Folder', { exact: true }).fill(outbox);
  await button('Save').first().click();
  await toast(page, 'Saved');

  await go('/');
  await drop(page, { name: 'nw88.edi', text: good });
  await button('Take in and acknowledge').click();
  await page.getByRole('link', { name: 'See the documents' }).waitFor();
  assert.deepEqual(await sent(), ['997-NORTHWICK-000000002.edi']);
  assert.match(await readFile(join(outbox, '997-NORTHWICK-000000002.edi'), 'utf8'), /AK9\*A\*1\*1\*1~/);

  await page.getByRole('link', { name: 'See the documents' }).click();
  await rows(page, 'NW-88').first().click();
  await page.getByRole('heading', { level: 1 }).getByText('850 purchase order NW-88').waitFor();
  await page.getByRole('link', { name: 'Make 855' }).click();
  await page.getByLabel(/Number of your order/).fill('SO-1');
  await page.getByLabel('Quantity of line 2').fill('1');
  await page.getByLabel('What follows later of line 2').fill('2');
  await page.getByText('Lints clean').waitFor();
  await button('Make 855').click();
  await page.getByRole('navigation', { name: 'Documents of the same order' }).getByText('SO-1').waitFor();

  for (const [kind, label, number] of [
    ['856', /Number of the shipment/, 'SHIP-1'],
    ['810', /Number of the invoice/, 'INV-1'],
  ]) {
    await page
      .getByRole('navigation', { name: 'Documents of the same order' })
      .getByRole('link', { name: /850/ })
      .click();
    await page.getByRole('link', { name: `Make ${kind}` }).click();
    await page.getByLabel(label).fill(number);
    await page.getByText('Lints clean').waitFor();
    await button(`Make ${kind}`).click();
    await page
      .getByRole('heading', { level: 1 })
      .getByText(new RegExp(`^${kind} .*${number}$`))
      .waitFor();
  }
  const files = await sent();
  assert.deepEqual(files.slice(0, 4), [
    '810-NORTHWICK-000000005.edi',
    '855-NORTHWICK-000000003.edi',
    '856-NORTHWICK-000000004.edi',
    '997-NORTHWICK-000000002.edi',
  ]);
  const invoice = await readFile(join(outbox, files[0]), 'utf8');
  assert.match(
    invoice,
    /IT1\*1\*10\*EA[\s\S]*IT1\*2\*3\*EA[\s\S]*TDS\*9500~/,
    'what was shipped, and its sum',
  );

  await go('/edi');
  await page.getByText('their 997').first().waitFor();
  assert.deepEqual(wrong, []);
});

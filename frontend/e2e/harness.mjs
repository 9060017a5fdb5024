import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

const bin = process.env.TRADEPOST_BIN ?? new URL('../../build/bin/tradepost', import.meta.url).pathname;
const patience = 15_000;

let starting;
after(async () => (await starting)?.close());
const browser = () => {
  starting ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return starting;
};

/** A practice company whose shops nobody has connected yet, served like `shop`; `now` is what the command says of it. */
export const practise = (t, look) => shop(t, look, ['practice', '--serve', '--by-hand', '--speed', '0.1']);

/** Practice mode with its shops connected, slow enough that what happens is what the test does. */
export const practice = (t) => shop(t, {}, ['practice', '--serve', '--speed', '0.1']);

/** `tradepost serve` on a workspace of its own, with a window's worth of helpers. All of it ends with the test. */
export async function shop(t, look = {}, command = ['serve']) {
  const folder = await mkdtemp(join(tmpdir(), 'tradepost-e2e-'));
  const server = spawn(bin, ['--data', join(folder, 'workspace'), ...command, '--json'], {
    env: { ...process.env, TZ: 'America/New_York' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise((done) => server.once('exit', done));
  const contexts = [];
  t.after(async () => {
    for (const context of contexts) await context.close();
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), ended]);
  assert.ok(first?.value, `tradepost ${command[0]} said nothing: ${said}`);
  const now = JSON.parse(first.value);
  const { url } = now.tradepost ?? now;

  const context = await (await browser()).newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...look,
  });
  contexts.push(context);
  context.setDefaultTimeout(patience);
  const wrong = [];
  /** A tab of this shop; the first is signed in by the address that serve printed. */
  const tab = async (hash = '') => {
    const page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('response', (answer) => {
      if (answer.status() >= 400)
        wrong.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
        wrong.push(message.text());
    });
    await page.goto(hash ? `${new URL(url).origin}/#${hash}` : url);
    await page.getByRole('main').waitFor();
    return page;
  };
  const page = await tab();
  return {
    folder,
    now,
    /** Ends Tradepost while its page stays open. */
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
    },
    page,
    tab,
    wrong,
    go: (hash, on = page) => on.goto(`${new URL(url).origin}/#${hash}`),
    post: async (path, data) =>
      (await context.request.post(`${new URL(url).origin}${path}`, { data })).json(),
    get: async (path) => (await context.request.get(`${new URL(url).origin}${path}`)).json(),
  };
}

/** Waits until the condition gives something true, and gives that. */
export async function until(what, condition) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** Waits until what was drawn last also takes its keys: effects run after the frame that shows them. */
export const settled = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
      }),
  );

/** Drops files on the page, as from a file manager. */
export async function drop(page, ...files) {
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, text } of given) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('main', 'dragenter', { dataTransfer });
  await page.getByText('Drop to see what is in it').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Drops one file and applies its plan. */
export async function bringIn(page, file) {
  await drop(page, file);
  await page.getByRole('heading', { name: file.name }).waitFor();
  await page.getByRole('button', { name: /^Apply: / }).click();
  await page.getByRole('link', { name: /^See the orders/ }).waitFor();
}

/** The rows of the list on the page, without its head; `words` narrows them. */
export const rows = (page, words) => {
  const all = page.locator('[role=rowgroup] [role=row]');
  return words === undefined ? all : all.filter({ hasText: words });
};

/** Waits until the list holds exactly as many rows. */
export const countRows = (page, count) =>
  until(`${count} rows`, async () => (await rows(page).count()) === count);

export const toast = (page, words) => page.getByRole('log').getByText(words).first().waitFor();

'use strict';

// The panel looks every two seconds how the company stands, and lets things happen. Everything is written as text, never as HTML.
const byId = (id) => document.getElementById(id);

const time = (text) => new Date(text).toLocaleString([], { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });

function notice(words, wrong) {
  byId('notice').textContent = words;
  byId('notice').className = wrong ? 'wrong' : '';
}

async function send(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${said.message} ${said.remedy}`);
  return said;
}

async function act(path, body) {
  try {
    const said = await send(path, body);
    notice(said.words ?? 'Done.', false);
  } catch (error) {
    notice(error.message, true);
  }
  await look(true);
}

function cell(row, value, kind, tag = 'td') {
  const made = document.createElement(tag);
  made.textContent = value ?? '';
  if (kind) made.className = kind;
  row.append(made);
  return made;
}

// columns are [title, value of a row, class].
function fill(table, columns, rows) {
  const head = document.createElement('tr');
  for (const [title, , kind] of columns) cell(head, title, kind === 'number' ? kind : '', 'th').scope = 'col';
  const lines = rows.map((row) => {
    const line = document.createElement('tr');
    for (const [, value, kind] of columns) {
      const what = value(row);
      if (what instanceof Node) cell(line, '').append(what);
      else cell(line, what, kind);
    }
    return line;
  });
  table.replaceChildren(head, ...lines);
}

function button(words, label, press) {
  const made = document.createElement('button');
  made.textContent = words;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', press);
  return made;
}

const columns = {
  settings: () => [
    ['Setting', (s) => (s.more ? `${s.label} (under More settings)` : s.label)],
    ['Type this', (s) => s.value, 'code'],
    ['', (s) => button('Copy', `Copy ${s.label}`, () => copy(s))],
  ],
  orders: (id) => [
    ['Order', (o) => o.number, 'code'],
    ['Placed', (o) => time(o.placed_at), 'when'],
    ['State', (o) => o.state],
    ['Items', (o) => o.lines.map((l) => `${l.sku} ×${l.quantity}`).join(', '), 'code'],
    ['Total', (o) => `${o.currency} ${o.total}`, 'number'],
    ['', (o) => button('Change', `Change order ${o.number}`, () => act(`api/shops/${id}/act`, { do: 'change', stream: 'orders', id: o.id }))],
  ],
  goods: (id) => [
    ['SKU', (g) => g.sku, 'code'],
    ['What', (g) => g.title],
    ['Price', (g) => g.price, 'number'],
    ['Offered', (g) => (g.counted ? g.quantity : 'not counted'), 'number'],
    ['', (g) => (g.counted && g.sku ? button('Count', `Count ${g.sku}`, () => count(id, g)) : '')],
  ],
  effects: () => [
    ['When', (e) => time(e.at), 'when'],
    ['What', (e) => e.operation],
    ['Of', (e) => e.target, 'code'],
    ['Before', (e) => e.before],
    ['After', (e) => e.after],
    ['Mark', (e) => e.key, 'code'],
  ],
  calls: () => [
    ['When', (c) => time(c.at), 'when'],
    ['Call', (c) => `${c.method} ${c.path}`, 'code'],
    ['Answer', (c) => (c.status === 0 ? 'none' : c.status), 'number'],
    ['Trouble', (c) => c.fault],
  ],
};

async function copy(setting) {
  try {
    await navigator.clipboard.writeText(setting.value);
    notice(`Copied: ${setting.label}`, false);
  } catch {
    notice('This browser does not let a page copy: mark the text and copy it yourself.', true);
  }
}

function count(id, good) {
  const counted = window.prompt(`How many of ${good.sku} are on sale in this shop?`, good.quantity);
  if (counted !== null && counted.trim() !== '') act(`api/shops/${id}/act`, { do: 'count', sku: good.sku, quantity: Math.trunc(Number(counted)) || 0 });
}

function makeShop(shop) {
  const made = byId('shop').content.firstElementChild.cloneNode(true);
  made.id = `shop-${shop.id}`;
  made.querySelector('h2').textContent = shop.name;
  for (const one of made.querySelectorAll('button[data-do]'))
    one.addEventListener('click', () => act(`api/shops/${shop.id}/act`, { do: one.dataset.do, stream: one.dataset.stream ?? '' }));
  for (const one of made.querySelectorAll('button[data-trouble]'))
    one.addEventListener('click', () => act(`api/shops/${shop.id}/trouble`, { kind: one.dataset.trouble, minutes: Number(one.dataset.minutes ?? 0) }));
  for (const one of made.querySelectorAll('button[data-clock]'))
    one.addEventListener('click', () => act(`api/shops/${shop.id}/act`, { do: 'clock', minutes: Number(one.dataset.clock) }));
  byId('shops').append(made);
  return made;
}

function showShop(shop) {
  const at = byId(`shop-${shop.id}`) ?? makeShop(shop);
  at.querySelector('.facts').textContent =
    `${shop.url} · ${shop.counts.orders} orders, ${shop.counts.products} listings, ${shop.counts.customers} customers · its clock: ${time(shop.now)}`;
  at.querySelector('.troubles').replaceChildren(
    ...shop.troubles.map((t) => {
      const line = document.createElement('li');
      line.textContent = t.until ? `${t.words}, until ${time(t.until)}` : t.words;
      return line;
    }),
  );
  for (const list of at.querySelectorAll('details'))
    if (list.open) fill(list.querySelector('table'), columns[list.dataset.list](shop.id), shop[list.dataset.list]);
}

function showStoreroom(state) {
  fill(
    byId('storeroom'),
    [
      ['SKU', (r) => r.sku, 'code'],
      ['What', (r) => r.title],
      ['There', (r) => r.held, 'number'],
      ...state.shops.map((s) => [`On sale at ${s.name}`, (r) => r.offered[s.id], 'number']),
      ['', (r) => r.words, 'wrong'],
    ],
    state.storeroom,
  );
}

function showOffice({ office }) {
  byId('office-facts').textContent =
    `${office.company} · ${office.count} documents · ` +
    (office.url
      ? `its Web Connector calls ${office.url}${office.called_at ? `, last at ${time(office.called_at)}` : ''}${office.words ? `: ${office.words}` : ''}`
      : 'its Web Connector has no application yet');
  byId('office-update').disabled = !office.url;
  fill(
    byId('office-documents'),
    [
      ['Document', (d) => d.kind],
      ['Number', (d) => d.number, 'code'],
      ['Day', (d) => d.day, 'when'],
      ['Customer', (d) => d.customer],
      ['Total', (d) => d.total, 'number'],
      ['Memo', (d) => d.memo, 'code'],
    ],
    office.documents,
  );
  fill(
    byId('office-accounts'),
    [
      ['Account', (a) => a.name],
      ['Debit less credit', (a) => a.balance, 'number'],
    ],
    office.accounts,
  );
}

function showDiary(state) {
  const names = Object.fromEntries(state.shops.map((s) => [s.id, s.name]));
  byId('diary').replaceChildren(
    ...state.diary.map((e) => {
      const line = document.createElement('li');
      const when = document.createElement('time');
      when.dateTime = e.at;
      when.textContent = time(e.at);
      const where = document.createElement('span');
      where.textContent = names[e.shop] ?? e.shop;
      const what = document.createElement('span');
      what.textContent = e.words;
      line.append(when, where, what);
      return line;
    }),
  );
}

function showSpeed(state) {
  const choice = byId('speed');
  if (document.activeElement === choice) return;
  const value = String(state.speed);
  if (![...choice.options].some((o) => o.value === value)) choice.add(new Option(`${value} times as fast`, value));
  choice.value = value;
}

async function look(always) {
  try {
    const state = await (await fetch('api/state')).json();
    byId('next').textContent = `Something happens by itself at ${new Date(state.next_at).toLocaleTimeString()}`;
    showSpeed(state);
    // What a person reads with the keyboard is not taken from under them.
    if (always !== true && document.activeElement?.closest('table')) return;
    state.shops.forEach(showShop);
    showOffice(state);
    showStoreroom(state);
    showDiary(state);
  } catch {
    notice('Practice has ended. Start it again with: tradepost practice', true);
  }
}

byId('speed').addEventListener('change', (event) => {
  act('api/pace', { speed: Number(event.target.value) });
  event.target.blur();
});
byId('office-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const [file] = byId('office-qwc').files;
  if (!file) return notice('Choose the .qwc file first.', true);
  await act('api/office/open', { content: await file.text(), password: byId('office-password').value });
});
byId('office-update').addEventListener('click', () => act('api/office/update', {}));
document.addEventListener('toggle', look, true);
look();
window.setInterval(look, 2000);

-- +goose Up
-- Books: what is told ledger systems, and the mailbox for vendors that call us.

-- A letter is a request that waits for its vendor to come, with the pages of its answer. state is waiting, sent, answered or lost; ticket is the
-- conversation in which it went out last; more is what the vendor gave for the page that comes next. recovered tells that of a lost one the vendor
-- was asked what became of it. writes: it may have had an effect when it was lost.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connection_id INTEGER NOT NULL REFERENCES connection (id), key TEXT NOT NULL, writes INTEGER NOT NULL,
  request BLOB NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, ticket TEXT NOT NULL DEFAULT '', more TEXT NOT NULL DEFAULT '',
  pages INTEGER NOT NULL DEFAULT 0, recovered INTEGER NOT NULL DEFAULT 0, asked_at INTEGER NOT NULL, sent_at INTEGER, answered_at INTEGER,
  UNIQUE (connection_id, key)
);
CREATE INDEX letter_open ON letter (connection_id, id) WHERE state <> 'answered';
CREATE TABLE letter_page (
  letter_id INTEGER NOT NULL REFERENCES letter (id), page INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (letter_id, page)
) WITHOUT ROWID;
-- The last conversation of each connection; letter_id is the letter that went out last and has no answer yet.
CREATE TABLE conversation (
  connection_id INTEGER PRIMARY KEY REFERENCES connection (id), ticket TEXT NOT NULL, letter_id INTEGER, opened_at INTEGER NOT NULL, heard_at INTEGER NOT NULL,
  closed_at INTEGER, problem TEXT NOT NULL DEFAULT ''
);

-- What a ledger system's lists hold: kind is account, item or method. An observation, as it was last pulled.
CREATE TABLE ledger_entry (
  connection_id INTEGER NOT NULL REFERENCES connection (id), external_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
  type TEXT NOT NULL, number TEXT NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, quantity TEXT NOT NULL, active INTEGER NOT NULL,
  version TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (connection_id, external_id)
) WITHOUT ROWID;
CREATE INDEX ledger_entry_name ON ledger_entry (connection_id, kind, name_key);
CREATE TABLE ledger_mapping (
  connection_id INTEGER PRIMARY KEY REFERENCES connection (id), mapping TEXT NOT NULL, confirmed_at INTEGER, seq INTEGER NOT NULL
);

-- A posting is one document in a ledger system, or on its way there: document is what we say, ledger_* what is there; difference is ledger_total
-- less total, NULL where it was not read back. known: it was there before, and not by us. taken_at is when it was taken back or put away.
CREATE TABLE posting (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connection_id INTEGER NOT NULL REFERENCES connection (id), reference TEXT NOT NULL, kind TEXT NOT NULL,
  number TEXT NOT NULL, day TEXT NOT NULL, channel_id INTEGER, currency TEXT NOT NULL, total INTEGER, document TEXT NOT NULL, intent_id INTEGER,
  ledger_id TEXT NOT NULL DEFAULT '', ledger_number TEXT NOT NULL DEFAULT '', ledger_total INTEGER, ledger_version TEXT NOT NULL DEFAULT '',
  known INTEGER NOT NULL DEFAULT 0, difference INTEGER, gone_at INTEGER, read_at INTEGER, posted_at INTEGER, taken_at INTEGER, made_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE UNIQUE INDEX posting_reference ON posting (connection_id, reference) WHERE taken_at IS NULL;
CREATE INDEX posting_list ON posting (connection_id, id);
CREATE INDEX posting_ledger ON posting (connection_id, ledger_id) WHERE ledger_id <> '';
CREATE TABLE posting_order (
  order_id INTEGER NOT NULL, posting_id INTEGER NOT NULL REFERENCES posting (id), PRIMARY KEY (order_id, posting_id)
) WITHOUT ROWID;
-- Up to which version an order was looked at for the books, and why it cannot be posted.
CREATE TABLE booked (
  connection_id INTEGER NOT NULL REFERENCES connection (id), order_id INTEGER NOT NULL, seq INTEGER NOT NULL, problem TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (connection_id, order_id)
) WITHOUT ROWID;
CREATE INDEX booked_problem ON booked (connection_id, order_id) WHERE problem <> '';

-- +goose Up
-- Connections: configured accounts of connectors, what they pull and what they are told.

-- options are the settings that are no secrets; account is what the last check found; problem is the trouble that lasts.
-- approval says when what is to be written waits for a person: ask, large (above approval_size), automatic. push_timer_id is the schedule of
-- what is written; shipped_seq is up to which commit sequence shipments were looked at as something to tell the channel.
CREATE TABLE connection (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, connector TEXT NOT NULL,
  channel_id INTEGER NOT NULL REFERENCES channel (id), options TEXT NOT NULL, account TEXT NOT NULL DEFAULT '',
  checked_at INTEGER, paused INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', problem_at INTEGER,
  approval TEXT NOT NULL DEFAULT 'ask', approval_size INTEGER NOT NULL DEFAULT 0, push_timer_id INTEGER,
  shipped_seq INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX connection_channel ON connection (channel_id);

-- A sync is a connection and a stream, on the schedule of its timer. cursor is where the next run starts; pass is the full pass under way
-- (0: none) with its own cursor. full_at is when a pass last came to its end, vendor_at the vendor's clock at the last look.
CREATE TABLE sync (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connection_id INTEGER NOT NULL REFERENCES connection (id), stream TEXT NOT NULL,
  timer_id INTEGER, cursor TEXT NOT NULL DEFAULT '', since INTEGER, pass INTEGER NOT NULL DEFAULT 0, passes INTEGER NOT NULL DEFAULT 0,
  pass_cursor TEXT NOT NULL DEFAULT '', full_at INTEGER, looked_at INTEGER, vendor_at INTEGER, newest_at INTEGER,
  lag INTEGER, next_at INTEGER, problem TEXT NOT NULL DEFAULT '', problem_at INTEGER, seq INTEGER NOT NULL, UNIQUE (connection_id, stream)
);
CREATE INDEX sync_timer ON sync (timer_id) WHERE timer_id IS NOT NULL;

-- What was last seen of each item of a stream: the version that came in, by which message, and in which full pass. gone_at is
-- when the vendor said that it is no longer there.
CREATE TABLE arrival (
  sync_id INTEGER NOT NULL REFERENCES sync (id), item TEXT NOT NULL, version TEXT NOT NULL, message_id INTEGER NOT NULL,
  pass INTEGER NOT NULL, gone_at INTEGER, PRIMARY KEY (sync_id, item)
) WITHOUT ROWID;
CREATE INDEX arrival_pass ON arrival (sync_id, pass);

-- What of the vendor's limits is left: tokens as of at, and until when the vendor said to wait. day counts UTC days since
-- 1970-01-01.
CREATE TABLE call_limit (
  connection_id INTEGER NOT NULL REFERENCES connection (id), bucket TEXT NOT NULL, tokens REAL NOT NULL, at INTEGER NOT NULL,
  blocked_until INTEGER, day INTEGER NOT NULL, spent REAL NOT NULL, PRIMARY KEY (connection_id, bucket)
) WITHOUT ROWID;

ALTER TABLE message ADD COLUMN sync_id INTEGER;
ALTER TABLE message ADD COLUMN item TEXT NOT NULL DEFAULT '';
CREATE INDEX message_received ON message (id) WHERE status = 'received';
ALTER TABLE run ADD COLUMN connection_id INTEGER;
CREATE INDEX run_connection ON run (connection_id, id) WHERE connection_id IS NOT NULL;

-- A listing as the channel states it. external_id is how writes name it; tracked says whether the channel counts its stock.
ALTER TABLE listing ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN price TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN tracked TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN url TEXT NOT NULL DEFAULT '';

-- How much of a listing the channel offers, as it was last seen; an observation, no ledger. quantity is an exact decimal; pushed is
-- what we last told the channel.
CREATE TABLE listing_level (
  id INTEGER PRIMARY KEY AUTOINCREMENT, listing_id INTEGER NOT NULL REFERENCES listing (id), location TEXT NOT NULL,
  quantity TEXT NOT NULL, observed_at INTEGER NOT NULL, pushed TEXT NOT NULL DEFAULT '', pushed_at INTEGER, seq INTEGER NOT NULL,
  UNIQUE (listing_id, location)
);

CREATE INDEX shipment_seq ON shipment (seq);

-- A plan of writes to one connection, and the intents in it. state is open (something in it waits for a person), approved, done or discarded;
-- blocked says why it is not carried out by itself whatever the rule. Of an intent, check_at is when a pending or unknown one is looked at
-- next, and before when an approved one is not sent; shown is what the channel had afterwards; undoes is the one that it takes back. An attempt is a call
-- about it: send, find, poll, look.
CREATE TABLE push_plan (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connection_id INTEGER NOT NULL REFERENCES connection (id), title TEXT NOT NULL, cause TEXT NOT NULL,
  state TEXT NOT NULL, warnings TEXT NOT NULL, blocked TEXT NOT NULL DEFAULT '', run_id INTEGER, made_at INTEGER NOT NULL, observed_at INTEGER,
  approved_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX push_plan_open ON push_plan (connection_id, id) WHERE state = 'open';
ALTER TABLE intent ADD COLUMN connection_id INTEGER;
ALTER TABLE intent ADD COLUMN plan_id INTEGER;
ALTER TABLE intent ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN location TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN wanted TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN problem TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN shown TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN undoes INTEGER;
ALTER TABLE intent ADD COLUMN check_at INTEGER;
ALTER TABLE intent ADD COLUMN settled_at INTEGER;
CREATE INDEX intent_plan ON intent (plan_id, id) WHERE plan_id IS NOT NULL;
CREATE INDEX intent_target ON intent (connection_id, operation, target, location, id) WHERE connection_id IS NOT NULL;
CREATE INDEX intent_state ON intent (connection_id, state, id) WHERE connection_id IS NOT NULL;
ALTER TABLE intent_attempt ADD COLUMN kind TEXT NOT NULL DEFAULT 'send';

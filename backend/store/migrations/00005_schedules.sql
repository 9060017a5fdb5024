-- +goose Up
-- Schedules: jitter spreads due times (seconds), alarm_after says when missing success is an alarm (seconds; 0 its own
-- rhythm, -1 never), counted_from is when waiting for success began (made, changed or resumed), alarmed_at is when the
-- alarm that lasts was given, alarm_mailed how far its mail is ('', sending, sent, unknown, failed).
ALTER TABLE timer ADD COLUMN jitter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE timer ADD COLUMN alarm_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE timer ADD COLUMN counted_from INTEGER;
ALTER TABLE timer ADD COLUMN alarmed_at INTEGER;
ALTER TABLE timer ADD COLUMN alarm_mailed TEXT NOT NULL DEFAULT '';
CREATE INDEX run_started ON run (started_at, id);

-- The key of the workspace's secrets: who keeps it ('keyring', 'passphrase', 'file'); wrapped is the key under the
-- passphrase (age), probe a sealed constant that tells the right key from a wrong one.
CREATE TABLE secret_key (
  id INTEGER PRIMARY KEY CHECK (id = 1), key_id TEXT NOT NULL, keeper TEXT NOT NULL, wrapped BLOB, probe BLOB NOT NULL,
  made_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE TABLE secret (
  name TEXT PRIMARY KEY, key_id TEXT NOT NULL, sealed BLOB NOT NULL, changed_at INTEGER NOT NULL, seq INTEGER NOT NULL
) WITHOUT ROWID;

-- SFTP and mail servers with the account used there; passwords and keys are in secret. host_key is the pinned one.
CREATE TABLE server (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, config TEXT NOT NULL,
  host_key TEXT NOT NULL DEFAULT '', checked_at INTEGER, problem TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);

-- Files that were taken from a server, so that none is taken twice where they cannot be moved away; cleared says that it was,
-- so that a file there which looks the same is another one.
CREATE TABLE fetched (
  id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
  modified_at INTEGER NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL, import_id INTEGER, run_id INTEGER NOT NULL,
  cleared INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL, UNIQUE (server_id, path, size, modified_at, sha256)
);
CREATE INDEX fetched_content ON fetched (server_id, path, sha256);

-- What export schedules send, one row per file, written before anything is sent: prepared, sending, sent, unknown,
-- failed, dropped. spool names the file under files/outgoing until the outcome is settled.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT, timer_id INTEGER NOT NULL, run_id INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,
  name TEXT NOT NULL, spool TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, message_id TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL, problem TEXT NOT NULL, created_at INTEGER NOT NULL, settled_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX delivery_timer ON delivery (timer_id, id);
CREATE INDEX delivery_run ON delivery (run_id);
CREATE INDEX delivery_open ON delivery (id) WHERE state NOT IN ('sent', 'dropped');

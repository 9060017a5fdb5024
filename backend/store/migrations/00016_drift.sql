-- +goose Up
-- What the last check for drift of a connection found: how many listings it looked at, how many of each class, and the ids of those whose stock a
-- person should hear of (the first 500), whose standing is worked out anew whenever it is asked for.
CREATE TABLE drift_check (
  connection_id INTEGER PRIMARY KEY REFERENCES connection (id), run_id INTEGER NOT NULL, checked_at INTEGER NOT NULL, listings INTEGER NOT NULL,
  counts TEXT NOT NULL, found TEXT NOT NULL, seq INTEGER NOT NULL
);

-- Workspaces that write to a connection already look for drift daily from now on; others begin with their first connection.
INSERT INTO timer (kind, name, expression, zone, config, paused, next_at, alarm_after, created_at, seq)
  SELECT 'drift', 'Look for drift of stock', '23 4 * * *', 'UTC', '{}', 0, NULL, -1, CAST(strftime('%s', 'now') AS INTEGER) * 1000, 0 WHERE EXISTS (SELECT 1 FROM timer WHERE kind = 'push');

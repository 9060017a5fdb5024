-- +goose Up
-- What a person was told of a connection, once: kind is trouble or silent; mailed as that of a timer's alarm.
CREATE TABLE concern (
  connection_id INTEGER NOT NULL REFERENCES connection (id), kind TEXT NOT NULL, raised_at INTEGER NOT NULL, mailed TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (connection_id, kind)
) WITHOUT ROWID;

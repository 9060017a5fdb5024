-- +goose Up
-- A concern is about a connection or, where connection_id is 0, about a trading partner. latest is when the last of what it speaks of fell due: one
-- that falls due behind it is told anew.
CREATE TABLE concern_wider (
  connection_id INTEGER NOT NULL DEFAULT 0, partner_id INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL, raised_at INTEGER NOT NULL, mailed TEXT NOT NULL DEFAULT '',
  latest INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (connection_id, partner_id, kind)
) WITHOUT ROWID;
INSERT INTO concern_wider (connection_id, kind, raised_at, mailed) SELECT connection_id, kind, raised_at, mailed FROM concern;
DROP TABLE concern;
ALTER TABLE concern_wider RENAME TO concern;

-- When the text of a document was emptied, as a person set it.
ALTER TABLE edi_document ADD COLUMN purged_at INTEGER;

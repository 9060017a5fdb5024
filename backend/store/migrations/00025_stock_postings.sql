-- +goose Up
-- Entries of the stock ledger that a document of a ledger system holds. freed: it was taken back, and they are to be posted anew.
CREATE TABLE posting_movement (
  connection_id INTEGER NOT NULL REFERENCES connection (id), movement_id INTEGER NOT NULL REFERENCES stock_movement (id),
  posting_id INTEGER NOT NULL REFERENCES posting (id), freed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (connection_id, movement_id, posting_id)
) WITHOUT ROWID;
CREATE INDEX posting_movement_posting ON posting_movement (posting_id);
-- Why an entry of the stock ledger cannot be posted.
CREATE TABLE booked_movement (
  connection_id INTEGER NOT NULL REFERENCES connection (id), movement_id INTEGER NOT NULL REFERENCES stock_movement (id), problem TEXT NOT NULL,
  PRIMARY KEY (connection_id, movement_id)
) WITHOUT ROWID;
-- What moves stock beside orders, purchases and transfers.
CREATE INDEX stock_movement_aside ON stock_movement (occurred_at) WHERE kind IN ('adjustment', 'count', 'assembly', 'undo');
-- Which goods read back otherwise than we say, in words.
ALTER TABLE posting ADD COLUMN unlike TEXT NOT NULL DEFAULT '';
-- Of an item whose stock is counted there: the account of its stock, and what one costs on average.
ALTER TABLE ledger_entry ADD COLUMN asset TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger_entry ADD COLUMN cost TEXT NOT NULL DEFAULT '';

-- +goose Up
-- Places: what is known of locations and whom they serve, where orders were routed and why, goods between locations, and counting together.

-- A location's address; serves is a JSON list of the countries ("DE") and regions ("US-CA") that it is near to, empty for no preference. is_default marks
-- the one that is meant where none is named.
ALTER TABLE location ADD COLUMN line1 TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN line2 TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN postal_code TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN serves TEXT NOT NULL DEFAULT '[]';
ALTER TABLE location ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX location_default ON location (is_default) WHERE is_default = 1;

-- Which place of a connection's account (its id there) is which location of ours.
CREATE TABLE location_place (
  connection_id INTEGER NOT NULL REFERENCES connection (id), place TEXT NOT NULL, location_id INTEGER NOT NULL REFERENCES location (id), seq INTEGER NOT NULL,
  PRIMARY KEY (connection_id, place)
) WITHOUT ROWID;
CREATE INDEX location_place_location ON location_place (location_id);

-- Where an order was last routed, and why: reason is JSON. location_id is null where it was split. fixed tells that a person chose it: that one is asked first
-- from then on.
CREATE TABLE order_route (
  order_id INTEGER PRIMARY KEY, location_id INTEGER REFERENCES location (id), fixed INTEGER NOT NULL, reason TEXT NOT NULL, decided_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
-- What a person moved of an order's reservations: from and to say where it was kept before and after.
CREATE TABLE route_move (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL, order_id INTEGER NOT NULL, line_id INTEGER NOT NULL, variant_id INTEGER NOT NULL,
  from_id INTEGER NOT NULL REFERENCES location (id), to_id INTEGER NOT NULL REFERENCES location (id), quantity INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
  CHECK (quantity > 0)
);
CREATE INDEX route_move_run ON route_move (run_id);

-- Goods between two locations of ours. What was sent, received, lost and brought back of a line are sums of transfer_move that was not taken back.
CREATE TABLE transfer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, from_id INTEGER NOT NULL REFERENCES location (id), to_id INTEGER NOT NULL REFERENCES location (id), note TEXT NOT NULL,
  created_at INTEGER NOT NULL, cancelled_at INTEGER, seq INTEGER NOT NULL, CHECK (from_id <> to_id)
);
CREATE TABLE transfer_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, transfer_id INTEGER NOT NULL REFERENCES transfer (id), variant_id INTEGER NOT NULL REFERENCES variant (id),
  quantity INTEGER NOT NULL, UNIQUE (transfer_id, variant_id), CHECK (quantity > 0)
);
CREATE INDEX transfer_line_variant ON transfer_line (variant_id);
-- kind: sent, received, lost, back. The ledger's entries of it have the cause transfer and the move's id as their line.
CREATE TABLE transfer_move (
  id INTEGER PRIMARY KEY AUTOINCREMENT, transfer_id INTEGER NOT NULL REFERENCES transfer (id), line_id INTEGER NOT NULL REFERENCES transfer_line (id),
  run_id INTEGER NOT NULL, kind TEXT NOT NULL, quantity INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '', moved_at INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL, CHECK (quantity > 0)
);
CREATE INDEX transfer_move_line ON transfer_move (line_id);
CREATE INDEX transfer_move_run ON transfer_move (run_id);

-- A stocktake counts a location together. state: open, closing (its counts are being written), closed, discarded. run_id is the run that wrote them. missing says
-- what became of what nobody counted: leave, zero.
CREATE TABLE stocktake (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, location_id INTEGER NOT NULL REFERENCES location (id), prefix TEXT NOT NULL DEFAULT '',
  never_counted INTEGER NOT NULL DEFAULT 0, blind INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, missing TEXT NOT NULL DEFAULT '', started_at INTEGER NOT NULL,
  closed_at INTEGER, run_id INTEGER, seq INTEGER NOT NULL
);
-- What is on the sheet. expected is what was on hand when the sheet was made, null where it was not tracked. outcome is how the line ended: "" open, counted, left;
-- problem says why it was left.
CREATE TABLE stocktake_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, stocktake_id INTEGER NOT NULL REFERENCES stocktake (id), variant_id INTEGER NOT NULL REFERENCES variant (id),
  expected INTEGER, added INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '', UNIQUE (stocktake_id, variant_id)
);
CREATE INDEX stocktake_line_variant ON stocktake_line (variant_id);
-- What somebody counted: rows add up. variant_id is null while nobody knows what the code is of.
CREATE TABLE stocktake_row (
  id INTEGER PRIMARY KEY AUTOINCREMENT, stocktake_id INTEGER NOT NULL REFERENCES stocktake (id), variant_id INTEGER REFERENCES variant (id), code TEXT NOT NULL,
  quantity INTEGER NOT NULL, counted_at INTEGER NOT NULL, counter TEXT NOT NULL, file_id INTEGER, removed INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL
);
CREATE INDEX stocktake_row_variant ON stocktake_row (stocktake_id, variant_id) WHERE removed = 0;

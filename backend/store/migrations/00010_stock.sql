-- +goose Up
-- Stock as a ledger that orders write too: what is on hand, reserved and on its way are sums of one append-only table.

-- rank orders our own locations for routing, lowest first; nothing new is routed to one that is not active. channel_id is the marketplace
-- that keeps this stock and ships it itself.
ALTER TABLE location ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE location ADD COLUMN active INTEGER NOT NULL DEFAULT 1;

-- Who ships an order: '' not stated, 'merchant', 'channel' (its stock lies with the marketplace).
ALTER TABLE orders ADD COLUMN fulfilled_by TEXT NOT NULL DEFAULT '';

-- An entry moves what is on hand (quantity), what of it is reserved, and what is on its way (incoming). kind: start, receipt, sale,
-- return, adjustment, transfer_out, transfer_in, count, assembly, undo; those that move nothing on hand: reserve, release, expect.
-- cause_kind and cause_id say what it is of: run; order (line_id is the line). count_id is the count that it is a part of, reverses the
-- entry it takes back. reason is a person's.
ALTER TABLE stock_movement ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_movement ADD COLUMN incoming INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_movement ADD COLUMN line_id INTEGER;
ALTER TABLE stock_movement ADD COLUMN count_id INTEGER;
ALTER TABLE stock_movement ADD COLUMN reverses INTEGER;
ALTER TABLE stock_movement ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX stock_movement_count ON stock_movement (count_id) WHERE count_id IS NOT NULL;
CREATE INDEX stock_movement_reverses ON stock_movement (reverses) WHERE reverses IS NOT NULL;

-- started_at repeats the start's; counted_at is the instant of the last count, the start included; counted_seq the commit sequence of the last
-- write by anything but orders.
ALTER TABLE stock_level ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_level ADD COLUMN incoming INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_level ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_level ADD COLUMN counted_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stock_level ADD COLUMN counted_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX stock_level_location ON stock_level (location_id, variant_id);

-- What somebody found after the start. What becomes known later of before counted_at is taken out of the count's correction, so that what was
-- found stands.
CREATE TABLE stock_count (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id), location_id INTEGER NOT NULL REFERENCES location (id),
  counted_at INTEGER NOT NULL, quantity INTEGER NOT NULL, run_id INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL
);
CREATE INDEX stock_count_level ON stock_count (variant_id, location_id, counted_at, id) WHERE undone = 0;
CREATE INDEX stock_count_run ON stock_count (run_id);

-- What one order line asks of one variant: per_piece of it for each piece of the line (pack multiple, and the quantity in the bill of material), "open"
-- is still to leave, "reserved" what of that is kept for it, the rest waits: it is backordered. taken is what left; returned what came back of
-- what left before the start. left_at is when it was noticed to have left, where nobody said when. pool is the channel that ships it itself,
-- 0 our own locations. placed_at, line_id is the order of the queue.
CREATE TABLE stock_demand (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, line_id INTEGER NOT NULL, variant_id INTEGER NOT NULL REFERENCES variant (id),
  bom_id INTEGER, per_piece INTEGER NOT NULL, pool INTEGER NOT NULL, placed_at INTEGER NOT NULL, open INTEGER NOT NULL, reserved INTEGER NOT NULL,
  taken INTEGER NOT NULL, returned INTEGER NOT NULL, left_at INTEGER, seq INTEGER NOT NULL, UNIQUE (line_id, variant_id),
  CHECK (reserved >= 0 AND reserved <= open AND taken >= 0)
);
CREATE INDEX stock_demand_order ON stock_demand (order_id);
CREATE INDEX stock_demand_short ON stock_demand (variant_id, pool, placed_at, line_id) WHERE open > reserved;
CREATE INDEX stock_demand_reserved ON stock_demand (variant_id, pool, placed_at, line_id) WHERE reserved > 0;
-- Where a demand is reserved, and from where it was taken.
CREATE TABLE stock_allocation (
  demand_id INTEGER NOT NULL REFERENCES stock_demand (id), location_id INTEGER NOT NULL REFERENCES location (id), reserved INTEGER NOT NULL,
  taken INTEGER NOT NULL, returned INTEGER NOT NULL, PRIMARY KEY (demand_id, location_id),
  CHECK (reserved >= 0 AND taken >= 0 AND returned >= 0)
) WITHOUT ROWID;

-- Variants whose orders are to be looked through again, in pieces: after this migration, and when levels are made anew.
CREATE TABLE stock_due (variant_id INTEGER PRIMARY KEY);

-- A bill of material: what one piece of a kit consists of. A version holds for what was placed from made_at on; one without items ends the kit.
-- kind: virtual (its components are reserved and taken), assembled (it lies on the shelf as itself).
CREATE TABLE bom (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id), version INTEGER NOT NULL, kind TEXT NOT NULL,
  made_at INTEGER NOT NULL, run_id INTEGER NOT NULL, seq INTEGER NOT NULL, UNIQUE (variant_id, version)
);
CREATE TABLE bom_item (
  bom_id INTEGER NOT NULL REFERENCES bom (id), variant_id INTEGER NOT NULL REFERENCES variant (id), quantity INTEGER NOT NULL,
  PRIMARY KEY (bom_id, variant_id), CHECK (quantity > 0)
) WITHOUT ROWID;
CREATE INDEX bom_item_variant ON bom_item (variant_id);

-- What goods cost: a layer is what came in at one price, unit_cost and landed (its share of freight, duty, ...) exact decimals per unit in
-- currency. cost_use says from which layers an entry that took goods took them, first in first out.
CREATE TABLE cost_layer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id), location_id INTEGER NOT NULL REFERENCES location (id),
  movement_id INTEGER NOT NULL REFERENCES stock_movement (id), received_at INTEGER NOT NULL, quantity INTEGER NOT NULL, remaining INTEGER NOT NULL,
  unit_cost TEXT NOT NULL, landed TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX cost_layer_open ON cost_layer (variant_id, location_id, received_at, id) WHERE remaining > 0;
CREATE INDEX cost_layer_movement ON cost_layer (movement_id);
CREATE TABLE cost_use (
  movement_id INTEGER NOT NULL REFERENCES stock_movement (id), layer_id INTEGER NOT NULL REFERENCES cost_layer (id), quantity INTEGER NOT NULL,
  PRIMARY KEY (movement_id, layer_id)
) WITHOUT ROWID;
CREATE INDEX cost_use_layer ON cost_use (layer_id);

-- What is there: counts so far, and tracked stock whose orders are not in the ledger yet.
INSERT INTO stock_count (variant_id, location_id, counted_at, quantity, run_id, seq)
  SELECT m.variant_id, m.location_id, m.occurred_at, (SELECT sum(e.quantity) FROM stock_movement e WHERE e.variant_id = m.variant_id
    AND e.location_id = m.location_id AND e.occurred_at <= m.occurred_at AND e.id <= m.id), m.cause_id, m.seq FROM stock_movement m
  JOIN stock_start s ON s.variant_id = m.variant_id AND s.location_id = m.location_id AND s.seq <= m.seq WHERE m.kind = 'count' ORDER BY m.id;
UPDATE stock_movement SET count_id = (SELECT c.id FROM stock_count c WHERE c.seq = stock_movement.seq AND c.variant_id = stock_movement.variant_id
  AND c.location_id = stock_movement.location_id AND c.run_id = stock_movement.cause_id) WHERE kind = 'count';
UPDATE stock_level SET counted_seq = seq,
  started_at = (SELECT s.started_at FROM stock_start s WHERE s.variant_id = stock_level.variant_id AND s.location_id = stock_level.location_id);
UPDATE stock_level SET counted_at = max(started_at, COALESCE((SELECT max(c.counted_at) FROM stock_count c WHERE c.variant_id = stock_level.variant_id
  AND c.location_id = stock_level.location_id), 0));
INSERT INTO stock_due (variant_id) SELECT DISTINCT variant_id FROM stock_level;

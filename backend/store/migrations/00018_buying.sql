-- +goose Up
-- Buying: suppliers and what they sell, purchase orders and what came in of them, what goods cost, when to order again, kits put together.

-- contact_id is whom to write to there: personal values live in contacts alone. lead_days is from ordering to goods, NULL not stated; minimum the least
-- worth of an order, in minor units of currency.
CREATE TABLE supplier (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, contact_id INTEGER REFERENCES contact (id), currency TEXT NOT NULL, lead_days INTEGER,
  minimum INTEGER, note TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
-- What a supplier calls a variant and sells it by: pack units (millionths) at a time, price (exact decimal, '' not stated) for one pack, at least least_packs
-- of them. preferred is the one to order from.
CREATE TABLE supplier_item (
  id INTEGER PRIMARY KEY AUTOINCREMENT, supplier_id INTEGER NOT NULL REFERENCES supplier (id), variant_id INTEGER NOT NULL REFERENCES variant (id),
  code TEXT NOT NULL DEFAULT '', pack INTEGER NOT NULL, price TEXT NOT NULL DEFAULT '', least_packs INTEGER NOT NULL DEFAULT 1,
  preferred INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL, UNIQUE (supplier_id, variant_id), CHECK (pack > 0 AND least_packs > 0)
);
CREATE INDEX supplier_item_variant ON supplier_item (variant_id);

-- state: draft, ordered, closed (the rest is not awaited), cancelled; whether all came is told by the lines. rate: units of the currency in which stock
-- is valued for one of currency, '' for one and the same. rate_note says where it is from.
CREATE TABLE purchase_order (
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE, supplier_id INTEGER NOT NULL REFERENCES supplier (id),
  location_id INTEGER NOT NULL REFERENCES location (id), state TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT NOT NULL DEFAULT '', expected_at INTEGER,
  note TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, ordered_at INTEGER, ended_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX purchase_order_state ON purchase_order (state, id);
CREATE INDEX purchase_order_supplier ON purchase_order (supplier_id, id);
-- quantity and received are units (millionths), pack how many of them are one pack, price (exact decimal, '' not stated) is for one pack. reason says why
-- Tradepost proposed it.
CREATE TABLE purchase_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, purchase_id INTEGER NOT NULL REFERENCES purchase_order (id), position INTEGER NOT NULL,
  variant_id INTEGER NOT NULL REFERENCES variant (id), code TEXT NOT NULL DEFAULT '', pack INTEGER NOT NULL, quantity INTEGER NOT NULL,
  price TEXT NOT NULL DEFAULT '', received INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', seq INTEGER NOT NULL,
  CHECK (pack > 0 AND quantity > 0 AND received >= 0)
);
CREATE INDEX purchase_line_order ON purchase_line (purchase_id, position);
CREATE INDEX purchase_line_variant ON purchase_line (variant_id);
-- What came in at once. rate is that of the order then. undone_run is the run that took it back.
CREATE TABLE purchase_receipt (
  id INTEGER PRIMARY KEY AUTOINCREMENT, purchase_id INTEGER NOT NULL REFERENCES purchase_order (id), run_id INTEGER NOT NULL, received_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL, rate TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', undone_run INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX purchase_receipt_order ON purchase_receipt (purchase_id, id);
-- goods is what they cost by themselves in minor units of the currency in which stock is valued, NULL where no price was stated.
CREATE TABLE purchase_receipt_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, receipt_id INTEGER NOT NULL REFERENCES purchase_receipt (id), line_id INTEGER NOT NULL REFERENCES purchase_line (id),
  movement_id INTEGER NOT NULL UNIQUE REFERENCES stock_movement (id), quantity INTEGER NOT NULL, goods INTEGER, CHECK (quantity > 0)
);
CREATE INDEX purchase_receipt_line_receipt ON purchase_receipt_line (receipt_id);
CREATE INDEX purchase_receipt_line_line ON purchase_receipt_line (line_id);
-- Freight, duty and the like that bringing a receipt here cost, in minor units of the currency in which stock is valued, shared over its lines by value,
-- quantity or weight.
CREATE TABLE purchase_charge (
  id INTEGER PRIMARY KEY AUTOINCREMENT, receipt_id INTEGER NOT NULL REFERENCES purchase_receipt (id), name TEXT NOT NULL, amount INTEGER NOT NULL,
  basis TEXT NOT NULL, seq INTEGER NOT NULL, CHECK (amount >= 0)
);
CREATE INDEX purchase_charge_receipt ON purchase_charge (receipt_id);

-- What the goods of an entry cost that came in: all of them, in minor units, goods (NULL not stated) and their share of what bringing them here cost.
-- The last row of an entry holds; earlier ones are what was known before. Everything else about costs is worked out of these and the ledger (ADR 0032):
-- the tables that were to hold it were never written to.
DROP TABLE cost_use;
DROP TABLE cost_layer;
CREATE TABLE stock_cost (
  id INTEGER PRIMARY KEY AUTOINCREMENT, movement_id INTEGER NOT NULL REFERENCES stock_movement (id), goods INTEGER, landed INTEGER NOT NULL,
  currency TEXT NOT NULL, recorded_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX stock_cost_movement ON stock_cost (movement_id, id);

-- When to order a variant again at a location. kind: fixed (at or below least, up to most, in millionths), speed (least and most are worked out of how fast
-- it sells: safety_days and cover_days).
CREATE TABLE reorder_rule (
  variant_id INTEGER NOT NULL REFERENCES variant (id), location_id INTEGER NOT NULL REFERENCES location (id), kind TEXT NOT NULL, least INTEGER, most INTEGER,
  safety_days INTEGER, cover_days INTEGER, seq INTEGER NOT NULL, PRIMARY KEY (variant_id, location_id)
) WITHOUT ROWID;

-- Kits that were put together at a location, by a version of their bill of material; below zero: taken apart. undone_run is the run that took it back.
CREATE TABLE assembly (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id), location_id INTEGER NOT NULL REFERENCES location (id),
  bom_id INTEGER NOT NULL REFERENCES bom (id), quantity INTEGER NOT NULL, run_id INTEGER NOT NULL, made_at INTEGER NOT NULL, undone_run INTEGER,
  seq INTEGER NOT NULL, CHECK (quantity <> 0)
);
CREATE INDEX assembly_variant ON assembly (variant_id, id);

-- +goose Up
-- Files bring other kinds of record beside orders: products, customers, stock counts, tracking numbers, prices, links.

-- kind is what the file's records are about; pass counts how often what was left was applied once more.
ALTER TABLE import ADD COLUMN kind TEXT NOT NULL DEFAULT 'orders';
ALTER TABLE import ADD COLUMN pass INTEGER NOT NULL DEFAULT 0;
-- returned is the pass that a record waits for because it changed between plan and apply; 0: it does not wait.
ALTER TABLE plan_record ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX plan_record_returned ON plan_record (import_id, returned, ordinal) WHERE returned > 0;

ALTER TABLE product ADD COLUMN vendor TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN type TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN status TEXT NOT NULL DEFAULT '';

-- price, compare_at_price, cost and weight_grams are exact decimals; currency is that of the three amounts.
ALTER TABLE variant ADD COLUMN option1_name TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN option1_value TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN option2_name TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN option2_value TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN option3_name TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN option3_value TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN price TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN compare_at_price TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN cost TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN weight_grams TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN image_url TEXT NOT NULL DEFAULT '';
CREATE INDEX variant_gtin ON variant (gtin) WHERE gtin <> '';

-- A customer's own contact, as customer files state it; the contacts of their orders stay the orders'.
ALTER TABLE customer ADD COLUMN contact_id INTEGER REFERENCES contact (id);
CREATE INDEX customer_contact ON customer (contact_id) WHERE contact_id IS NOT NULL;
-- Digits alone, for finding a customer; filled for customers' own contacts.
ALTER TABLE contact ADD COLUMN phone_key TEXT NOT NULL DEFAULT '';
CREATE INDEX contact_phone ON contact (phone_key) WHERE phone_key <> '';

-- What is on hand of a variant at a location: the sum of its movements, kept for lists and checked by doctor. The row is
-- there while the variant is tracked there (stock_start).
CREATE TABLE stock_level (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id),
  location_id INTEGER NOT NULL REFERENCES location (id), on_hand INTEGER NOT NULL, seq INTEGER NOT NULL,
  UNIQUE (variant_id, location_id)
);

-- A shipment of one order, and what the order said of its shipping before: undo puts that back.
ALTER TABLE shipment ADD COLUMN order_id INTEGER REFERENCES orders (id);
ALTER TABLE shipment ADD COLUMN order_was TEXT NOT NULL DEFAULT '';
CREATE INDEX shipment_order ON shipment (order_id, id) WHERE order_id IS NOT NULL;
ALTER TABLE package_item ADD COLUMN line_was TEXT NOT NULL DEFAULT '';

-- +goose Up
-- Instants are INTEGER UTC milliseconds; amounts INTEGER minor units beside a currency; exact decimals TEXT; a value
-- that a source did not state is NULL (numbers) or '' (text). seq is the commit sequence of the last write.

CREATE TABLE commit_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
INSERT INTO commit_sequence (id, value) VALUES (1, 0);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL, seq INTEGER NOT NULL);

CREATE TABLE channel (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  zone TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);

-- The names by which others know our records (invariant 2: no two records share one).
CREATE TABLE external_reference (
  channel_id INTEGER NOT NULL REFERENCES channel (id), kind TEXT NOT NULL, namespace TEXT NOT NULL,
  value TEXT NOT NULL, record_id INTEGER NOT NULL,
  PRIMARY KEY (channel_id, kind, namespace, value)
) WITHOUT ROWID;
CREATE INDEX external_reference_record ON external_reference (record_id, kind);

-- Personal values live here (and in payload and file) alone. contact is the present version, contact_version the
-- earlier ones.
CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, customer_id INTEGER REFERENCES customer (id),
  name TEXT NOT NULL, company TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  line1 TEXT NOT NULL, line2 TEXT NOT NULL, line3 TEXT NOT NULL, city TEXT NOT NULL, region TEXT NOT NULL,
  postal_code TEXT NOT NULL, country TEXT NOT NULL, note TEXT NOT NULL,
  email_key TEXT NOT NULL, purged_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX contact_email ON contact (email_key) WHERE email_key <> '';
CREATE INDEX contact_customer ON contact (customer_id) WHERE customer_id IS NOT NULL;
CREATE TABLE contact_version (
  contact_id INTEGER NOT NULL, version INTEGER NOT NULL,
  name TEXT NOT NULL, company TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  line1 TEXT NOT NULL, line2 TEXT NOT NULL, line3 TEXT NOT NULL, city TEXT NOT NULL, region TEXT NOT NULL,
  postal_code TEXT NOT NULL, country TEXT NOT NULL, note TEXT NOT NULL, replaced_seq INTEGER NOT NULL,
  PRIMARY KEY (contact_id, version)
) WITHOUT ROWID;

CREATE TABLE product (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, created_at INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE variant (
  id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES product (id), sku TEXT NOT NULL,
  sku_key TEXT NOT NULL, gtin TEXT NOT NULL DEFAULT '', title TEXT NOT NULL, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX variant_product ON variant (product_id);
CREATE INDEX variant_sku ON variant (sku);
CREATE INDEX variant_sku_key ON variant (sku_key);

-- A variant as offered on one channel; created when first seen, linked to at most one variant.
CREATE TABLE listing (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL REFERENCES channel (id), sku TEXT NOT NULL,
  sku_key TEXT NOT NULL, title TEXT NOT NULL, variant_id INTEGER REFERENCES variant (id),
  pack_multiple TEXT NOT NULL DEFAULT '1', linked_by TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX listing_sku ON listing (sku_key);
CREATE INDEX listing_channel ON listing (channel_id);
CREATE INDEX listing_variant ON listing (variant_id);
CREATE INDEX listing_unlinked ON listing (id) WHERE variant_id IS NULL;

CREATE TABLE location (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  channel_id INTEGER REFERENCES channel (id), seq INTEGER NOT NULL
);
-- Stock quantities are INTEGER millionths of a unit, so that sums stay exact.
CREATE TABLE stock_start (
  variant_id INTEGER NOT NULL REFERENCES variant (id), location_id INTEGER NOT NULL REFERENCES location (id),
  started_at INTEGER NOT NULL, quantity INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (variant_id, location_id)
) WITHOUT ROWID;
CREATE TABLE stock_movement (
  id INTEGER PRIMARY KEY AUTOINCREMENT, variant_id INTEGER NOT NULL REFERENCES variant (id),
  location_id INTEGER NOT NULL REFERENCES location (id), kind TEXT NOT NULL, quantity INTEGER NOT NULL,
  cause_kind TEXT NOT NULL, cause_id INTEGER NOT NULL, occurred_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  seq INTEGER NOT NULL
);
CREATE INDEX stock_movement_level ON stock_movement (variant_id, location_id, seq);
CREATE INDEX stock_movement_cause ON stock_movement (cause_kind, cause_id);

CREATE TABLE orders (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL REFERENCES channel (id),
  number TEXT NOT NULL, number_key TEXT NOT NULL, external_id TEXT NOT NULL,
  placed_at INTEGER NOT NULL, placed_precision TEXT NOT NULL, placed_zone TEXT NOT NULL, zone_source TEXT NOT NULL,
  currency TEXT NOT NULL, subtotal INTEGER, shipping INTEGER, tax INTEGER, discount INTEGER, total INTEGER,
  refunded INTEGER, outstanding INTEGER, computed_total INTEGER,
  financial_status TEXT NOT NULL, fulfillment_status TEXT NOT NULL, stage TEXT NOT NULL,
  paid_at INTEGER, fulfilled_at INTEGER, cancelled_at INTEGER, ship_by INTEGER, held INTEGER NOT NULL,
  shipping_method TEXT NOT NULL, payment_method TEXT NOT NULL, discount_code TEXT NOT NULL, source TEXT NOT NULL,
  risk TEXT NOT NULL, tags TEXT NOT NULL, unlinked INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX orders_placed ON orders (placed_at, id);
CREATE INDEX orders_channel ON orders (channel_id, placed_at, id);
CREATE INDEX orders_stage ON orders (stage, placed_at, id);
CREATE INDEX orders_financial ON orders (financial_status, placed_at, id);
CREATE INDEX orders_fulfillment ON orders (fulfillment_status, placed_at, id);
CREATE INDEX orders_number ON orders (number_key, placed_at, id);
CREATE INDEX orders_unlinked ON orders (placed_at, id) WHERE unlinked > 0;
CREATE INDEX orders_held ON orders (placed_at, id) WHERE held = 1;
CREATE INDEX orders_due ON orders (ship_by) WHERE stage = 'to_ship' AND ship_by IS NOT NULL;
CREATE TABLE order_tag (
  tag TEXT NOT NULL, placed_at INTEGER NOT NULL, order_id INTEGER NOT NULL REFERENCES orders (id),
  PRIMARY KEY (tag, placed_at, order_id)
) WITHOUT ROWID;
CREATE INDEX order_tag_order ON order_tag (order_id);
CREATE TABLE order_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL REFERENCES orders (id), position INTEGER NOT NULL,
  external_id TEXT NOT NULL, listing_id INTEGER NOT NULL REFERENCES listing (id), sku TEXT NOT NULL,
  buyer_item_code TEXT NOT NULL, title TEXT NOT NULL, quantity TEXT NOT NULL, uom TEXT NOT NULL,
  unit_price TEXT NOT NULL, total INTEGER, discount INTEGER, tax INTEGER, shipping INTEGER,
  fulfillment_status TEXT NOT NULL
);
CREATE INDEX order_line_order ON order_line (order_id, position);
CREATE INDEX order_line_listing ON order_line (listing_id, order_id);
CREATE UNIQUE INDEX order_line_external ON order_line (order_id, external_id) WHERE external_id <> '';
CREATE TABLE order_party (
  order_id INTEGER NOT NULL REFERENCES orders (id), role TEXT NOT NULL, contact_id INTEGER NOT NULL REFERENCES contact (id),
  PRIMARY KEY (order_id, role)
) WITHOUT ROWID;
CREATE INDEX order_party_contact ON order_party (contact_id);

CREATE TABLE shipment (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER REFERENCES channel (id), location_id INTEGER REFERENCES location (id),
  carrier TEXT NOT NULL, service TEXT NOT NULL, tracking TEXT NOT NULL, shipped_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX shipment_tracking ON shipment (tracking) WHERE tracking <> '';
CREATE TABLE package (
  id INTEGER PRIMARY KEY AUTOINCREMENT, shipment_id INTEGER NOT NULL REFERENCES shipment (id),
  parent_id INTEGER REFERENCES package (id), label TEXT NOT NULL, tracking TEXT NOT NULL, weight_grams TEXT NOT NULL
);
CREATE INDEX package_shipment ON package (shipment_id);
CREATE TABLE package_item (
  package_id INTEGER NOT NULL REFERENCES package (id), line_id INTEGER NOT NULL REFERENCES order_line (id),
  quantity TEXT NOT NULL, PRIMARY KEY (package_id, line_id)
) WITHOUT ROWID;
CREATE INDEX package_item_line ON package_item (line_id);

-- Original files as they came; content over 1 MiB lies in files/<sha256> instead.
CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL, size INTEGER NOT NULL,
  content BLOB, received_at INTEGER NOT NULL, purged_at INTEGER, seq INTEGER NOT NULL
);

-- The four queues: run, timer, message, intent.
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, title TEXT NOT NULL,
  channel_id INTEGER REFERENCES channel (id), timer_id INTEGER, import_id INTEGER, subject TEXT NOT NULL,
  checkpoint TEXT NOT NULL, counts TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL, problem TEXT NOT NULL,
  started_at INTEGER NOT NULL, finished_at INTEGER, lease_owner TEXT NOT NULL, lease_until INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX run_kind ON run (kind, id);
CREATE INDEX run_timer ON run (timer_id, id) WHERE timer_id IS NOT NULL;
CREATE INDEX run_unfinished ON run (id) WHERE finished_at IS NULL;
CREATE TABLE timer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL, expression TEXT NOT NULL, zone TEXT NOT NULL,
  config TEXT NOT NULL, paused INTEGER NOT NULL, next_at INTEGER, planned_at INTEGER, last_run_id INTEGER,
  last_success_at INTEGER, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX timer_due ON timer (next_at) WHERE paused = 0;

CREATE TABLE import (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file_id INTEGER NOT NULL REFERENCES file (id), file_name TEXT NOT NULL,
  format TEXT NOT NULL, channel_id INTEGER REFERENCES channel (id), channel_name TEXT NOT NULL, channel_kind TEXT NOT NULL,
  mode TEXT NOT NULL, zone TEXT NOT NULL, zone_source TEXT NOT NULL, currency TEXT NOT NULL, date_order TEXT NOT NULL,
  state TEXT NOT NULL, cause TEXT NOT NULL, columns TEXT NOT NULL, rows INTEGER NOT NULL, counts TEXT NOT NULL,
  warnings TEXT NOT NULL, problem TEXT NOT NULL, run_id INTEGER, applied_run_id INTEGER, timer_id INTEGER,
  planned_at INTEGER, applied_at INTEGER, undone_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX import_file ON import (file_id, id);
CREATE INDEX import_state ON import (state, id);
CREATE TABLE plan_record (
  import_id INTEGER NOT NULL REFERENCES import (id), ordinal INTEGER NOT NULL, rows TEXT NOT NULL, verdict TEXT NOT NULL,
  warned INTEGER NOT NULL, number TEXT NOT NULL, order_id INTEGER, observed_seq INTEGER, problems TEXT NOT NULL,
  PRIMARY KEY (import_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX plan_record_verdict ON plan_record (import_id, verdict, ordinal);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL REFERENCES channel (id), run_id INTEGER NOT NULL,
  import_id INTEGER, kind TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, rows TEXT NOT NULL, status TEXT NOT NULL,
  problems TEXT NOT NULL, problem_key TEXT NOT NULL, record_kind TEXT NOT NULL, record_id INTEGER, received_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX message_quarantined ON message (id) WHERE status = 'quarantined';
CREATE INDEX message_problem ON message (problem_key) WHERE status = 'quarantined';
CREATE INDEX message_waiting ON message (channel_id, name) WHERE status = 'quarantined';
CREATE INDEX message_record ON message (record_kind, record_id, id);
CREATE INDEX message_import ON message (import_id, id) WHERE import_id IS NOT NULL;
CREATE TABLE payload (
  message_id INTEGER PRIMARY KEY REFERENCES message (id), codec INTEGER NOT NULL, body BLOB, purged_at INTEGER
);
CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
  record_kind TEXT NOT NULL, record_id INTEGER NOT NULL, action TEXT NOT NULL, fields TEXT NOT NULL,
  run_id INTEGER NOT NULL, message_id INTEGER
);
CREATE INDEX change_record ON change (record_kind, record_id, id);
CREATE INDEX change_run ON change (run_id, id);
CREATE INDEX change_seq ON change (seq);
CREATE TABLE intent (
  id INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL, channel_id INTEGER NOT NULL REFERENCES channel (id),
  operation TEXT NOT NULL, record_kind TEXT NOT NULL, record_id INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  observed TEXT NOT NULL, observed_at INTEGER, depends_on INTEGER REFERENCES intent (id), claimed_by TEXT NOT NULL,
  lease_until INTEGER, run_id INTEGER, created_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX intent_open ON intent (state, id) WHERE state NOT IN ('done', 'rejected', 'superseded');
CREATE INDEX intent_record ON intent (record_kind, record_id, id);
CREATE TABLE intent_attempt (
  intent_id INTEGER NOT NULL REFERENCES intent (id), attempt INTEGER NOT NULL, revision INTEGER NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (intent_id, attempt)
) WITHOUT ROWID;

CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT, page TEXT NOT NULL, name TEXT NOT NULL, filter TEXT NOT NULL, pinned INTEGER NOT NULL,
  position INTEGER NOT NULL, seq INTEGER NOT NULL, UNIQUE (page, name)
);
CREATE TABLE bulk_plan (
  id INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL, value TEXT NOT NULL, filter TEXT NOT NULL, run_id INTEGER,
  made_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE TABLE bulk_plan_order (
  plan_id INTEGER NOT NULL REFERENCES bulk_plan (id), order_id INTEGER NOT NULL, observed_seq INTEGER NOT NULL,
  PRIMARY KEY (plan_id, order_id)
) WITHOUT ROWID;
CREATE TABLE idempotency (
  key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB, made_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_made ON idempotency (made_at);

-- Read models, kept per batch, recomputable from orders (doctor checks them).
CREATE TABLE order_count (
  facet TEXT NOT NULL, channel_id INTEGER NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (facet, channel_id, value)
) WITHOUT ROWID;
-- day counts days since 1970-01-01 of the calendar in the workspace's zone.
CREATE TABLE order_day (
  day INTEGER NOT NULL, channel_id INTEGER NOT NULL, currency TEXT NOT NULL, orders INTEGER NOT NULL, total INTEGER NOT NULL,
  PRIMARY KEY (day, channel_id, currency)
) WITHOUT ROWID;

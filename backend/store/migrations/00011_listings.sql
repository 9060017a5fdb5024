-- +goose Up
-- Listings: the inbox of those that are linked to nothing, prices and titles of their own, rules; variants that became one.

-- ignored is why a person said that a listing is nothing to link. own_title and own_price are what a person set for it; "" leaves it to
-- the variant and the channel's rule.
ALTER TABLE listing ADD COLUMN gtin TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN ignored TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN own_title TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN own_price TEXT NOT NULL DEFAULT '';
CREATE INDEX listing_waiting ON listing (id) WHERE variant_id IS NULL AND ignored = '';
CREATE INDEX listing_waiting_channel ON listing (channel_id, id) WHERE variant_id IS NULL AND ignored = '';
CREATE INDEX listing_ignored ON listing (id) WHERE ignored <> '';

-- A variant that became a part of another: nothing finds it by its SKU and GTIN any more, merged_sku and merged_gtin are what they were.
ALTER TABLE variant ADD COLUMN merged_into INTEGER REFERENCES variant (id);
ALTER TABLE variant ADD COLUMN merged_sku TEXT NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN merged_gtin TEXT NOT NULL DEFAULT '';
CREATE INDEX variant_merged ON variant (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX variant_merged_sku ON variant (merged_sku) WHERE merged_sku <> '';
CREATE INDEX variant_merged_gtin ON variant (merged_gtin) WHERE merged_gtin <> '';

-- What the prices of a channel are made of: percent on top (exact decimal), rounding ('', 5, 10, 95, 99), direction (up, nearest, down),
-- margin in percent on top of the cost ('' no floor).
CREATE TABLE price_rule (
  channel_id INTEGER PRIMARY KEY REFERENCES channel (id), percent TEXT NOT NULL, rounding TEXT NOT NULL, direction TEXT NOT NULL,
  margin TEXT NOT NULL, seq INTEGER NOT NULL
);

-- A plan to link many listings at once, looked at before it is carried out. observed_seq is the listing's when the plan was made.
CREATE TABLE link_plan (
  id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, made_at INTEGER NOT NULL, run_id INTEGER, seq INTEGER NOT NULL
);
CREATE TABLE link_plan_listing (
  plan_id INTEGER NOT NULL REFERENCES link_plan (id), listing_id INTEGER NOT NULL, variant_id INTEGER NOT NULL, pack TEXT NOT NULL,
  why TEXT NOT NULL, observed_seq INTEGER NOT NULL, PRIMARY KEY (plan_id, listing_id)
) WITHOUT ROWID;

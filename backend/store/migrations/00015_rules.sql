-- +goose Up
-- Rules of how much channels may offer, and what is known of what they may still sell.

-- scope is all, channel, variant or listing, record_id what it is of. A field that is '' says nothing. Numbers are exact decimals: buffer, end_when, lag_most and
-- last_units in units of the variant, percent of what is available, most in packs of the listing. locations is a JSON list of ids, '' says nothing.
CREATE TABLE stock_rule (
  scope TEXT NOT NULL, record_id INTEGER NOT NULL, buffer TEXT NOT NULL, percent TEXT NOT NULL, lag_most TEXT NOT NULL, end_when TEXT NOT NULL,
  most TEXT NOT NULL, locations TEXT NOT NULL, master TEXT NOT NULL, last_units TEXT NOT NULL, rank TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (scope, record_id)
) WITHOUT ROWID;

-- bound is the most that a listing may still sell beyond the orders that are known, '' where nothing was kept of that; seen is what it was last seen to have, which
-- becomes the bound once the orders of the channel are known up to then: seen_seq is the commit that noted it.
ALTER TABLE listing_level ADD COLUMN bound TEXT NOT NULL DEFAULT '';
ALTER TABLE listing_level ADD COLUMN seen TEXT NOT NULL DEFAULT '';
ALTER TABLE listing_level ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listing_level ADD COLUMN seen_seq INTEGER NOT NULL DEFAULT 0;

-- Up to which commit, and to which instant, all orders of a connection are known: those of its last look that came to its end.
ALTER TABLE sync ADD COLUMN known_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync ADD COLUMN known_until INTEGER NOT NULL DEFAULT 0;

-- Whether the connector can write only where a value is still what was seen.
ALTER TABLE connection ADD COLUMN compares INTEGER NOT NULL DEFAULT 0;

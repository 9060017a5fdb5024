-- +goose Up
-- charge marks what lines of charges (a fee, gift wrapping, a surcharge) show: no goods, so it is never linked, counted or asked about.
ALTER TABLE listing ADD COLUMN charge INTEGER NOT NULL DEFAULT 0;
DROP INDEX listing_unlinked;
CREATE INDEX listing_unlinked ON listing (id) WHERE variant_id IS NULL AND charge = 0;

-- Who signs in anew for a connection just now, and until when that counts: vendors take a refresh token once, and two who use it sign everybody out.
ALTER TABLE connection ADD COLUMN sign_in_by TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN sign_in_until INTEGER;

-- Up to which run the looks of a sync that found nothing were thinned, to one an hour and to one a day. What is there already stays.
ALTER TABLE sync ADD COLUMN thinned_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync ADD COLUMN thinned_days INTEGER NOT NULL DEFAULT 0;
UPDATE sync SET thinned_hours = (SELECT COALESCE(max(id), 0) + 1 FROM run), thinned_days = (SELECT COALESCE(max(id), 0) + 1 FROM run);

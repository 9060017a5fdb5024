-- +goose Up
-- charge marks what lines of charges (a fee, gift wrapping, a surcharge) show: no goods, so it is never linked, counted or asked about.
ALTER TABLE listing ADD COLUMN charge INTEGER NOT NULL DEFAULT 0;
DROP INDEX listing_unlinked;
CREATE INDEX listing_unlinked ON listing (id) WHERE variant_id IS NULL AND charge = 0;

-- Who signs in anew for a connection just now, and until when that counts: vendors take a refresh token once, and two who use it sign everybody out.
ALTER TABLE connection ADD COLUMN sign_in_by TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN sign_in_until INTEGER;

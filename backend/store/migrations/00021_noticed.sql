-- +goose Up
-- What of a demand left without anybody saying when, part by part: [{"pieces": millionths of pieces of the line, "at": when that was noticed, 0 where
-- nobody knew that they waited}]; '' for none. One instant for all of it is told apart when the demands are next looked through, which they are at once.
ALTER TABLE stock_demand ADD COLUMN noticed TEXT NOT NULL DEFAULT '';
UPDATE stock_demand SET noticed = '[{"pieces":' || 9000000000000000000 || ',"at":' || left_at || '}]' WHERE left_at IS NOT NULL;
ALTER TABLE stock_demand DROP COLUMN left_at;
INSERT OR IGNORE INTO stock_due (variant_id) SELECT variant_id FROM stock_demand WHERE noticed <> '';

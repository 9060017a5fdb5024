-- +goose Up
-- What a listing had when nobody here had told it anything yet: the number that was last seen before its variant was tracked here, or the first one.
-- What it has by now is held against that, and against what it sold since.
ALTER TABLE listing_level ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE listing_level ADD COLUMN base_at INTEGER NOT NULL DEFAULT 0;
UPDATE listing_level SET base = quantity, base_at = observed_at;

-- Whose run a receipt or an assembly is, so that a list of runs can say which of them can be taken back.
CREATE INDEX purchase_receipt_run ON purchase_receipt (run_id);
CREATE INDEX assembly_run ON assembly (run_id);

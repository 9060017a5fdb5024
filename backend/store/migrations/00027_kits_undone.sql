-- +goose Up
-- What a kit consists of can be taken back as other writes are: a version that was is in force for nothing any more, as if it had never been made.
ALTER TABLE bom ADD COLUMN undone_run INTEGER;
CREATE INDEX bom_run ON bom (run_id);

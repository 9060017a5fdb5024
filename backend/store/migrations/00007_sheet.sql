-- +goose Up
-- The sheet that a workbook's import is read from, so that it is read from it again; blank of other files, and of imports
-- that were made before: those find it anew.
ALTER TABLE import ADD COLUMN sheet TEXT NOT NULL DEFAULT '';

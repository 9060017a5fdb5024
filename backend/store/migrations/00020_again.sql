-- +goose Up
-- Of a posting that is to be taken back: what it holds is posted anew then.
ALTER TABLE posting ADD COLUMN again INTEGER NOT NULL DEFAULT 0;

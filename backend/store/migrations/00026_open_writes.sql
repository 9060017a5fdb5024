-- +goose Up
-- Open writes are found by their connection and state. To keep their index by state alone, which nothing looks anything up by, SQLite made a table of the settled
-- states for each write that came or changed.
DROP INDEX intent_open;

-- +goose Up
-- For how many days after an order was shipped personal values of its buyer may be kept: the rule of the marketplace, which holds for its orders
-- whether a connection is there or not. 0 is no such rule.
ALTER TABLE channel ADD COLUMN personal_days INTEGER NOT NULL DEFAULT 0;

-- +goose Up
-- Orders that wait and say by when: what is late is found among them, newest first, without walking all that wait.
CREATE INDEX orders_late ON orders (placed_at, id, ship_by) WHERE stage = 'to_ship' AND ship_by IS NOT NULL;

-- +goose Up
-- What an order is worked out to come to holds the shipping, tax and discount that are stated for it as a whole; until now those of its lines alone
-- counted. The daily totals follow when the workspace is opened: they are empty until then.
UPDATE orders SET computed_total = computed_total
  + CASE WHEN shipping IS NULL THEN 0 ELSE shipping - COALESCE((SELECT sum(l.shipping) FROM order_line l WHERE l.order_id = orders.id), 0) END
  + CASE WHEN tax IS NULL THEN 0 ELSE tax - COALESCE((SELECT sum(l.tax) FROM order_line l WHERE l.order_id = orders.id), 0) END
  - CASE WHEN discount IS NULL THEN COALESCE(abs((SELECT sum(l.discount) FROM order_line l WHERE l.order_id = orders.id)), 0)
      - COALESCE((SELECT sum(l.discount) FROM order_line l WHERE l.order_id = orders.id), 0)
    ELSE abs(discount) - COALESCE((SELECT sum(l.discount) FROM order_line l WHERE l.order_id = orders.id), 0) END
  WHERE computed_total IS NOT NULL AND (shipping IS NOT NULL OR tax IS NOT NULL OR discount IS NOT NULL OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = orders.id AND l.discount < 0));
DELETE FROM order_count;
DELETE FROM order_day;

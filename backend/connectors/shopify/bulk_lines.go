package shopify

import (
	"bytes"
	"fmt"
)

// hangs says as what the rows of a bulk operation's file hang on the one above them, by their type.
var hangs = map[string]string{"ShippingLine": "shippingLines", "LineItem": "lineItems", "FulfillmentOrder": "fulfillmentOrders", "FulfillmentOrderLineItem": "lineItems"}

// below is what each type of row has below it, so that a list without rows is one.
var below = map[string][]string{"Order": {"shippingLines", "lineItems", "fulfillmentOrders"}, "FulfillmentOrder": {"lineItems"}}

// gather puts the orders of a piece of a bulk operation's file together, which has a row in each line and what hangs on an order behind it. The last order of
// a piece may go on in the next one: but for the last piece it is left out. read is how many bytes the others take.
func gather(text []byte, last bool) (orders []map[string]any, read int, err error) {
	rows := map[string]map[string]any{}
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 && !last {
			break
		}
		if end < 0 {
			end = len(text) - at
		}
		line := text[at : at+end]
		if len(bytes.TrimSpace(line)) > 0 {
			row, err := object(line)
			if err != nil {
				return nil, 0, err
			}
			if row["__parentId"] == nil {
				orders, read = append(orders, row), at
				clear(rows)
			}
			if err := hang(row, rows); err != nil {
				return nil, 0, err
			}
		}
		at = min(at+end+1, len(text))
	}
	if last {
		return orders, len(text), nil
	}
	return orders[:max(len(orders)-1, 0)], read, nil
}

// hang hangs a row on the one above it, as it stands in an answer to a walk.
func hang(row map[string]any, rows map[string]map[string]any) error {
	kind, _ := row["__typename"].(string)
	id, _ := row["id"].(string)
	parent, hanging := row["__parentId"].(string)
	delete(row, "__typename")
	delete(row, "__parentId")
	for _, name := range below[kind] {
		row[name] = map[string]any{"nodes": []any{}, "pageInfo": map[string]any{"hasNextPage": false, "endCursor": nil}}
	}
	if below[kind] != nil {
		rows[id] = row
	}
	if !hanging {
		return nil
	}
	list, _ := rows[parent][hangs[kind]].(map[string]any)
	if list == nil {
		return strange(fmt.Errorf("a row of %q hangs on nothing", kind), false)
	}
	list["nodes"] = append(listed(list["nodes"]), row)
	return nil
}

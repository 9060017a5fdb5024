package vendure_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/connectors/vendure"
	"tradepost/backend/order"
)

// TestRead reads items written by hand; what comes of them lies beside them.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.json")
	must(t, err)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			must(t, err)
			var item struct {
				Stream  channel.Stream
				Account channel.Account
				Raw     json.RawMessage
			}
			must(t, json.Unmarshal(text, &item))
			record, problems := vendure.New().Read(item.Stream, item.Raw, item.Account)
			if len(problems) == 0 && record.Order != nil {
				addsUp(t, record.Order)
			}
			got, err := json.MarshalIndent(map[string]any{"record": bare(t, record), "problems": problems}, "", "  ")
			must(t, err)
			channeltest.Golden(t, strings.TrimSuffix(file, ".json")+".golden", string(got)+"\n")
		})
	}
}

// bare is a record without what it leaves unstated, so that a golden file can be read.
func bare(t *testing.T, record channel.Record) any {
	t.Helper()
	text, err := json.Marshal(record)
	must(t, err)
	var value any
	must(t, json.Unmarshal(text, &value))
	return stated(value)
}

func stated(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if said, amount := v["Stated"].(bool); amount {
			if !said {
				return nil
			}
			return v["Minor"]
		}
		for name, inner := range v {
			if v[name] = stated(inner); v[name] == nil || v[name] == "" || v[name] == false {
				delete(v, name)
			}
		}
		if v["ID"] == float64(0) {
			for name, inner := range v {
				if inner == float64(0) && (strings.HasSuffix(name, "ID") || strings.HasSuffix(name, "At") || name == "Version" || name == "ShipBy") {
					delete(v, name)
				}
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = stated(v[i])
		}
	}
	return value
}

// addsUp holds the sums of an order to each other and to its lines, to the minor unit.
func addsUp(t *testing.T, o *order.Order) {
	t.Helper()
	if o.Subtotal.Minor+o.Shipping.Minor+o.Tax.Minor-o.Discount.Minor != o.Total.Minor {
		t.Errorf("the sums do not add up: %+v", o)
	}
	var lines, discount int64
	for _, l := range o.Lines {
		lines += l.Total.Minor
		discount += l.Discount.Minor
	}
	if lines != o.Subtotal.Minor || discount != o.Discount.Minor {
		t.Errorf("the lines come to %d less %d, the order says %d less %d", lines, discount, o.Subtotal.Minor, o.Discount.Minor)
	}
}

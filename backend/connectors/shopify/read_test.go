package shopify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
)

// TestRead reads items written by hand; what comes of them lies beside them.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no items to read: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var item struct {
				Stream  channel.Stream
				Account channel.Account
				Raw     json.RawMessage
			}
			if err := json.Unmarshal(text, &item); err != nil {
				t.Fatal(err)
			}
			record, problems := New().Read(item.Stream, item.Raw, item.Account)
			got, err := json.MarshalIndent(map[string]any{"record": bare(t, record), "problems": problems}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			channeltest.Golden(t, strings.TrimSuffix(file, ".json")+".golden", string(got)+"\n")
		})
	}
}

// bare is a record without what it leaves unstated, so that a golden file can be read.
func bare(t *testing.T, record channel.Record) any {
	t.Helper()
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
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
			if v[name] = stated(inner); v[name] == nil || v[name] == "" || v[name] == false || v[name] == float64(0) && name != "Minor" && !counted[name] {
				delete(v, name)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = stated(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	}
	return value
}

// counted are the fields of which 0 is something else than nothing.
var counted = map[string]bool{"Subtotal": true, "Shipping": true, "Tax": true, "Discount": true, "Total": true, "Refunded": true, "Outstanding": true}

// FuzzRead reads anything: it must not panic, and what it cannot read is a problem.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/read/*.json")
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var item struct{ Raw json.RawMessage }
		if err := json.Unmarshal(text, &item); err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), []byte(item.Raw)) //nolint:gosec // a few
	}
	f.Fuzz(func(t *testing.T, stream uint8, raw []byte) {
		of := channel.Streams[int(stream)%len(channel.Streams)]
		record, problems := New().Read(of, raw, channel.Account{Currency: "EUR"})
		empty := record.Order == nil && record.Listing == nil && record.Customer == nil && len(record.Levels) == 0
		if empty != (len(problems) > 0) {
			t.Errorf("%s of %q: a record %v, problems %v", of, raw, !empty, problems)
		}
	})
}

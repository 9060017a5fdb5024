package woocommerce

import (
	"bytes"
	"encoding/json"
	"testing"

	"tradepost/backend/commerce"
)

func TestAmountsAreExact(t *testing.T) {
	for _, c := range []struct {
		text     text
		currency commerce.Currency
		want     int64
		stated   bool
		ok       bool
	}{
		{"12.50", "EUR", 1250, true, true}, {"12.5", "EUR", 1250, true, true}, {"12", "EUR", 1200, true, true}, {"-0.01", "EUR", -1, true, true},
		{"12.5000", "EUR", 1250, true, true}, {"12.3450", "EUR", 1235, true, true}, {"12.3449", "EUR", 1234, true, true}, {"-12.3450", "EUR", -1235, true, true},
		{"1200", "JPY", 1200, true, true}, {"1200.00", "JPY", 1200, true, true}, {"1200.5", "JPY", 1201, true, true}, {"0.001", "KWD", 1, true, true},
		{"1.2e3", "EUR", 120000, true, true}, {"5e-2", "EUR", 5, true, true}, {"", "EUR", 0, false, true}, {"0", "EUR", 0, true, true},
		{"9000000000000000.01", "EUR", 900000000000000001, true, true}, {"92233720368547758.08", "EUR", 0, false, false},
		{"1e99", "EUR", 0, false, false}, {"12,50", "EUR", 0, false, false}, {"NaN", "EUR", 0, false, false}, {"1p9999999e2", "EUR", 0, false, false}, {"-", "EUR", 0, false, false},
	} {
		a, ok := amount(c.text, c.currency)
		if ok != c.ok || a.Minor != c.want || a.Stated != c.stated {
			t.Errorf("%q %s: %+v, %v", c.text, c.currency, a, ok)
		}
	}
}

func TestUnitPrices(t *testing.T) {
	for _, c := range []struct{ total, quantity, want commerce.Decimal }{
		{"10.00", "1", "10"}, {"10.00", "3", "3.333333"}, {"12.3450", "1000", "0.012345"}, {"-9", "2", "-4.5"}, {"10", "2.5", "4"}, {"10", "0", ""}, {"", "2", ""}, {"0.00", "2", "0"},
		{"20", "3", "6.666667"},
	} {
		if got := quotient(c.total, c.quantity); got != c.want {
			t.Errorf("%s by %s: %s, want %s", c.total, c.quantity, got, c.want)
		}
	}
}

// FuzzTopLevel holds the quick look at an object to a whole reading of it.
func FuzzTopLevel(f *testing.F) {
	for _, seed := range []string{`{"id":1,"status":"a\"b","x":{"id":2},"date":null}`, `{ "x" : [ "id" , {"status":1} ] , "id" : "7" }`, `{"a":"id","id":true}`, `[]`, `{"id":"\\"}`, `{"id":-1.5e3 }`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var whole map[string]json.RawMessage
		if !json.Valid(raw) || bytes.Contains(raw, []byte(`\u`)) { // no shop writes a name so
			return
		}
		got := topLevel(raw, "id", "status")
		if json.Unmarshal(raw, &whole) != nil {
			return
		}
		for _, name := range []string{"id", "status"} {
			var want text
			if err := want.UnmarshalJSON(whole[name]); err == nil && got[name] != want && whole[name] != nil {
				t.Errorf("%s of %s: %q, want %q", name, raw, got[name], want)
			}
		}
	})
}

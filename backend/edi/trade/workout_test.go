package trade_test

import (
	"testing"

	"tradepost/backend/edi/trade"
)

// TestWorkOut makes an invoice's amounts of an order's: prices for several units, percentages, a tax on what is left.
func TestWorkOut(t *testing.T) {
	ordered := []trade.Line{{Quantity: "48", Price: "4.75"}, {Quantity: "250", Price: "12.30", PricePer: "100", Allowances: []trade.Allowance{{Percent: "10"}, {Charge: true, Amount: "1.00"}}},
		{Quantity: "2", Price: "5", Total: "9.99"}, {Quantity: "a few", Price: "1"}}
	v := trade.Invoice{Heading: trade.Heading{Allowances: []trade.Allowance{{Percent: "5"}}}, Lines: ordered}
	v.WorkOut("21")
	for i, want := range []string{"228.00", "28.67", "9.99", ""} {
		if v.Lines[i].Total != want {
			t.Errorf("line %d comes to %q, not %q", i, v.Lines[i].Total, want)
		}
	}
	if v.Allowances[0].Amount != "13.33" || len(v.Taxes) != 1 || v.Taxes[0].Basis != "253.33" || v.Taxes[0].Amount != "53.20" {
		t.Errorf("%+v %+v", v.Allowances, v.Taxes)
	}
	if ordered[0].Total != "" || ordered[1].Allowances[0].Amount != "" {
		t.Error("the order itself was changed")
	}
}

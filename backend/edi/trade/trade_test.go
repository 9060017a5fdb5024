package trade_test

import (
	"testing"

	"tradepost/backend/edi/trade"
)

// TestMatch finds what an acknowledgement answers: a group, or in EDIFACT an interchange.
func TestMatch(t *testing.T) {
	sent := []trade.Sent{{Partner: "A", Code: "IN", Control: "77"}, {Partner: "A", Control: "78"}, {Partner: "B", Control: "78"}}
	for _, c := range []struct {
		partner string
		ack     trade.Acknowledgement
		want    trade.Sent
	}{
		{"A", trade.Acknowledgement{Code: "IN", Control: "0077"}, sent[0]},
		{"A", trade.Acknowledgement{Code: "PO", Control: "77"}, trade.Sent{}},
		{"A", trade.Acknowledgement{Interchange: "78"}, sent[1]},
		{"B", trade.Acknowledgement{Interchange: "00078"}, sent[2]},
		{"C", trade.Acknowledgement{Interchange: "78"}, trade.Sent{}},
	} {
		if got, _ := c.ack.Match(c.partner, sent); got != c.want {
			t.Errorf("%+v of %s answers %+v, expected %+v", c.ack, c.partner, got, c.want)
		}
	}
}

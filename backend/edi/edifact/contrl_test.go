package edifact_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/edifact"
)

// answer acknowledges a file; the envelope, which is always the same, is left out.
func answer(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	how := edifact.AckOptions{Now: time.Date(2026, 3, 3, 8, 15, 0, 0, time.UTC), Control: 501}
	got, err := edifact.Acknowledge(bytes.NewReader(text), &out, edifact.Options{}, how)
	if err != nil {
		t.Fatal(err)
	}
	if got.Written == 0 {
		return ""
	}
	if report := lint(t, out.Bytes()); !report.Accepted || len(problems(report)) > 0 {
		t.Errorf("the acknowledgement itself has faults: %+v\n%s", problems(report), out.String())
	}
	var again bytes.Buffer
	if more, err := edifact.Acknowledge(bytes.NewReader(out.Bytes()), &again, edifact.Options{}, how); err != nil || more.Written != 0 || again.Len() > 0 {
		t.Errorf("an acknowledgement is acknowledged: %v %s", err, again.String())
	}
	var kept []string
	for segment := range strings.SplitSeq(strings.TrimSuffix(out.String(), "'"), "'") {
		if tag := segment[:3]; tag[0] == 'U' && strings.Contains("UCI UCF UCM UCS UCD", tag) {
			kept = append(kept, segment)
		}
	}
	return strings.Join(kept, " ")
}

const accepted = "UCI+NW000417+5099999000011:14+8719999000015:14+7"

func TestAcknowledge(t *testing.T) {
	samples := good(t)
	orders := string(samples["orders-d96a.edi"])
	second := "UNT+56+1'\nUNH+2+ORDERS:D:96A:UN:EAN008'\nBGM+220+B+9'\nDTM+137:20260302:102'\nNAD+BY+5099999000011::9'\nUNS+S'\nUNT+6+2'"
	for _, c := range []struct{ name, text, want string }{
		{"accepted", orders, accepted},
		{"one element", strings.Replace(orders, "DTM+137:20260302:102", "DTM+137:20260230:102", 1),
			accepted + " UCM+1+ORDERS:D:96A:UN:EAN008+4 UCS+3 UCD+12+2:2"},
		{"several", counted(strings.NewReplacer("BGM+220+450012877+9'\n", "", "QTY+21:48:PCE", "QTY+21:x:PIECE", "TOD+6", "XYZ'TOD+6").Replace(orders)),
			accepted + " UCM+1+ORDERS:D:96A:UN:EAN008+4 UCS+1+13 UCS+23+15 UCS+30 UCD+37+2:2 UCD+39+2:3"},
		{"count of segments", strings.Replace(orders, "UNT+56", "UNT+57", 1), accepted + " UCM+1+ORDERS:D:96A:UN:EAN008+4+29+UNT+2"},
		{"one of two", strings.NewReplacer("UNT+56+1'", strings.Replace(second, "+B+9'", "+B+9999'", 1), "UNZ+1", "UNZ+2").Replace(orders),
			accepted + " UCM+2+ORDERS:D:96A:UN:EAN008+4 UCS+2 UCD+39+4"},
		{"interchange", strings.Replace(orders, "UNZ+1", "UNZ+3", 1), "UCI+NW000417+5099999000011:14+8719999000015:14+4+29+UNZ+2"},
		{"no trailer", strings.Replace(orders, "UNZ+1+NW000417'", "", 1), "UCI+NW000417+5099999000011:14+8719999000015:14+4+13+UNZ"},
		{"noted only", strings.Replace(orders, "CNT+2:3", "CNT+2:4", 1), accepted},
		{"message not known", strings.Replace(orders, "ORDERS:D:96A:UN:EAN008", "QUOTES:D:96A:UN", 1), accepted},
		{"never of an acknowledgement", string(samples["contrl-d3.edi"]), ""},
		{"nor of a bad one", strings.Replace(string(samples["contrl-d3.edi"]), "UNT+6", "UNT+9", 1), ""},
		{"group", strings.Replace(string(samples["groups-v4.edi"]), "UNE+1", "UNE+2", 1),
			"UCI+NW000600+5099999000011:14+8719999000015:14+7 UCF+G1+5099999000011:14+8719999000015:14+4+29+UNE+2"},
		{"message of a group", strings.Replace(string(samples["groups-v4.edi"]), "QTY+21:5'", "QTY+21:five'", 1),
			"UCI+NW000600+5099999000011:14+8719999000015:14+7 UCF+G1+5099999000011:14+8719999000015:14+7 UCM+1+ORDERS:D:96A:UN:EAN008+4 UCS+7 UCD+37+2:2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := answer(t, []byte(c.text)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAcknowledgementIsWhole(t *testing.T) {
	var out bytes.Buffer
	how := edifact.AckOptions{Now: time.Date(2026, 3, 3, 8, 15, 0, 0, time.UTC), Control: 501}
	text := bytes.Join([][]byte{good(t)["orders-d96a.edi"], good(t)["groups-v4.edi"]}, nil)
	got, err := edifact.Acknowledge(bytes.NewReader(text), &out, edifact.Options{}, how)
	if err != nil || got.Written != 2 || got.Report.Outcome() != edi.Accepted {
		t.Fatalf("%+v %v", got, err)
	}
	want := "UNA:+.? 'UNB+UNOC:3+8719999000015:14+5099999000011:14+260303:0815+501++CONTRL'UNH+1+CONTRL:D:3:UN'" +
		"UCI+NW000417+5099999000011:14+8719999000015:14+7'UNT+3+1'UNZ+1+501'" +
		"UNA:+.?*'UNB+UNOC:4+8719999000015:14+5099999000011:14+20260303:0815+502++CONTRL'UNH+1+CONTRL:4:1:UN'" +
		"UCI+NW000600+5099999000011:14+8719999000015:14+7'UNT+3+1'UNZ+1+502'"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
}

func TestVersionThatIsNotKnown(t *testing.T) {
	if _, err := edifact.Lint(strings.NewReader("UNB+UNOA:3'"), edifact.Options{Version: "D.07A"}); err == nil || !strings.Contains(err.Error(), "D.07A") {
		t.Errorf("%v", err)
	}
}

func TestNoEDIFACT(t *testing.T) {
	for _, text := range []string{"", "hello", "ISA*00*", "\xff\xfeU\x00N\x00"} {
		if _, err := edifact.Lint(strings.NewReader(text), edifact.Options{}); err == nil {
			t.Errorf("%q is taken for EDIFACT", text)
		}
	}
}

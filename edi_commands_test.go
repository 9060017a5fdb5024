package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// retailOrder is a purchase order of a made-up retailer.
const retailOrder = `ISA*00*          *00*          *ZZ*BIGMART        *12*SMALLWORKS     *261102*0815*U*00401*000000101*0*T*>~
GS*PO*BIGMART*SMALLWORKS*20261102*0815*101*X*004010~
ST*850*0001~
BEG*00*SA*4500123456**20261102~
REF*DP*042~
N1*ST*BIGMART STORE 0042*92*0042~
N4*SPRINGFIELD*IL*62701*US~
PO1*1*24*EA*7.25*WE*UP*614141000012*VN*MUG-BLU~
CTT*1*24~
SE*8*0001~
GE*1*101~
IEA*1*000000101~
`

func TestEDICommands(t *testing.T) {
	place := t.TempDir()
	in := func(name string) string { return filepath.Join(place, name) }
	write(t, in("good.edi"), retailOrder)
	write(t, in("bad.edi"), strings.Replace(retailOrder, "BEG*00*SA", "BEG*99*SA", 1))
	second := strings.Replace(retailOrder[strings.Index(retailOrder, "ST*"):strings.Index(retailOrder, "GE*")], "0001", "0002", 2)
	write(t, in("part.edi"), strings.Replace(strings.Replace(retailOrder, "GE*1", strings.Replace(second, "*00*SA", "*99*SA", 1)+"GE*2", 1), "\r", "", 1))
	write(t, in("none.edi"), "hello")
	european := filepath.Join("backend", "edi", "edifact", "testdata", "good", "orders-d96a.edi")
	write(t, in("guide.txt"), "for 850\nBEG02 codes NE\n")
	for _, step := range []struct {
		exit int
		args []string
	}{
		{0, []string{"edi", "lint", in("good.edi")}},
		{1, []string{"edi", "lint", in("bad.edi")}},
		{3, []string{"edi", "lint", in("part.edi")}},
		{2, []string{"edi", "lint", in("none.edi")}},
		{2, []string{"edi", "lint", in("absent.edi")}},
		{2, []string{"edi", "lint", in("good.edi"), "--version", "009999"}},
		{0, []string{"edi", "lint", in("good.edi"), "--version", "005010"}},
		{1, []string{"edi", "lint", in("good.edi"), "--overlay", in("guide.txt")}},
		{2, []string{"edi", "lint", in("good.edi"), "--overlay", in("absent.txt")}},
		{2, []string{"edi", "lint", in("good.edi"), "--overlay", in("none.edi")}},
		{1, []string{"edi", "explain", in("bad.edi")}},
		{0, []string{"edi", "read", in("good.edi")}},
		{1, []string{"edi", "ack", in("bad.edi"), "--out", in("997.edi"), "--control", "7"}},
		{2, []string{"edi", "ack", in("bad.edi")}},
		{0, []string{"edi", "lint", in("997.edi")}},
		{0, []string{"edi", "ack", in("997.edi"), "--out", in("never.edi")}},
		{0, []string{"edi", "make", "855", "--po", in("good.edi"), "--number", "SO-1", "--out", in("855.edi")}},
		{0, []string{"edi", "make", "856", "--po", in("good.edi"), "--number", "SHIP-1", "--sscc", "106141410000000017", "--carrier", "XMPL", "--out", in("856.edi")}},
		{0, []string{"edi", "make", "810", "--po", in("good.edi"), "--number", "INV-1", "--out", in("810.edi")}},
		{0, []string{"edi", "make", "855", "--po", in("good.edi"), "--out", in("own.edi")}}, // under the number of the order
		{2, []string{"edi", "make", "999", "--po", in("good.edi"), "--number", "1", "--out", in("x.edi")}},
		{2, []string{"edi", "make", "855"}},
		{0, []string{"edi", "make", "ORDRSP", "--po", european, "--number", "AB-1", "--lines", "--out", in("ordrsp.edi")}},
		{0, []string{"edi", "make", "DESADV", "--po", european, "--number", "LS-1", "--sscc", "106141410000000017", "--out", in("desadv.edi")}},
		{0, []string{"edi", "make", "INVOIC", "--po", european, "--number", "RE-1", "--vat", "21", "--version", "D.01B", "--out", in("invoic.edi")}},
		{0, []string{"edi", "make", "ORDRSP", "--po", in("good.edi"), "--number", "AB-1", "--from", "14:8719999000015", "--to", "5099999000011", "--out", in("across.edi")}},
		{2, []string{"edi", "make", "ORDRSP", "--po", in("good.edi"), "--number", "AB-1", "--out", in("x.edi")}},
		{2, []string{"edi", "make", "ORDRSP", "--po", european, "--number", "AB-1", "--version", "D.07A", "--out", in("x.edi")}},
		{0, []string{"edi", "lint", in("ordrsp.edi")}},
		{0, []string{"edi", "lint", in("desadv.edi")}},
		{0, []string{"edi", "lint", in("invoic.edi")}},
		{0, []string{"edi", "lint", in("across.edi")}},
		{0, []string{"edi", "lint", in("855.edi")}},
		{0, []string{"edi", "lint", in("856.edi")}},
		{0, []string{"edi", "lint", in("810.edi")}},
		{2, []string{"edi", "bench", "--rounds", "0"}},
	} {
		for _, asked := range [][]string{step.args, append(append([]string{}, step.args...), "--json")} {
			a := ran(in("workspace"), asked...)
			if a.exit != step.exit || a.out+a.err == "" {
				t.Errorf("%v: %+v", asked, a)
			}
			if said := a.out + a.err; strings.Contains(said, "{") != (asked[len(asked)-1] == "--json") && a.exit != 2 {
				t.Errorf("%v says %s", asked, said)
			}
		}
	}
	for _, name := range []string{"never.edi", "x.edi", "workspace"} {
		if _, err := os.Stat(in(name)); err == nil {
			t.Errorf("%s was made", name)
		}
	}
}

// TestLintShape holds the answer of lint to the shape that programs rely on.
func TestLintShape(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.edi")
	write(t, file, strings.Replace(retailOrder, "BEG*00*SA", "BEG*99*SA", 1))
	var report struct {
		Syntax       string `json:"syntax"`
		Accepted     *bool  `json:"accepted"`
		Errors       []any  `json:"errors"`
		Interchanges []struct {
			Control, Sender, Receiver string
			Errors                    []any `json:"errors"`
			Groups                    []struct {
				Control, Code string
				Errors        []any `json:"errors"`
				Sets          []struct {
					Type, Control string
					Accepted      *bool            `json:"accepted"`
					Errors        []map[string]any `json:"errors"`
				}
			}
		}
	}
	a := ran(t.TempDir(), "edi", "lint", file, "--json")
	must(t, json.Unmarshal([]byte(a.out), &report))
	x := report.Interchanges[0]
	set := x.Groups[0].Sets[0]
	if report.Syntax != "x12" || *report.Accepted || report.Errors == nil || x.Control != "000000101" || x.Sender != "BIGMART" || x.Errors == nil || x.Groups[0].Code != "PO" || set.Type != "850" || *set.Accepted {
		t.Fatalf("%+v", report)
	}
	e := set.Errors[0]
	if e["code"] != "7" || e["segment"] != "BEG" || e["position"] != 2.0 || e["element"] != 1.0 || e["component"] != nil || e["found"] != "99" || e["message"] == "" {
		t.Errorf("error %v", e)
	}
	for _, key := range []string{"code", "segment", "position", "element", "component", "found", "message"} {
		if _, there := e[key]; !there {
			t.Errorf("an error has no %s", key)
		}
	}
}

package sef_test

import (
	"strings"
	"testing"

	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/sef"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

// made is a guide in SEF, made up for this test: what Bigmart wants of an 850.
const made = `.VER 1.6
.INI
BIGPO,,004 010,X,X12-4010,Bigmart, orders
.PRIVATE SOMEBODY
.CTL
BEG=[353,M]
.PUBLIC
.SETS
850=^[ST,M][BEG*1,M]+20[!CUR]+100[REF*1,,3][.PER,,3]{:1+300[!N1,M][N2,,2][.N3,,2][N4,,>1]}^{:100[PO1,M][PID,,200][REF*2,,2][DTM*3]{:2[.SAC][CUR]}[.SDQ,,500]}^{:1[CTT,M]}[SE,M]
999999=[ST,M]
.SEGS
BEG=[353,M][92,M][!324][328][373,M][.367]{2[587]}+C0403,++$.+++
REF=[128,M][127][352][C040]+R0203+C0304,+!.,+.
PO1=[!350][330][355][212][639]{10[235][234]}+P0203
.ELMS
324=AN,10,10
350=AN,1,6
.CODES
92=SA,NE,.RO
.VALLISTS
A=1
`

// TestConvert writes what differs, and what of the file is not in it.
func TestConvert(t *testing.T) {
	f, err := sef.Read("big.sef", made)
	if err != nil {
		t.Fatal(err)
	}
	g, err := sef.Convert(f, x12.Book())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"guide \"Bigmart, orders\"", "for 850 004010", "CUR M", "REF O x3", "PER N", "BEG02 codes SA NE", "BEG03 10..10", "BEG06 N", "N1 M x1", "N1/N3 N",
		"PO1 M x100", "PO1/PO101 M", "PO1/SDQ N", "# 1 places have masks", "BEG | C0403", "REF | C0304", "/BEG04 N", "/REF02 M", "/REF03 N", "PO1/REF02 N", "# section .VALLISTS is not read: 1 lines.", "# 999999 is not known here"} {
		if want == "PO1/PO101 M" {
			want = "PO101 M"
		}
		if !strings.Contains(g.Text, want+"\n") && !strings.Contains(g.Text, want) {
			t.Errorf("%q is not in\n%s", want, g.Text)
		}
	}
	for _, never := range []string{"BEG01", "BEG M", "PO1/PO1 ", "RO", "| R0203", "REF01"} {
		if strings.Contains(g.Text, never+"\n") {
			t.Errorf("%q is in\n%s", never, g.Text)
		}
	}
	holds(t, g.Text)
}

// holds lays the guide over an order that it accepts, and over some that it does not.
func holds(t *testing.T, guide string) {
	t.Helper()
	overlay, err := definition.ReadOverlay("made", guide)
	if err != nil {
		t.Fatalf("%v in\n%s", err, guide)
	}
	const good = "ISA*00*          *00*          *ZZ*BIGMART        *12*SMALLWORKS     *261102*0815*U*00401*000000101*0*P*>~\nGS*PO*BIGMART*SMALLWORKS*20261102*0815*101*X*004010~\n" +
		"ST*850*0001~\nBEG*00*SA*4500123456**20261102~\nCUR*BY*USD~\nREF*DP*042~\nN1*ST*BIGMART*92*0042~\nPO1*1*24*EA*7.25*WE*VN*MUG~\nCTT*1~\nSE*8*0001~\nGE*1*101~\nIEA*1*000000101~\n"
	for _, c := range []struct{ from, to, wrong string }{
		{"", "", ""}, {"*SA*", "*RO*", "BEG"}, {"CUR*BY*USD~\n", "", "CUR"}, {"PO1*1*", "PO1**", "PO1"}, {"4500123456*", "450012345*", "BEG"},
		{"REF*DP*042~", "REF*DP*042~\nREF*DP*042~\nREF*DP*042~\nREF*DP*042~", "REF"}, {"REF*DP*042~", "REF*DP*042~\nPER*BD*JO~", "PER"},
	} {
		report, err := x12.Lint(strings.NewReader(strings.Replace(good, c.from, c.to, 1)), x12.Options{Overlay: overlay})
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, e := range report.Interchanges[0].Groups[0].Sets[0].Errors {
			if e.Level == "error" && e.Segment != "SE" {
				found = e.Segment
			}
		}
		if found != c.wrong {
			t.Errorf("%q for %q is wrong in %q, expected %q", c.to, c.from, found, c.wrong)
		}
	}
}

// TestReadRefuses says what is wrong with a file that is no SEF, or damaged.
func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no sets":         ".VER 1.6\n.INI\nA,,004 010,X,,\n",
		"nothing":         "",
		"another file":    "ISA*00*",
		"open bracket":    ".SETS\n850=[BEG,M\n",
		"open loop":       ".SETS\n850=[ST,M]{:5[N1]\n",
		"loop too many":   ".SETS\n850=[ST,M]}[SE,M]\n",
		"empty loop":      ".SETS\n850={:5}\n",
		"no segment":      ".SETS\n850=[,M]\n",
		"open repeats":    ".SETS\n850=[ST,M]\n.SEGS\nBEG={2[353]\n",
		"a length of abc": ".SETS\n850=[ST,M]\n.ELMS\n324=AN,abc,2\n",
	} {
		if _, err := sef.Read("x.sef", text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, err := sef.Read("x.sef", ".INI\nA,,003 010,X,,\n.SETS\n850=[ST,M]\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sef.Convert(f, x12.Book()); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "003010") {
		t.Errorf("version: %v", err)
	}
}

// FuzzRead reads anything: it ends, and what it makes of it our own reader takes.
func FuzzRead(f *testing.F) {
	f.Add(made)
	f.Add(".SETS\n850=^{:>1[N1]{5[N2]}}+3[.!X]")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := sef.Read("x.sef", text)
		if err != nil {
			return
		}
		g, err := sef.Convert(file, x12.Book())
		if err != nil {
			return
		}
		if _, err := definition.ReadOverlay("x", g.Text); err != nil {
			t.Fatalf("%v in\n%s", err, g.Text)
		}
	})
}

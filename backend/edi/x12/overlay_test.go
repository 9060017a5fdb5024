package x12_test

import (
	"slices"
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

const guide = `# what Bigmart wants beside the standard
guide "Bigmart, orders"
for 850
BEG02 codes SA NE
BEG03 M 10..10
BEG07 N
CUR M
PER N
N1[1=ST] M
PO1/PO101 M 1..3
PO1/SDQ O x1
REF04-2 1..5
code 128 QQ2 routing group
note too_long in N3
ignore count_mismatch
`

func by(t *testing.T, text, guide string) (found []string) {
	t.Helper()
	overlay, err := definition.ReadOverlay("guide.txt", guide)
	if err != nil {
		t.Fatal(err)
	}
	err = x12.Check(strings.NewReader(text), x12.Options{Overlay: overlay}, x12.Handler{Problem: func(p edi.Problem) {
		found = append(found, strings.TrimSpace(p.Level.Word()+" "+string(p.Kind)+" "+p.Segment+" "+p.Allowed))
	}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestOverlayOfPlaces uses elements otherwise at one place than at others, and relates them.
func TestOverlayOfPlaces(t *testing.T) {
	good := sample(t, "850")
	for _, c := range []struct{ guide, from, to, want string }{
		{"/REF02 5..9", "", "", "error too_short REF 5 to 9 characters"},
		{"N1/REF02 5..9", "", "", ""},
		{"REF | P0203", "", "", "error missing_conditional REF "},
		{"N1 | R0304", "", "", ""},
		{"PO1/PID | C0504", "", "", "error missing_conditional PID "},
	} {
		found := by(t, strings.Replace(good, c.from, c.to, 1), "for 850\n"+c.guide)
		if c.want == "" && len(found) > 0 || c.want != "" && (len(found) == 0 || !strings.HasPrefix(found[0], strings.TrimSpace(c.want))) {
			t.Errorf("%s finds %q, expected %q", c.guide, found, c.want)
		}
	}
	for _, wrong := range []string{"REF | X02", "REF | R0299", "REF02 | R0203", "/REF", "REF |"} {
		overlay, err := definition.ReadOverlay("guide.txt", "for 850\n"+wrong)
		if err == nil {
			err = x12.Check(strings.NewReader(good), x12.Options{Overlay: overlay}, x12.Handler{})
		}
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestOverlay(t *testing.T) {
	good := strings.Replace(strings.Replace(sample(t, "850"), "PER*BD*JO BUYER*TE*5555550123*EM*JO@BIGMART.EXAMPLE~\n", "", 1), "SE*32", "SE*31", 1)
	if found := by(t, good, guide); len(found) > 0 {
		t.Errorf("a good order has %q", found)
	}
	for _, c := range []struct{ from, to, want string }{
		{"BEG*00*SA", "BEG*00*RO", "error bad_code BEG NE new order, SA stand-alone"},
		{"SA*4500123456*", "SA*45001234567*", "error too_long BEG 10 characters"},
		{"**20261102~\nCUR", "**20261102**AC~\nCUR", "error unused_element BEG nothing"},
		{"N1*ST*", "N1*SN*", "error missing_segment N1 N101 ST"},
		{"PO1*1*24", "PO1**24", "error missing_element PO1 1 to 3 characters"},
		{"SDQ*EA*92*0042*8*0043*4~\n", "SDQ*EA*92*0042*8~\nSDQ*EA*92*0043*4~\n", "error too_many_segments SDQ once"},
		{"REF*DP*042", "REF*DP*042**VR>123456", "error too_long REF 1 to 5 characters"},
		{"N3*100 LONG ROAD", "N3*100 LONG ROAD 100 LONG ROAD 100 LONG ROAD 100 LONG ROADS", "noted too_long N3 1 to 55 characters"},
		{"CTT*2", "CTT*9", "hint count_mismatch CTT 2"},
		{"REF*DP*042", "REF*QQ2*042", ""},
		{"REF*DP*042", "REF*QQ3*042", "hint unknown_code REF"},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if strings.Contains(c.to, "SDQ*EA*92*0043") {
			text = strings.Replace(text, "SE*31", "SE*32", 1)
		}
		found := by(t, text, guide)
		if c.want == "" && len(found) > 0 || c.want != "" && !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, c.want) }) {
			t.Errorf("%s => %s: want %q, got %q", c.from, c.to, c.want, found)
		}
	}
	if again := by(t, sample(t, "850"), "for 850\nPER N\n"); !slices.Contains(again, "error too_many_segments PER never") {
		t.Errorf("a segment that is not used: %q", again)
	}
	if report, err := x12.Lint(strings.NewReader(sample(t, "850")), x12.Options{}); err != nil || !report.Accepted {
		t.Error("a guide changed the standard")
	}
}

func TestOverlayRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for _, text := range []string{"for 850\nBEG99 M", "for 850\nXYZ M", "for 850\nBEG03 long", "for 850\nBEG03", "for 850\nPO1/XYZ M", "for 850\nBEG03-2 M", "hello", "note", "code 128"} {
		overlay, err := definition.ReadOverlay("guide.txt", text)
		if err == nil {
			err = x12.Check(strings.NewReader(sample(t, "850")), x12.Options{Overlay: overlay}, x12.Handler{})
		}
		if coded := fault.Of(err); coded == nil || coded.Field != "overlay" || !strings.Contains(coded.Error(), "line") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

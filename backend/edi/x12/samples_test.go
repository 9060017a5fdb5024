package x12_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/x12"
)

func samples(t testing.TB) (names []string) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.edi")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".edi"))
	}
	return names
}

// TestSamplesPass checks every sample by its own version and by each other: they use what all versions have.
func TestSamplesPass(t *testing.T) {
	kinds := map[string]bool{}
	for _, name := range samples(t) {
		for _, version := range append([]string{""}, x12.Book().Versions()...) {
			if name == "999" && version != "" && version != "005010" {
				continue
			}
			report, err := x12.Lint(strings.NewReader(sample(t, name)), x12.Options{Version: version})
			if err != nil || !report.Accepted {
				t.Errorf("%s by %q: %v %s", name, version, err, errorsOf(report))
			}
			if problems := errorsOf(report); version == "" && problems != "" {
				t.Errorf("%s: %s", name, problems)
			}
		}
		kinds[name] = true
	}
	for _, kind := range x12.Book().Sets() {
		if !kinds[kind] {
			t.Errorf("there is no sample of %s", kind)
		}
	}
}

// errorsOf is all that a report finds wrong, as JSON lines.
func errorsOf(report *edi.Report) string {
	if report == nil {
		return ""
	}
	all := slices.Clone(report.Errors)
	for _, x := range report.Interchanges {
		all = append(all, x.Errors...)
		for _, g := range x.Groups {
			all = append(all, g.Errors...)
			for _, s := range g.Sets {
				all = append(all, s.Errors...)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestSamplesComeBackByteForByte reads and writes every sample with many separators and line ends.
func TestSamplesComeBackByteForByte(t *testing.T) {
	for _, name := range samples(t) {
		good := sample(t, name)
		for _, changed := range []string{good, strings.ReplaceAll(good, "\n", ""), strings.ReplaceAll(good, "\n", "\r\n"), strings.ReplaceAll(good, "~\n", "\n"),
			strings.ReplaceAll(good, "~\n", "\r\n"), strings.ReplaceAll(good, "~\n", "\x1c"), strings.ReplaceAll(good, "*", "|"), strings.ReplaceAll(good, "~\n", "…"), good + good, "\ufeff" + good} {
			var back bytes.Buffer
			if err := x12.Rewrite(strings.NewReader(changed), &back); err != nil || back.String() != changed {
				t.Errorf("%s: %v\n%q\n%q", name, err, back.String(), changed)
			}
		}
	}
}

// TestExplanationsHaveWords explains every sample: no segment is left without a sentence, no document without a title.
func TestExplanationsHaveWords(t *testing.T) {
	for _, name := range samples(t) {
		explanation, err := x12.Explain(strings.NewReader(sample(t, name)), x12.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range explanation.Documents {
			if d.Title == "" || d.Label == "" || len(d.Facts) == 0 || strings.Contains(d.Title, "{") {
				t.Errorf("%s: document %+v", name, d)
			}
		}
		for _, s := range explanation.Segments {
			if s.Words == "" || s.Label == "" || strings.Contains(s.Words, "  ") {
				t.Errorf("%s: %s has no words or label: %q", name, s.Raw, s.Words)
			}
			for _, e := range s.Elements {
				if !strings.HasPrefix(s.Raw[len(s.Raw)-len(s.Raw[e.At:]):], e.Value) || e.Label == "" {
					t.Errorf("%s: element %s %q does not stand at %d of %q", name, e.Name, e.Value, e.At, s.Raw)
				}
			}
		}
	}
}

func TestSummaryOfAnOrder(t *testing.T) {
	explanation, err := x12.Explain(strings.NewReader(sample(t, "850")), x12.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := explanation.Documents[0]
	want := map[string]string{"Ship to": "BIGMART STORE 0042 0042", "Ship by": "10 Nov 2026", "Lines": "2", "Payment": "basic discount offered, 2 % within 10 days, net 30 days"}
	for _, fact := range d.Facts {
		if words, asked := want[fact.Label]; asked && words == fact.Value {
			delete(want, fact.Label)
		}
	}
	if d.Title != "Order 4500123456 of 2 Nov 2026" || len(want) > 0 {
		t.Errorf("title %q, not said: %v, facts %v", d.Title, want, d.Facts)
	}
}

var answeredAt = time.Date(2026, 11, 3, 9, 30, 0, 0, time.UTC)

func acknowledge(t testing.TB, text string, how x12.AckOptions) (string, x12.Acknowledgement) {
	t.Helper()
	how.Now, how.Suffix = answeredAt, "\n"
	if how.Control == 0 {
		how.Control = 500
	}
	var answer bytes.Buffer
	ack, err := x12.Acknowledge(strings.NewReader(text), &answer, x12.Options{}, how)
	if err != nil {
		t.Fatal(err)
	}
	return answer.String(), ack
}

// body is an answer without its envelopes.
func body(answer string) string {
	var lines []string
	for line := range strings.Lines(answer) {
		if tag, _, _ := strings.Cut(line, "*"); !slices.Contains([]string{"ISA", "GS", "GE", "IEA", "ST", "SE"}, tag) {
			lines = append(lines, strings.TrimSuffix(strings.TrimSpace(line), "~"))
		}
	}
	return strings.Join(lines, " ")
}

func TestAcknowledgements(t *testing.T) {
	good := sample(t, "850")
	change := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(good) }
	second := "ST*850*0002~\nBEG*00*SA*77**20261102~\nPO1*1*1*EA*1~\nSE*4*0002~\n"
	both := strings.Replace(strings.Replace(good, "GE*1*", "GE*2*", 1), "GE*2", second+"GE*2", 1)
	for _, c := range []struct{ name, text, want string }{
		{"accepted", good, "AK1*PO*101 AK2*850*0001 AK5*A AK9*A*1*1*1"},
		{"accepted with errors", change("CTT*2", "CTT*3"), "AK1*PO*101 AK2*850*0001 AK3*CTT*30**8 AK4*1*354*7*3 AK5*E*5 AK9*E*1*1*1"},
		{"rejected", change("BEG*00*SA", "BEG*99*SA"), "AK1*PO*101 AK2*850*0001 AK3*BEG*2**8 AK4*1*353*7*99 AK5*R*5 AK9*R*1*1*0"},
		{"accepted in part", strings.Replace(both, "77**20261102", "77", 1),
			"AK1*PO*101 AK2*850*0001 AK5*A AK2*850*0002 AK3*BEG*2**8 AK4*5*373*1 AK5*R*5 AK9*P*2*2*1"},
		{"segment missing", strings.Replace(strings.Replace(good, "BEG*00*SA*4500123456**20261102~\n", "", 1), "SE*32", "SE*31", 1),
			"AK1*PO*101 AK2*850*0001 AK3*BEG*2**3 AK5*R*5 AK9*R*1*1*0"},
		{"component", change("REF*DP*042", "REF*DP*042**VR"), "AK1*PO*101 AK2*850*0001 AK3*REF*4**8 AK4*4>2*127*1 AK5*R*5 AK9*R*1*1*0"},
		{"count of the set", change("SE*32", "SE*33"), "AK1*PO*101 AK2*850*0001 AK5*R*4 AK9*R*1*1*0"},
		{"control number of the set", change("SE*32*0001", "SE*32*0009"), "AK1*PO*101 AK2*850*0001 AK5*R*3 AK9*R*1*1*0"},
		{"count of the group", change("GE*1*", "GE*4*"), "AK1*PO*101 AK9*R*4*1*0*5"},
		{"control number of the group", change("GE*1*101", "GE*1*102"), "AK1*PO*101 AK9*R*1*1*0*4"},
		{"version unknown", change("X*004010", "X*003020"), "AK1*PO*101 AK2*850*0001 AK5*A AK9*E*1*1*1*2"},
		{"set unknown", change("ST*850", "ST*864", "GS*PO", "GS*TX"), "AK1*TX*101 AK2*864*0001 AK5*E*1 AK9*E*1*1*1"},
		{"TA1 wanted", change("*000000101*0*", "*000000101*1*"), "TA1*000000101*261102*0815*A*000 AK1*PO*101 AK2*850*0001 AK5*A AK9*A*1*1*1"},
		{"interchange rejected", change("IEA*1", "IEA*3"), "TA1*000000101*261102*0815*R*021"},
		{"interchange with faults", change("IEA*1*000000101", "IEA*1*101"), "TA1*000000101*261102*0815*E*001 AK1*PO*101 AK2*850*0001 AK5*A AK9*A*1*1*1"},
		{"later version", change("X*004010", "X*005010", "*U*00401*", "*^*00501*"), "AK1*PO*101*005010 AK2*850*0001 AK5*A AK9*A*1*1*1"},
		{"acknowledgement", sample(t, "997"), ""},
		{"acknowledgement that asks for one", strings.Replace(sample(t, "997"), "*0*P*", "*1*P*", 1), ""},
		{"acknowledgement of an interchange", sample(t, "ta1"), ""},
		{"bad value that cannot be copied", change("REF*DP*042", "REF*DP*042>X"), "AK1*PO*101 AK2*850*0001 AK3*REF*4**8 AK4*2*127*3 AK5*R*5 AK9*R*1*1*0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, ack := acknowledge(t, c.text, x12.AckOptions{})
			if body(answer) != c.want {
				t.Errorf("got  %s\nwant %s", body(answer), c.want)
			}
			if (ack.Written == 0) != (c.want == "") {
				t.Errorf("%d written", ack.Written)
			}
			passes(t, answer)
		})
	}
}

// passes checks that an answer is itself without fault and is not answered.
func passes(t *testing.T, answer string) {
	t.Helper()
	if answer == "" {
		return
	}
	report, err := x12.Lint(strings.NewReader(answer), x12.Options{})
	if err != nil || !report.Accepted || strings.Contains(errorsOf(report), `"noted"`) {
		t.Errorf("the answer has faults: %v %s\n%s", err, errorsOf(report), answer)
	}
	if again, _ := acknowledge(t, answer, x12.AckOptions{}); again != "" {
		t.Errorf("an acknowledgement is acknowledged:\n%s", again)
	}
}

func TestAcknowledgementEnvelope(t *testing.T) {
	answer, _ := acknowledge(t, sample(t, "850"), x12.AckOptions{})
	want := "ISA*00*          *00*          *12*SMALLWORKS     *ZZ*BIGMART        *261103*0930*U*00401*000000500*0*P*>~\nGS*FA*SMALLWORKS*BIGMART*20261103*0930*500*X*004010~\nST*997*0001~\n"
	if !strings.HasPrefix(answer, want) || !strings.HasSuffix(answer, "SE*6*0001~\nGE*1*500~\nIEA*1*000000500~\n") {
		t.Errorf("got\n%s", answer)
	}
	guide, _ := acknowledge(t, strings.NewReplacer("X*004010", "X*005010X999", "*U*00401*", "*^*00501*").Replace(sample(t, "850")), x12.AckOptions{})
	if !strings.Contains(guide, "ST*999*0001*005010X231A1~") || !strings.Contains(guide, "IK5*A~") {
		t.Errorf("no 999 for a guide:\n%s", guide)
	}
	passes(t, guide)
}

// TestAcknowledgementOfComponentsPartedByLineEnds: such an ISA16 reads, and cannot be written.
func TestAcknowledgementOfComponentsPartedByLineEnds(t *testing.T) {
	for _, end := range []string{"\n", "\r"} {
		text := strings.Replace(sample(t, "850"), "*P*>~", "*P*"+end+"~", 1)
		if !strings.Contains(text, "*P*"+end+"~") {
			t.Fatal("the sample's ISA16 is another one")
		}
		answer, _ := acknowledge(t, text, x12.AckOptions{})
		passes(t, answer)
	}
}

// TestEveryPlantedFaultIsAcknowledged answers every planted fault by an answer that is itself without fault.
func TestEveryPlantedFaultIsAcknowledged(t *testing.T) {
	for _, p := range plantedFaults(t) {
		text, place := p.plant(t)
		answer, ack := acknowledge(t, text, x12.AckOptions{})
		if ack.Written != 1 {
			t.Errorf("%s: %d answers", p.to, ack.Written)
		}
		if !strings.HasPrefix(place, "@ISA") && !strings.HasPrefix(place, "@GS") { // an answer echoes what names its receiver
			passes(t, answer)
		}
		if rejected := strings.Contains(answer, "AK5*R") || strings.Contains(answer, "*R*0") || strings.Contains(answer, "AK9*R"); rejected == ack.Report.Accepted {
			t.Errorf("%s: the report says %v, the answer\n%s", p.to, ack.Report.Accepted, answer)
		}
	}
}

// TestAcknowledgementOfSeveralSenders answers groups of several senders in groups of their own, each under its own number.
func TestAcknowledgementOfSeveralSenders(t *testing.T) {
	good := sample(t, "850")
	from, to := strings.Index(good, "GS*"), strings.Index(good, "IEA*")
	second := strings.NewReplacer("GS*PO*BIGMART*", "GS*PO*BIGMARTWEST*", "*101*X", "*102*X", "GE*1*101", "GE*1*102", "4500123456", "4500123457").Replace(good[from:to])
	answer, ack := acknowledge(t, strings.Replace(good[:to]+second+good[to:], "IEA*1*", "IEA*2*", 1), x12.AckOptions{})
	if ack.Written != 1 || strings.Count(answer, "GS*FA*") != 2 || !strings.Contains(answer, "GE*1*500~") || !strings.Contains(answer, "GE*1*500002~") {
		t.Errorf("%d written:\n%s", ack.Written, answer)
	}
	passes(t, answer)
}

func FuzzCheck(f *testing.F) {
	for _, name := range samples(f) {
		text, err := os.ReadFile("testdata/" + name + ".edi")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		report, err := x12.Lint(bytes.NewReader(text), x12.Options{})
		if err != nil {
			return
		}
		answer, ack := acknowledge(t, string(text), x12.AckOptions{})
		if ack.Report.Accepted != report.Accepted {
			t.Errorf("lint says %v, the acknowledgement %v", report.Accepted, ack.Report.Accepted)
		}
		if answer != "" {
			if again, err := x12.Lint(strings.NewReader(answer), x12.Options{}); err != nil || len(again.Interchanges) == 0 {
				t.Errorf("the answer is no X12: %v\n%s", err, answer)
			}
		}
		if _, err := x12.Explain(bytes.NewReader(text), x12.Options{}); err != nil {
			t.Errorf("it can be checked and not explained: %v", err)
		}
		if _, err := x12.Read(bytes.NewReader(text), x12.Options{}); err != nil {
			t.Errorf("it can be checked and not read: %v", err)
		}
	})
}

package x12_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tradepost/backend/edi"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

const isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261102*0815*U*00401*000000001*0*P*>"

// read gives all segments as text with their places, and what was said.
func read(t testing.TB, source io.Reader) (segments, said []string, err error) {
	t.Helper()
	r := x12.NewReader(source)
	r.Report = func(p edi.Problem) { said = append(said, string(p.Kind)) }
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return segments, said, nil
		}
		if err != nil {
			return segments, said, err
		}
		segments = append(segments, fmt.Sprintf("%d:%d %s", s.Offset, s.Line, s.Data))
	}
}

func TestReader(t *testing.T) {
	head := "0:1 " + isa
	for _, c := range []struct {
		name, text string
		want, said []string
	}{
		{"plain", isa + "~GS*PO~IEA*1~", []string{head, "106:1 GS*PO", "112:1 IEA*1"}, nil},
		{"line ends", isa + "~\r\nGS*PO~\r\nIEA*1~\r\n", []string{head, "108:2 GS*PO", "116:3 IEA*1"}, nil},
		{"newline ends segments", isa + "\nGS*PO\nIEA*1\n", []string{head, "106:2 GS*PO", "112:3 IEA*1"}, nil},
		{"CRLF ends segments", isa + "\r\nGS*PO\r\nIEA*1\r\n", []string{head, "107:2 GS*PO", "114:3 IEA*1"}, nil},
		{"mixed line ends", isa + "\r\nGS*PO\nIEA*1", []string{head, "107:2 GS*PO", "113:3 IEA*1"}, nil},
		{"blank lines", isa + "\n\n\nGS*PO\n\nIEA*1\n", []string{head, "108:4 GS*PO", "115:6 IEA*1"}, nil},
		{"mark and indents", "\ufeff" + isa + "~\n\tGS*PO~\n  IEA*1~  ", []string{"3:1 " + isa, "111:2 GS*PO", "120:3 IEA*1"},
			[]string{"byte_order_mark", "blank_between"}},
		{"empty segment", isa + "~~GS*PO~IEA*1~", []string{head, "107:1 GS*PO", "113:1 IEA*1"}, []string{"empty_segment"}},
		{"wrapped", isa + "~G\r\nS*P\nO~IEA*1~", []string{head, "106:1 GS*PO", "115:3 IEA*1"}, []string{"wrapped_lines"}},
		{"wrapped header", isa[:80] + "\n" + isa[80:] + "~GS*PO~IEA*1~", []string{"0:1 " + isa, "107:2 GS*PO", "113:2 IEA*1"}, []string{"wrapped_lines"}},
		{"two interchanges, other separators", isa + "~IEA*1~" + strings.ReplaceAll(isa, "*", "|") + "\nIEA|1\n",
			[]string{head, "106:1 IEA*1", "112:1 " + strings.ReplaceAll(isa, "*", "|"), "218:2 IEA|1"}, nil},
		{"ISA in data", isa + "~N1*LISA*ISA~ISABEL*1~IEA*1~", []string{head, "106:1 N1*LISA*ISA", "118:1 ISABEL*1", "127:1 IEA*1"}, nil},
		{"interchange without end", isa + "~GS*PO~" + isa + "~IEA*1~", []string{head, "106:1 GS*PO", "112:1 " + isa, "218:1 IEA*1"}, nil},
		{"TA1 before GS", isa + "~TA1*1~IEA*0~", []string{head, "106:1 TA1*1", "112:1 IEA*0"}, nil},
		{"text around", "Dear all,\n" + isa + "~IEA*1~ bye", []string{"10:2 " + isa, "116:2 IEA*1"}, []string{"stray_text", "stray_text"}},
		{"truncated", isa + "~GS*P", []string{head, "106:1 GS*P"}, []string{"truncated"}},
		{"loose header", "ISA*00**00**ZZ*S*ZZ*R*261102*0815*U*00401*1*0*P*>~GS*PO~", []string{"0:1 ISA*00**00**ZZ*S*ZZ*R*261102*0815*U*00401*1*0*P*>", "50:1 GS*PO"},
			[]string{"isa_not_fixed"}},
		{"element lacking", "ISA*00**ZZ*S*ZZ*R*261102*0815*U*00401*1*0*P*>~GS*PO~", []string{"0:1 ISA*00**ZZ*S*ZZ*R*261102*0815*U*00401*1*0*P*>", "46:1 GS*PO"},
			[]string{"missing_element"}},
		{"wide terminator", isa + "…GS*PO…IEA*1…", []string{head, "108:1 GS*PO", "116:1 IEA*1"}, nil},
		{"no terminator", isa + "GS*POIEA*1", []string{head}, []string{"bad_terminator", "stray_text"}},
		{"dash as repetition", strings.Replace(isa, "U*00401", "-*00406", 1) + "~REF*BM*1-2~", []string{"0:1 " + strings.Replace(isa, "U*00401", "-*00406", 1), "106:1 REF*BM*1-2"},
			[]string{"bad_separator"}},
		{"binary", isa + "~BIN*5*a~*\n>~BIN*9*a~", []string{head, "106:1 BIN*5*a~*\n>", "118:2 BIN*9*a"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, source := range map[string]io.Reader{"whole": strings.NewReader(c.text), "by bytes": iotest.OneByteReader(strings.NewReader(c.text))} {
				segments, said, err := read(t, source)
				if err != nil || !slices.Equal(segments, c.want) || !slices.Equal(said, c.said) {
					t.Errorf("%s: got %q %q %v\nwant %q %q", how, segments, said, err, c.want, c.said)
				}
			}
		})
	}
}

func TestReaderRefusesWhatIsNoX12(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "blank": " \n", "text": "hello", "cut header": isa[:50], "envelope missing": "GS*PO~ST*850*1~"} {
		_, _, err := read(t, strings.NewReader(text))
		if coded := fault.Of(err); coded == nil || coded.Code != fault.Invalid || coded.Field != "file" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReaderBoundsSegments(t *testing.T) {
	text := isa + "~GS*PO~" + "REF*" + strings.Repeat("x", 3<<20) + "~IEA*1~"
	segments, said, err := read(t, strings.NewReader(text))
	if err != nil || len(segments) != 3 || !slices.Equal(said, []string{"segment_too_long"}) {
		t.Errorf("got %d segments, %q, %v", len(segments), said, err)
	}
}

func TestReaderPassesErrorsOn(t *testing.T) {
	broken := errors.New("disk gone")
	_, _, err := read(t, io.MultiReader(strings.NewReader(isa+"~GS*PO"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestSegmentParts(t *testing.T) {
	text := strings.Replace(isa, "U*00401", "^*00501", 1) + "~SV*A>B^C>D*x~IEA*1~"
	r := x12.NewReader(strings.NewReader(text))
	_, _ = r.Next()
	s, err := r.Next()
	if err != nil || s.Len() != 2 || s.Text(1) != "A>B^C>D" || s.Text(2) != "x" || string(s.Component(1, 2, 2)) != "D" || s.Component(1, 3, 1) != nil || s.Text(3) != "" {
		t.Errorf("got %q %v", s.Data, err)
	}
	if place := s.PlaceOf(1, 2, 2); place.Offset != 115 || place.Segment != "SV" {
		t.Errorf("place %+v", place)
	}
}

func TestReadingDoesNotAllocatePerSegment(t *testing.T) {
	var text bytes.Buffer
	if err := x12.Generate(&text, 1000); err != nil {
		t.Fatal(err)
	}
	allocations := testing.AllocsPerRun(3, func() {
		if _, _, err := x12.Skim(bytes.NewReader(text.Bytes())); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 60 { // two interchanges, one buffer
		t.Errorf("%v allocations for 45,000 segments", allocations)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(isa + "~GS*PO~BIN*3*~~~~IEA*1~"))
	f.Add([]byte("\ufeff" + isa[:80] + "\r\n" + isa[80:] + "…GS*P>O^1…\n" + isa + "\nIEA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		whole, said, err := read(t, bytes.NewReader(text))
		pieces, saidAgain, errAgain := read(t, iotest.HalfReader(bytes.NewReader(text)))
		if !slices.Equal(whole, pieces) || !slices.Equal(said, saidAgain) || (err == nil) != (errAgain == nil) {
			t.Errorf("reading by pieces differs: %q and %q", whole, pieces)
		}
	})
}

func generated(b *testing.B) []byte {
	b.Helper()
	var text bytes.Buffer
	if err := x12.Generate(&text, 7000); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ResetTimer()
	return text.Bytes()
}

func BenchmarkReader(b *testing.B) {
	text := generated(b)
	for b.Loop() {
		if _, _, err := x12.Skim(bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkByteLoop is the yardstick: one pass over the bytes that counts separators.
func BenchmarkByteLoop(b *testing.B) {
	text := generated(b)
	total := 0
	for b.Loop() {
		segments, elements := 0, 0
		for _, c := range text {
			switch c {
			case '~':
				segments++
			case '*', '>':
				elements++
			}
		}
		total += segments + elements
	}
	if total == 0 {
		b.Fatal("nothing counted")
	}
}

func BenchmarkCheck(b *testing.B) {
	text := generated(b)
	for b.Loop() {
		if err := x12.Check(bytes.NewReader(text), x12.Options{}, x12.Handler{Problem: func(p edi.Problem) { b.Fatal(p.Message) }}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestBareTrailerEndsTheInterchange takes an IEA that says nothing for the end all the same: what follows belongs to no interchange.
func TestBareTrailerEndsTheInterchange(t *testing.T) {
	good := sample(t, "850")
	for _, behind := range []string{"ST*850*0002~\n", "GS*PO*BIGMART*SMALLWORKS*20261102*0815*102*X*004010~\n", "SE*1*1~\n", "GE*1*1~\n", "TA1*1~\n", "IEA*1*1~\n", good} {
		text := strings.Replace(good, "IEA*1*000000101~", "IEA~\n"+behind, 1)
		report, err := x12.Lint(strings.NewReader(text), x12.Options{})
		if err != nil || report.Accepted || len(report.Interchanges) != 1+strings.Count(behind, "ISA*") {
			t.Errorf("behind a bare IEA comes %.20q: %v, %+v", behind, err, report)
		}
	}
}

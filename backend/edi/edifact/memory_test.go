package edifact_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/edifact"
	"tradepost/build/proof"
)

// watcher looks at the memory in use now and then.
type watcher struct {
	segments, problems int
	most               uint64
}

func (w *watcher) handler() edifact.Handler {
	return edifact.Handler{Problem: func(edi.Problem) { w.problems++ }, Segment: w.segment}
}

func (w *watcher) segment(*edifact.Segment, check.Match) {
	if w.segments++; w.segments%200_000 == 0 {
		w.look()
	}
}

func (w *watcher) look() {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	w.most = max(w.most, stats.HeapAlloc)
}

// TestProofMemory checks files that never lie in memory: what is in use does not depend on their size.
func TestProofMemory(t *testing.T) {
	run := proof.Begin(t, "edifact-memory", 1)
	size := run.Size(4000, 725_000)
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(edifact.Generate(writer, size)) }()
	var before watcher
	before.look()
	w := &watcher{}
	if err := edifact.Check(reader, edifact.Options{}, w.handler()); err != nil {
		t.Fatal(err)
	}
	w.look()
	grown := int64(w.most) - int64(before.most)
	run.Counts["messages"], run.Counts["segments"], run.Counts["KiB in use"] = size, w.segments, int(grown>>10)
	if w.problems > 0 || grown > 8<<20 {
		t.Errorf("%d problems, %d bytes more in use", w.problems, grown)
	}
	run.Save()
}

// TestSegmentsWithoutEnd reads files whose terminator is missing: what stood before is kept, and memory is bounded.
func TestSegmentsWithoutEnd(t *testing.T) {
	start := "UNB+UNOC:3+A+B+260302:0915+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1'"
	report, err := edifact.Lint(io.MultiReader(strings.NewReader(start+"FTX+AAI+++"), many('x', 40<<20)), edifact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Errors) != 1 || report.Errors[0].Kind != edifact.SegmentTooLong || len(report.Interchanges) != 1 || report.Outcome() != edi.Rejected {
		t.Errorf("%+v", report)
	}
	if _, err := edifact.Lint(many('x', 40<<20), edifact.Options{}); err == nil {
		t.Error("endless text is taken for EDIFACT")
	}
	blanks := io.MultiReader(strings.NewReader("UNB+UNOC:3+A+B+260302:0915+1'"), many('\n', 40<<20), strings.NewReader("UNZ+0+1'"))
	if report, err := edifact.Lint(blanks, edifact.Options{}); err != nil || len(report.Interchanges) != 1 {
		t.Errorf("%+v %v", report, err)
	}
}

// many is a reader of one byte many times over.
func many(b byte, times int) io.Reader { return io.LimitReader(endless(b), int64(times)) }

type endless byte

func (e endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = byte(e)
	}
	return len(into), nil
}

// TestPlaces holds offsets and lines against a file in which they can be counted.
func TestPlaces(t *testing.T) {
	text := "\xEF\xBB\xBFUNA:+.? '\r\nUNB+UNOC:3+A+B+260302:0915+1'\r\n\r\nUNH+1+ORDERS:D:96A:UN'\nBGM+220+\r\n1'\nDTM+137:20260230:102'UNS+S'\nUNT+5+1'UNZ+1+1'"
	for _, p := range problems(lint(t, []byte(text))) {
		if p.Kind != edi.BadDate {
			continue
		}
		if at := strings.Index(text, "20260230"); p.Offset != int64(at) || p.Line != 7 || value(p.Position) != 3 {
			t.Errorf("byte %d line %d segment %d; expected byte %d line 7 segment 3", p.Offset, p.Line, value(p.Position), at)
		}
		return
	}
	t.Error("the date is not found wrong")
}

// TestPlacesInsideOfWrappedSegments names the byte of a value that stands behind a line break inside of its segment.
func TestPlacesInsideOfWrappedSegments(t *testing.T) {
	text := "UNB+UNOC:3+A+B+260302:0915+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1'DTM+1\n37:2026\n0302:1\n02345'UNS+S'UNT+5+1'UNZ+1+1'"
	for _, p := range problems(lint(t, []byte(text))) {
		if p.Kind == edi.TooLong {
			if at := strings.Index(text, "1\n02345"); p.Offset != int64(at) || p.Line != 3 {
				t.Errorf("byte %d line %d; expected byte %d line 3", p.Offset, p.Line, at)
			}
			return
		}
	}
	t.Error("the format is not found too long")
}

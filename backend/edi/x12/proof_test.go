package x12_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/speed"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
	"tradepost/build/proof"
)

// proofSeed makes every run damage the samples in the same ways.
const proofSeed = 7

// TestProofDamagedX12 damages samples at random: whatever comes of it is read to its end, its verdict is the same whether
// it is checked or acknowledged, the answer is X12, and what cannot be read at all is said to be no EDI.
func TestProofDamagedX12(t *testing.T) {
	run := proof.Begin(t, "edi-x12-damaged", proofSeed)
	var all []string
	for _, name := range samples(t) {
		all = append(all, sample(t, name))
	}
	const step = 1000
	for done := run.Counts["inputs"]; done < run.Size(400, 1_000_000); done = run.Counts["inputs"] {
		random := rand.New(rand.NewPCG(proofSeed, uint64(done)))
		for range min(step, run.Size(400, 1_000_000)-done) {
			text := damaged(random, all)
			began := speed.Spent()
			if outcome(t, text) {
				run.Counts["read"]++
			}
			run.Took(speed.Spent() - began)
			run.Counts["inputs"]++
		}
		run.Held()
		run.Save()
	}
}

// damaged is a sample with one to six changes: bytes put in, taken out, replaced, moved, or the end cut off.
func damaged(random *rand.Rand, all []string) []byte {
	text := []byte(all[random.IntN(len(all))])
	for range 1 + random.IntN(6) {
		if len(text) < 2 {
			return text
		}
		from := random.IntN(len(text))
		to := min(len(text), from+random.IntN(30))
		switch random.IntN(6) {
		case 0:
			text = append(text[:from], text[to:]...)
		case 1:
			text[from] = byte(random.IntN(256))
		case 2:
			text[from] = "*~>^\r\n A0"[random.IntN(9)]
		case 3:
			piece := bytes.Clone(text[from:to])
			at := random.IntN(len(text))
			text = append(text[:at], append(piece, text[at:]...)...)
		case 4:
			text = text[:from]
		case 5:
			other := all[random.IntN(len(all))]
			text = append(text, other[:random.IntN(len(other))]...)
		}
	}
	return text
}

// outcome checks all that must hold of any text, and reports whether it could be read.
func outcome(t *testing.T, text []byte) bool {
	t.Helper()
	report, err := x12.Lint(bytes.NewReader(text), x12.Options{})
	if err != nil {
		if words := err.Error(); !strings.Contains(words, "EDI") && !strings.Contains(words, "X12") && !strings.Contains(words, "ISA") && !strings.Contains(words, "empty") {
			t.Errorf("%q: %v", text, err)
		}
		return false
	}
	filed(t, text, report)
	answer, ack := acknowledge(t, string(text), x12.AckOptions{})
	if ack.Report.Accepted != report.Accepted {
		t.Errorf("%q: checked %v, acknowledged %v", text, report.Accepted, ack.Report.Accepted)
	}
	if answer != "" {
		if again, err := x12.Lint(strings.NewReader(answer), x12.Options{}); err != nil || len(again.Interchanges) != ack.Written {
			t.Errorf("%q: the answer is no X12: %v\n%s", text, err, answer)
		}
	}
	return true
}

// filed takes a text apart into documents: as many as the report has, with its verdicts, in places that follow each other.
func filed(t *testing.T, text []byte, report *edi.Report) {
	t.Helper()
	sets, at, interchanges := []bool{}, int64(0), 0
	_, err := x12.File(bytes.NewReader(text), x12.Options{}, func(all []trade.Filed) error {
		interchanges++
		for i := range all {
			d := &all[i]
			if d.Start < at || d.End < d.Start || d.End > int64(len(text)+2) || len(d.Lines) == 0 || d.Digest == "" {
				t.Errorf("%q: %s %s lies from %d to %d, behind %d, in %d lines", text, d.Type, d.Control, d.Start, d.End, at, len(d.Lines))
			}
			if d.Type != "" && d.Type != "TA1" {
				sets = append(sets, d.Accepted)
			}
		}
		at = all[0].End
		return nil
	})
	if err != nil || interchanges != len(report.Interchanges) {
		t.Errorf("%q: %d interchanges were filed, %d reported: %v", text, interchanges, len(report.Interchanges), err)
	}
	for _, x := range report.Interchanges {
		for _, g := range x.Groups {
			for _, s := range g.Sets {
				if s.Type == "" || s.Type == "TA1" {
					return
				}
				if len(sets) == 0 || sets[0] != s.Accepted {
					t.Errorf("%q: %s %s is reported as %v, and filed otherwise", text, s.Type, s.Control, s.Accepted)
					return
				}
				sets = sets[1:]
			}
		}
	}
}

// TestProofMemory checks few and many made-up orders: what is held at once does not grow with them.
func TestProofMemory(t *testing.T) {
	run := proof.Begin(t, "edi-x12-memory", proofSeed)
	few, many := run.Size(1000, 2000), run.Size(4000, 200_000)
	small, large := held(t, few), held(t, many)
	run.Counts["few_orders"], run.Counts["many_orders"] = few, many
	run.Counts["few_bytes_held"], run.Counts["many_bytes_held"] = int(small), int(large)
	if large > small+512<<10 {
		t.Errorf("%d orders hold %d bytes, %d hold %d", few, small, many, large)
	}
	run.Save()
}

// held is the most memory in use while so many orders are checked, after each thousandth.
func held(t *testing.T, orders int) (most uint64) {
	t.Helper()
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(x12.Generate(writer, orders)) }()
	sets := 0
	err := x12.Check(reader, x12.Options{}, x12.Handler{
		Segment: func(*edi.Segment, check.Match) {},
		Problem: func(p edi.Problem) { t.Errorf("a made-up order has a fault: %s", p.Message) },
		DocumentEnd: func(*x12.Set) {
			if sets++; sets%1000 != 0 {
				return
			}
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc)
		},
	})
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return most
}

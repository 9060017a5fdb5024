package edifact_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/speed"
	"tradepost/backend/edi/trade"
	"tradepost/build/proof"
)

// mutationSeed makes the mutations the same each time.
const mutationSeed = 20260302

// mutated changes a text in one to four places.
func mutated(text []byte, random *rand.Rand) []byte {
	out := slices.Clone(text)
	for range 1 + random.IntN(4) {
		if len(out) == 0 {
			return out
		}
		at := random.IntN(len(out))
		switch random.IntN(6) {
		case 0: // a piece is lost
			out = slices.Delete(out, at, min(len(out), at+1+random.IntN(12)))
		case 1: // the end is lost
			out = out[:at]
		case 2: // a piece comes twice
			out = slices.Insert(out, at, slices.Clone(out[at:min(len(out), at+random.IntN(40))])...)
		case 3: // another character
			out[at] = byte(random.IntN(256))
		case 4: // a service character
			out = slices.Insert(out, at, "'+:?*\n"[random.IntN(6)])
		default: // a segment goes elsewhere
			from := bytes.IndexByte(out[at:], '\'')
			to := random.IntN(len(out))
			if from > 0 {
				out = slices.Insert(out, to, slices.Clone(out[at:at+from+1])...)
			}
		}
	}
	return out
}

// TestProofDamagedEDIFACT damages good samples in many ways: reading goes on, every problem has its place and words, what is
// answered is well formed, an interchange is accepted only where no error is listed, and its documents are filed.
func TestProofDamagedEDIFACT(t *testing.T) {
	run := proof.Begin(t, "edifact-mutations", mutationSeed)
	samples := good(t)
	names := slices.Sorted(maps.Keys(samples))
	for n := run.Counts["mutations"]; n < run.Size(1200, 1_000_000); n++ {
		text := mutated(samples[names[n%len(names)]], rand.New(rand.NewPCG(mutationSeed, uint64(n))))
		run.Counts["mutations"] = n + 1
		if n%10_000 == 0 {
			run.Held()
			run.Save()
		}
		began := speed.Spent()
		report, err := edifact.Lint(bytes.NewReader(text), edifact.Options{})
		if err != nil {
			run.Counts["refused"]++
			continue
		}
		checkMutation(t, run, text, report)
		run.Took(speed.Spent() - began)
	}
	run.Held()
	run.Save()
}

// filed takes a text apart into documents: as many as the report has, in places that follow each other.
func filed(t *testing.T, text []byte, report *edi.Report) {
	t.Helper()
	messages, interchanges, at := 0, 0, int64(0)
	_, err := edifact.File(bytes.NewReader(text), edifact.Options{}, func(all []trade.Filed) error {
		interchanges++
		for i := range all {
			d := &all[i]
			if d.Start < at || d.End < d.Start || d.End > int64(len(text)+1) || len(d.Lines) == 0 || d.Digest == "" {
				t.Fatalf("%q: %s %s lies from %d to %d, behind %d, in %d lines", text, d.Type, d.Control, d.Start, d.End, at, len(d.Lines))
			}
			if i < len(all)-1 || d.Type != "" {
				messages++
			}
		}
		at = all[0].End
		return nil
	})
	reported := 0
	for _, x := range report.Interchanges {
		for _, g := range x.Groups {
			for _, s := range g.Sets {
				if s.Type != "" {
					reported++
				}
			}
		}
	}
	if err != nil || interchanges != len(report.Interchanges) || messages < reported {
		t.Fatalf("%q: %d interchanges with %d messages were filed, %d with %d reported: %v", text, interchanges, messages, len(report.Interchanges), reported, err)
	}
}

func checkMutation(t *testing.T, run *proof.Run, text []byte, report *edi.Report) {
	t.Helper()
	errors := 0
	for _, p := range problems(report) {
		if p.Message == "" || p.Offset < 0 || p.Offset > int64(len(text)) {
			t.Fatalf("%q: %+v", text, p)
		}
		if p.Level == "error" {
			errors++
		}
	}
	run.Counts["errors"] += errors
	if report.Accepted != (errors == 0) {
		t.Fatalf("%q is accepted %v with %d errors", text, report.Accepted, errors)
	}
	if _, err := edifact.Read(bytes.NewReader(text), edifact.Options{}); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if _, err := edifact.Explain(bytes.NewReader(text), edifact.Options{}); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	filed(t, text, report)
	var out bytes.Buffer
	got, err := edifact.Acknowledge(bytes.NewReader(text), &out, edifact.Options{}, edifact.AckOptions{Now: time.Unix(0, 0).UTC(), Control: 1})
	if err != nil || got.Written == 0 {
		return
	}
	run.Counts["answered"]++
	back, err := edifact.Lint(bytes.NewReader(out.Bytes()), edifact.Options{})
	if err != nil || len(back.Interchanges) != got.Written {
		t.Fatalf("%q is answered by %q: %v", text, out.String(), err)
	}
}

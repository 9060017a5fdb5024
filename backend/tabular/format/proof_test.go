package format_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"tradepost/build/proof"
)

// fuzzed is how many files the recogniser is proved against, sampled how many of them a normal test takes. File i is the
// same in every run, so that a proof that was stopped goes on where it was.
const (
	fuzzed  = 1_000_000
	sampled = 1_500
	saved   = 20_000
)

func TestProofFuzzRecogniser(t *testing.T) {
	const seed = 20263
	p, seeds := proof.Begin(t, "fuzz-recogniser", seed), fuzzSeeds(t)
	for i := p.Counts["inputs"]; i < p.Size(sampled, fuzzed); i++ {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		data := damaged(r, seeds)
		if checkRecognised(t, data) {
			p.Counts["recognised"]++
		}
		if t.Failed() {
			t.Fatalf("at input %d: %q", i, data)
		}
		p.Counts["inputs"]++
		if p.Counts["inputs"]%saved == 0 {
			p.Save()
		}
	}
	p.Save()
	if p.Counts["recognised"]*5 < p.Counts["inputs"] {
		t.Errorf("only %d of %d files were still recognised: the damage is too heavy to test reading", p.Counts["recognised"], p.Counts["inputs"])
	}
}

// damaged is a sample with lines dropped, doubled and moved, cells and bytes changed, other delimiters or line ends, cut
// off, or with a piece of another sample in it.
func damaged(r *rand.Rand, seeds [][]byte) []byte {
	data := bytes.Clone(seeds[r.IntN(len(seeds))])
	for range 1 + r.IntN(4) {
		if len(data) == 0 {
			return data
		}
		at := r.IntN(len(data))
		switch r.IntN(10) {
		case 0:
			data = linesMoved(r, data)
		case 1:
			data[at] = byte(r.IntN(256))
		case 2:
			data = append(data[:at:at], append([]byte(signs[r.IntN(len(signs))]), data[at:]...)...)
		case 3:
			data = data[:at]
		case 4:
			data = bytes.ReplaceAll(data, []byte(","), []byte(signs[r.IntN(len(signs))]))
		case 5:
			data = bytes.ReplaceAll(data, []byte("\n"), []byte{"\r\n\r"[r.IntN(3)]})
		case 6:
			other := seeds[r.IntN(len(seeds))]
			from := r.IntN(len(other))
			data = append(data[:at:at], other[from:min(len(other), from+r.IntN(600))]...)
		case 7:
			data = append([]byte(signs[r.IntN(len(signs))]), data...)
		case 8:
			end := min(len(data), at+r.IntN(40))
			data = append(data[:at:at], data[end:]...)
		case 9:
			data = append(data, data[at:]...)
		}
	}
	return data
}

var signs = []string{
	"\"", "\"\"", ",", ";", "\t", "|", "\n", "\r", "\r\n", "\x00", "\xff\xfe", "\xef\xbb\xbf", "sep=;\n", "'", "=", "-", "0", "{n}", ":", "\\",
	"[", "]", "\u00a0", "é", "\x93\x8c\x8b\x9e", "PK\x03\x04", "\n\n", "99999999999999999999", "Refund", "Payment", "Product Item 2 Name",
}

// linesMoved drops, doubles or swaps lines.
func linesMoved(r *rand.Rand, data []byte) []byte {
	all := bytes.SplitAfter(data, []byte("\n"))
	i, j := r.IntN(len(all)), r.IntN(len(all))
	switch r.IntN(3) {
	case 0:
		all[i] = nil
	case 1:
		all[i] = append(bytes.Clone(all[i]), all[j]...)
	default:
		all[i], all[j] = all[j], all[i]
	}
	return bytes.Join(all, nil)
}

package value_test

import (
	"math/rand/v2"
	"testing"

	"tradepost/build/proof"
)

// fuzzed is how many inputs each parser is proved against, and how many a normal test takes of them. Input i is the same in
// every run, so that a proof that was stopped goes on where it was.
const (
	fuzzed  = 1_000_000
	sampled = 5_000
	saved   = 50_000
)

// prove calls check with each input's own random numbers, and counts those it says were read.
func prove(t *testing.T, name string, seed uint64, check func(*rand.Rand) bool) {
	t.Helper()
	p := proof.Begin(t, name, seed)
	for i := p.Counts["inputs"]; i < p.Size(sampled, fuzzed); i++ {
		if check(rand.New(rand.NewPCG(seed, uint64(i)))) {
			p.Counts["read"]++
		}
		if t.Failed() {
			t.Fatalf("at input %d", i)
		}
		p.Counts["inputs"]++
		if p.Counts["inputs"]%saved == 0 {
			p.Save()
		}
	}
	p.Save()
	if p.Counts["read"]*10 < p.Counts["inputs"] {
		t.Errorf("only %d of %d inputs could be read: the others prove little", p.Counts["read"], p.Counts["inputs"])
	}
}

// mutated is a seed with some of its characters changed, moved, doubled or dropped, or a run of likely characters.
func mutated(r *rand.Rand, seeds []string, likely []rune) string {
	text := []rune(seeds[r.IntN(len(seeds))])
	if r.IntN(4) == 0 {
		text = text[:0]
		for range r.IntN(14) {
			text = append(text, likely[r.IntN(len(likely))])
		}
	}
	for range r.IntN(5) {
		at := r.IntN(len(text) + 1)
		switch c := likely[r.IntN(len(likely))]; {
		case at == len(text) || r.IntN(3) == 0:
			text = append(text[:at:at], append([]rune{c}, text[at:]...)...)
		case r.IntN(2) == 0:
			text[at] = c
		default:
			text = append(text[:at:at], text[at+1:]...)
		}
	}
	cell := string(text)
	if r.IntN(50) == 0 && cell != "" { // bytes that are no UTF-8
		at := r.IntN(len(cell))
		cell = cell[:at] + string([]byte{byte(r.IntN(256))}) + cell[at:]
	}
	return cell
}

func TestProofFuzzMoney(t *testing.T) {
	likely := []rune("0123456789012345.,.,-+()'’ $€£¥% \u00a0\u202f\u2212kRr$USDEURCHF\tEe\x00é")
	styles := []string{"", "point", "comma", "mixed"}
	prove(t, "fuzz-money", 20261, func(r *rand.Rand) bool {
		return checkMoney(t, mutated(r, moneySeeds, likely), styles[r.IntN(len(styles))])
	})
}

func TestProofFuzzDates(t *testing.T) {
	likely := []rune("012345678901234567892026-/.:, TZ+-APMapmJanFebDezMäroûéUTCCETPST\t\x00\u00a0")
	orders, ny := []string{"", "mdy", "dmy", "mixed"}, newYork(t)
	prove(t, "fuzz-dates", 20262, func(r *rand.Rand) bool {
		return checkDate(t, ny, mutated(r, dateSeeds, likely), orders[r.IntN(len(orders))])
	})
}

package objects_test

import (
	"math/rand/v2"
	"testing"

	"tradepost/build/proof"
)

// jsonPieces are what files of objects are made of.
var jsonPieces = []string{"{", "}", "[", "]", "{}", "[]", `"a"`, `"b"`, `"a":`, `"b":{`, ":", ",", `"`, "1", "-1.50", "1e5", "1E999", "0.0e0", "tru", "true", "null", "\n", "\r\n", " ", `\`, `\u00e9`, `\ud83d`,
	`"x y"`, "\x00", "\xFF", "ü", `{"a":1}`, "{\"a\":\"x\"}\n", `{"a":[1,{"b":2}],"c":null}`, `,{"a":{"b":{"c":"d"}}}`, `"a":1,"a":2`, "\xEF\xBB\xBF"}

// TestProofDamagedObjects reads objects put together at random: nothing panics, reading ends, rows are numbered without a gap, and what
// encoding/json takes for a list of flat objects is read as it reads it.
func TestProofDamagedObjects(t *testing.T) {
	const seed = 20260811
	run := proof.Begin(t, "fuzz-objects", seed)
	for n := run.Counts["inputs"]; n < run.Size(5_000, 1_000_000); n++ {
		data := randomObjects(rand.New(rand.NewPCG(seed, uint64(n))))
		checkObjects(t, data)
		if t.Failed() {
			t.Fatalf("at input %d: %q", n, data)
		}
		run.Counts["inputs"] = n + 1
		if n%100_000 == 0 {
			run.Save()
		}
	}
	run.Save()
}

// randomObjects is a text of such pieces, half of them inside of a list or an object.
func randomObjects(r *rand.Rand) []byte {
	open, closed := "", ""
	switch r.IntN(4) {
	case 0:
		open, closed = "[", "]"
	case 1:
		open, closed = "{", "}"
	}
	data := []byte(open)
	for range r.IntN(40) {
		data = append(data, jsonPieces[r.IntN(len(jsonPieces))]...)
	}
	return append(data, closed...)
}

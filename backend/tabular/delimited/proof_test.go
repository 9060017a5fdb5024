package delimited_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime/metrics"
	"slices"
	"testing"

	"tradepost/backend/tabular/delimited"

	"tradepost/build/proof"
)

// csvPieces are what delimited text is made of.
var csvPieces = []string{"a", "b", "1,2", ",", ";", "\t", "|", `"`, `""`, `","`, "\n", "\r\n", "\r", " ", "\x00", "\xFF", "ü", "\u2028", `"x` + "\n" + `y"`, "sep=;", "\xEF\xBB\xBF"}

// mostAllocated is what reading one small text may allocate.
const mostAllocated = 16 << 20

// TestProofOfDamagedText reads texts put together at random: never a panic, lines that only grow, bounded memory, and
// the same cells as encoding/csv wherever that accepts the text.
func TestProofOfDamagedText(t *testing.T) {
	const seed = 20260722
	run := proof.Begin(t, "fuzz-csv", seed)
	for n := run.Counts["inputs"]; n < run.Size(5_000, 3_000_000); n++ {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		data := randomText(random)
		before := allocated()
		same, err := readSafely(data, random.IntN(2) == 0)
		if used := int(allocated() - before); err != nil || used > mostAllocated {
			t.Fatalf("input %d, %q: %v, %d bytes allocated", n, data, err, used)
		}
		run.Counts["inputs"] = n + 1
		if same {
			run.Counts["the same as encoding/csv"]++
		}
		if n%200_000 == 0 {
			run.Save()
		}
	}
	run.Counts["panics"] = 0
	run.Save()
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func randomText(random *rand.Rand) []byte {
	var out []byte
	for range random.IntN(60) {
		out = append(out, csvPieces[random.IntN(len(csvPieces))]...)
	}
	if random.IntN(50) == 0 {
		out = slices.Insert(out, random.IntN(len(out)+1), bytes.Repeat([]byte("x\""), random.IntN(50_000))...)
	}
	return out
}

// readSafely reads a text in both ways of quoting; same tells that encoding/csv read the same.
func readSafely(data []byte, semicolon bool) (same bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	d := delimited.Dialect{Comma: ',', Quoting: delimited.Standard}
	if semicolon {
		d.Comma = ';'
	}
	got, damaged, err := readRecords(data, d)
	if err != nil {
		return false, err
	}
	if _, _, err := readRecords(data, delimited.Dialect{Comma: d.Comma, Quoting: delimited.None}); err != nil {
		return false, err
	}
	want, refused := standard(data, rune(d.Comma))
	if refused != nil || bytes.ContainsAny(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), "\r") {
		return false, nil
	}
	if damaged || !reflect.DeepEqual(got, want) {
		return false, fmt.Errorf("got %q (damaged %v), encoding/csv %q", got, damaged, want)
	}
	return true, nil
}

func readRecords(data []byte, d delimited.Dialect) (records [][]string, damaged bool, err error) {
	r := delimited.NewReader(bytes.NewReader(data), d)
	for line := 0; ; {
		record, err := r.Read()
		if p, ok := errors.AsType[*delimited.Problem](err); ok {
			record, damaged = delimited.Record{Line: p.Start}, true
		} else if errors.Is(err, io.EOF) {
			return records, damaged, nil
		} else if err != nil {
			return nil, damaged, err
		}
		if record.Line <= line {
			return nil, damaged, fmt.Errorf("line %d comes after line %d", record.Line, line)
		}
		line = record.Line
		records = append(records, record.Cells)
	}
}

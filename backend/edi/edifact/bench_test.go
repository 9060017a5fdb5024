package edifact

import (
	"bytes"
	"os"
	"strconv"
	"testing"
)

// benchFile is what the benchmarks read: 10 MB, or as many messages as TRADEPOST_EDI_MESSAGES says (72500 are 100 MB).
func benchFile(b *testing.B) []byte {
	messages := 7250
	if n, err := strconv.Atoi(os.Getenv("TRADEPOST_EDI_MESSAGES")); err == nil {
		messages = n
	}
	var file bytes.Buffer
	if err := Generate(&file, messages); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

func benchmark(b *testing.B, do func([]byte) error) {
	file := benchFile(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if err := do(file); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkByteLoop is the yardstick.
func BenchmarkByteLoop(b *testing.B) { benchmark(b, countBytes) }

// BenchmarkScan cuts.
func BenchmarkScan(b *testing.B) { benchmark(b, cutAll) }

// BenchmarkCheck holds a file against its definitions, with the place of whatever is wrong.
func BenchmarkCheck(b *testing.B) { benchmark(b, checkAll) }

// TestGeneratedOrdersAreSound keeps what is measured from being what is refused.
func TestGeneratedOrdersAreSound(t *testing.T) {
	speed, err := Measure(600, 1)
	if err != nil || speed.Bytes < 600*1000 || speed.Tokenise <= 0 {
		t.Errorf("%+v %v", speed, err)
	}
}

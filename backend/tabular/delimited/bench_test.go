package delimited_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"tradepost/backend/tabular/delimited"
)

func benchmarkText() []byte {
	row := "#1001,ada@example.com,paid,2026-03-12 09:14:02 +0000,unfulfilled,,no,USD,66.00,5.00,5.61,76.61," +
		strings.Repeat(",", 40) + "\"Mug, \"\"Speckled\"\" - Blue\",18.00,00123" + strings.Repeat(",", 20) + "\n"
	return bytes.Repeat([]byte(row), 20_000)
}

func BenchmarkReader(b *testing.B) {
	text := benchmarkText()
	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				}
			}
		}
	})
	b.Run("delimited-next", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			r := delimited.NewReader(bytes.NewReader(text), comma)
			for r.Next() == nil {
			}
		}
	})
	b.Run("delimited-cells", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		var cells []string
		for b.Loop() {
			r := delimited.NewReader(bytes.NewReader(text), comma)
			for r.Next() == nil {
				cells = r.Cells(cells[:0])
			}
		}
	})
}

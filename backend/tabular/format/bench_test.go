package format_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
)

func mustRead(tb testing.TB, path string) string {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// manyRows is a Shopify file of 100,000 rows with the columns of the sample, 57 of them.
func manyRows(tb testing.TB) raw {
	tb.Helper()
	header, _, _ := strings.Cut(mustRead(tb, "testdata/shopify.csv"), "\n")
	narrow := shopTable(rand.New(rand.NewPCG(1, 1)), 45_000)
	columns := strings.Split(header, ",")
	var rows [][]string
	for _, row := range narrow.rows()[:100_000] {
		rows = append(rows, widened(columns, narrow.header, row))
	}
	return layout{comma: ',', newline: "\n", encoding: delimited.UTF8}.write(tb, columns, rows)
}

func widened(columns, names, row []string) []string {
	wide := make([]string, len(columns))
	for i, name := range columns {
		for j, narrow := range names {
			if narrow == name {
				wide[i] = row[j]
			}
		}
	}
	return wide
}

func BenchmarkFile(b *testing.B) {
	src := manyRows(b)
	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			readStandard(b, src, true)
		}
	})
	b.Run("encoding-csv-kept-rows", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			readStandard(b, src, false)
		}
	})
	b.Run("recognise", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			recognise(b, src)
		}
	})
	b.Run("recognise-and-read", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			readOnce(b, src)
		}
	})
}

func readStandard(b *testing.B, src raw, reuse bool) {
	r := csv.NewReader(bytes.NewReader(src))
	r.ReuseRecord = reuse
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func readOnce(b *testing.B, src raw) {
	orders := 0
	err := format.Read(context.Background(), src, recognise(b, src), format.Options{}, func(format.Record) error {
		orders++
		return nil
	})
	if err != nil || orders == 0 {
		b.Fatal(orders, err)
	}
}

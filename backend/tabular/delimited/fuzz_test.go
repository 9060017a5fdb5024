package delimited_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"tradepost/backend/tabular/delimited"
)

// FuzzDelimited reads anything without a panic and, where encoding/csv accepts the input, reads the same.
func FuzzDelimited(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "\"a,\"\"b\"\"\",c\r\n\r\nd,e", "\"x\ny\",z\n", "a;b\n\"1;2\";3", "\"open\nnext,line\n", "\x00,\xff\n\"",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, semicolon bool) {
		d := delimited.Dialect{Comma: ',', Quoting: delimited.Standard}
		if semicolon {
			d.Comma = ';'
		}
		got, damaged := collect(t, data, d)
		_, _ = collect(t, data, delimited.Dialect{Comma: d.Comma, Quoting: delimited.None})
		want, err := standard(data, rune(d.Comma))
		if err != nil || bytes.ContainsAny(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), "\r") {
			return
		}
		if damaged || !reflect.DeepEqual(got, want) {
			t.Errorf("got %q (damaged %v), encoding/csv %q", got, damaged, want)
		}
	})
}

func collect(t *testing.T, data []byte, d delimited.Dialect) (records [][]string, damaged bool) {
	r := delimited.NewReader(bytes.NewReader(data), d)
	line := 0
	for {
		record, err := r.Read()
		var p *delimited.Problem
		if errors.As(err, &p) {
			record, damaged = delimited.Record{Line: p.Start}, true
		} else if errors.Is(err, io.EOF) {
			return records, damaged
		} else if err != nil {
			t.Fatalf("reading: %v", err)
		}
		if record.Line <= line {
			t.Fatalf("line %d comes after line %d", record.Line, line)
		}
		line = record.Line
		records = append(records, record.Cells)
	}
}

func standard(data []byte, comma rune) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = comma, -1
	records, err := r.ReadAll()
	for _, record := range records {
		for i, cell := range record {
			record[i] = strings.ToValidUTF8(cell, "\uFFFD")
		}
	}
	return records, err
}

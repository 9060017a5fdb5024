package store

import (
	"bytes"
	"encoding/json"
	"strconv"
	"sync"
	"unicode/utf8"

	"tradepost/backend/journal"
)

// Pack compresses a payload ahead of the write that keeps it, so that the writer need not.
func (s *Store) Pack(p *journal.Payload) error {
	bench := benches.Get().(*packing) //nolint:forcetypeassert // nothing else is put there
	bench.text = appendPayload(bench.text[:0], p)
	bench.packed = s.packer.EncodeAll(bench.text, bench.packed[:0])
	p.Packed = bytes.Clone(bench.packed)
	if cap(bench.text) <= mostKept {
		benches.Put(bench)
	}
	return nil
}

// packing is the memory that packing a payload takes; what is kept of it has the size that it needs.
type packing struct{ text, packed []byte }

var benches = sync.Pool{New: func() any { return new(packing) }}

const mostKept = 1 << 20

// payloadText is the payload as JSON.
func payloadText(p *journal.Payload) []byte { return appendPayload(nil, p) }

// appendPayload appends what encoding/json makes of a payload, at a fraction of the time, as there is one for every record
// that comes in.
func appendPayload(text []byte, p *journal.Payload) []byte {
	if p.Raw != nil {
		return append(text, rawText(p)...)
	}
	text = appendTexts(append(text, `{"columns":`...), p.Columns)
	text = append(text, `,"rows":`...)
	if p.Rows == nil {
		text = append(text, "null"...)
	} else {
		text = append(text, '[')
		for i, row := range p.Rows {
			if i > 0 {
				text = append(text, ',')
			}
			text = strconv.AppendInt(append(text, `{"number":`...), int64(row.Number), 10)
			text = appendTexts(append(text, `,"cells":`...), row.Cells)
			text = append(appendEdited(text, row.Edited), '}')
		}
		text = append(text, ']')
	}
	if p.Format != "" {
		text = appendText(append(text, `,"format":`...), p.Format)
	}
	return append(text, '}')
}

// rawText is a payload of an API: the item as it came. What is no JSON is kept as a text.
func rawText(p *journal.Payload) []byte {
	raw := p.Raw
	if !json.Valid(raw) {
		raw, _ = json.Marshal(string(raw)) // a string cannot fail
	}
	text := append(make([]byte, 0, len(raw)+64), `{"raw":`...)
	text = append(text, raw...)
	text = appendText(append(text, `,"format":`...), p.Format)
	return append(text, '}')
}

func appendEdited(to []byte, columns []int) []byte {
	if len(columns) == 0 {
		return to
	}
	numbers, _ := json.Marshal(columns) // numbers cannot fail
	return append(append(to, `,"edited":`...), numbers...)
}

func appendTexts(to []byte, all []string) []byte {
	if all == nil {
		return append(to, "null"...)
	}
	to = append(to, '[')
	for i, one := range all {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendText(to, one)
	}
	return append(to, ']')
}

// appendText writes a JSON string. What needs care is left to encoding/json.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(text) // a string cannot fail
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

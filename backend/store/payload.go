package store

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"tradepost/backend/journal"
)

// Pack compresses a payload ahead of the write that keeps it, so that the writer need not.
func (s *Store) Pack(p *journal.Payload) error {
	p.Packed = s.pack(payloadText(p))
	return nil
}

// payloadText is the payload as JSON: what encoding/json makes of it, at a fraction of the time, as there is one for
// every record that comes in.
func payloadText(p *journal.Payload) []byte {
	if p.Raw != nil {
		return rawText(p)
	}
	size := 64
	for _, name := range p.Columns {
		size += len(name) + 3
	}
	for _, row := range p.Rows {
		size += 32
		for _, cell := range row.Cells {
			size += len(cell) + 3
		}
	}
	text := appendTexts(append(make([]byte, 0, size), `{"columns":`...), p.Columns)
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

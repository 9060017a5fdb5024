package store

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/journal"
)

// TestPayloadTextReadsBack draws payloads with every kind of text and reads back what was written of them.
func TestPayloadTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.String(), 0, 5)
		p := journal.Payload{Format: rapid.String().Draw(t, "format"), Columns: texts.Draw(t, "columns")}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			p.Rows = append(p.Rows, journal.PayloadRow{Number: rapid.Int().Draw(t, "number"), Cells: texts.Draw(t, "cells"),
				Edited: rapid.SliceOfN(rapid.Int(), 0, 2).Draw(t, "edited")})
		}
		standard, err := json.Marshal(p)
		var ours, theirs journal.Payload
		if err := errors.Join(err, json.Unmarshal(payloadText(&p), &ours), json.Unmarshal(standard, &theirs)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q reads back as %+v, not as %+v", payloadText(&p), ours, theirs)
		}
	})
}

package trade

import (
	"strings"

	"tradepost/backend/edi"
)

// Filed is a document as an archive takes it in: what it says, how it came, and what is wrong with it.
type Filed struct {
	Document

	Syntax       edi.Syntax
	SenderKind   string // the qualifier of the sender's id
	ReceiverKind string
	GroupCode    string      // PO, IN, ...; "" in EDIFACT
	Errors       []edi.Error // its own, and those of the envelopes around it
	Lines        []edi.Line  // its segments as they came, in their envelopes
	Start, End   int64       // where its interchange lies in the file
	Digest       string      // tells its interchange from others
}

// Text is the document in its envelopes: an interchange that holds nothing else.
func (f *Filed) Text() string { return TextOf(f.Lines) }

// TextOf puts segments together as they came.
func TextOf(lines []edi.Line) string {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line.Text)
		if !strings.HasSuffix(line.Text, "\n") {
			text.WriteByte('\n')
		}
	}
	return text.String()
}

// Level is that of the gravest of its errors.
func (f *Filed) Level() edi.Level {
	level := edi.Hint
	for _, e := range f.Errors {
		switch e.Level {
		case edi.Rejects.Word():
			return edi.Rejects
		case edi.Noted.Word():
			level = edi.Noted
		}
	}
	return level
}

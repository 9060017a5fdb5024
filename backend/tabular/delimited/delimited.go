// Package delimited reads and writes delimited text (CSV, TSV and their kin) as marketplaces write it, not only as
// RFC 4180 asks for: it knows the physical line every record starts on, bounds memory, and survives a damaged record
// by naming it and going on with the next physical line.
//
// Known limits: the delimiter is one ASCII byte; every line break inside a quoted cell is given as "\n"; a line break
// is LF, CRLF or a lone CR, whichever comes.
package delimited

// Quoting says what a double quote means.
type Quoting string

// The quoting styles. Standard is RFC 4180: a cell that starts with a quote runs to the closing quote, delimiters and
// line breaks included, and "" inside is one quote. None takes quotes as they stand, as Amazon's reports do.
const (
	Standard Quoting = "rfc4180"
	None     Quoting = "none"
)

// Dialect is how a file separates and quotes its cells.
type Dialect struct {
	Comma   byte
	Quoting Quoting
}

// The limits on one cell and one record. What is larger is a Problem, never a larger buffer.
const (
	MaxCell        = 1 << 20
	MaxRecord      = 4 << 20
	MaxRecordLines = 2000
)

// Name names the delimiter in words, for people.
func (d Dialect) Name() string {
	switch d.Comma {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	case '|':
		return "pipe"
	}
	return string(rune(d.Comma))
}

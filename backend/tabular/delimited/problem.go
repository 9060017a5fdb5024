package delimited

import "fmt"

// Code says what is wrong with a record.
type Code string

// The kinds of damage a record can have.
const (
	UnclosedQuote Code = "unclosed_quote"
	CellTooLong   Code = "cell_too_long"
	RecordTooLong Code = "record_too_long"
)

// Problem is the error for one damaged record. Reading may go on after it.
type Problem struct {
	Code Code
	// Start is the physical line the record starts on.
	Start int
	// Line is the physical line of the damage: where the quote was opened, or the too long line.
	Line int
	// Cells is what could be read: the whole cells before the damage, then the rest of the damaged line as one cell
	// (for an unclosed quote that last cell keeps its opening quote). A too long record has none.
	Cells []string
	// Detail says what is damaged and where, of a record that is no delimited text.
	Detail string
}

// Error says in which line what is broken.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	switch p.Code {
	case UnclosedQuote:
		return fmt.Sprintf("reading line %d: the quote opened there is never closed", p.Line)
	case CellTooLong:
		return fmt.Sprintf("reading line %d: a cell is longer than %d bytes", p.Line, MaxCell)
	}
	return fmt.Sprintf("reading line %d: the line is longer than %d bytes", p.Line, MaxRecord)
}

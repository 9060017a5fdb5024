package format

import (
	"errors"
	"fmt"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// The codes of problems and warnings.
const (
	CodeNumberMissing   = "number_missing"
	CodeAmount          = "amount"
	CodeAmountUnsure    = "amount_unsure"
	CodeQuantity        = "quantity"
	CodeDate            = "date"
	CodeCurrency        = "currency"
	CodeCurrencyMixed   = "currency_mixed"
	CodeCurrencyMissing = "currency_missing"
	CodeState           = "state"
	CodeRowShort        = "row_short"
	CodeRowLong         = "row_long"
	CodeDuplicateLine   = "duplicate_line"
	CodeNoLines         = "no_lines"
	CodeLineLeftOut     = "line_left_out"
	CodeTotals          = "totals"
	CodeValueDiffers    = "value_differs"
	CodeKeyMissing      = "key_missing"
	CodeValueMissing    = "value_missing"
	CodeNumber          = "number"
	CodeWord            = "word"
	CodeClear           = "clear"
	CodeTransform       = "transform"
	CodeZone            = "zone"
	CodeRowRepeated     = "row_repeated"
	CodeRefundAlone     = "refund_alone"
	CodeLinesPacked     = "lines_packed"
)

// valueProblem turns what package value says about a cell into a Problem.
func valueProblem(row int, column, code string, err error) Problem {
	p := Problem{Row: row, Column: column, Code: code, Message: err.Error()}
	if v, ok := errors.AsType[*value.Error](err); ok {
		p.Found, p.Expected, p.Remedy = v.Found, v.Expected, v.Remedy
		p.Message = fmt.Sprintf("“%s” is not %s.", v.Found, v.Expected)
		if v.Found == "" {
			p.Message = fmt.Sprintf("The cell is blank; expected %s.", v.Expected)
		}
	}
	return p
}

// damageProblem turns a damaged record into a Problem.
func damageProblem(d *delimited.Problem) Problem {
	p := Problem{Row: d.Line, Code: string(d.Code)}
	switch d.Code {
	case codeBroken:
		p.Found, p.Expected, p.Message = "a damaged object", "an object of JSON", d.Detail
		p.Remedy = "Correct that place in the file, or export it again."
	case delimited.UnclosedQuote:
		p.Found, p.Expected = "a quote that is opened and never closed", "a closing quote"
		p.Message = fmt.Sprintf("The quote opened on line %d is never closed.", d.Line)
		p.Remedy = "Close the quote, or write a quote inside a quoted cell twice."
	case delimited.CellTooLong:
		p.Found, p.Expected = "a longer cell", fmt.Sprintf("cells of at most %d bytes", delimited.MaxCell)
		p.Message = fmt.Sprintf("Line %d has a cell that is too long to be meant.", d.Line)
		p.Remedy = "Look for a quote or a line break that is missing there."
	default:
		p.Found, p.Expected = "a longer line", fmt.Sprintf("lines of at most %d bytes", delimited.MaxRecord)
		p.Message = fmt.Sprintf("Line %d is too long to be meant.", d.Line)
		p.Remedy = "Look for a line break that is missing there."
	}
	return p
}

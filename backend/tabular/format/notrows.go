package format

import (
	"bytes"
	"fmt"
	"strings"

	"tradepost/backend/tabular/value"
)

// leftOut counts the rows that are no orders.
type leftOut struct{ footers, descriptions int }

// reason says what was left out, "" when nothing was.
func (l leftOut) reason() string {
	var all []string
	if l.descriptions > 0 {
		all = append(all, "the row that describes the columns")
	}
	switch {
	case l.footers == 1:
		all = append(all, "1 closing line")
	case l.footers > 1:
		all = append(all, fmt.Sprintf("%d closing lines", l.footers))
	}
	if len(all) == 0 {
		return ""
	}
	return "Left out as no orders: " + strings.Join(all, " and ") + "."
}

// rowFilter finds the rows below the header row that are no orders.
type rowFilter struct {
	plan  *plan
	begun bool // a row was met
	left  leftOut
}

func (f *rowFilter) drops(r rowReader) bool {
	first := !f.begun
	f.begun = true
	switch {
	case first && (f.plan.spec.SkipFirst || f.describes(r)):
		f.left.descriptions++
	case f.closes(r):
		f.left.footers++
	default:
		return false
	}
	return true
}

// describes tells whether a row holds words where orders hold a key and numbers.
func (f *rowFilter) describes(r rowReader) bool {
	if len(f.plan.described) == 0 || value.BlankBytes(r.Cell(f.plan.key)) {
		return false
	}
	for _, i := range f.plan.described {
		if bytes.ContainsAny(r.Cell(i), "0123456789") {
			return false
		}
	}
	return true
}

// mostFooterCells is how many cells of a closing line are filled at most.
const mostFooterCells = 2

func (f *rowFilter) closes(r rowReader) bool {
	if len(f.plan.spec.Footers) == 0 {
		return false
	}
	var filled []string
	for i := range r.Len() {
		if cell := r.Cell(i); !value.BlankBytes(cell) {
			if len(filled) == mostFooterCells {
				return false
			}
			filled = append(filled, value.Text(string(cell)))
		}
	}
	text := strings.TrimLeft(strings.ToLower(strings.Join(filled, " ")), "0123456789 ")
	for _, start := range f.plan.spec.Footers {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

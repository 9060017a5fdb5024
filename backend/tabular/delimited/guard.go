package delimited

import "strings"

// formulaStarts are the characters with which a spreadsheet takes a cell's text for a formula (OWASP, CSV injection): the
// four signs, their full-width forms, and the control characters that some programs skip before them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Guard puts an apostrophe before a text that a spreadsheet would take for a formula. A text that looks guarded already
// gets one more, so that Unguard gives every text back exactly.
func Guard(cell string) string {
	if startsFormula(cell) {
		return "'" + cell
	}
	return cell
}

// Mark puts an apostrophe only before a text that looks guarded: what is written without a guard and read by Unguard.
func Mark(cell string) string {
	if strings.HasPrefix(cell, "'") && startsFormula(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard takes away the apostrophe that Guard or Mark put.
func Unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && startsFormula(cell) {
		return cell[1:]
	}
	return cell
}

// startsFormula reports whether a text begins like a formula, any apostrophes before it aside.
func startsFormula(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	for _, first := range rest {
		return strings.ContainsRune(formulaStarts, first)
	}
	return false
}

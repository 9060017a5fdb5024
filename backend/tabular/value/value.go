// Package value reads the single cells of files people and marketplaces write: amounts of money, quantities, dates
// and text. It never guesses: what can be read in two ways is an error that names the remedy, unless the caller says,
// or the rest of the file tells, which way is meant.
package value

import "fmt"

// Error says that a cell cannot be read: what it holds, what was expected, and what to do.
type Error struct {
	Found    string
	Expected string
	Remedy   string
}

// Error says what was found and what was expected.
func (e *Error) Error() string {
	return fmt.Sprintf("reading %q: expected %s", e.Found, e.Expected)
}

// shown cuts text to what fits a message.
func shown(text string) string {
	const limit = 80
	for i := range text {
		if i >= limit {
			return text[:i] + "…"
		}
	}
	return text
}

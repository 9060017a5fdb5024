package fault

import "fmt"

// Problem is one thing wrong with one record of the merchant's data: where it is, what was found, what was expected and
// what to do. Row counts physical lines of a file from 1; 0 means the whole record or file.
type Problem struct {
	Row      int    `json:"row"`
	Column   string `json:"column"`
	Found    string `json:"found"`
	Expected string `json:"expected"`
	Remedy   string `json:"remedy"`
	Message  string `json:"message"`
	Code     string `json:"code"`
}

// String words a problem for a log or a failed test.
func (p Problem) String() string {
	return fmt.Sprintf("line %d, column %q: %s", p.Row, p.Column, p.Message)
}

// ProblemOf words an error as a problem of a whole record.
func ProblemOf(err error) Problem {
	coded := Of(err)
	return Problem{Message: coded.Message, Remedy: coded.Remedy, Code: string(coded.Code)}
}

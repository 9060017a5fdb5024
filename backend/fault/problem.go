package fault

import (
	"fmt"
	"log/slog"
	"strings"
)

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

// ProblemOf words an error as a problem of a whole record or run. Of a mistake inside of Tradepost the words say only that
// the log names the cause, so the cause goes there.
func ProblemOf(err error) Problem {
	coded := Of(err)
	if coded.Code == Internal {
		slog.Error("a mistake inside of Tradepost", "error", err)
	}
	return Problem{Message: coded.Message, Remedy: coded.Remedy, Code: string(coded.Code)}
}

// foundMark stands in a message for what was found.
const foundMark = "“…”"

// Bare is p without what was found: that may be a personal value, and those live in payloads and kept files.
func (p Problem) Bare() Problem {
	if p.Found != "" {
		p.Message = strings.ReplaceAll(p.Message, "“"+p.Found+"”", foundMark)
	}
	p.Found = ""
	return p
}

// Fill puts back what was found, if it is not told already.
func (p *Problem) Fill(found string) {
	if found != "" && p.Found == "" {
		p.Found, p.Message = found, strings.ReplaceAll(p.Message, foundMark, "“"+found+"”")
	}
}

package x12

import (
	"fmt"
	"io"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

// mostErrors is how many errors a report lists of one set, group or interchange; the rest are counted.
const mostErrors = 1000

// Lint checks a file and reports what it holds and what is wrong with it. Errors are those of Check.
func Lint(source io.Reader, options Options) (*edi.Report, error) {
	r := newReporter()
	if err := Check(source, options, r.handler()); err != nil {
		return nil, err
	}
	r.report.Settle()
	return &r.report, nil
}

// reporter builds a report.
type reporter struct {
	report      edi.Report
	interchange *edi.Interchange
	group       *edi.Group
	set         *edi.Set
}

func newReporter() *reporter {
	return &reporter{report: edi.Report{Syntax: edi.X12, Interchanges: []edi.Interchange{}, Errors: []edi.Error{}}}
}

func (r *reporter) handler() Handler {
	return Handler{
		Interchange: func(x *Interchange) {
			r.report.Interchanges = append(r.report.Interchanges, edi.Interchange{Control: x.Control, Sender: x.Sender, Receiver: x.Receiver, Version: x.Version,
				Test: x.Usage == "T", Groups: []edi.Group{}, Errors: []edi.Error{}})
			r.interchange = &r.report.Interchanges[len(r.report.Interchanges)-1]
		},
		Group: func(g *Group) {
			r.interchange.Groups = append(r.interchange.Groups, edi.Group{Control: g.Control, Code: g.Code, Version: g.Version, Sets: []edi.Set{}, Errors: []edi.Error{}})
			r.group = &r.interchange.Groups[len(r.interchange.Groups)-1]
		},
		Document: func(s *Set) {
			r.group.Sets = append(r.group.Sets, edi.Set{Type: s.Type, Control: s.Control, Version: s.Version, Known: s.Known, Errors: []edi.Error{}})
			r.set = &r.group.Sets[len(r.group.Sets)-1]
		},
		Problem:        r.problem,
		DocumentEnd:    func(s *Set) { r.set.Segments = s.Segments; r.set = nil },
		GroupEnd:       func(*Group) { r.group = nil },
		InterchangeEnd: func(*Interchange) { r.interchange = nil },
	}
}

// problem puts a problem where it belongs: as far in as its scope says and something is open.
func (r *reporter) problem(p edi.Problem) {
	into := &r.report.Errors
	if p.Scope >= edi.OfInterchange && r.interchange != nil {
		into = &r.interchange.Errors
	}
	if p.Scope >= edi.OfGroup && r.group != nil {
		into = &r.group.Errors
	}
	if p.Scope >= edi.OfSet && r.set != nil {
		into = &r.set.Errors
	}
	switch {
	case len(*into) < mostErrors:
		*into = append(*into, edi.ErrorOf(p))
	case len(*into) == mostErrors:
		last := edi.ErrorOf(edi.Problem{Kind: "more", Level: edi.Hint, Place: p.Place, Message: "There are more errors after this one, which are not listed."})
		*into = append(*into, last)
	}
}

func unknownVersionOption(version string) error {
	return fault.New(fault.Invalid, fmt.Sprintf("Version %q is not known.", version), "Known are "+strings.Join(Book().Versions(), ", ")+".").InField("version")
}

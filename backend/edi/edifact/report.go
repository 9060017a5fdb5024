package edifact

import (
	"fmt"
	"io"

	"tradepost/backend/edi"
)

// mostProblems is how many problems of one message, group or interchange a report lists.
const mostProblems = 1000

// Lint reads a file and reports what is wrong with it. The error is that of Check.
func Lint(source io.Reader, options Options) (*edi.Report, error) {
	r := newReporter()
	err := Check(source, options, r.handler())
	return r.settled(), err
}

// reporter writes the report of a file.
type reporter struct {
	report      edi.Report
	interchange *edi.Interchange
	group       *edi.Group
	inGroup     bool // a UNG is open; else the group stands for messages without one
	set         *edi.Set
}

func newReporter() *reporter {
	return &reporter{report: edi.Report{Syntax: edi.EDIFACT, Interchanges: []edi.Interchange{}, Errors: []edi.Error{}}}
}

// settled is what was found, once the file has been read.
func (r *reporter) settled() *edi.Report {
	r.report.Settle()
	return &r.report
}

func (r *reporter) handler() Handler {
	return Handler{
		Interchange: r.openInterchange,
		Group: func(g *Group) {
			r.openGroup(edi.Group{Control: g.Control, Code: g.Type, Version: g.Version.Words()})
			r.inGroup = true
		},
		Document:       r.openMessage,
		Problem:        r.problem,
		DocumentEnd:    func(m *Message) { r.set.Segments = m.Segments; r.set = nil },
		GroupEnd:       func(*Group) { r.group, r.inGroup = nil, false },
		InterchangeEnd: func(*Interchange) { r.interchange, r.group, r.inGroup = nil, nil, false },
	}
}

func (r *reporter) openInterchange(x *Interchange) {
	r.report.Interchanges = append(r.report.Interchanges, edi.Interchange{Control: x.Control, Sender: x.Sender.ID, Receiver: x.Receiver.ID,
		Version: x.Syntax + " " + x.Version, Test: x.Test, Groups: []edi.Group{}, Errors: []edi.Error{}})
	r.interchange = &r.report.Interchanges[len(r.report.Interchanges)-1]
	r.group, r.set = nil, nil
}

func (r *reporter) openGroup(g edi.Group) {
	g.Sets, g.Errors = []edi.Set{}, []edi.Error{}
	r.interchange.Groups = append(r.interchange.Groups, g)
	r.group = &r.interchange.Groups[len(r.interchange.Groups)-1]
}

func (r *reporter) openMessage(m *Message) {
	if r.group == nil {
		r.openGroup(edi.Group{Code: m.Type, Version: m.Version.Words()})
	}
	r.group.Sets = append(r.group.Sets, edi.Set{Type: m.Type, Control: m.Control, Version: m.Version.Words(), Known: m.Set != nil && !m.Near, Errors: []edi.Error{}})
	r.set = &r.group.Sets[len(r.group.Sets)-1]
}

// problem lists a problem where it belongs: with the innermost thing that is open and that it speaks of.
func (r *reporter) problem(p edi.Problem) {
	into := &r.report.Errors
	switch {
	case p.Scope == edi.OfFile || r.interchange == nil:
	case p.Scope == edi.OfInterchange || r.group == nil:
		into = &r.interchange.Errors
	case p.Scope == edi.OfGroup && r.inGroup:
		into = &r.group.Errors
	case r.set != nil:
		into = &r.set.Errors
	case r.inGroup:
		into = &r.group.Errors
	default:
		into = &r.interchange.Errors
	}
	switch {
	case len(*into) < mostProblems:
		*into = append(*into, edi.ErrorOf(p))
	case len(*into) == mostProblems:
		*into = append(*into, edi.ErrorOf(edi.Problem{Place: p.Place, Kind: TooManyProblems, Level: edi.Rejects,
			Message: fmt.Sprintf("More than %d problems; the rest is not listed.", mostProblems)}))
	}
}

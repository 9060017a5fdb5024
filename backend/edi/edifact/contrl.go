package edifact

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/edi"
)

// The actions of CONTRL (service code list 0083).
const (
	actionRejected     = "4" // this level and all below
	actionAcknowledged = "7" // this level, and what is below unless it says otherwise
)

// The most segments and elements that one CONTRL names of a message (UN/EDIFACT message CONTRL).
const (
	mostSegments = 999
	mostElements = 99
)

// AckOptions say how acknowledgements are written.
type AckOptions struct {
	Now     time.Time // their date and time, in the zone that is to be stated
	Control int       // reference of the first interchange written; the next ones count on
	Break   string    // behind every segment, as "\n"
}

// Acknowledgement is what Acknowledge found and wrote.
type Acknowledgement struct {
	Report  *edi.Report
	Written int // interchanges; 0 where there was nothing to acknowledge
}

// Acknowledge checks a file and writes a CONTRL for each of its interchanges, but never one for acknowledgements. Errors are
// those of Check and of writing.
func Acknowledge(source io.Reader, to io.Writer, options Options, how AckOptions) (Acknowledgement, error) {
	r := newReporter()
	a := &acknowledger{how: how, to: to}
	if err := Check(source, options, r.handler().And(a.handler())); err != nil {
		return Acknowledgement{}, err
	}
	return Acknowledgement{Report: r.settled(), Written: a.written}, a.err
}

// acknowledger answers each interchange of a file where it ends.
type acknowledger struct {
	how     AckOptions
	to      io.Writer
	written int
	err     error

	answered *Interchange
	rejected *edi.Problem // why the interchange is
	acks     bool         // it has acknowledgements
	others   bool         // it has other messages
	groups   []*answer
	open     *answer // the open group; nil outside of groups
	message  *answer
}

// answer is what is said of a group or message.
type answer struct {
	group    *Group
	message  *Message
	rejected *edi.Problem // of the group or message as a whole
	problems []edi.Problem
	messages []*answer // rejected ones
}

func (a *acknowledger) handler() Handler {
	return Handler{
		Interchange: func(x *Interchange) {
			a.answered, a.rejected, a.acks, a.others, a.groups, a.open, a.message = x, nil, false, false, nil, nil, nil
		},
		Group: func(g *Group) {
			a.open = &answer{group: g}
			a.groups = append(a.groups, a.open)
		},
		Document: func(m *Message) {
			a.message = &answer{message: m}
			a.acks, a.others = a.acks || m.Type == "CONTRL", a.others || m.Type != "CONTRL"
		},
		Problem:        a.problem,
		DocumentEnd:    a.endMessage,
		GroupEnd:       func(*Group) { a.open = nil },
		InterchangeEnd: a.end,
	}
}

// endMessage keeps a message that is rejected.
func (a *acknowledger) endMessage(*Message) {
	done := a.message
	a.message = nil
	if done.rejected == nil && len(done.problems) == 0 || done.message.Type == "CONTRL" {
		return
	}
	if a.open == nil {
		a.groups = append(a.groups, &answer{messages: []*answer{done}})
		return
	}
	a.open.messages = append(a.open.messages, done)
}

// problem keeps what rejects something.
func (a *acknowledger) problem(p edi.Problem) {
	if p.Level != edi.Rejects || a.answered == nil {
		return
	}
	into := &a.rejected
	switch {
	case p.Scope <= edi.OfInterchange:
	case a.message != nil && p.Scope >= edi.OfSegment:
		a.message.problems = append(a.message.problems, p)
		return
	case a.message != nil && p.Scope == edi.OfSet:
		into = &a.message.rejected
	case a.open != nil:
		into = &a.open.rejected
	}
	if *into == nil {
		*into = &p
	}
}

// end writes the answer to an interchange.
func (a *acknowledger) end(x *Interchange) {
	if answers := a.acks && !a.others; !answers { // acknowledgements are not acknowledged
		if err := a.write(x); err != nil && a.err == nil {
			a.err = fmt.Errorf("writing acknowledgement: %w", err)
		}
	}
	a.answered = nil
}

func (a *acknowledger) write(x *Interchange) error {
	syntax, version := x.Syntax, x.Version
	if charsetOf(syntax) == nil {
		syntax = "UNOA"
	}
	if len(version) != 1 || version < "1" || version > "4" {
		version = "3"
	}
	w := NewWriter(a.to, Default.forVersion(version[0]), syntax)
	w.Break = a.how.Break
	w.Advice()
	control, date := strconv.Itoa(a.how.Control+a.written), a.how.Now.Format("060102")
	if version == "4" {
		date = a.how.Now.Format("20060102")
	}
	w.Segment("UNB", E(syntax, version), E(x.Receiver.ID, x.Receiver.Qualifier, x.Receiver.Internal), E(x.Sender.ID, x.Sender.Qualifier, x.Sender.Internal),
		E(date, a.how.Now.Format("1504")), E(control), E(), E("CONTRL"))
	before := w.Segments()
	w.Segment("UNH", E("1"), contrlVersion(version))
	a.writeInterchange(w, x)
	if a.rejected == nil {
		for _, group := range a.groups {
			group.write(w)
		}
	}
	w.Segment("UNT", E(strconv.Itoa(w.Segments()-before+1)), E("1"))
	w.Segment("UNZ", E("1"), E(control))
	a.written++
	return w.Flush()
}

// contrlVersion is the version of CONTRL that goes with a syntax version.
func contrlVersion(syntax string) Element {
	if syntax == "4" {
		return E("CONTRL", "4", "1", "UN")
	}
	return E("CONTRL", "D", "3", "UN")
}

func (a *acknowledger) writeInterchange(w *Writer, x *Interchange) {
	w.Segment("UCI", append([]Element{E(x.Control), E(x.Sender.ID, x.Sender.Qualifier, x.Sender.Internal),
		E(x.Receiver.ID, x.Receiver.Qualifier, x.Receiver.Internal)}, verdict(a.rejected)...)...)
}

// verdict is the action on a level, and its error with the service segment and the place in it.
func verdict(rejected *edi.Problem) []Element {
	if rejected == nil {
		return []Element{E(actionAcknowledged)}
	}
	elements := []Element{E(actionRejected), E(rejected.Code)}
	if slices.Contains([]string{"UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"}, rejected.Segment) {
		elements = append(elements, E(rejected.Segment))
		if rejected.Element > 0 {
			elements = append(elements, placeIn(rejected))
		}
	}
	return elements
}

// placeIn is where in its segment an error is. The tag counts as the first element (ISO 9735, element 0098).
func placeIn(p *edi.Problem) Element {
	if p.Component == 0 {
		return E(strconv.Itoa(p.Element + 1))
	}
	return E(strconv.Itoa(p.Element+1), strconv.Itoa(p.Component))
}

func (a *answer) write(w *Writer) {
	if a.group != nil && (a.rejected != nil || len(a.messages) > 0) {
		elements := []Element{E(a.group.Control), E(a.group.Sender.ID, a.group.Sender.Qualifier), E(a.group.Receiver.ID, a.group.Receiver.Qualifier)}
		w.Segment("UCF", append(elements, verdict(a.rejected)...)...)
	}
	if a.rejected != nil { // with all below
		return
	}
	for _, m := range a.messages {
		m.writeMessage(w)
	}
}

func (a *answer) writeMessage(w *Writer) {
	v := a.message.Version
	elements := []Element{E(a.message.Control), E(a.message.Type, v.Version, v.Release, v.Agency, v.Association)}
	if a.rejected == nil {
		w.Segment("UCM", append(elements, E(actionRejected))...)
	} else {
		w.Segment("UCM", append(elements, verdict(a.rejected)...)...)
	}
	slices.SortStableFunc(a.problems, func(x, y edi.Problem) int { return segmentAt(&x) - segmentAt(&y) })
	segments := 0
	for from := 0; from < len(a.problems) && segments < mostSegments; segments++ {
		to := from
		for to < len(a.problems) && segmentAt(&a.problems[to]) == segmentAt(&a.problems[from]) && (to == from || a.problems[from].Kind != edi.MissingSegment) {
			to++
		}
		writeSegmentErrors(w, a.problems[from:to])
		from = to
	}
}

// segmentAt is the position that CONTRL gives: of the segment, or of the last one before one that is missing.
func segmentAt(p *edi.Problem) int {
	if p.Kind == edi.MissingSegment {
		return max(p.Position-1, 0)
	}
	return p.Position
}

// writeSegmentErrors writes what is wrong with one segment and its elements.
func writeSegmentErrors(w *Writer, problems []edi.Problem) {
	whole := Element(nil)
	for i := range problems {
		if problems[i].Scope == edi.OfSegment && whole == nil {
			whole = E(problems[i].Code)
		}
	}
	w.Segment("UCS", E(strconv.Itoa(segmentAt(&problems[0]))), whole)
	elements := 0
	for i := range problems {
		if problems[i].Scope == edi.OfElement && elements < mostElements {
			w.Segment("UCD", E(problems[i].Code), placeIn(&problems[i]))
			elements++
		}
	}
}

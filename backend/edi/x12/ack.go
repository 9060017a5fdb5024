package x12

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tradepost/backend/edi"
)

// AckOptions say how acknowledgements are written.
type AckOptions struct {
	Now     time.Time // their date and time, in the zone that is to be stated
	Control int       // control number of the first interchange and group written; the next ones count on
	Suffix  string    // behind every segment, as "\n"
	Guide   bool      // 999 instead of 997; groups by an implementation guide (005010X...) always get one
	Test    bool      // mark them as a test even where what came was not
}

// Acknowledgement is what Acknowledge found and wrote.
type Acknowledgement struct {
	Report  *edi.Report
	Written int // interchanges; 0 where there was nothing to acknowledge
}

// Acknowledge checks a file and writes what answers it: per interchange a TA1 where its sender wants one or it has faults
// of its own, and a 997 (or 999) per group. Acknowledgements that came are never answered; an interchange that is
// rejected as a whole gets its TA1 only. Errors are those of Check and of writing.
func Acknowledge(source io.Reader, to io.Writer, options Options, how AckOptions) (Acknowledgement, error) {
	a := &acking{how: how, to: to, next: how.Control, reporter: newReporter()}
	if err := Check(source, options, a.handler()); err != nil {
		return Acknowledgement{}, err
	}
	a.reporter.report.Settle()
	return Acknowledgement{Report: &a.reporter.report, Written: a.written}, a.err
}

// acking collects what is wrong until an interchange is over, then writes its answer.
type acking struct {
	reporter *reporter
	how      AckOptions
	to       io.Writer
	next     int
	opened   int // groups of the answer
	written  int
	err      error

	interchange *Interchange
	problems    []edi.Problem // of the interchange as such
	groups      []*ackedGroup
}

type ackedGroup struct {
	Group
	problems []edi.Problem
	sets     []*ackedSet
}

type ackedSet struct {
	Set
	problems []edi.Problem
}

func (a *acking) handler() Handler {
	return a.reporter.handler().And(Handler{
		Interchange: func(x *Interchange) { a.interchange, a.problems, a.groups = x, nil, nil },
		Group:       func(g *Group) { a.groups = append(a.groups, &ackedGroup{Group: *g}) },
		Document: func(s *Set) {
			g := a.groups[len(a.groups)-1]
			g.sets = append(g.sets, &ackedSet{Set: *s})
		},
		Problem:        a.problem,
		GroupEnd:       func(g *Group) { a.groups[len(a.groups)-1].Group = *g },
		InterchangeEnd: func(*Interchange) { a.answer() },
	})
}

// problem keeps what acknowledgements speak of. Hints are for people only.
func (a *acking) problem(p edi.Problem) {
	if p.Level == edi.Hint || p.Scope == edi.OfFile || a.interchange == nil {
		return
	}
	switch {
	case p.Scope >= edi.OfSet && a.reporter.set != nil:
		g := a.groups[len(a.groups)-1]
		set := g.sets[len(g.sets)-1]
		if len(set.problems) < mostErrors {
			set.problems = append(set.problems, p)
		}
	case p.Scope >= edi.OfGroup && a.reporter.group != nil:
		g := a.groups[len(a.groups)-1]
		g.problems = append(g.problems, p)
	default:
		a.problems = append(a.problems, p)
	}
}

// worst is the level of the gravest of some problems; Hint when there are none.
func worst(problems []edi.Problem) edi.Level {
	level := edi.Hint
	for i := range problems {
		level = min(level, problems[i].Level)
	}
	return level
}

// answer writes the acknowledgement of the interchange that is over.
func (a *acking) answer() {
	answered := slices.DeleteFunc(slices.Clone(a.groups), func(g *ackedGroup) bool { return g.isAck() || g.Implied })
	verdict := worst(a.problems)
	if a.onlyAcknowledges() {
		return
	}
	technical := a.interchange.AckWanted == "1" || verdict != edi.Hint
	if verdict == edi.Rejects {
		answered = nil
	}
	if !technical && len(answered) == 0 {
		return
	}
	separators, suffix := a.interchange.answering(), a.how.Suffix
	if separators.breaks() {
		suffix = ""
	}
	w := NewWriter(a.to, separators, suffix)
	w.OpenInterchange(a.header(w.echo))
	if technical {
		w.Segment("TA1", w.echo(a.interchange.Control), w.echo(a.interchange.Date), w.echo(a.interchange.Time), verdictCode(verdict), interchangeNote(a.problems))
	}
	a.opened = 0
	for i, g := range answered {
		a.answerGroup(w, g, i == 0 || g.Sender != answered[i-1].Sender || g.Receiver != answered[i-1].Receiver, i == len(answered)-1 ||
			g.Sender != answered[i+1].Sender || g.Receiver != answered[i+1].Receiver, i+1)
	}
	w.CloseInterchange()
	if err := w.Close(); err != nil && a.err == nil {
		a.err = err
	}
	a.written++
	a.next++
}

// onlyAcknowledges reports whether the interchange holds nothing but acknowledgements.
func (a *acking) onlyAcknowledges() bool {
	others := slices.ContainsFunc(a.groups, func(g *ackedGroup) bool { return !g.isAck() })
	return !others && (len(a.groups) > 0 || a.interchange.acks)
}

// answering are the separators of the answer: those that came, where they can all be used. A line end does not part components, as it ends segments.
func (x *Interchange) answering() Separators {
	s := x.Separators
	if s.Component == 0 || s.Component == '\r' || s.Component == '\n' {
		s.Component = usual.Component
	}
	if s.Terminator == "" || s.Component == s.Element || strings.IndexByte(s.Terminator, s.Component) >= 0 {
		return usual
	}
	return s
}

// header is the answer's ISA: sender and receiver change places.
func (a *acking) header(echo func(string) string) Interchange {
	x := a.interchange
	version, usage := x.Version, x.Usage
	if !knownEnvelope(version) {
		version = "00401"
	}
	if a.how.Test || usage != "P" && usage != "T" {
		usage = "T"
	}
	id := func(kind, id string) (string, string) { return cutTo(echo(kind), 2), cutTo(echo(id), 15) }
	senderKind, sender := id(x.ReceiverKind, x.Receiver)
	receiverKind, receiver := id(x.SenderKind, x.Sender)
	return Interchange{SenderKind: senderKind, Sender: sender, ReceiverKind: receiverKind, Receiver: receiver, Date: a.how.Now.Format("060102"),
		Time: a.how.Now.Format("1504"), Version: version, Control: fmt.Sprintf("%09d", a.next%1_000_000_000), AckWanted: "0", Usage: usage}
}

// knownEnvelope reports whether there is such a version of envelopes.
func knownEnvelope(version string) bool {
	versions := Book().Versions()
	directory, err := Book().Directory(versions[len(versions)-1])
	return err == nil && directory.Element("I11").HasCode([]byte(version))
}

// cutTo is a text of at most so many bytes.
func cutTo(text string, most int) string { return text[:min(len(text), most)] }

func verdictCode(level edi.Level) string { return [...]string{"R", "E", "A"}[level] }

// interchangeNote is TA105: the code of the gravest problem that has one.
func interchangeNote(problems []edi.Problem) string {
	for _, level := range []edi.Level{edi.Rejects, edi.Noted} {
		for _, p := range problems {
			if p.Level == level && len(p.Code) == 3 {
				return p.Code
			}
		}
		if worst(problems) == level {
			return "024"
		}
	}
	return "000"
}

// groupControl numbers the groups of an answer: the first as its interchange, others by that number with their own behind it.
func (a *acking) groupControl() string {
	number := max(a.next, 1)
	if a.opened++; a.opened > 1 {
		number = (number*1000 + a.opened) % 1_000_000_000
	}
	return fmt.Sprint(number)
}

// answerGroup writes the 997 or 999 of a group; groups of the same parties share one FA group.
func (a *acking) answerGroup(w *Writer, g *ackedGroup, opens, closes bool, number int) {
	release, kind, guide := Release(g.Version), "997", ""
	if !Book().Knows(release) {
		release = "004010"
	}
	version := release
	if release == "005010" && (a.how.Guide || strings.HasPrefix(g.Version, "005010X")) {
		kind, version, guide = "999", "005010X231A1", "005010X231A1"
	}
	if opens {
		w.OpenGroup(Group{Code: "FA", Sender: w.echo(g.Receiver), Receiver: w.echo(g.Sender), Date: a.how.Now.Format("20060102"), Time: a.how.Now.Format("1504"),
			Control: a.groupControl(), Version: version})
	}
	w.OpenSet(Set{Type: kind, Control: fmt.Sprintf("%04d", number), Guide: guide})
	(&groupAnswer{Writer: w, release: release, guide: kind == "999"}).write(g)
	w.CloseSet()
	if closes {
		w.CloseGroup()
	}
}

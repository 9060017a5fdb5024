package edifact

import (
	"io"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

// AnswerTo is the envelope in which a file's first message is answered: from its receiver to its sender, in its version.
func AnswerTo(source io.Reader) (Envelope, error) {
	var to addressee
	err := Check(source, Options{}, &to)
	return to.envelope, err
}

// addressee follows a file for whom an answer goes to.
type addressee struct {
	envelope               Envelope
	interchanges, messages int
}

// Interchange takes the first one's ends.
func (a *addressee) Interchange(x *Interchange) {
	if a.interchanges++; a.interchanges == 1 {
		a.envelope.Sender, a.envelope.Receiver, a.envelope.Test = x.Receiver, x.Sender, x.Test
		if charsetOf(x.Syntax) != nil {
			a.envelope.Syntax = x.Syntax
		}
	}
}

// Message takes the first one's version, if answers can be written in it.
func (a *addressee) Message(m *Message) {
	if a.messages++; a.messages == 1 && m.Set != nil && !m.Near {
		a.envelope.Release, a.envelope.EANCOM = m.Version.Release, strings.HasPrefix(m.Version.Association, "EAN")
	}
}

// What else is in a file does not matter.

func (a *addressee) Group(*Group)                            {}
func (a *addressee) Segment(*Message, *Segment, check.Match) {}
func (a *addressee) MessageEnd(*Message, int)                {}
func (a *addressee) GroupEnd(*Group)                         {}
func (a *addressee) InterchangeEnd(*Interchange)             {}
func (a *addressee) Problem(edi.Problem)                     {}

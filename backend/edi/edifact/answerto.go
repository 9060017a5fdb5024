package edifact

import (
	"io"
	"strings"
)

// AnswerTo is the envelope in which a file's first message is answered: from its receiver to its sender, in its version.
func AnswerTo(source io.Reader) (Envelope, error) {
	var e Envelope
	interchanges, messages := 0, 0
	err := Check(source, Options{}, Handler{
		Interchange: func(x *Interchange) {
			if interchanges++; interchanges == 1 {
				e.Sender, e.Receiver, e.Test = x.Receiver, x.Sender, x.Test
				if charsetOf(x.Syntax) != nil {
					e.Syntax = x.Syntax
				}
			}
		},
		Document: func(m *Message) { // its version, if answers can be written in it
			if messages++; messages == 1 && m.Set != nil && !m.Near {
				e.Release, e.EANCOM = m.Version.Release, strings.HasPrefix(m.Version.Association, "EAN")
			}
		},
	})
	return e, err
}

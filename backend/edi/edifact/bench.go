package edifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/speed"
)

// Measure generates so many orders and measures, in each round one after the other, a loop over their bytes, cutting them, and
// checking them.
func Measure(orders, rounds int) (speed.Speed, error) {
	var text bytes.Buffer
	if err := Generate(&text, orders); err != nil {
		return speed.Speed{}, err
	}
	return speed.Measure(text.Bytes(), orders, rounds, countBytes, cutAll, checkAll)
}

// countBytes is the yardstick: what any reader has to do at least. One that minds released characters counts right.
func countBytes(text []byte) error {
	segments, elements, released := 0, 0, false
	for _, c := range text {
		switch {
		case released:
			released = false
		case c == '?':
			released = true
		case c == '\'':
			segments++
		case c == '+' || c == ':':
			elements++
		}
	}
	if segments == 0 || elements == 0 {
		return errors.New("counting: nothing found")
	}
	return nil
}

// cutAll cuts a text into segments and visits every element.
func cutAll(text []byte) error {
	s, length := NewScanner(bytes.NewReader(text)), 0
	for {
		g, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, m := range g.Marks {
			length += m.At()
		}
	}
	if length == 0 {
		return errors.New("cutting: nothing found")
	}
	return nil
}

// tally follows a file and counts.
type tally struct{ messages, segments, problems int }

// Interchange counts nothing.
func (t *tally) Interchange(*Interchange) {}

// Group counts nothing.
func (t *tally) Group(*Group) {}

// Message counts one.
func (t *tally) Message(*Message) { t.messages++ }

// Segment counts those of messages.
func (t *tally) Segment(m *Message, _ *Segment, _ check.Match) {
	if m != nil {
		t.segments++
	}
}

// MessageEnd counts nothing.
func (t *tally) MessageEnd(*Message, int) {}

// GroupEnd counts nothing.
func (t *tally) GroupEnd(*Group) {}

// InterchangeEnd counts nothing.
func (t *tally) InterchangeEnd(*Interchange) {}

// Problem counts one.
func (t *tally) Problem(edi.Problem) { t.problems++ }

// checkAll checks everything and keeps nothing.
func checkAll(text []byte) error {
	var t tally
	if err := Check(bytes.NewReader(text), Options{}, &t); err != nil {
		return err
	}
	if t.problems > 0 || t.segments != segmentsPerOrder*t.messages {
		return fmt.Errorf("checking: %d problems and %d segments in %d made-up orders", t.problems, t.segments, t.messages)
	}
	return nil
}

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

// checkAll checks everything and keeps nothing.
func checkAll(text []byte) error {
	problems, messages, segments := 0, 0, 0
	err := Check(bytes.NewReader(text), Options{}, Handler{
		Segment:     func(*Segment, check.Match) {},
		Problem:     func(edi.Problem) { problems++ },
		DocumentEnd: func(m *Message) { messages++; segments += m.Segments },
	})
	if err == nil && (problems > 0 || segments != segmentsPerOrder*messages) {
		err = fmt.Errorf("checking: %d problems and %d segments in %d made-up orders", problems, segments, messages)
	}
	return err
}

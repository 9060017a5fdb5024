package x12

import (
	"bytes"
	"fmt"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/speed"
)

// Measure generates so many purchase orders and measures, in each round one after the other, a loop over their bytes,
// cutting them, and checking them.
func Measure(orders, rounds int) (speed.Speed, error) {
	var text bytes.Buffer
	if err := Generate(&text, orders); err != nil {
		return speed.Speed{}, err
	}
	cut := func(text []byte) error { _, _, err := Skim(bytes.NewReader(text)); return err }
	return speed.Measure(text.Bytes(), orders, rounds, countBytes, cut, validate)
}

// countBytes is the yardstick: what any reader has to do at least.
func countBytes(text []byte) error {
	segments, elements := 0, 0
	for _, b := range text {
		switch b {
		case '~':
			segments++
		case '*', '>':
			elements++
		}
	}
	if segments == 0 || elements == 0 {
		return fmt.Errorf("counting: nothing found")
	}
	return nil
}

// validate checks everything and keeps nothing.
func validate(text []byte) error {
	problems := 0
	err := Check(bytes.NewReader(text), Options{}, Handler{Problem: func(edi.Problem) { problems++ }, Segment: func(*edi.Segment, check.Match) {}})
	if err == nil && problems > 0 {
		return fmt.Errorf("checking: %d problems in made-up orders", problems)
	}
	return err
}

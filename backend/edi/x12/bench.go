package x12

import (
	"bytes"
	"fmt"
	"slices"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

// Speed is what a measurement found: megabytes (1,000,000 bytes) per second of processor time, medians of all rounds, and how they compare.
type Speed struct {
	Bytes     int     `json:"bytes"`
	Sets      int     `json:"sets"`
	Rounds    int     `json:"rounds"`
	ByteLoop  float64 `json:"byte_loop" doc:"One pass over the bytes that counts separators: the yardstick"`
	Tokenise  float64 `json:"tokenise" doc:"Cut into segments and elements"`
	Validate  float64 `json:"validate" doc:"Checked against definitions, with places"`
	Ratio     float64 `json:"tokenise_to_byte_loop" doc:"Median of the rounds' ratios"`
	Spread    float64 `json:"spread" doc:"Greatest less least ratio"`
	Validated float64 `json:"validate_to_byte_loop"`
}

// Measure generates so many purchase orders and measures, in each round one after the other, a loop over their bytes,
// cutting them, and checking them.
func Measure(orders, rounds int) (Speed, error) {
	var text bytes.Buffer
	if err := Generate(&text, orders); err != nil {
		return Speed{}, err
	}
	speed := Speed{Bytes: text.Len(), Sets: orders, Rounds: rounds}
	var loop, cut, whole, ratios, validated []float64
	for range rounds {
		a, err := rate(text.Bytes(), countBytes)
		b, err2 := rate(text.Bytes(), func(text []byte) error { _, _, err := Skim(bytes.NewReader(text)); return err })
		c, err3 := rate(text.Bytes(), validate)
		for _, err := range []error{err, err2, err3} {
			if err != nil {
				return Speed{}, fmt.Errorf("measuring: %w", err)
			}
		}
		loop, cut, whole = append(loop, a), append(cut, b), append(whole, c)
		ratios, validated = append(ratios, b/a), append(validated, c/a)
	}
	speed.ByteLoop, speed.Tokenise, speed.Validate = median(loop), median(cut), median(whole)
	speed.Ratio, speed.Validated = median(ratios), median(validated)
	speed.Spread = slices.Max(ratios) - slices.Min(ratios)
	return speed, nil
}

func rate(text []byte, do func([]byte) error) (float64, error) {
	before := spent()
	err := do(text)
	return float64(len(text)) / 1e6 / max((spent()-before).Seconds(), 1e-3), err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
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

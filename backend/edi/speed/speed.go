// Package speed measures how fast EDI is read, beside a plain loop over the same bytes.
package speed

import (
	"fmt"
	"slices"
)

// Speed is what a measurement found: megabytes (1,000,000 bytes) per second of processor time, medians of all rounds, and
// how they compare.
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

// Measure measures, in each round one after the other, the yardstick, cutting, and checking of a text of so many sets.
func Measure(text []byte, sets, rounds int, loop, cut, check func([]byte) error) (Speed, error) {
	speed := Speed{Bytes: len(text), Sets: sets, Rounds: rounds}
	var loops, cuts, checks, ratios, validated []float64
	for range rounds {
		a, err := rate(text, loop)
		b, err2 := rate(text, cut)
		c, err3 := rate(text, check)
		for _, err := range []error{err, err2, err3} {
			if err != nil {
				return Speed{}, fmt.Errorf("measuring: %w", err)
			}
		}
		loops, cuts, checks = append(loops, a), append(cuts, b), append(checks, c)
		ratios, validated = append(ratios, b/a), append(validated, c/a)
	}
	speed.ByteLoop, speed.Tokenise, speed.Validate = median(loops), median(cuts), median(checks)
	speed.Ratio, speed.Validated = median(ratios), median(validated)
	speed.Spread = slices.Max(ratios) - slices.Min(ratios)
	return speed, nil
}

func rate(text []byte, do func([]byte) error) (float64, error) {
	before := Spent()
	err := do(text)
	return float64(len(text)) / 1e6 / max((Spent()-before).Seconds(), 1e-3), err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

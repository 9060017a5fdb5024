package value

import (
	"strings"

	"tradepost/backend/commerce"
)

// Quantity reads a quantity: an exact decimal above zero. Blank, zero, negative and anything else is an *Error. A
// single separator before three digits groups when it is a comma and is a point otherwise, unless style tells.
func Quantity(cell string, style Style) (commerce.Decimal, error) {
	text := ID(cell)
	if style == Unknown || style == Mixed {
		style = Point
	}
	d, err := quantityNumber(text, style)
	if err != nil || d.Sign() <= 0 {
		return "", &Error{Found: shown(text), Expected: "a quantity above zero such as 1 or 2.5",
			Remedy: "Correct the quantity."}
	}
	return d.Padded(0), nil
}

// WholeOrZero reads a count that may be zero, such as the number of pieces shipped; a blank cell is not stated. The
// error is an *Error.
func WholeOrZero(cell string) (commerce.Decimal, error) {
	text := ID(cell)
	if text == "" {
		return "", nil
	}
	d, err := quantityNumber(text, Point)
	if err != nil || d.Sign() < 0 {
		return "", &Error{Found: shown(text), Expected: "a number of pieces, zero or more", Remedy: "Correct the number."}
	}
	return d.Padded(0), nil
}

func quantityNumber(text string, style Style) (commerce.Decimal, error) {
	if d, ok := plainNumber(text, style); ok {
		return d, nil
	}
	digits, err := decimalText(strings.TrimPrefix(text, "+"), style, 0)
	if err != nil {
		return "", err
	}
	return commerce.ParseDecimal(digits)
}

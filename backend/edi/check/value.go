package check

import (
	"unicode/utf8"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// fault says what is wrong with a value, or "".
func (c *Checker) fault(e *definition.Element, s *edi.Segment, start, end int) edi.Kind {
	value := s.Data[start:end]
	if s.Escaped {
		value = s.Clean(value)
	}
	switch e.Type {
	case definition.ID:
		return codeFault(e, value)
	case definition.AN, definition.Mixed, definition.Letters:
		return c.textFault(e, value)
	case definition.Date:
		return dateFault(e, value)
	case definition.Time:
		return timeFault(e, value)
	case definition.Binary:
		return lengthFault(e, len(value))
	case definition.Real, definition.Digits:
		return realFault(e, value)
	}
	return wholeFault(e, value)
}

// Value says what is wrong with a value by itself, or "".
func Value(e *definition.Element, value []byte) edi.Kind {
	s := edi.Segment{Data: value}
	return (&Checker{}).fault(e, &s, 0, len(value))
}

func lengthFault(e *definition.Element, length int) edi.Kind {
	switch {
	case length < e.Min:
		return edi.TooShort
	case length > e.Max:
		return edi.TooLong
	}
	return ""
}

func codeFault(e *definition.Element, value []byte) edi.Kind {
	if e.Codes != nil && e.HasCode(value) {
		return ""
	}
	if fault := lengthFault(e, len(value)); fault != "" {
		return fault
	}
	switch {
	case e.Codes == nil:
		return ""
	case e.Closed:
		return edi.BadCode
	}
	return edi.UnknownCode
}

func (c *Checker) textFault(e *definition.Element, value []byte) edi.Kind {
	length, blank := len(value), true
	for _, b := range value {
		switch {
		case c.Allowed != nil && !c.Allowed[b], b < ' ', b == 0x7f:
			return edi.BadCharacter
		case b >= utf8.RuneSelf:
			return c.wideFault(e, value)
		case e.Type == definition.Letters && b >= '0' && b <= '9':
			return edi.BadCharacter
		}
		blank = blank && b == ' '
	}
	if fault := lengthFault(e, length); fault != "" {
		return fault
	}
	if blank {
		return edi.BadCharacter
	}
	if e.Codes == nil {
		return ""
	}
	return codeFault(e, value)
}

// wideFault checks text with bytes beyond ASCII: UTF-8 counts by characters, anything else by bytes.
func (c *Checker) wideFault(e *definition.Element, value []byte) edi.Kind {
	for _, b := range value {
		if b < ' ' || b == 0x7f || c.Allowed != nil && !c.Allowed[b] {
			return edi.BadCharacter
		}
	}
	if utf8.Valid(value) {
		return lengthFault(e, utf8.RuneCount(value))
	}
	return lengthFault(e, len(value))
}

// digits reads two digits; -1 when they are none.
func digits(value []byte) int {
	if len(value) < 2 || value[0] < '0' || value[0] > '9' || value[1] < '0' || value[1] > '9' {
		return -1
	}
	return int(value[0]-'0')*10 + int(value[1]-'0')
}

var daysIn = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func dateFault(e *definition.Element, value []byte) edi.Kind {
	if fault := lengthFault(e, len(value)); fault != "" {
		return fault
	}
	if len(value) != 6 && len(value) != 8 {
		return edi.BadDate
	}
	century := 20
	if len(value) == 8 {
		century, value = digits(value), value[2:]
	}
	year, month, day := digits(value), digits(value[2:]), digits(value[4:])
	if century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn[month] {
		return edi.BadDate
	}
	year += century * 100
	if month == 2 && day == 29 && (year%4 != 0 || year%100 == 0 && year%400 != 0) {
		return edi.BadDate
	}
	return ""
}

func timeFault(e *definition.Element, value []byte) edi.Kind {
	if fault := lengthFault(e, len(value)); fault != "" {
		return fault
	}
	for _, b := range value {
		if b < '0' || b > '9' {
			return edi.BadTime
		}
	}
	if len(value) < 4 || digits(value) > 23 || digits(value[2:]) > 59 || len(value) == 5 {
		return edi.BadTime
	}
	if len(value) >= 6 && digits(value[4:]) > 59 {
		return edi.BadTime
	}
	return ""
}

// realFault checks a number with a decimal point (in EDIFACT also a comma). Sign, point and X12's exponent mark do not
// count as length (X12.6 section 3.5.1.2, ISO 9735 section 10).
func realFault(e *definition.Element, value []byte) edi.Kind {
	length, point, exponent := 0, false, false
	for i, b := range value {
		switch {
		case b >= '0' && b <= '9':
			length++
		case (b == '-' || b == '+' && e.Type == definition.Real) && (i == 0 || value[i-1] == 'E'):
		case (b == '.' || b == ',' && e.Type == definition.Digits) && !point && !exponent:
			point = true
		case b == 'E' && e.Type == definition.Real && !exponent && length > 0:
			exponent = true
		default:
			return edi.BadCharacter
		}
	}
	if last := value[len(value)-1]; length == 0 || last == 'E' || last == '-' || last == '+' {
		return edi.BadCharacter
	}
	return lengthFault(e, length)
}

// wholeFault checks X12's N0 to N9.
func wholeFault(e *definition.Element, value []byte) edi.Kind {
	length := len(value)
	if length > 0 && value[0] == '-' {
		length, value = length-1, value[1:]
	}
	for _, b := range value {
		if b < '0' || b > '9' {
			return edi.BadCharacter
		}
	}
	if length == 0 {
		return edi.BadCharacter
	}
	return lengthFault(e, length)
}

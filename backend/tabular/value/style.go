package value

import "strings"

// Style says which sign separates the decimals in a column of numbers.
type Style string

// The styles: not known, 1,234.50, 1.234,50, and a column that has both.
const (
	Unknown Style = ""
	Point   Style = "point"
	Comma   Style = "comma"
	Mixed   Style = "mixed"
)

// And joins what two cells, or two columns, tell.
func (s Style) And(other Style) Style {
	switch {
	case s == Unknown || s == other:
		return other
	case other == Unknown:
		return s
	}
	return Mixed
}

// StyleOf tells which style one cell proves: "1,234.50" and "12.5" prove Point, "1.234,50" and "1.234.567" prove
// Comma, "1,234" and "12" prove nothing.
func StyleOf(cell string) Style {
	body := undressed(cell)
	return shapeOf(body).proves()
}

// StyleOfBytes is StyleOf for a cell not yet made a string; plain digits cost next to nothing.
func StyleOfBytes(cell []byte) Style {
	if style, plain := styleOfPlain(cell); plain {
		return style
	}
	return StyleOf(string(cell))
}

// styleOfPlain decides digits with at most one point, the common case, without more work.
func styleOfPlain(cell []byte) (Style, bool) {
	point := -1
	for i, c := range cell {
		switch {
		case c == '.' && point < 0:
			point = i
		case c < '0' || c > '9':
			return Unknown, false
		}
	}
	if point < 0 {
		return Unknown, true
	}
	places := len(cell) - point - 1
	return Point, point > 0 && places > 0 && places != 3
}

// shape is how points and commas stand in a number without signs.
type shape struct {
	body          string
	points        int
	commas        int
	last          byte // '.', ',' or 0
	after, before int  // digits behind the last separator, characters before the first
}

func shapeOf(body string) shape {
	s := shape{body: body, points: strings.Count(body, "."), commas: strings.Count(body, ",")}
	first := strings.IndexAny(body, ".,")
	at := strings.LastIndexAny(body, ".,")
	if at >= 0 {
		s.last, s.after, s.before = body[at], len(body)-at-1, first
	}
	return s
}

// single tells whether the number has one separator that could be a group or a decimal separator: "1,234".
func (s shape) ambiguous() bool {
	return s.points+s.commas == 1 && s.after == 3 && s.before >= 1 && s.before <= 3 && s.body[0] != '0' &&
		!strings.ContainsAny(s.body, groupMarks)
}

// groupMarks are separators that can only group: blanks and apostrophes of any kind.
const groupMarks = " '\u2019\u00A0\u202F\u2009"

func (s shape) proves() Style {
	switch {
	case s.last == 0 || s.ambiguous():
		return Unknown
	case s.last == ',' && s.commas > 1 && s.points == 0: // 1,234,567
		return Point
	case s.last == '.' && s.points > 1 && s.commas == 0:
		return Comma
	case s.last == ',':
		return Comma
	}
	return Point
}

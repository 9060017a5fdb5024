package edifact

import (
	"strings"

	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/trade"
)

// content is a segment as text, kept beyond the scanner.
type content struct {
	tag      string
	elements []Element
}

// at is a component of an element, both counted from 1; "" where there is none.
func (c *content) at(element, component int) string {
	if element > len(c.elements) || component > len(c.elements[element-1][0]) {
		return ""
	}
	return strings.TrimSpace(c.elements[element-1][0][component-1])
}

// joined is the components from one on, of five at most, with blanks between.
func (c *content) joined(element, from int) string {
	var parts []string
	for component := from; component <= 5; component++ {
		if text := c.at(element, component); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// decimal is a component as a number with a decimal point, whatever the sender wrote.
func (c *content) decimal(element, component int) string {
	text := c.at(element, component)
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	return text
}

// coded is a component that is a code of a data element, with its words.
func (c *content) coded(element, component int, id string) trade.Coded {
	return coded(id, c.at(element, component))
}

func coded(id, code string) trade.Coded { return trade.Coded{Code: code, Words: meaning(id, code)} }

// meaning says a code in words, by the latest directory; "" where it is not known.
func meaning(id, code string) string {
	if e := newest().Element(id); e != nil {
		return e.Codes[code]
	}
	return ""
}

// newest is the latest directory; it is part of the program, and tested.
func newest() *definition.Directory {
	book, err := Book()
	if err != nil {
		panic(err)
	}
	versions := book.Versions()
	directory, err := book.Directory(versions[len(versions)-1])
	if err != nil {
		panic(err)
	}
	return directory
}

// writtenDate writes a date of a format (code list 2379) as YYYY-MM-DD and HH:MM; a span has two dates with a slash between.
// What is no such date stays as it is.
func writtenDate(value, format string) (date, clock string) {
	layout, known := layouts[format]
	if !known || !dated(layout, value) {
		return value, ""
	}
	first, second, span := strings.Cut(layout, "-")
	value = strings.ReplaceAll(value, "-", "")
	if !span {
		return isoDate(first, value)
	}
	from, _ := isoDate(first, value[:len(first)])
	to, _ := isoDate(second, value[len(first):])
	return from + "/" + to, ""
}

// isoDate writes a value of a layout; one without a year, month and day stays as it is.
func isoDate(layout, value string) (date, clock string) {
	part := map[byte]string{'C': "20"}
	for i := 0; i+1 < len(layout) && layout[i] != 'Z'; i += 2 {
		part[layout[i]] = value[i : i+2]
	}
	if part['Y'] == "" || part['M'] == "" || part['D'] == "" {
		return value, ""
	}
	date = part['C'] + part['Y'] + "-" + part['M'] + "-" + part['D']
	if part['H'] != "" {
		clock = part['H'] + ":" + part['m']
	}
	if part['S'] != "" {
		clock += ":" + part['S']
	}
	return date, clock
}

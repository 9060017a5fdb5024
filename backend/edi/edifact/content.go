package edifact

import (
	"strings"

	"tradepost/backend/commerce"
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

// joined is the components from one on, with blanks between.
func (c *content) joined(element, from, to int) string {
	var parts []string
	for component := from; component <= to; component++ {
		if text := c.at(element, component); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// decimal is a component as a number, with a point whatever the sender wrote; "" where there is none.
func (c *content) decimal(element, component int) commerce.Decimal {
	text := c.at(element, component)
	if strings.Count(text, ",")+strings.Count(text, ".") == 1 {
		text = strings.Replace(text, ",", ".", 1)
	}
	d, err := commerce.ParseDecimal(strings.TrimSuffix(text, "."))
	if err != nil {
		return ""
	}
	return d
}

// meaning says a code in words, by the latest directory; "" where it is not known.
func meaning(element, code string) string {
	book, err := Book()
	if err != nil {
		return ""
	}
	versions := book.Versions()
	directory, err := book.Directory(versions[len(versions)-1])
	if err != nil {
		return ""
	}
	if e := directory.Element(element); e != nil {
		return e.Codes[code]
	}
	return ""
}

// writtenDate writes a date of a format (code list 2379) as 2026-03-02 or 2026-03-02T09:15, a span with a slash between. What
// is no such date stays as it is.
func writtenDate(value, format string) string {
	layout, known := layouts[format]
	if !known || !dated(layout, value) {
		return value
	}
	first, second, span := strings.Cut(layout, "-")
	value = strings.ReplaceAll(value, "-", "")
	if !span {
		return isoDate(first, value)
	}
	return isoDate(first, value[:len(first)]) + "/" + isoDate(second, value[len(first):])
}

// isoDate writes a value of a layout; one without a year, month and day stays as it is.
func isoDate(layout, value string) string {
	part := map[byte]string{'C': "20"}
	for i := 0; i+1 < len(layout) && layout[i] != 'Z'; i += 2 {
		part[layout[i]] = value[i : i+2]
	}
	if part['Y'] == "" || part['M'] == "" || part['D'] == "" {
		return value
	}
	date := part['C'] + part['Y'] + "-" + part['M'] + "-" + part['D']
	if part['H'] == "" {
		return date
	}
	date += "T" + part['H'] + ":" + part['m']
	if part['S'] != "" {
		date += ":" + part['S']
	}
	return date
}

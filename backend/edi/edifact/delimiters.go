// Package edifact reads, checks, explains, answers and writes UN/EDIFACT (ISO 9735, syntax versions 1 to 4): the language
// in which retailers outside of North America order.
package edifact

import (
	"bytes"
)

// Delimiters are the service characters of an interchange. A Release or Repetition of 0 means that there is none.
type Delimiters struct {
	Component  byte // between components of a composite element
	Element    byte // between elements
	Decimal    byte // the decimal mark; readers take point and comma alike
	Release    byte // makes the next character an ordinary one
	Repetition byte // between repeats of one element (syntax version 4)
	Terminator byte // ends a segment
}

// Default are the service characters where no UNA states others (ISO 9735, level A).
var Default = Delimiters{Component: ':', Element: '+', Decimal: '.', Release: '?', Terminator: '\''}

// levelB are the characters that ISO 9735 (versions 1 to 3) gives to level B where no UNA states others: the information
// separators of ASCII. Hardly anybody uses them.
var levelB = Delimiters{Component: 0x1F, Element: 0x1D, Decimal: '.', Terminator: 0x1C}

// repetitionMark separates repeats in syntax version 4 where no UNA says otherwise.
const repetitionMark = '*'

// adviceLength is how many bytes a UNA has: its tag and six characters.
const adviceLength = 9

// advice reads a UNA: component, element, decimal mark, release, repetition (reserved before version 4), terminator.
func advice(una []byte) Delimiters {
	d := Delimiters{Component: una[3], Element: una[4], Decimal: una[5], Release: una[6], Repetition: una[7],
		Terminator: una[8]}
	if d.Release == ' ' {
		d.Release = 0
	}
	if d.Repetition == ' ' {
		d.Repetition = 0
	}
	return d
}

// Advice writes the UNA that states d.
func (d Delimiters) Advice() []byte {
	una := []byte{'U', 'N', 'A', d.Component, d.Element, d.Decimal, d.Release, d.Repetition, d.Terminator}
	for i, c := range una {
		if c == 0 {
			una[i] = ' '
		}
	}
	return una
}

// faulty is the first service character that cannot be one: a letter, a digit, or one that has another duty already.
func (d Delimiters) faulty() (byte, bool) {
	seen := [256]bool{}
	for _, c := range []byte{d.Component, d.Element, d.Release, d.Repetition, d.Terminator} {
		if c == 0 {
			continue
		}
		if alphanumeric(c) || seen[c] {
			return c, true
		}
		seen[c] = true
	}
	return 0, false
}

// forVersion fits d to a syntax version: repetition exists from version 4 on.
func (d Delimiters) forVersion(version byte) Delimiters {
	switch {
	case version < '4':
		d.Repetition = 0
	case d.Repetition == 0 && d.Element != repetitionMark && d.Component != repetitionMark && d.Terminator != repetitionMark:
		d.Repetition = repetitionMark
	}
	return d
}

// guess works out the service characters from an interchange header without a UNA: the character after UNB, the one after
// the syntax identifier, and what stands before the next segment. second is false when they are the usual ones.
func guess(header []byte) (d Delimiters, unusual bool) {
	if len(header) < 9 || header[3] == Default.Element && header[8] == Default.Component && endsWith(header, Default.Terminator) {
		return Default, false
	}
	if header[3] == levelB.Element {
		return levelB, false
	}
	d = Default
	if !alphanumeric(header[3]) {
		d.Element = header[3]
	}
	if !alphanumeric(header[8]) {
		d.Component = header[8]
	}
	if t, ok := terminatorOf(header, d.Element); ok {
		d.Terminator = t
	}
	if d.Release == d.Element || d.Release == d.Component || d.Release == d.Terminator {
		d.Release = 0
	}
	if _, bad := d.faulty(); bad {
		return Default, false
	}
	return d, d != Default
}

// endsWith tells whether terminator stands right before the next segment of the envelope, or that none can be seen.
func endsWith(header []byte, terminator byte) bool {
	t, ok := terminatorOf(header, Default.Element)
	return !ok || t == terminator
}

// terminatorOf finds what ends the interchange header: the character before the UNH or UNG that follows. A line break alone
// may be the terminator too.
func terminatorOf(header []byte, element byte) (byte, bool) {
	next := -1
	for _, tag := range []string{"UNH", "UNG"} {
		at := bytes.Index(header, append([]byte(tag), element))
		if at > 0 && (next < 0 || at < next) {
			next = at
		}
	}
	if next < 0 {
		return 0, false
	}
	before := bytes.TrimRight(header[:next], " \r\n")
	last := before[len(before)-1]
	switch {
	case !alphanumeric(last) && last != element:
		return last, true
	case bytes.IndexByte(header[len(before):next], '\n') >= 0:
		return '\n', true
	}
	return 0, false
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == ' ' || c >= 0x80
}

package x12

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"tradepost/backend/edi"
)

// Separators are the bytes that an ISA declares by their places (X12.5 section 3.1.1).
type Separators struct {
	Element    byte
	Component  byte   // 0 where ISA16 is empty
	Repetition byte   // 0 where ISA11 is no separator: before 00402, or a letter
	Terminator string // one byte, or one UTF-8 character
}

// usual are the separators of most partners.
var usual = Separators{Element: '*', Component: '>', Terminator: "~"}

// classes makes the table by which segments are cut.
func (s Separators) classes() *edi.Classes {
	var table edi.Classes
	table['\r'], table['\n'] = edi.BreakClass, edi.BreakClass
	if s.Component != 0 {
		table[s.Component] = edi.ComponentClass
	}
	if s.Repetition != 0 {
		table[s.Repetition] = edi.RepetitionClass
	}
	table[s.Element] = edi.ElementClass
	if s.breaks() { // whoever ends segments by lines mixes the kinds of line ends
		table['\r'], table['\n'] = edi.TerminatorClass, edi.TerminatorClass
	}
	table[s.Terminator[0]] = edi.TerminatorClass
	return &table
}

// breaks reports whether segments end with the line.
func (s Separators) breaks() bool { return s.Terminator == "\n" || s.Terminator == "\r" }

// isaWidths are the widths of ISA01 to ISA16.
var isaWidths = [16]int{2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}

// isaLength is an ISA with its terminator.
const isaLength = 106

// header is an ISA as it was found.
type header struct {
	separators Separators
	raw        int    // bytes of the file without the terminator
	data       []byte // without line breaks
	breaks     []int32
	fixed      bool
	elements   int    // how many it has
	repeats    string // what ISA11 has that is no separator, though the version wants one
}

// longestHeader is how far an ISA that is not fixed may reach.
const longestHeader = 400

// headerAt reads an ISA at the start of text, which holds at least longestHeader bytes or all there are. ok is false when
// it is none, or when it cannot be told where it ends.
func headerAt(text []byte) (h header, ok bool) {
	if len(text) < 20 || string(text[:3]) != "ISA" || !separates(text[3]) {
		return h, false
	}
	if len(text) < isaLength || !isFixed(text[:isaLength]) {
		return looseHeader(text)
	}
	h = header{fixed: true, raw: isaLength - 1, elements: 16, data: text[:isaLength-1]}
	h.separators = Separators{Element: text[3], Component: text[isaLength-2], Terminator: terminatorAt(text[isaLength-1:])}
	if finished, ok := h.finish(); ok {
		return finished, true
	}
	if loose, ok := looseHeader(text); ok {
		return loose, true
	}
	h.separators.Terminator = "" // nothing can be read after it
	return h, true
}

// separates reports whether a byte can be a separator.
func separates(b byte) bool {
	letter := b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
	return !letter && b != ' ' && b != 0
}

// delimits reports whether a byte can be a separator beside the one of elements.
func delimits(b, element byte) bool { return separates(b) && b != element }

func isFixed(text []byte) bool {
	at := 3
	for _, width := range isaWidths {
		if text[at] != text[3] || bytes.IndexByte(text[at+1:at+1+width], text[3]) >= 0 || bytes.ContainsAny(text[at+1:at+1+width], "\r\n") {
			return false
		}
		at += 1 + width
	}
	return true
}

// terminatorAt is the terminator that begins text: one byte, or a whole character of UTF-8.
func terminatorAt(text []byte) string {
	if text[0] >= utf8.RuneSelf {
		if r, size := utf8.DecodeRune(text); r != utf8.RuneError {
			return string(text[:size])
		}
	}
	return string(text[:1])
}

// looseHeader reads an ISA that is not fixed: by its sixteen separators, else up to the segment that follows it.
func looseHeader(text []byte) (h header, ok bool) {
	if h, ok = countedHeader(text); ok {
		return h, true
	}
	return followedHeader(text)
}

// countedHeader takes the byte after the sixteenth separator as ISA16 and what follows as the terminator. Lines may be
// wrapped inside.
func countedHeader(text []byte) (h header, ok bool) {
	separator, count := text[3], 0
	for i := 3; i < len(text) && i < longestHeader; i++ {
		switch b := text[i]; {
		case b == separator:
			count++
		case b == '\n' && count < 16:
			from := i
			if text[i-1] == '\r' {
				from--
			}
			h.cut(from, i+1)
		}
		if count < 16 {
			continue
		}
		end := i + 2
		if end >= len(text) || !delimits(text[end-1], separator) || text[end-1] == '\r' || text[end-1] == '\n' || !delimits(text[end], separator) {
			return h, false
		}
		h.separators = Separators{Element: separator, Component: text[i+1], Terminator: terminatorAt(text[end:])}
		h.raw, h.elements = end, 16
		h.keep(text)
		return h.finish()
	}
	return h, false
}

// cut leaves a line break out of the header's data.
func (h *header) cut(from, to int) {
	removed := 0
	for i := 1; i < len(h.breaks); i += 2 {
		removed += int(h.breaks[i])
	}
	h.breaks = append(h.breaks, int32(from-removed), int32(to-from))
}

// keep makes data of the raw header without its line breaks.
func (h *header) keep(text []byte) {
	h.data = make([]byte, 0, h.raw)
	at := 0
	for i := 0; i+1 < len(h.breaks); i += 2 {
		upTo := at + int(h.breaks[i]) - len(h.data)
		h.data = append(h.data, text[at:upTo]...)
		at = upTo + int(h.breaks[i+1])
	}
	h.data = append(h.data, text[at:h.raw]...)
	h.fixed = len(h.data) == isaLength-1 && isFixed(append(bytes.Clone(h.data), '~'))
}

// followedHeader finds the end of an ISA with too few or too many elements by the GS or TA1 that follows.
func followedHeader(text []byte) (h header, ok bool) {
	separator := text[3]
	for i := 10; i+3 < len(text) && i < longestHeader; i++ {
		if group, service := []byte{'G', 'S', separator}, []byte{'T', 'A', '1', separator}; !bytes.HasPrefix(text[i:], group) && !bytes.HasPrefix(text[i:], service) {
			continue
		}
		end := i
		for end > 4 && (text[end-1] == '\r' || text[end-1] == '\n' || text[end-1] == ' ' || text[end-1] == '\t') {
			end--
		}
		if end == i || delimits(text[end-1], separator) {
			end--
		}
		if end < 20 || !delimits(text[end], separator) || bytes.IndexByte(text[i:], text[end]) < 0 { // nothing else ends with it
			return h, false
		}
		h.data, h.raw = text[:end], end
		h.separators = Separators{Element: separator, Terminator: string(text[end : end+1])}
		if last := text[end-1]; delimits(last, separator) {
			h.separators.Component = last
		}
		h.elements = bytes.Count(h.data, text[3:4])
		return h.finish()
	}
	return h, false
}

// finish takes the repetition separator from ISA11 and checks that the separators differ.
func (h header) finish() (header, bool) {
	s := &h.separators
	if !separates(s.Terminator[0]) || s.Terminator[0] == s.Element {
		return h, false
	}
	if s.Component == s.Element || s.Component == s.Terminator[0] || !separates(s.Component) {
		s.Component = 0
	}
	parts := bytes.Split(h.data, []byte{s.Element})
	if len(parts) < 13 || string(bytes.TrimSpace(parts[12])) < "00402" || len(parts[11]) != 1 {
		return h, true
	}
	repetition := parts[11][0]
	if repetition == 'U' { // as before 00402: many never changed it
		return h, true
	}
	if !separates(repetition) || ordinary(repetition) || repetition == s.Element || repetition == s.Component || repetition == s.Terminator[0] {
		h.repeats = string(repetition)
		return h, true
	}
	s.Repetition = repetition
	return h, true
}

// ordinary reports whether a byte is too common in data to separate anything: some senders put it there because they
// never repeat.
func ordinary(b byte) bool { return strings.IndexByte("-.,+/&'()", b) >= 0 }

package edifact

import "tradepost/backend/edi"

// A mark is a byte of the buffer that is not plain data: its place, shifted by three, and its class. One pass over a block
// finds all of them without a branch, as data elements are about five bytes long: asking for the next one of each costs more.
type mark = uint32

// odd is the class, beside those of edi, of what may not be in the character set: whoever checks looks at it.
const odd edi.Class = 7

const (
	classBits = 3
	classMask = 1<<classBits - 1
)

// markBlock is how much is marked at a time: little, as other service characters may apply further on.
const markBlock = 8 << 10

// table makes the classes of an interchange: its service characters, and what its character set has not.
func (d Delimiters) table(set *charset) *edi.Classes {
	t := &edi.Classes{}
	for c := range t {
		if set != nil && set.odd(byte(c)) {
			t[c] = odd
		}
	}
	t['\r'], t['\n'] = edi.BreakClass, edi.BreakClass
	for _, s := range []struct{ char, class byte }{{d.Release, edi.ReleaseClass}, {d.Repetition, edi.RepetitionClass},
		{d.Component, edi.ComponentClass}, {d.Element, edi.ElementClass}, {d.Terminator, edi.TerminatorClass}} {
		if s.char != 0 {
			t[s.char] = s.class
		}
	}
	return t
}

// markBytes puts the marks of data, which begins at from, into out and gives how many it found. out has room for one of
// every byte.
func markBytes(data []byte, from int, t *edi.Classes, out []mark) int {
	if len(out) < len(data) {
		return 0 // never: the caller makes room
	}
	n := 0
	for i, c := range data {
		k := t[c]
		out[n] = mark(from+i)<<classBits | mark(k)
		n += int((k + classMask) >> classBits) // 0 for plain bytes, else 1
	}
	return n
}

// placeOf is where a mark stands in the buffer.
func placeOf(m mark) int { return int(m >> classBits) }

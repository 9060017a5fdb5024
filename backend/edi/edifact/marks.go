package edifact

// A mark is a byte of the buffer that is not plain data: its place, shifted by three, and its class. One pass over a block
// finds all of them without a branch, as data elements are about five bytes long: asking for the next one of each costs more.
type mark = uint32

// The classes of bytes. What is above terminator does not separate anything, and is told apart only when it occurs.
const (
	plain      = iota
	component  // separates components
	element    // separates elements
	repetition // separates repeats of an element
	terminator // ends the segment
	release    // makes the next byte plain
	lineBreak  // CR or LF: no data, files are wrapped
	odd        // may not be in the character set: looked at by whoever checks
)

const (
	classBits = 3
	classMask = 1<<classBits - 1
)

// markBlock is how much is marked at a time: little, as other service characters may apply further on.
const markBlock = 8 << 10

// classes is the table by which bytes are marked.
type classes [256]uint8

// table makes the classes of an interchange: its service characters, and what its character set has not.
func (d Delimiters) table(set *charset) *classes {
	t := &classes{}
	for c := range t {
		if set != nil && set.odd(byte(c)) {
			t[c] = odd
		}
	}
	t['\r'], t['\n'] = lineBreak, lineBreak
	for _, s := range []struct{ char, class byte }{{d.Release, release}, {d.Repetition, repetition},
		{d.Component, component}, {d.Element, element}, {d.Terminator, terminator}} {
		if s.char != 0 {
			t[s.char] = s.class
		}
	}
	return t
}

// markBytes puts the marks of data[from:to] into out, which has room for one of every byte, and gives how many it found.
func markBytes(data []byte, from int, t *classes, out []mark) int {
	if len(out) < len(data) {
		return 0 // never: the caller makes room. It tells the compiler that out[n] needs no check
	}
	n := 0
	for i, c := range data {
		k := t[c]
		out[n] = mark(from+i)<<classBits | mark(k)
		n += int((k + classMask) >> classBits) // 0 for plain bytes, else 1
	}
	return n
}

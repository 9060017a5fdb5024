// Package definition is what documents are made of: elements with their codes, segments with their conditions, sets with
// their loops. It is written by hand in small text files, one dictionary of elements, one of segments and one file per
// set, in our own words, with what differs between versions marked in place. A partner's guide is laid over it the same
// way. The language of these files is described in docs/edi.md.
package definition

import "slices"

// Usage says whether something has to be there.
type Usage byte

// The usages.
const (
	Optional  Usage = 'O' // EDIFACT's C
	Mandatory Usage = 'M'
	Relative  Usage = 'X' // by a condition of the segment
	Unused    Usage = 'N' // a partner's guide does not use it
)

// Unbounded is the Max of what may repeat without limit.
const Unbounded = 1 << 30

// Type is how a value is written.
type Type string

// The types: X12's (X12.6 section 3.5.1) and EDIFACT's (ISO 9735). X12's N0 to N9 have implied decimals.
const (
	AN      Type = "AN" // text
	ID      Type = "ID" // a code
	Date    Type = "DT" // YYMMDD or CCYYMMDD
	Time    Type = "TM" // HHMM, HHMMSS, HHMMSSD, HHMMSSDD
	Real    Type = "R"  // with decimal point; sign and point do not count as length
	Binary  Type = "B"
	Letters Type = "a"
	Digits  Type = "n" // EDIFACT's number: sign and decimal mark do not count as length
	Mixed   Type = "an"
)

// Implied is how many decimals a type N0 to N9 implies.
func (t Type) Implied() (decimals int, ok bool) {
	if len(t) == 2 && t[0] == 'N' && t[1] >= '0' && t[1] <= '9' {
		return int(t[1] - '0'), true
	}
	return 0, false
}

// Element is a data element of a dictionary.
type Element struct {
	ID       string
	Label    string
	Type     Type
	Min, Max int
	Codes    map[string]string // value to words, "" where it has none here; nil where it is no code
	First    []string          // of Codes, sorted: as many as a problem lists
	Closed   bool              // Codes has every value there is; else those that merchants meet
	table    codeTable
}

// Composite is an element made of components.
type Composite struct {
	ID         string
	Label      string
	Components []Use
	Conditions []Condition
}

// Use is an element or composite at its place in a segment, or an element in a composite.
type Use struct {
	Element   *Element   // nil where it is a composite, or a place that this version leaves free
	Composite *Composite // nil where it is an element
	Label     string     // what it means here
	Usage     Usage
	Max       int // repetitions
}

// ID is the number or id in the dictionary.
func (u *Use) ID() string {
	switch {
	case u.Element != nil:
		return u.Element.ID
	case u.Composite != nil:
		return u.Composite.ID
	}
	return ""
}

// Condition relates elements of a segment (X12.6 section 3.8.3.5, also used by EDIFACT): P all or none, R at least one,
// E at most one, C if the first then all others, L if the first then one of the others.
type Condition struct {
	Kind  byte
	Among []int  // numbers of elements
	Mask  uint64 // a bit for each of them
	First uint64 // the bit of the first
}

// Segment is a segment of a dictionary, or as one place of a set uses it.
type Segment struct {
	Tag        string
	Key        uint32 // Key(Tag)
	Label      string
	Elements   []Use
	Conditions []Condition
	Mandatory  uint64 // a bit for each element that has to be there
}

// Relates reports whether a condition as R0203 is among those of the segment.
func (s *Segment) Relates(condition string) bool {
	asked, err := conditionsOf(condition)
	return err == nil && len(asked) == 1 && slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Kind == asked[0].Kind && slices.Equal(c.Among, asked[0].Among)
	})
}

// settle works out Mandatory.
func (s *Segment) settle() {
	s.Mandatory = 0
	for i := range s.Elements {
		if s.Elements[i].Usage == Mandatory {
			s.Mandatory |= 1 << (i + 1)
		}
	}
}

// Slot is a place in a loop: a segment, or a loop inside.
type Slot struct {
	Segment *Segment // for a loop, its first segment
	Loop    *Loop    // nil for a segment
	Usage   Usage
	Max     int
	When    *When // it is this slot only then
}

// When chooses a slot by a qualifier: an element's value.
type When struct {
	Element, Component int
	Values             []string
}

// Loop is an ordered list of slots that repeats as one. The first slot of a loop opens it and is no loop.
type Loop struct {
	Name  string
	Label string
	Slots []Slot
	Keys  []uint32 // of the slots' segments, in their order
	Needs []Need   // what a partner's guide wants to be there
}

// Need is a segment that has to be in a loop with a certain qualifier.
type Need struct {
	Key   uint32
	Tag   string
	When  When
	Label string
}

// Key packs a tag of one to four bytes for quick comparison; 0 for any other.
func Key[T ~string | ~[]byte](tag T) (key uint32) {
	if len(tag) > 4 {
		return 0
	}
	for i := range len(tag) {
		key = key<<8 | uint32(tag[i])
	}
	return key
}

// Set is a transaction set or message of one version.
type Set struct {
	Type    string
	Label   string
	Group   string // X12's functional id
	Version string
	Root    Loop
	Tags    map[string]bool // which segments it uses anywhere
}

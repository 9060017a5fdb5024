// Package check compares segments with what a set is made of: which segment may come next, and what its elements may
// hold. It goes on after every fault, so that one pass finds all of them, and allocates only for faults.
package check

import (
	"slices"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// Checker follows the segments of one set after the other. It is not for several goroutines.
type Checker struct {
	// Report takes each problem; its Code is still to be given.
	Report func(edi.Problem)
	// Name says how an element is called in messages, as in PO103. ID is its number in the directory.
	Name func(p edi.Place, id string) string
	// Allowed are the bytes that text may hold; nil allows all but control characters.
	Allowed *[256]bool

	directory *definition.Directory
	set       *definition.Set
	frames    []frame
	position  int
	matched   Match
}

// frame is how far a loop has come.
type frame struct {
	loop     *definition.Loop
	at       int // the slot that was met last
	count    int // how often
	visiting bool
	met      uint64 // which of the loop's needs were met
}

// Match is where a segment was found to stand.
type Match struct {
	Slot  *definition.Slot // nil when it has no place here
	Loop  *definition.Loop // the loop it stands in
	Opens bool             // it begins a pass of that loop
	Depth int              // how many loops are open around it; 0 right in the set
}

// Begin starts a set.
func (c *Checker) Begin(directory *definition.Directory, set *definition.Set) {
	c.directory, c.set, c.position, c.matched = directory, set, 0, Match{}
	c.frames = append(c.frames[:0], frame{loop: &set.Root})
}

// Segment checks the next segment of the set and says where it stands.
func (c *Checker) Segment(s *edi.Segment) Match {
	c.position++
	c.matched = c.place(s)
	switch {
	case c.matched.Slot != nil:
		c.Elements(s, c.matched.Slot.Segment, c.position)
	default:
		if known := c.directory.Segment(string(s.Tag())); known != nil {
			c.Elements(s, known, c.position)
		}
	}
	return c.matched
}

// End says what is missing once the last segment, given here for its place, was seen.
func (c *Checker) End(last *edi.Segment) {
	for depth := len(c.frames) - 1; depth >= 0; depth-- {
		c.close(&c.frames[depth], last)
	}
	c.frames = c.frames[:0]
}

// Position is the number of the last segment in its set.
func (c *Checker) Position() int { return c.position }

// place finds the slot of a segment: forward from where the innermost loop stands, then in the loops around it.
func (c *Checker) place(s *edi.Segment) Match {
	key := definition.Key(s.Tag())
	full, fullDepth := -1, 0
	for depth := len(c.frames) - 1; depth >= 0; depth-- {
		f := &c.frames[depth]
		for i := f.at; i < len(f.loop.Keys); i++ {
			if f.loop.Keys[i] != key || !chosen(f.loop.Slots[i].When, s) {
				continue
			}
			if most := f.loop.Slots[i].Max; most > 0 && (i > f.at || f.count < most) {
				return c.enter(depth, i, s)
			}
			if full < 0 && (i > 0 || depth == 0) { // a loop's first segment counts as the loop
				full, fullDepth = i, depth
			}
		}
	}
	if full >= 0 {
		c.tooMany(&c.frames[fullDepth].loop.Slots[full], s)
		return c.enter(fullDepth, full, s)
	}
	return c.misplaced(key, s)
}

// chosen reports whether a segment's qualifier chooses the slot.
func chosen(when *definition.When, s *edi.Segment) bool {
	if when == nil {
		return true
	}
	value := s.Component(when.Element, 1, max(when.Component, 1))
	return slices.Contains(when.Values, string(value))
}

// enter moves to a slot: what is left open further in is closed, what is passed over must not be mandatory.
func (c *Checker) enter(depth, at int, s *edi.Segment) Match {
	for deeper := len(c.frames) - 1; deeper > depth; deeper-- {
		c.close(&c.frames[deeper], s)
	}
	c.frames = c.frames[:depth+1]
	f := &c.frames[depth]
	for i, need := range f.loop.Needs {
		if need.Key == f.loop.Keys[at] && chosen(&need.When, s) {
			f.met |= 1 << i
		}
	}
	if at == f.at {
		f.count++
	} else {
		c.leave(f, at, s)
		f.at, f.count = at, 1
	}
	slot := &f.loop.Slots[at]
	if slot.Loop == nil {
		return Match{Slot: slot, Loop: f.loop, Depth: depth, Opens: depth > 0 && at == 0}
	}
	c.frames = append(c.frames, frame{loop: slot.Loop, count: 1})
	return Match{Slot: &slot.Loop.Slots[0], Loop: slot.Loop, Depth: depth + 1, Opens: true}
}

// close says what a loop lacks that is over.
func (c *Checker) close(f *frame, s *edi.Segment) {
	c.leave(f, len(f.loop.Slots), s)
	for i := range f.loop.Needs {
		if f.met&(1<<i) == 0 {
			c.needed(f.loop, &f.loop.Needs[i], s)
		}
	}
}

// leave says which mandatory slots of a loop are passed over on the way to the slot at.
func (c *Checker) leave(f *frame, at int, s *edi.Segment) {
	for i := f.at; i < at; i++ {
		slot := &f.loop.Slots[i]
		if slot.Usage == definition.Mandatory && (i > f.at || f.count == 0) {
			c.missing(f.loop, slot, s)
		}
	}
}

// misplaced says why a segment has no place here. A loop that comes too late is followed all the same, so that its
// segments are not all out of place too.
func (c *Checker) misplaced(key uint32, s *edi.Segment) Match {
	for depth, f := range slices.Backward(c.frames) {
		for i := range min(f.at, len(f.loop.Slots)) {
			slot := &f.loop.Slots[i]
			if f.loop.Keys[i] != key || !chosen(slot.When, s) {
				continue
			}
			c.late(f.loop, s)
			if slot.Loop == nil {
				return Match{Slot: slot, Loop: f.loop, Depth: depth}
			}
			c.frames = append(c.frames, frame{loop: slot.Loop, count: 1, visiting: true})
			return Match{Slot: &slot.Loop.Slots[0], Loop: slot.Loop, Depth: len(c.frames) - 1, Opens: true}
		}
	}
	c.unplaced(s)
	return Match{}
}

package check

import (
	"math/bits"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// seen is what the pass over a segment's elements has found so far.
type seen struct {
	element, repetition, component int
	elements                       uint64 // which elements hold something
	components                     uint64 // which components of this repetition do
	overElements, overComponents   bool   // said once per segment or element
	overRepetitions                bool
}

// Elements checks what a segment holds against its definition. position is the segment's in its set, 0 outside of sets.
func (c *Checker) Elements(s *edi.Segment, def *definition.Segment, position int) {
	at := seen{repetition: 1, component: 1}
	start := 0
	for i, m := range s.Marks {
		end := m.At()
		if at.element > 0 {
			c.part(s, def, position, &at, start, end)
		}
		start = end + 1
		switch m.Kind() {
		case edi.ElementMark:
			if at.components != 0 {
				c.closeRepetition(s, def, position, &at)
			}
			at.element, at.repetition, at.component = at.element+1, 1, 1
			at.overComponents, at.overRepetitions = false, false
			if i > 0 && i == len(s.Marks)-1 && end > 0 && s.Marks[i-1].At() == end-1 {
				c.trailing(s, position, at.element-1)
			}
		case edi.RepetitionMark:
			c.closeRepetition(s, def, position, &at)
			at.repetition, at.component = at.repetition+1, 1
		case edi.ComponentMark:
			at.component++
		}
	}
	if lacking := def.Mandatory &^ at.elements; lacking != 0 {
		for i := range def.Elements {
			if lacking&(1<<(i+1)) != 0 {
				c.missingElement(s, def, position, i+1, 0, 0, &def.Elements[i])
			}
		}
	}
	if len(def.Conditions) > 0 {
		c.conditions(s, position, at.elements, def.Conditions, def.Elements, seen{})
	}
}

// part checks one component, which for most elements is the whole of it.
func (c *Checker) part(s *edi.Segment, def *definition.Segment, position int, at *seen, start, end int) {
	if start == end {
		return
	}
	if at.element > len(def.Elements) {
		if !at.overElements {
			c.tooManyElements(s, def, position, at.element, start, end)
		}
		at.overElements = true
		return
	}
	at.elements |= 1 << at.element
	use := &def.Elements[at.element-1]
	if use.Usage == definition.Unused {
		c.unused(s, position, *at, use, start, end)
		return
	}
	if at.repetition > use.Max && !at.overRepetitions {
		at.overRepetitions = true
		c.tooManyRepetitions(s, position, *at, use)
	}
	if use.Composite != nil {
		if at.component > len(use.Composite.Components) {
			c.overComponents(s, position, at, use, len(use.Composite.Components))
			return
		}
		at.components |= 1 << at.component
		inner := &use.Composite.Components[at.component-1]
		if inner.Usage == definition.Unused {
			c.unused(s, position, *at, inner, start, end)
			return
		}
		use = inner
	} else if at.component > 1 {
		c.overComponents(s, position, at, use, 1)
		return
	}
	if fault := c.fault(use.Element, s, start, end); fault != "" {
		component := at.component
		if def.Elements[at.element-1].Composite == nil {
			component = 0
		}
		c.badValue(s, position, *at, component, use, fault, start, end)
	}
}

func (c *Checker) overComponents(s *edi.Segment, position int, at *seen, use *definition.Use, most int) {
	if !at.overComponents {
		c.tooManyComponents(s, position, *at, use, most)
	}
	at.overComponents = true
}

// closeRepetition checks a composite that says something for what it lacks.
func (c *Checker) closeRepetition(s *edi.Segment, def *definition.Segment, position int, at *seen) {
	held := at.components
	at.components = 0
	if held == 0 || at.element > len(def.Elements) {
		return
	}
	composite := def.Elements[at.element-1].Composite
	for i := range composite.Components {
		if composite.Components[i].Usage == definition.Mandatory && held&(1<<(i+1)) == 0 {
			c.missingElement(s, def, position, at.element, i+1, at.repetition, &composite.Components[i])
		}
	}
	if len(composite.Conditions) > 0 {
		c.conditions(s, position, held, composite.Conditions, composite.Components, *at)
	}
}

// conditions checks relations among elements, or among the components of within's element.
func (c *Checker) conditions(s *edi.Segment, position int, held uint64, all []definition.Condition, uses []definition.Use, within seen) {
	for i := range all {
		condition := &all[i]
		among, first := condition.Mask, condition.First
		there := held & among
		broken := false
		switch condition.Kind {
		case 'P':
			broken = there != 0 && there != among
		case 'R':
			broken = there == 0
		case 'E':
			broken = bits.OnesCount64(there) > 1
		case 'C':
			broken = there&first != 0 && there != among
		case 'L':
			broken = there == first
		}
		if broken {
			c.broken(s, position, condition, held, uses, within)
		}
	}
}
